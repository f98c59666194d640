/** Several devices of one machine. A card is one that the driver's tool lists and CUDA, which is not here, cannot use. */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCudaProvider } from '../../../models/whisper/device.ts';
import { precisionsOf } from '../../../workers/device-ladder.ts';
import { ERRORS } from '../../../workflows/errors.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longhand, type Command } from '../../support/longhand.ts';
import { madeDriver } from '../../support/made-driver.ts';
import { reportOf } from '../../support/outputs.ts';
import { kill, processesOf } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { standing } from '../../support/up.ts';
import { audio, expectNothingLeft, expectRefusal, interrupt } from '../cli/command.ts';
import { startServer } from '../workflows/server.ts';

const LIMIT = 180_000;
const WORDS = 'ask not what your country can do for you';
const jfk = audio('en/jfk.flac');
const HAS_CUDA = await hasCudaProvider();

let server: TestWorkflowEnvironment;
let home: TestHome;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  server = await startServer();
  home = await testHome();
  env = await madeDriver(home.path);
}, LIMIT);
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await server.teardown();
});

const pool = (devices: string): Command =>
  longhand(home.path, ['worker', 'gpu', '--devices', devices, '--address', server.address], env);

/** Waits for so many lines that a command says to standard error. */
const says = (command: Command, line: RegExp, times = 1): Promise<true> =>
  until(
    () => (command.stderr().match(new RegExp(line, 'gm')) ?? []).length >= times,
    () => `Expected ${line}, got: ${command.stderr()}`,
    LIMIT,
  );

/** The process of the gpu worker that runs on the processor. */
async function workerOnCpu(): Promise<number> {
  const isIt = /workers\/gpu(-service)?\.js.*"device":"cpu"/s;
  const found = (await processesOf(home.path)).find(({ command }) => isIt.test(command));
  if (!found) throw new Error('Expected a gpu worker on the CPU, found none');
  return found.pid;
}

describe('longhand devices', { timeout: LIMIT }, () => {
  it('lists cards and processor, and which would be used', async () => {
    const { status, stdout } = await longhand(home.path, ['devices'], env).outcome;
    expect(status).toBe(0);
    const used = HAS_CUDA ? 'yes' : "no: ONNX Runtime's CUDA libraries are not installed";
    const [head = '', first = '', second = '', cpu = ''] = stdout.split('\n');
    expect(head.split(/ {2,}/)).toEqual(['DEVICE', 'FREE', 'TOTAL', 'LOAD', 'TEMPERATURE', 'USED', 'NAME']);
    expect(first.split(/ {2,}/)).toEqual(['cuda:0', '23.1 GB', '24.2 GB', '7 %', '41 °C', used, 'NVIDIA L4']);
    expect(second.split(/ {2,}/)).toEqual(['cuda:1', '150.8 GB', '150.8 GB', used, 'NVIDIA H200']);
    expect(cpu).toMatch(/^cpu +\d+\.\d GB +\d+\.\d GB +\d+ % .* \d+ threads$/);
  });

  it('is an array with --json', async () => {
    const { stdout } = await longhand(home.path, ['devices', '--json'], env).outcome;
    expect(JSON.parse(stdout)).toMatchObject([
      { device: 'cuda:0', memory: { total: 23_034 * 2 ** 20 }, load: 0.07, temperature: 41 },
      { device: 'cuda:1', load: null, temperature: null },
      { device: 'cpu', used: !HAS_CUDA },
    ]);
  });
});

describe('a device that is', { timeout: LIMIT }, () => {
  it.each<[string, 'LH_DEVICE_MISSING' | 'LH_OPTION_INVALID', string]>([
    ['cuda:0,cuda:7', 'LH_DEVICE_MISSING', '(cuda:0, cuda:1, cpu), got cuda:7'],
    ['cpu,cpu', 'LH_OPTION_INVALID', '`cpu` twice'],
    ['cuda:0,abacus', 'LH_OPTION_INVALID', '"abacus"'],
  ])('%s is refused with %s', async (devices, code, named) => {
    for (const words of [['worker', 'gpu'], ['up']]) {
      const outcome = await longhand(home.path, [...words, '--devices', devices], env).outcome;
      expectRefusal(outcome, code);
      expect(outcome.stderr).toContain(named);
    }
  });
});

describe.skipIf(HAS_CUDA)('a machine whose card does not work', { timeout: LIMIT }, () => {
  it('serves with its processor, which comes and goes without a new start', async () => {
    const worker = pool('cuda:0,cpu');
    await says(worker, /^cuda:0 has left the pool, and is looked for again: LH_DEVICE_MISSING: /);
    await says(worker, /^Ready: serving gpu\.base, cpu\.base in default at /);
    // No engine can start without its graphs, which cannot be built where a file is in their place.
    const graphs = join(home.path, 'graphs');
    await rename(graphs, `${graphs}.away`);
    await writeFile(graphs, '');
    kill(await workerOnCpu());
    await says(worker, /^cpu has lost its worker \(SIGKILL\); another is started$/);
    await says(worker, /^cpu has left the pool, and is looked for again: LH_[A-Z_]+: /);
    await says(worker, /^No device is left; each is looked for again$/);
    await rename(`${graphs}.away`, graphs);
    await says(worker, /^cpu is back in the pool$/);
    await says(worker, /^Ready: /, 2);
    worker.process.kill('SIGTERM');
    const { status, stderr } = await worker.outcome;
    expect(status, stderr).toBe(0);
    // The SDK's own log may come between them.
    expect(stderr).toMatch(
      /\nEnding: finishing what runs\n(.*\[WARN\] No workflows registered.*\n)?Ended\n$/,
    );
    await expectNothingLeft(home.path);
  });

  it('is served no further where nothing else is left, nor when the command is killed', async () => {
    const { status, stderr } = await pool('cuda:0,cuda:1').outcome;
    expect(stderr).toMatch(/\nLH_DEVICE_MISSING: Expected to compute on cuda:0, .*\n$/);
    expect(status).toBe(ERRORS.LH_DEVICE_MISSING.exit);
    await expectNothingLeft(home.path);
    const worker = pool('cuda:0,cpu');
    await says(worker, /^cpu is ready$/);
    worker.process.kill('SIGKILL');
    await expectNothingLeft(home.path);
  });

  it('transcribes on its processor, also where the worker there is killed meanwhile', async () => {
    const up = await standing(home.path, ['--devices', 'cuda:0,cpu'], env);
    expect(up.stderr()).toMatch(/^cuda:0 has left the pool, and is looked for again: LH_DEVICE_MISSING: /m);
    const other = await longhand(home.path, ['up', '--devices', 'cpu'], env).outcome;
    expectRefusal(other, 'LH_OPTION_INVALID');
    expect(other.stderr).toContain('`devices` to be cuda:0,cpu');

    const [precision] = precisionsOf('cpu');
    const out = join(home.path, 'out');
    const args = ['transcribe', jfk, '--ladder', `${precision}@cpu`, '--out', out, '--formats', 'txt,report'];
    // It holds what it is given, and does nothing of it until it dies.
    const first = await workerOnCpu();
    process.kill(first, 'SIGSTOP');
    const command = longhand(home.path, args, env);
    const isPlanned = async () =>
      (await readdir(join(home.path, 'store', 'plans')).catch(() => [])).length > 0;
    await until(isPlanned, () => `Expected a chunk to be planned, got: ${command.stderr()}`);
    kill(first);
    const { status, stderr } = await command.outcome;
    expect(status, stderr).toBe(0);
    await says(up, /^cpu has lost its worker \(SIGKILL\); another is started$/);
    const { chunks } = await reportOf(jfk, out);
    const runs = chunks.flatMap(({ tries }) => tries.map(({ queue, run }) => [queue, run?.worker]));
    expect(runs).toEqual([['cpu.base', expect.stringContaining(` ${await workerOnCpu()}@`) as string]]);
    const text = await readFile(join(out, 'jfk.txt'), 'utf8');
    expect(text.replaceAll('\n', ' ')).toContain(WORDS);
    expect((await interrupt(up)).status).toBe(0);
    await expectNothingLeft(home.path);
  });
});
