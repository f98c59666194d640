import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrAttach } from '../../../client/transcription.ts';
import type { TranscriptionResult } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, said, type Scenario } from './fakes.ts';

let bench: Bench;
let folder = '';
beforeAll(async () => {
  bench = await Bench.start();
  folder = await mkdtemp(join(tmpdir(), 'longhand-attach-'));
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Fakes whose outputs are files that are there. */
function publishing(scenario: Scenario = {}) {
  return makeFakes({
    ...scenario,
    overrides: {
      publish: async ({ job, options }) => {
        const paths = options.formats.map((format) => join(folder, `${job}.${format}`));
        await Promise.all(paths.map((path) => writeFile(path, job)));
        return paths.map((path) => pathToFileURL(path).href);
      },
    },
  });
}

async function runIdOf({ handle }: Awaited<ReturnType<typeof startOrAttach>>): Promise<string> {
  return (await handle.describe()).runId;
}

describe('the same request made again', () => {
  it('while it runs is one workflow, also when both begin at once', async () => {
    let go = () => undefined as void;
    const held = new Promise<void>((resolve) => (go = resolve));
    const fakes = publishing({ transcribe: (request) => held.then(() => said(request)) });
    const request = requestOf();
    await bench.with(fakes, async () => {
      const [first, second] = await Promise.all([
        startOrAttach(bench.client, request),
        startOrAttach(bench.client, request),
      ]);
      expect([first.attached, second.attached].sort()).toEqual([false, true]);
      const third = await startOrAttach(bench.client, request);
      expect(third.attached).toBe(true);
      expect(await runIdOf(third)).toBe(await runIdOf(first));
      go();
      const results = await Promise.all([first, second, third].map(({ handle }) => handle.result()));
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
    });
    expect(fakes.requests).toHaveLength(3);
  });

  it('when it is done gives the same result without a run, and runs again when its files are gone', async () => {
    const fakes = publishing();
    const request = requestOf();
    await bench.with(fakes, async () => {
      const first = await startOrAttach(bench.client, request);
      const result = (await first.handle.result()) as TranscriptionResult;
      const runId = await runIdOf(first);

      const again = await startOrAttach(bench.client, request);
      expect(again.attached).toBe(true);
      expect(await again.handle.result()).toEqual(result);
      expect(await runIdOf(again)).toBe(runId);
      expect(fakes.requests).toHaveLength(3);

      await rm(new URL(result.outputs[0]?.uri ?? ''));
      const anew = await startOrAttach(bench.client, request);
      expect(anew.attached).toBe(false);
      const { outputs } = (await anew.handle.result()) as TranscriptionResult;
      expect(outputs).toHaveLength(2);
      expect(await runIdOf(anew)).not.toBe(runId);
    });
  });

  it('after a failure runs again', async () => {
    const fakes = publishing({
      transcribe: (request) => {
        if (fakes.requests.length === 1) throw new LonghandError('LH_ENGINE_INPUT', 'Expected samples');
        return said(request);
      },
    });
    const request = requestOf();
    await bench.with(fakes, async () => {
      const first = await startOrAttach(bench.client, request);
      await expect(first.handle.result()).rejects.toThrow();
      const again = await startOrAttach(bench.client, request);
      expect(again.attached).toBe(false);
      expect(await again.handle.result()).toMatchObject({ segments: 3 });
    });
  });
});
