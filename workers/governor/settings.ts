import { LonghandError } from '../../workflows/errors.ts';

/** The thresholds of a governor. Shares are of 1, times in milliseconds. */
export interface GovernorSettings {
  readonly every: number;
  readonly high: number;
  readonly calm: number;
  readonly grow: number;
  readonly free: number;
  readonly maintenance: number;
  readonly jitter: number;
  /** Whether it only says what it would do. */
  readonly dryRun: boolean;
}

type Threshold = Exclude<keyof GovernorSettings, 'dryRun'>;

interface Row {
  readonly unit: 'share' | 'time';
  readonly least: string;
  readonly most: string;
  readonly standard: string;
  readonly meaning: string;
}

const share = (least: string, most: string, standard: string, meaning: string): Row => ({
  ...{ unit: 'share', least, most, standard, meaning },
});
const time = (least: string, most: string, standard: string, meaning: string): Row => ({
  ...{ unit: 'time', least, most, standard, meaning },
});

/** What each threshold means, from where to where it goes, and what it is where nothing else is said. */
export const THRESHOLDS: Readonly<Record<Threshold, Row>> = {
  every: time('1s', '5m', '5s', 'between two looks at the device'),
  high: share('10%', '99%', '80%', 'memory in use above which the batch is halved'),
  calm: share('5%', '98%', '70%', 'memory in use up to which it grows again; below `high`'),
  grow: time('5s', '1h', '1m', 'of calm for each window that it grows by'),
  free: share(
    '1%',
    '90%',
    '20%',
    'free memory below which memory is given back, once the batch is at its least',
  ),
  maintenance: time('10m', '30d', '24h', 'between two new starts of each engine'),
  jitter: share('0%', '50%', '10%', 'by which that time varies at random, to both sides'),
};

const UNITS = {
  share: { pattern: /^(\d+(?:\.\d+)?)%$/, like: 'a share' },
  time: { pattern: /^(\d+(?:\.\d+)?)(s|m|h|d)$/, like: 'a time' },
} as const;
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads `name=value` pairs parted by commas, and the word `dry-run` for `dryRun=true`: `every=10s,high=75%,dry-run`.
 * `place` is where they stand, for messages.
 * @throws LH_OPTION_INVALID
 */
export function parseGovernor(text: string, place = '--governor'): GovernorSettings {
  const read = new Map<string, number | boolean>();
  for (const part of text.split(',').map((part) => part.trim())) {
    if (part === '') continue;
    const [name = '', value = ''] = part === 'dry-run' ? ['dryRun', 'true'] : part.split(/=(.*)/s);
    if (read.has(name)) throw invalid(place, `each setting once, got ${name} twice`);
    read.set(name, parseValue(name, value, place));
  }
  const standard = Object.entries(THRESHOLDS).map(([name, row]) => [name, measure(row.standard, row.unit)]);
  const settings = {
    dryRun: false,
    ...Object.fromEntries(standard),
    ...Object.fromEntries(read),
  } as unknown as GovernorSettings;
  if (settings.calm >= settings.high) {
    const [calm, high] = [settings.calm, settings.high].map((value) => `${Math.round(100 * value)}%`);
    throw invalid(place, `calm to be below high, got calm=${calm} and high=${high}`);
  }
  return settings;
}

function parseValue(name: string, value: string, place: string): number | boolean {
  if (name === 'dryRun') {
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalid(place, `dryRun to be true or false, got ${JSON.stringify(value)}`);
  }
  if (!Object.hasOwn(THRESHOLDS, name)) {
    const names = [...Object.keys(THRESHOLDS), 'dryRun'].join(', ');
    throw invalid(place, `settings among ${names} as name=value, got ${JSON.stringify(name)}`);
  }
  const { unit, least, most } = THRESHOLDS[name as Threshold];
  const number = measure(value, unit);
  if (number >= measure(least, unit) && number <= measure(most, unit)) return number;
  const { like } = UNITS[unit];
  throw invalid(place, `${name} to be ${like} from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

/** A share of 1, or milliseconds; NaN for any other text. */
function measure(text: string, unit: Row['unit']): number {
  const [, number, suffix = ''] = UNITS[unit].pattern.exec(text) ?? [];
  return unit === 'share' ? Number(number) / 100 : Number(number) * (MILLISECONDS[suffix] ?? NaN);
}

const invalid = (place: string, what: string): LonghandError =>
  new LonghandError('LH_OPTION_INVALID', `Expected of ${place} ${what}`);
