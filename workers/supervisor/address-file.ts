import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SupervisorAddress } from './protocol.ts';

const addressFile = (home: string): string => join(home, 'supervisor', 'address.json');

/** Tells the user's other processes where the supervisor of `home` listens. */
export async function writeAddress(home: string, address: SupervisorAddress): Promise<void> {
  const file = addressFile(home);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(address), { mode: 0o600 });
  await rename(draft, file);
}

/** Where a supervisor of `home` listens, or listened before it was killed; null where none was heard of. */
export async function readAddress(home: string): Promise<SupervisorAddress | null> {
  try {
    const address = JSON.parse(await readFile(addressFile(home), 'utf8')) as unknown;
    return isAddress(address) ? address : null;
  } catch {
    return null;
  }
}

function isAddress(value: unknown): value is SupervisorAddress {
  const { port, token } = (value ?? {}) as Partial<Record<keyof SupervisorAddress, unknown>>;
  return typeof port === 'number' && port > 0 && port < 65_536 && typeof token === 'string';
}

export async function removeAddress(home: string): Promise<void> {
  await rm(addressFile(home), { force: true });
}
