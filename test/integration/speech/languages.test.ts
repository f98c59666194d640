import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Transcript } from '../../../workflows/contract.ts';
import { countErrors } from '../../support/error-rate.ts';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { clipsOf, pathOf, referenceOf, type Clip } from '../../support/manifest.ts';
import { transcriptOf, textOf } from '../../support/outputs.ts';
import { compare, tableOf, type Heard } from '../../support/comparison.ts';

const LIMIT = 400_000;
/** Seconds of the clip; some of the formats hold its beginning only. */
const WHOLE_CLIP = 10.5;
const PHRASE = 'not what your country can do for you';

const speech = clipsOf('speech');

describe('all speech of the test audio, its language not told', () => {
  let transcripts: ReadonlyMap<Clip, Transcript>;
  let heard: readonly Heard[];

  beforeAll(async () => {
    transcripts = await transcribeAll(speech);
    heard = [...transcripts].map(([clip, transcript]) => hear(clip, textOf(transcript)));
    process.stdout.write(`${tableOf(heard)}\n`);
  }, LIMIT);

  it.each(speech)('is heard in its language: $file', (clip) => {
    expect(transcripts.get(clip)?.language).toBe(clip.language);
  });

  it.each([...new Set(speech.map(({ language }) => language))])(
    'is heard in %s as well as by the peer',
    (language) => {
      const own = heard.filter((one) => one.clip.language === language);
      const { errors, allowed } = compare(own);
      expect(errors, own.map(explain).join('\n')).toBeLessThanOrEqual(allowed);
    },
  );
});

describe('one clip in many formats', () => {
  const clips = clipsOf('format').filter(({ duration }) => duration > WHOLE_CLIP);
  let texts: ReadonlyMap<string, string>;

  beforeAll(async () => {
    await using home = await testHome();
    const { status, stdout, stderr } = await longhand(home.path, ['transcribe', ...clips.map(pathOf)])
      .outcome;
    expect(status, stderr).toBe(0);
    texts = textsOf(stdout);
  }, LIMIT);

  it.each(clips)('is understood as well as by the peer: $file', (clip) => {
    const text = texts.get(basename(clip.file)) ?? '';
    const { errors, allowed } = compare([hear(clip, text)]);
    expect(errors, text).toBeLessThanOrEqual(allowed);
    expect(text.replaceAll(',', '')).toContain(PHRASE);
  });
});

/** Every clip's json output of one command. */
async function transcribeAll(clips: readonly Clip[]): Promise<Map<Clip, Transcript>> {
  await using home = await testHome();
  const out = join(home.path, 'out');
  const command = longhand(home.path, [
    'transcribe',
    ...clips.map(pathOf),
    '--out',
    out,
    '--formats',
    'json',
  ]);
  const { status, stderr } = await command.outcome;
  expect(status, stderr).toBe(0);
  return new Map(
    await Promise.all(clips.map(async (clip) => [clip, await transcriptOf(clip.file, out)] as const)),
  );
}

function hear(clip: Clip, text: string): Heard {
  const reference = referenceOf(clip);
  const peer = countErrors(clip.peer?.greedy.hypothesis ?? '', reference);
  return { clip, text, ...countErrors(text, reference), peerErrors: peer.errors };
}

function explain({ clip, text, errors, units, peerErrors }: Heard): string {
  return `${clip.file}: ${errors} of ${units} (the peer: ${peerErrors})\n  ${clip.transcript}\n  ${text}`;
}

/** What a command printed for each of several files, by their names. */
function textsOf(stdout: string): Map<string, string> {
  const parts = stdout.split(/^==> (.+) <==$/m).slice(1);
  return new Map(
    parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1] ?? ''] as const] : [])),
  );
}
