/** A matrix [rows, columns] as [columns, rows]. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, index) => matrix[(index % rows) * columns + Math.floor(index / rows)] ?? 0);
}

/** A convolution's kernel [outputs, inputs, taps] as [taps, inputs, outputs], a matrix for each tap. */
export function tapsFirst(kernel: Float32Array, outputs: number, inputs: number): Float32Array {
  const taps = kernel.length / (outputs * inputs);
  return kernel.map((_, index) => {
    const [row, output] = [Math.floor(index / outputs), index % outputs];
    const [tap, input] = [Math.floor(row / inputs), row % inputs];
    return kernel[(output * inputs + input) * taps + tap] ?? 0;
  });
}

/** An LSTM's gates, each a quarter: PyTorch keeps them as input, forget, cell, output; ONNX as input, output, forget, cell. */
export function gatesForOnnx(gates: Float32Array): Float32Array {
  const quarter = gates.length / 4;
  return join(...[0, 3, 1, 2].map((gate) => gates.subarray(gate * quarter, (gate + 1) * quarter)));
}

/** Arrays behind each other. */
export function join(...parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
