import type { Errors } from './error-rate.ts';
import type { Clip } from './manifest.ts';

/** What was heard in a clip. */
export interface Heard extends Errors {
  readonly clip: Clip;
  readonly text: string;
  readonly peerErrors: number;
}

/** Units above the peer that are allowed in a language: one, or 0.5 points of the units where that is more. */
const MARGIN = { units: 1, rate: 0.005 };

export interface Comparison extends Errors {
  readonly peerErrors: number;
  readonly allowed: number;
}

/** The most errors in so many units of a language. */
export const allowedErrors = (peerErrors: number, units: number): number =>
  peerErrors + Math.max(MARGIN.units, MARGIN.rate * units);

/** The errors of several clips together. */
export function compare(heard: readonly Heard[]): Comparison {
  const sum = (field: 'errors' | 'units' | 'peerErrors') =>
    heard.reduce((total, one) => total + one[field], 0);
  const [units, peerErrors] = [sum('units'), sum('peerErrors')];
  return {
    errors: sum('errors'),
    units,
    peerErrors,
    allowed: allowedErrors(peerErrors, units),
  };
}

/** One line a language, for people. */
export function tableOf(heard: readonly Heard[]): string {
  const header = ['language', 'files', 'units', 'errors', 'peer', 'allowed'];
  const languages = [...new Set(heard.map(({ clip }) => clip.language))];
  const rows = languages.map((language) => {
    const own = heard.filter(({ clip }) => clip.language === language);
    const { units, errors, peerErrors, allowed } = compare(own);
    return [language, own.length, units, errors, peerErrors, allowed.toFixed(1)];
  });
  return [header, ...rows].map((row) => row.map((cell) => String(cell).padEnd(9)).join('')).join('\n');
}
