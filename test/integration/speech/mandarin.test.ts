/** Recordings in Mandarin before and after the post-processing. */
import { basename, join, parse } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Transcript } from '../../../workflows/contract.ts';
import { heardIn } from '../../../workflows/text/script/characters.ts';
import { beforeAndAfter, sumOf, tableOf, type Changed } from '../../support/before-after.ts';
import { longhand } from '../../support/longhand.ts';
import { clipsOf, pathOf, type Clip } from '../../support/manifest.ts';
import { rawTextOf, textOf, transcriptOf } from '../../support/outputs.ts';
import { StandingHome } from '../cli/standing-home.ts';

const LIMIT = 240_000;
/** Numbers in characters, none of them one of the clips': the model writes numbers in the manner of its prompt. */
const IN_CHARACTERS =
  '二零二四年一月八日上午九点四十分，百分之六点二，五千六百七十八万元，密码是三五八一六零。';

const mandarin = (kind: Clip['kind']): Clip[] => clipsOf(kind).filter(({ language }) => language === 'zh');
const named = (prefix: string): Clip[] =>
  mandarin('speech').filter(({ file }) => basename(file).startsWith(prefix));
const numbers = mandarin('numbers');
const groups = [
  { name: 'AISHELL-3', clips: named('aishell3') },
  { name: 'phone prompts', clips: named('freeswitch') },
  { name: 'synthetic', clips: named('kokoro') },
  { name: 'numbers', clips: numbers },
];
const all = groups.flatMap(({ clips }) => clips);

const home = new StandingHome();
let asHeard: ReadonlyMap<Clip, Transcript>;
let inCharacters: ReadonlyMap<Clip, Transcript>;
let taiwanese: ReadonlyMap<Clip, Transcript>;

beforeAll(async () => {
  asHeard = await transcribe('as-heard', all);
  inCharacters = await transcribe('in-characters', numbers, '--prompt', IN_CHARACTERS);
  const folder = 'taiwanese';
  for (const { clips } of groups) await reprocess(folder, clips);
  taiwanese = await transcriptsOf(folder, all);
  process.stdout.write(`${tableOf(rows())}\n`);
}, LIMIT);

async function transcribe(
  name: string,
  clips: readonly Clip[],
  ...options: string[]
): Promise<Map<Clip, Transcript>> {
  const steps = ['--script', 'cn', '--punctuation', 'language', '--numbers'];
  const given = ['transcribe', ...clips.map(pathOf), '--language', 'zh', ...steps, ...options];
  await run([...given, '--formats', 'json', '--out', home.path(name)]);
  return transcriptsOf(name, clips);
}

/** The transcripts of `as-heard` in the script of Taiwan, from their json. */
async function reprocess(name: string, clips: readonly Clip[]): Promise<void> {
  const to = ['--script', 'tw', '--punctuation', 'full', '--numbers', '--formats', 'json'];
  const reprocessed = clips.map(({ file }) => {
    const json = join(home.path('as-heard'), `${parse(file).name}.json`);
    return run(['reprocess', json, ...to, '--out', home.path(name)]);
  });
  await Promise.all(reprocessed);
}

async function run(args: readonly string[]): Promise<void> {
  const { status, stderr } = await longhand(home.folder, args).outcome;
  expect(status, stderr).toBe(0);
}

async function transcriptsOf(folder: string, clips: readonly Clip[]): Promise<Map<Clip, Transcript>> {
  const entries = clips.map(
    async (clip) => [clip, await transcriptOf(clip.file, home.path(folder))] as const,
  );
  return new Map(await Promise.all(entries));
}

const changedIn = (transcripts: ReadonlyMap<Clip, Transcript>, clips: readonly Clip[]): Changed[] =>
  clips.map((clip) => beforeAndAfter(clip, transcripts.get(clip)!));

const rows = () => [
  ...groups.map(({ name, clips }) => ({ name, changed: changedIn(asHeard, clips) })),
  { name: 'numbers, in characters', changed: changedIn(inCharacters, numbers) },
];

const explain = (changed: readonly Changed[]): string =>
  changed.map(({ clip, raw, text }) => `${clip.file}\n  ${raw}\n  ${text}`).join('\n');

describe('a recording in Mandarin', () => {
  it.each(all)('is in simplified characters throughout: $file', (clip) => {
    const { simplified, traditional } = heardIn(textOf(asHeard.get(clip)!));
    expect(simplified).toBeGreaterThan(0);
    expect(traditional).toBe(0);
  });

  it.each(all)('is in traditional characters throughout once reprocessed: $file', (clip) => {
    const { simplified, traditional } = heardIn(textOf(taiwanese.get(clip)!));
    expect(traditional).toBeGreaterThan(0);
    expect(simplified).toBe(0);
  });

  it.each(all)('keeps what the model wrote: $file', (clip) => {
    const { segments, dropped } = asHeard.get(clip)!;
    expect(dropped).toEqual([]);
    expect(segments.length).toBeGreaterThan(0);
    expect(rawTextOf(taiwanese.get(clip)!)).toBe(rawTextOf(asHeard.get(clip)!));
  });
});

describe('the errors of recordings in Mandarin', () => {
  it.each(groups)('are not more in simplified characters: $name', ({ clips }) => {
    const changed = changedIn(asHeard, clips);
    const { before, after } = sumOf(changed);
    expect(after, explain(changed)).toBeLessThanOrEqual(before);
  });

  it.each(groups)('are not more in traditional characters: $name', ({ clips }) => {
    const changed = clips.map((clip) => beforeAndAfter(clip, taiwanese.get(clip)!, 'traditional'));
    const { before, after } = sumOf(changed);
    expect(after, explain(changed)).toBeLessThanOrEqual(before);
  });
});

describe('numbers that are spoken', () => {
  it.each(numbers)('stay where the model wrote figures: $file', (clip) => {
    const { before, after, raw, text } = beforeAndAfter(clip, asHeard.get(clip)!);
    expect(raw).toMatch(/\d/);
    expect(after, text).toBeLessThanOrEqual(before);
    expect(text.match(/\d+/g)).toEqual(raw.match(/\d+/g));
  });

  it('have fewer errors in each recording where the model wrote characters', () => {
    const written = changedIn(inCharacters, numbers).filter(({ raw }) => !/\d/.test(raw));
    expect(written.length).toBeGreaterThanOrEqual(2);
    for (const { before, after, text } of written) {
      expect(after, text).toBeLessThan(before);
      expect(text).toMatch(/\d/);
    }
  });

  it.each(numbers)('have no more errors where it may have written either: $file', (clip) => {
    const { before, after, text } = beforeAndAfter(clip, inCharacters.get(clip)!);
    expect(after, text).toBeLessThanOrEqual(before);
  });
});
