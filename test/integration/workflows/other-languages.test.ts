import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA_QUEUE, type Transcript, type TranscriptionRequest } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import {
  EXAMPLES,
  FETCH_LIMIT,
  goExample,
  outputOf,
  pythonSdk,
  type ForeignSdk,
} from '../../support/foreign-sdk.ts';
import { schemaErrors } from '../../support/schema.ts';
import { Stand, type Around } from './stand.ts';

const LIMIT = 90_000;

/** Other languages' SDKs are fetched, and Go's compiled, on demand: `npm run test:languages`. */
const isWanted = process.env.LONGHAND_TEST_LANGUAGES !== undefined;
const GO = isWanted ? await goExample() : null;
const PYTHON = isWanted ? await pythonSdk() : null;

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.start();
}, FETCH_LIMIT);
afterAll(() => stand[Symbol.asyncDispose]());

/** Starts the workflow by its name with plain data, as any of Temporal's clients does, and waits for its end. */
const byName = (workflowId: string, ...args: unknown[]): Promise<unknown> =>
  stand.bench.client.workflow.execute('transcription', { workflowId, taskQueue: MEDIA_QUEUE, args });

describe('a workflow that is started by its name with plain data', { timeout: LIMIT }, () => {
  it('gives what the published schema says, and is listed, processed anew and deleted as any other', () =>
    stand.with(async () => {
      const path = await stand.source();
      const asked = {
        source: { uri: pathToFileURL(path).href },
        options: { formats: ['txt'] },
        tenant: 'acme',
      };
      expect(schemaErrors('request-1', asked)).toEqual([]);
      const result = await byName('order-1', asked);
      expect(schemaErrors('result-1', result)).toEqual([]);
      expect(schemaErrors('result-1', { ...(result as object), text: 'said' })).not.toEqual([]);

      const transcription = stand.longhand.get('order-1');
      const text = await transcription.read('txt');
      expect(text.trim().split(/\s+/).sort()).toEqual([...stand.asked].sort());
      expect(await transcription.describe()).toMatchObject({
        ...{ name: 'source-1.wav', model: 'base', tenant: 'acme', status: 'completed' },
      });
      const reprocessed = await stand.longhand.reprocess('order-1', { text: [], formats: ['txt'] });
      expect(await reprocessed.read('txt')).toBe(text);

      // The same bytes asked for by Longhand's own client need no device.
      const heard = stand.asked.length;
      const own = await stand.longhand.transcribe(path, { formats: ['txt'] });
      expect(await own.read('txt')).toBe(text);
      expect(stand.asked).toHaveLength(heard);
      for (const { id } of [transcription, reprocessed, own]) await stand.longhand.delete(id);
      for await (const { key } of stand.store.list('')) expect(key).toBe('nothing');
    }));

  it('is done again and processed anew with what the worker decided, whatever this build would', async () => {
    const path = await stand.source();
    let heard = 0;
    // A worker of another build decides otherwise; the device has no memory for the first chunk.
    const around: Around = async (name, run) => {
      if (name === 'transcribe' && ++heard === 1) throw new LonghandError('LH_OUT_OF_MEMORY', 'Too little');
      const given = await run();
      if (name !== 'decide') return given;
      const request = given as TranscriptionRequest;
      return { ...request, options: { ...request.options, hotwords: 'Asterisk' } };
    };
    await stand.with(async () => {
      const asked = {
        source: { uri: pathToFileURL(path).href },
        options: { formats: ['json'], ladder: ['int8'] },
      };
      expect(await byName('order-8', asked)).toMatchObject({ gaps: 1 });
      const anew = await stand.longhand.reprocess('order-8', { text: [], formats: ['json'] });
      const again = await stand.longhand.get('order-8').retryGaps();
      expect(await again.result()).toMatchObject({ gaps: 0 });
      for (const one of [anew, again]) {
        const { options } = JSON.parse(await one.read('json')) as Transcript;
        expect(options.hotwords).toBe('Asterisk');
      }
    }, around);
  });

  it.each([
    ['order-2', [{ source: { path: '/talk.mp3' } }], 'LH_OPTION_INVALID'],
    ['order-3', [], 'LH_OPTION_INVALID'],
    ['order-4', ['talk.mp3'], 'LH_OPTION_INVALID'],
    ['order-5', [{ source: { uri: 'file:///no/such.mp3' } }], 'LH_SOURCE_MISSING'],
    ['order-6', [{ source: { uri: 'file:///a.mp3' }, options: { model: 'none' } }], 'LH_MODEL_UNKNOWN'],
    ['Order 7', [{ source: { uri: 'file:///a.mp3' } }], 'LH_OPTION_INVALID'],
  ])('%s %j fails with its code', (workflowId, args, code) =>
    stand.with(async () => {
      await expect(byName(workflowId, ...args)).rejects.toMatchObject({ cause: { cause: { type: code } } });
    }),
  );
});

describe.each<[string, ForeignSdk | null, readonly string[]]>([
  ['Python', PYTHON, [join(EXAMPLES, 'python/transcribe.py')]],
  ['Go', GO, []],
])('the example in %s', (language, sdk, script) => {
  it.skipIf(sdk === null || 'missing' in sdk)(
    'prints where the text is, the same each time',
    { timeout: LIMIT },
    () =>
      stand.with(async () => {
        const path = await stand.source();
        const args = [...script, path, `from-${language.toLowerCase()}`];
        const program = (sdk as { path: string }).path;
        const env = { LONGHAND_ADDRESS: stand.bench.server.address };
        const begun = stand.asked.length;
        const stdout = await outputOf(program, args, env, LIMIT / 3);
        const places = Object.fromEntries(
          stdout
            .trim()
            .split('\n')
            .map((line) => line.split(' ')),
        ) as Record<string, string>;
        expect(Object.keys(places).sort()).toEqual(['json', 'txt']);
        const text = await readFile(fileURLToPath(places.txt ?? ''), 'utf8');
        expect(text.trim().split(/\s+/).sort()).toEqual(stand.asked.slice(begun).sort());

        await rm(path);
        expect(await outputOf(program, args, env, LIMIT / 3)).toBe(stdout);
      }),
  );
});
