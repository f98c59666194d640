import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ceilingSettings, parseGovernor, THRESHOLDS } from '../../../../workers/governor/settings.ts';
import { ROOT } from '../../../support/root.ts';

const message = (text: string, place?: string): string => {
  try {
    parseGovernor(text, place);
    return 'nothing';
  } catch (error) {
    expect(error).toMatchObject({ code: 'LH_OPTION_INVALID' });
    return (error as Error).message;
  }
};

describe('the settings of a governor', () => {
  it('are the documented ones where nothing is said', () => {
    expect(parseGovernor('')).toEqual({
      every: 5000,
      high: 0.8,
      calm: 0.7,
      grow: 60_000,
      free: 0.2,
      maintenance: 86_400_000,
      jitter: 0.1,
      busy: 0.8,
      idle: 0.6,
      busyFor: 60_000,
      idleFor: 600_000,
      slow: null,
      dryRun: false,
    });
  });

  it('are read from names and values with their units', () => {
    const read = parseGovernor('every=10s, high=75.5%,calm=50%,grow=2m,maintenance=7d,jitter=0%');
    expect(read).toMatchObject({ every: 10_000, grow: 120_000, maintenance: 604_800_000, jitter: 0 });
    expect([read.high, read.calm]).toEqual([expect.closeTo(0.755), 0.5]);
  });

  it.each(['dry-run', 'dryRun=true', 'high=75%,dry-run'])('%s only says what would be done', (text) => {
    expect(parseGovernor(text).dryRun).toBe(true);
  });

  it.each([
    [
      'hihg=80%',
      'Expected of --governor settings among every, high, calm, grow, free, maintenance, jitter, busy, idle, busyFor, idleFor, slow, dryRun as name=value, got "hihg"',
    ],
    ['high', 'Expected of --governor high to be a share from 10% to 99%, got ""'],
    ['high=0.8', 'Expected of --governor high to be a share from 10% to 99%, got "0.8"'],
    ['high=100%', 'Expected of --governor high to be a share from 10% to 99%, got "100%"'],
    ['every=5', 'Expected of --governor every to be a time from 1s to 5m, got "5"'],
    ['every=-5s', 'Expected of --governor every to be a time from 1s to 5m, got "-5s"'],
    ['maintenance=31d', 'Expected of --governor maintenance to be a time from 10m to 30d, got "31d"'],
    ['dryRun=yes', 'Expected of --governor dryRun to be true or false, got "yes"'],
    ['calm=80%', 'Expected of --governor calm to be below high, got calm=80% and high=80%'],
    ['idle=90%', 'Expected of --governor idle to be below busy, got idle=90% and busy=80%'],
    ['free=5%,free=6%', 'Expected of --governor each setting once, got free twice'],
    [
      'constructor=1',
      'Expected of --governor settings among every, high, calm, grow, free, maintenance, jitter, busy, idle, busyFor, idleFor, slow, dryRun as name=value, got "constructor"',
    ],
  ])('are refused where they are wrong: %s', (text, expected) => {
    expect(message(text)).toBe(expected);
  });

  it('tell when a card is busy by its load and its chunks, and a processor by its chunks where that is asked for', () => {
    expect(ceilingSettings(parseGovernor(''), 'cuda:0')).toEqual({
      ...{ busyLoad: 0.8, calmLoad: 0.6, slowChunk: 10 },
      ...{ busyFor: 60, calmFor: 600 },
    });
    expect(ceilingSettings(parseGovernor(''), 'cpu')).toMatchObject({ busyLoad: 1, slowChunk: null });
    expect(ceilingSettings(parseGovernor('slow=30s'), 'cpu').slowChunk).toBe(30);
  });

  it('are refused with the place where they stand', () => {
    expect(message('every=0s', 'LONGHAND_GOVERNOR')).toMatch(/^Expected of LONGHAND_GOVERNOR every to be/);
  });

  it('stand in docs/tuning.md, each with its range and what it is at first', () => {
    const page = readFileSync(join(ROOT, 'docs/tuning.md'), 'utf8');
    const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    for (const [name, { least, most, standard, meaning }] of Object.entries(THRESHOLDS)) {
      const row = rows.find((cells) => cells[1] === `\`${name}\``);
      expect(row?.slice(2, 5)).toEqual([`\`${standard}\``, `\`${least}\` to \`${most}\``, meaning]);
    }
  });
});
