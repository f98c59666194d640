import { findDevices, type FoundDevice } from '../../workers/devices/found.ts';
import { gigabytes } from './display/describe.ts';
import { writeJson, writeLine } from './output.ts';
import { formatTable } from './table.ts';

const COLUMNS = ['DEVICE', 'FREE', 'TOTAL', 'LOAD', 'TEMPERATURE', 'USED', 'NAME'];

/** `longhand devices`: a row each, the cards first. */
export async function devices(json: boolean): Promise<void> {
  const found = await findDevices();
  if (json) return writeJson(found);
  for (const line of formatTable([COLUMNS, ...found.map(rowOf)])) await writeLine(line);
}

const rowOf = ({ device, name, memory, load, temperature, reason }: FoundDevice): string[] => [
  ...[device, gigabytes(memory.free), gigabytes(memory.total), load === null ? '' : percent(load)],
  ...[temperature === null ? '' : `${temperature} °C`, reason === null ? 'yes' : `no: ${reason}`, name],
];

const percent = (share: number): string => `${Math.round(100 * share)} %`;
