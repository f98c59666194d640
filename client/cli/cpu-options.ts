import type { Device } from '../../models/whisper/device.ts';
import { isCard } from '../../workers/devices/choose.ts';
import { LonghandError } from '../../workflows/errors.ts';

/**
 * Throws LH_OPTION_INVALID for options that `devices` have no use for: `memory` bounds what the processor's engines hold,
 * `reserve` is for a processor whose cards are on other machines. A media worker has no devices.
 */
export function refuseCpuOptions(
  devices: readonly Device[],
  { memory, reserve }: { readonly memory: number | undefined; readonly reserve?: true | undefined },
): void {
  const onCpu = devices.includes('cpu');
  if (memory !== undefined && !onCpu) throw refusal('memory', 'on the CPU', devices);
  if (reserve && (!onCpu || devices.some(isCard))) throw refusal('reserve', 'on the CPU alone', devices);
}

function refusal(option: string, where: string, devices: readonly Device[]): LonghandError {
  const got = devices.join(', ') || 'a media worker';
  const message = `Expected \`${option}\` for a gpu worker ${where}, got it for ${got}`;
  return new LonghandError('LH_OPTION_INVALID', message);
}
