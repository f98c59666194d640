import { ApplicationFailure } from '@temporalio/common';
import { Ledger } from './ledger.ts';
import type { Fault, PlaceName } from './plan.ts';

/** What the test tells the processes, in the environment. */
export const FAULTS = 'LONGHAND_TEST_FAULTS';
export const LEDGER = 'LONGHAND_TEST_LEDGER';

export const ledger = new Ledger(process.env[LEDGER] ?? '');
const faults = JSON.parse(process.env[FAULTS] ?? '[]') as readonly Fault[];

/** Counts a visit of `place`, and writes down and gives the fault that strikes at it, if one does. */
export function visit(place: PlaceName, held = 0): Fault | undefined {
  if (!faults.some((one) => one.place === place)) return undefined;
  ledger.write({ type: 'visit', place });
  const visits = ledger.of('visit').filter((entry) => entry.place === place).length;
  const fault = faults.find((one) => one.place === place && one.visit === visits);
  if (fault) ledger.write({ type: 'fault', fault, held });
  return fault;
}

/** Visits `place`, and does to this process what is to be done there. */
export async function strike(place: PlaceName, held = 0): Promise<void> {
  const fault = visit(place, held);
  if (fault?.kind === 'failed') {
    const message = `done, and reported as failed at ${place}`;
    throw ApplicationFailure.create({ type: 'LH_SERVER_UNREACHABLE', message });
  }
  if (fault) await killMyself();
}

/** Nothing of this process happens any more. */
export function killMyself(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise<never>(() => undefined);
}
