import { context, trace, type Span } from '@opentelemetry/api';
import type { TranscribeWindow } from '../../activities/transcribe.ts';

/** The same, each thing that an engine does with a window a span of the activity that asks for it. */
export function tracedWindows(device: string, transcribe: TranscribeWindow): TranscribeWindow {
  const tracer = trace.getTracer('longhand');
  return async (rung, pcm, decode, signal, onState, isAlone) => {
    const attributes = { device, model: rung.model, precision: rung.precision };
    // What the engine tells comes out of no activity.
    const parent = context.active();
    const begin = (state: string): Span => tracer.startSpan(`Engine:${state}`, { attributes }, parent);
    let span = begin('waiting');
    try {
      return await transcribe(
        rung,
        pcm,
        decode,
        signal,
        (state) => {
          span.end();
          span = begin(state);
          onState(state);
        },
        isAlone,
      );
    } finally {
      span.end();
    }
  };
}
