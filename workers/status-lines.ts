import type { Report } from './status.ts';

/** Tenths of a fetch that get a line each. */
const STEPS = 10;

/** Turns what a worker tells into plain lines: notices as they are, its endpoint, fetches every tenth, `say` called for each. */
export function statusLines(say: (line: string) => void): Report {
  const steps = new Map<string, number>();
  return (status) => {
    if (status.type === 'notice') say(status.text);
    if (status.type === 'endpoint') say(`Figures and health at ${status.url}`);
    if (status.type !== 'fetch') return;
    const { name, done, total } = status;
    const step = total ? Math.floor((STEPS * done) / total) : 0;
    if (step === steps.get(name)) return;
    steps.set(name, step);
    say(total ? `Fetching ${name}: ${step * STEPS} %` : `Fetching ${name}`);
  };
}
