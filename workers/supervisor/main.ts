/** The supervisor process of one home; its settings come as JSON in the only argument. */
import { join } from 'node:path';
import { acquire } from '../../models/cache/lock.ts';
import { failure } from '../status.ts';
import { removeAddress, writeAddress } from './address-file.ts';
import type { SupervisorSettings } from './protocol.ts';
import { Supervisor } from './supervisor.ts';

/** Time a command that started this supervisor has to take a lease, in milliseconds. */
const FIRST_LEASE_DEADLINE = 20_000;
/** Time another supervisor of the home may take to end, in milliseconds. */
const LOCK_DEADLINE = 20_000;

const settings = JSON.parse(process.argv[2] ?? '') as SupervisorSettings;
const lock = await acquire(join(settings.home, 'supervisor', 'lock'), {
  signal: AbortSignal.timeout(LOCK_DEADLINE),
});
const supervisor = new Supervisor(settings);

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await removeAddress(settings.home);
  await supervisor.stop();
  await lock.release();
  process.exit(0);
}

process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
const { port, token } = await supervisor.open(() => void end());
await writeAddress(settings.home, { port, token, pid: process.pid });
setTimeout(() => {
  if (supervisor.leases === 0) void end();
}, FIRST_LEASE_DEADLINE).unref();
await supervisor.run().catch((error: unknown) => {
  supervisor.tell(failure(error));
});
