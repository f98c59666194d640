import { describe, expect, it } from 'vitest';
import { clock, range } from '../../../workflows/clock.ts';
import { SAMPLE_RATE, type TranscriptionOptions } from '../../../workflows/contract.ts';
import {
  chunkSummary,
  ingestSummary,
  publishSummary,
  resolveSummary,
  sectionSummary,
} from '../../../workflows/summaries.ts';
import { PLAIN } from '../../support/options.ts';

describe('clock', () => {
  it.each([
    [0, '00:00'],
    [59.999, '00:59'],
    [60, '01:00'],
    [3599, '59:59'],
    [3600, '1:00:00'],
    [100 * 3600, '100:00:00'],
  ])('shows %d s as %s', (seconds, shown) => {
    expect(clock(seconds * SAMPLE_RATE)).toBe(shown);
  });
});

const spans = [
  [492 * SAMPLE_RATE, 500 * SAMPLE_RATE],
  [501 * SAMPLE_RATE, 521 * SAMPLE_RATE],
] as const;

describe('range', () => {
  it('goes from the first start to the last end', () => {
    expect(range(spans)).toBe('08:12–08:41');
    expect(range([])).toBe('00:00–00:00');
  });
});

describe('the summary', () => {
  const options: TranscriptionOptions = {
    ...PLAIN,
    language: 'auto',
    model: 'base',
    formats: ['json', 'srt'],
    out: null,
  };
  const source = { uri: 'file:///talk.mp3', name: 'talk.mp3', sha256: 'ab' };

  it('of ingest is the file’s name, in one line', () => {
    expect(ingestSummary(source)).toBe('talk.mp3');
    expect(ingestSummary({ ...source, name: 'a\nb.mp3' })).toBe('a b.mp3');
  });

  it('of ingest stays below what the server takes, 400 bytes, whatever the name', () => {
    const shown = ingestSummary({ ...source, name: '𝄞'.repeat(300) });
    expect(Buffer.byteLength(shown)).toBeLessThan(400);
    expect(shown).toMatch(/^𝄞+…$/u);
  });

  it('of resolve is the model, the language, and the precisions where the caller names some', () => {
    expect(resolveSummary(options)).toBe('base · auto');
    expect(resolveSummary({ ...options, language: 'ru', ladder: ['fp16', 'int8'] })).toBe(
      'base · ru · fp16, int8',
    );
  });

  it('of a section counts from 1 and gives its time in the recording', () => {
    const span = [1200 * SAMPLE_RATE, 1800 * SAMPLE_RATE] as const;
    expect(sectionSummary(2, 12, span)).toBe('section 3/12 · 20:00–30:00');
  });

  it('of a chunk gives its number, its time in the recording and the precision', () => {
    expect(chunkSummary({ spans }, 16, 20, 'int8')).toBe('chunk 17/20 · 08:12–08:41 · int8');
  });

  it('of publish names the formats', () => {
    expect(publishSummary(options)).toBe('json, srt');
  });
});
