import { cardNumber, countCards, parseDevice, type Device } from '../../models/whisper/device.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { findDevices } from './found.ts';

/** Devices by their names, or what `findDevices` says is used. */
export type WantedDevices = readonly Device[] | 'auto';

/**
 * Reads `auto`, or names parted by commas, into the order of the cards' numbers, the processor last.
 * @throws LH_OPTION_INVALID for a name that is none, and for one that stands there twice.
 */
export function parseDevices(text: string): WantedDevices {
  if (text === 'auto') return text;
  const devices = text.split(',').map(parseDevice);
  const twice = devices.find((device, index) => devices.indexOf(device) !== index);
  if (twice !== undefined) {
    throw new LonghandError('LH_OPTION_INVALID', `Expected each device once, got \`${twice}\` twice`);
  }
  return devices.sort((a, b) => (cardNumber(a) ?? Infinity) - (cardNumber(b) ?? Infinity));
}

/** The devices that are meant. Rejects with LH_DEVICE_MISSING for one that this machine does not have. */
export async function chooseDevices(wanted: WantedDevices): Promise<readonly Device[]> {
  if (wanted === 'auto') return (await findDevices()).filter(({ used }) => used).map(({ device }) => device);
  const count = wanted.some(isCard) ? await countCards() : 0;
  const missing = wanted.find((device) => (cardNumber(device) ?? -1) >= count);
  if (missing === undefined) return wanted;
  const there = [...Array.from({ length: count }, (_, index) => `cuda:${index}`), 'cpu'].join(', ');
  const message = `Expected devices that this machine has (${there}), got ${missing}: see what nvidia-smi says`;
  throw new LonghandError('LH_DEVICE_MISSING', message);
}

export const isCard = (device: Device): boolean => device !== 'cpu';

/**
 * Whether a device stands by for the others: a processor beside cards computes in another precision, and on the same
 * queue the luck of who asked first would decide a text.
 */
export const isReserve = (device: Device, devices: readonly Device[]): boolean =>
  !isCard(device) && devices.some(isCard);
