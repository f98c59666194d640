/** The figures, health and logs of the real parts at work. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exposition } from '../../../client/cli/stats/exposition.ts';
import type { DeviceStats, TotalStats } from '../../../client/cli/stats/summarise.ts';
import { FIGURES, shownName, type FigureName } from '../../../workflows/figures.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longhand, type Command, type Outcome } from '../../support/longhand.ts';
import { CLOSED, freePort } from '../../support/ports.ts';
import { findPart, PARTS, processesOf, whileStopped } from '../../support/processes.ts';
import { addressOf, standing } from '../../support/up.ts';
import { until } from '../../support/until.ts';
import { audio, expectNothingLeft, expectRefusal, interrupt } from '../cli/command.ts';
import { limitMemory } from '../engine/bench.ts';

const LIMIT = 120_000;
const CLIP = audio('en/asterisk_demo-echotest.opus');
/** Seconds, rounded up. */
const DURATION = 30;

interface Stats extends TotalStats {
  readonly workers: readonly string[];
  readonly devices: readonly DeviceStats[];
}

let home: TestHome;
let up: Command;
let texts = '';
/** Seconds that the first transcription took. */
let wall = 0;
let media = '';
let gpu = '';

beforeAll(async () => {
  home = await testHome();
  up = await standing(home.path, [], { LONGHAND_LOG: 'json', LONGHAND_LOG_SAMPLE: '1' });
  const first = await succeed('transcribe', CLIP);
  texts = first.stdout;
  wall = first.took / 1000;
  // Another request for the same audio finds its chunks.
  await succeed('transcribe', CLIP, '--no-guards');
  await run('transcribe', audio('broken/text.mp3'));
  const { workers, devices } = await stats();
  gpu = devices[0]?.worker ?? '';
  media = workers.find((url) => url !== gpu) ?? '';
}, LIMIT);
afterAll(async () => {
  expect((await interrupt(up)).status).toBe(0);
  await expectNothingLeft(home.path);
  await home[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<Outcome> => longhand(home.path, args).outcome;
async function succeed(...args: string[]): Promise<Outcome> {
  const outcome = await run(...args);
  expect(outcome.status, outcome.stderr).toBe(0);
  return outcome;
}
const stats = async (...urls: string[]): Promise<Stats> =>
  JSON.parse((await succeed('stats', '--json', ...urls)).stdout) as Stats;

const get = async (url: string): Promise<[status: number, text: string]> => {
  const response = await fetch(url);
  return [response.status, (await response.text()).trim()];
};

describe('the figures', { timeout: LIMIT }, () => {
  it('of a device are there, and plausible', async () => {
    const { devices } = await stats();
    expect(devices).toHaveLength(1);
    const [device] = devices as [DeviceStats];
    const { transcribed, found, chunk, realTimeFactor, batchEfficiency } = device;
    expect(device).toMatchObject({ worker: gpu, device: 'cpu', outOfMemory: 0, errors: 0 });
    expect(transcribed).toBeGreaterThan(0);
    expect(found).toBe(transcribed);
    for (const { p50, p95, p99 } of [chunk, device.queueWait]) {
      expect(p50).toBeGreaterThan(0);
      expect(p95).toBeGreaterThanOrEqual(p50!);
      expect(p99).toBeGreaterThanOrEqual(p95!);
    }
    const { mean, p50, p95 } = realTimeFactor;
    expect(mean).toBeGreaterThan(0.001);
    expect(p50).toBeGreaterThan(0.001);
    expect(p95).toBeGreaterThanOrEqual(p50!);
    // A chunk of one second may take what one of thirty does.
    expect(p50).toBeLessThan(30 * mean!);
    expect(batchEfficiency).toBeGreaterThan(0);
    expect(batchEfficiency).toBeLessThanOrEqual(1);
    // Whisper base in 8 bits, once for each engine.
    expect(device.memoryPeak).toBeGreaterThan(device.engines * 1e8);
    expect(device.memoryPeak).toBeLessThan(device.engines * 2e9);
  });

  it('of what went wrong are there by code', async () => {
    const { errors, gaps, falls } = await stats();
    expect(errors).toEqual({ LH_AUDIO_UNREADABLE: 1 });
    expect([gaps, falls]).toEqual([0, 0]);
  });

  it("are shown by the endpoint with their meaning, beside Temporal's own", async () => {
    const shown = (await Promise.all([media, gpu].map((url) => get(`${url}/metrics`)))).join('\n');
    const unseen = [
      ...['longhand_retries', 'longhand_downloads', 'longhand_download'],
      ...['longhand_engine_ends', 'longhand_decisions'],
    ];
    for (const name of Object.keys(FIGURES) as FigureName[]) {
      if (unseen.includes(name) || name === 'longhand_falls' || name === 'longhand_gaps') continue;
      expect(shown).toContain(`# HELP ${shownName(name)} ${FIGURES[name].meaning}`);
      expect(shown).toContain(`# TYPE ${shownName(name)} ${FIGURES[name].kind}`);
    }
    for (const stage of ['ingest', 'transcribe']) {
      expect(shown).toMatch(new RegExp(`stage_duration_seconds_count{.*stage="${stage}".*} 2`));
    }
    expect(shown).toMatch(/text_time_ratio_count{.*} 2/);
    expect(shown).toContain('temporal_workflow_task_execution_latency_seconds_bucket');
    // The speech of the clip, once.
    const speech = Number(/longhand_chunk_audio_seconds_sum\{.*\} (\S+)/.exec(shown)?.[1]);
    expect(speech).toBeGreaterThan(DURATION / 3);
    expect(speech).toBeLessThanOrEqual(DURATION);
  });

  it('resolve what the table of figures wants them to', async () => {
    const shown = new Exposition(
      (await Promise.all([media, gpu].map((url) => get(`${url}/metrics`)))).join('\n'),
    );
    for (const [name, { buckets, kind }] of Object.entries(FIGURES)) {
      if (kind !== 'histogram') continue;
      const bounds = shown.buckets(shownName(name as FigureName)).map(({ bound }) => bound);
      expect(bounds, name).toEqual([...buckets, Infinity]);
    }
  });

  it('of batches, of work and of speech fit together', async () => {
    const [, text] = await get(`${gpu}/metrics`);
    const shown = new Exposition(text);
    const sum = (name: string) => shown.sum(`longhand_${name}`);
    const [transcribed, batches] = [sum('chunk_audio_seconds_count'), sum('batch_size_count')];
    expect(sum('batch_size_sum')).toBeGreaterThanOrEqual(transcribed);
    // Six windows for each batch of an engine on a processor.
    expect(sum('batch_room_total')).toBe(6 * batches);
    expect(sum('chunk_real_time_factor_count')).toBe(transcribed);
    // Engines at work no longer than the transcription took.
    expect(sum('batch_duration_seconds_sum')).toBeLessThan(sum('engines') * wall);
    // All that was spoken is one chunk.
    expect(transcribed).toBe(1);
    const work = sum('chunk_real_time_factor_sum') * sum('engines') * sum('chunk_audio_seconds_sum');
    expect(work).toBeCloseTo(sum('batch_duration_seconds_sum'), 3);
  });

  it('have no label that names a transcription', async () => {
    for (const url of [media, gpu]) {
      const [, text] = await get(`${url}/metrics`);
      expect(text).not.toContain('asterisk');
    }
  });

  it('are a table for people, of the workers that are named as well', async () => {
    const { stdout } = await succeed('stats', new URL(gpu).host);
    expect(stdout).toMatch(
      /^DEVICE +CHUNKS +CACHED .*\ncpu +\d+ +\d+ .* MB .*\nfalls 0 · gaps 0 · .*\ntext steps /,
    );
  });
});

describe('the endpoint', { timeout: LIMIT }, () => {
  it('says that the worker is well, and ready', async () => {
    for (const url of [media, gpu]) {
      expect(await get(`${url}/healthz`)).toEqual([200, 'ok']);
      expect(await get(`${url}/readyz`)).toEqual([200, 'ok']);
    }
    expect((await get(`${gpu}/elsewhere`))[0]).toBe(404);
  });

  it('says that it is not ready while the server is away, and well all the same', async () => {
    await whileStopped(await findPart(home.path, 'server'), async () => {
      expect(await get(`${gpu}/readyz`)).toEqual([503, 'The Temporal server does not answer']);
      expect(await get(`${gpu}/healthz`)).toEqual([200, 'ok']);
    });
    await until(async () => (await get(`${gpu}/readyz`))[0] === 200, 'Expected it to be ready again');
  });

  it('of a worker that waits for its server says so', async () => {
    const port = await freePort();
    const worker = longhand(home.path, ['worker', 'media', '--address', CLOSED], {
      LONGHAND_METRICS: String(port),
    });
    const url = `http://127.0.0.1:${port}`;
    await until(() => worker.stderr().includes(`health at ${url}`), worker.stderr);
    expect(await get(`${url}/readyz`)).toEqual([503, 'The worker is starting']);
    expect(await get(`${url}/healthz`)).toEqual([200, 'ok']);
    expect((await interrupt(worker)).status).toBe(0);
  });

  it('where nobody is, is LH_ENDPOINT_AWAY', async () => {
    expectRefusal(await run('stats', CLOSED), 'LH_ENDPOINT_AWAY');
  });
});

it('a worker pushes its figures to a collector where it is told of one', { timeout: LIMIT }, async () => {
  const pushed: string[] = [];
  await using collector = createServer((request, response) => {
    request.setEncoding('latin1').on('data', (text: string) => pushed.push(`${request.url} ${text}`));
    request.once('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const worker = longhand(home.path, ['worker', 'media', '--address', addressOf(up)], {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  await until(() => pushed.some((text) => /^\/v1\/metrics .*temporal_/s.test(text)), worker.stderr);
  expect((await interrupt(worker)).status).toBe(0);
});

describe('a worker is not started', { timeout: LIMIT }, () => {
  const worker = (env: NodeJS.ProcessEnv): Promise<Outcome> =>
    longhand(home.path, ['worker', 'media', '--address', CLOSED], env).outcome;

  it.each([
    [{ LONGHAND_METRICS: 'here' }, '`metrics`'],
    [{ LONGHAND_METRICS: '192.0.2.1:9464' }, '`metrics`'],
    [{ LONGHAND_LOG: 'xml' }, '`LONGHAND_LOG`'],
  ])('with %j, and names it', async (env, name) => {
    const outcome = await worker(env);
    expectRefusal(outcome, 'LH_OPTION_INVALID');
    expect(outcome.stderr).toContain(name);
  });

  it('where another program has its port', async () => {
    expectRefusal(await worker({ LONGHAND_METRICS: new URL(gpu).host }), 'LH_PORT_BUSY');
  });
});

describe('the log', () => {
  const linesOf = async (worker: 'media' | 'gpu'): Promise<Record<string, unknown>[]> => {
    const log = await readFile(join(home.path, 'logs', `${worker}.log`), 'utf8');
    return log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('is a JSON document a line, with the run of each workflow that it names', async () => {
    for (const worker of ['media', 'gpu'] as const) {
      const lines = await linesOf(worker);
      for (const line of lines) {
        expect(line).toMatchObject({
          time: expect.any(String) as string,
          level: expect.any(String) as string,
        });
        if ('workflowId' in line) expect(line.runId).toEqual(expect.any(String));
      }
      expect(lines.some(({ workflowId }) => String(workflowId).startsWith('asterisk-demo-echotest'))).toBe(
        true,
      );
    }
  });

  it('has the chunks of a sampled transcription in detail, and nothing of what was said', async () => {
    const chunks = (await linesOf('gpu')).filter(({ message }) => message === 'Activity in detail');
    expect(chunks[0]).toMatchObject({
      activityType: 'transcribe',
      outcome: 'done',
      found: false,
      device: 'cpu',
    });
    const all = [...chunks, ...(await linesOf('media'))].map((line) => JSON.stringify(line)).join('\n');
    const sentences = texts.split(/[.,\n]/).filter((sentence) => sentence.trim().split(' ').length > 3);
    expect(sentences).not.toEqual([]);
    for (const sentence of sentences) expect(all).not.toContain(sentence.trim());
  });
});

// The last one: what the engines lose here they do not get back.
it('falls and gaps are counted with the code of the cause', { timeout: LIMIT }, async () => {
  const starve = async (): Promise<void> => {
    const engines = (await processesOf(home.path)).filter(({ command }) => PARTS.engine.test(command));
    for (const { pid } of engines) limitMemory(pid, 64e6);
  };
  for (const ladder of ['fp32,int8', 'fp32']) {
    await starve();
    await run('transcribe', CLIP, '--ladder', ladder, '--language', 'en');
  }
  const { falls, gaps, devices } = await stats();
  expect(falls).toBeGreaterThan(0);
  expect(gaps).toBeGreaterThan(0);
  expect(devices[0]?.outOfMemory).toBeGreaterThanOrEqual(falls);
  const [, text] = await get(`${media}/metrics`);
  expect(text).toMatch(/longhand_falls_total\{code="LH_OUT_OF_MEMORY",model="base",.*precision="fp32"/);
  expect(text).toMatch(/longhand_gaps_total\{code="LH_OUT_OF_MEMORY"/);
});
