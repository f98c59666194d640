import type { Device } from '../../models/whisper/device.ts';
import { LonghandError } from '../../workflows/errors.ts';
import type { CeilingSettings } from './ceiling.ts';

/** The thresholds of a governor. Shares are of 1, times in milliseconds. */
export interface GovernorSettings {
  readonly every: number;
  readonly high: number;
  readonly calm: number;
  readonly grow: number;
  readonly free: number;
  readonly maintenance: number;
  readonly jitter: number;
  readonly busy: number;
  readonly idle: number;
  readonly busyFor: number;
  readonly idleFor: number;
  /** Null where it is not named: then a card has the standard, and a processor none. */
  readonly slow: number | null;
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
  busy: share('10%', '99%', '80%', 'load of a card above which it is busy'),
  idle: share('5%', '98%', '60%', 'load of a card below which it is idle; below `busy`'),
  busyFor: time('5s', '1h', '1m', 'of being busy after which a precision more is left to lower rungs'),
  idleFor: time('1m', '1d', '10m', 'of being idle after which one less is'),
  slow: time(
    '1s',
    '10m',
    '10s',
    'that 99 % of chunks take at most, or a card is busy; a CPU where it is set',
  ),
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
    slow: read.get('slow') ?? null,
  } as unknown as GovernorSettings;
  for (const [low, high] of [
    ['calm', 'high'],
    ['idle', 'busy'],
  ] as const) {
    if (settings[low] < settings[high]) continue;
    const shown = ([low, high] as const).map((name) => `${name}=${Math.round(100 * settings[name])}%`);
    throw invalid(place, `${low} to be below ${high}, got ${shown.join(' and ')}`);
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

/** When a device is busy: a card by its load as well, which of a processor is no sign of anything. */
export function ceilingSettings(settings: GovernorSettings, device: Device): CeilingSettings {
  const isCard = device !== 'cpu';
  const { busy, idle, busyFor, idleFor } = settings;
  const slow = settings.slow ?? (isCard ? measure(THRESHOLDS.slow.standard, 'time') : null);
  return {
    busyLoad: isCard ? busy : 1,
    calmLoad: isCard ? idle : Infinity,
    slowChunk: slow === null ? null : slow / 1000,
    busyFor: busyFor / 1000,
    calmFor: idleFor / 1000,
  };
}

/** A share of 1, or milliseconds; NaN for any other text. */
function measure(text: string, unit: Row['unit']): number {
  const [, number, suffix = ''] = UNITS[unit].pattern.exec(text) ?? [];
  return unit === 'share' ? Number(number) / 100 : Number(number) * (MILLISECONDS[suffix] ?? NaN);
}

const invalid = (place: string, what: string): LonghandError =>
  new LonghandError('LH_OPTION_INVALID', `Expected of ${place} ${what}`);
