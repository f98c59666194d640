import type { Device } from '../../models/whisper/device.ts';
import type { Warmup } from '../../models/engine/protocol.ts';

/** What a warm-up gained, as a line of a log. */
export function warmUpLine(device: Device, { load, first, window, memory }: Warmup): string {
  const gain = (first / window).toFixed(1);
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  return (
    `Warmed up ${device}: loaded in ${seconds(load)} s, the first window took ${seconds(first)} s, ` +
    `the next ${seconds(window)} s (${gain} times as fast); ${megabytes(memory.held)} MB held, ` +
    `${megabytes(memory.row)} MB for each window of a batch, of which ${memory.most} fit`
  );
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);
