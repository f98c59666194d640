import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { heldBy } from '../../support/held.ts';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { until } from '../../support/until.ts';
import { addressOf, standing } from '../../support/up.ts';
import { audio, interrupt } from '../cli/command.ts';
import { Collector, TO_THE_ENGINE } from './collector.ts';

const LIMIT = 180_000;

/** In the name of the source, in the options, and in the speech. */
const SECRETS = ['hush-4711', 'Wintermute', 'country'] as const;

it(
  'with keys for the payloads a trace is whole, and holds nothing that they hide',
  { timeout: LIMIT },
  async () => {
    await using home = await testHome();
    await using collector = await Collector.start();
    const env = {
      LONGHAND_PAYLOAD_KEYS: `key-1:${Buffer.alloc(32, 1).toString('base64')}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    };
    const up = await standing(home.path, [], env);
    const talk = join(home.path, 'hush-4711.flac');
    await copyFile(audio('en/jfk.flac'), talk);
    const transcribe = (path: string, ...args: string[]) =>
      longhand(home.path, ['transcribe', path, '--hotwords', 'Wintermute', ...args], env).outcome;

    const heard = await transcribe(talk, '--key', 'quiet-1');
    expect(heard.stderr).not.toContain('LH_');
    expect(heard.stdout).toContain('country');
    const named = (name: string) => collector.named(name).length;
    for (const name of ['Engine:decoding', 'RunActivity:publish', 'RunWorkflow:transcription'])
      await until(() => named(name) === 1, `Expected ${name}`);
    const [decoding] = collector.named('Engine:decoding');
    expect(collector.path(decoding!)).toEqual(TO_THE_ENGINE);

    // Of what fails it says which code, whose message names the source.
    const broken = join(home.path, 'hush-4711.mp3');
    await writeFile(broken, 'no sound in here');
    const failed = await transcribe(broken, '--key', 'quiet-2');
    expect(failed.stderr).toContain('hush-4711');
    await until(() => named('RunWorkflow:transcription') === 2, 'Expected the trace of a failure');

    const held = await heldBy(addressOf(up), 'quiet-1');
    await interrupt(up);
    const received = collector.received.join();
    for (const secret of SECRETS) expect(received).not.toContain(secret);
    const failures = collector.spans.filter(({ attributes }) => 'error.type' in attributes);
    expect(failures).toEqual([
      expect.objectContaining({
        name: 'RunActivity:ingest',
        attributes: expect.objectContaining({ 'error.type': 'LH_AUDIO_UNREADABLE' }) as unknown,
      }),
    ]);
    // The header, which no key encrypts, holds the trace's ID and no more.
    expect(held).toContain('traceparent');
    for (const secret of SECRETS) expect(held).not.toContain(secret);
  },
);
