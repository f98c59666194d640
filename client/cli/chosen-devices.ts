import type { Device } from '../../models/whisper/device.ts';
import { chooseDevices, type WantedDevices } from '../../workers/devices/choose.ts';

/** As `chooseDevices`; what `auto` takes is said, for nothing falls back to the processor without a word. */
export async function chosenDevices(wanted: WantedDevices): Promise<readonly Device[]> {
  const devices = await chooseDevices(wanted);
  if (wanted === 'auto') process.stderr.write(`Devices: ${devices.join(', ')}\n`);
  return devices;
}
