import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

/** Computes for half a second of processor time; prints how many times as long that took. */
const PROBE = `
const [began, used] = [performance.now(), process.cpuUsage()];
const computed = () => { const { user, system } = process.cpuUsage(used); return (user + system) / 1000; };
while (computed() < 500);
console.log((performance.now() - began) / computed());
`;

/** How many times as long as on a machine with nothing else to do a computation on all of its cores takes now. */
export async function slowdown(): Promise<number> {
  const probes = Array.from({ length: availableParallelism() }, () =>
    promisify(execFile)(process.execPath, ['--eval', PROBE]),
  );
  const factors = (await Promise.all(probes)).map(({ stdout }) => Number(stdout));
  return Math.max(1, factors.reduce((sum, factor) => sum + factor, 0) / factors.length);
}
