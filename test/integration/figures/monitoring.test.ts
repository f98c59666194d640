/** The published dashboard and alert rules, on a real Prometheus that scrapes a working Longhand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { locatePrometheus, Prometheus } from '../../support/prometheus.ts';
import { ROOT } from '../../support/root.ts';
import { standing } from '../../support/up.ts';
import { until } from '../../support/until.ts';
import { audio, interrupt } from '../cli/command.ts';

const LIMIT = 120_000;
const PUBLISHED = join(ROOT, 'docs/monitoring');

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

const { panels } = JSON.parse(readFileSync(join(PUBLISHED, 'dashboard.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
};
/** Panels that show nothing where nothing has gone wrong, or was fetched. */
const QUIET = ['Falls', 'Gaps', 'Errors', 'Retries', 'Ends of engines', 'Downloads', 'Decisions'];

const program = await locatePrometheus();

describe.skipIf(program === null)('a Prometheus that scrapes Longhand at work', { timeout: LIMIT }, () => {
  it('answers every query of the dashboard, and evaluates every alert, of which none is raised', async () => {
    await using home = await testHome();
    const up = await standing(home.path);
    const run = async (...args: string[]) => {
      const outcome = await longhand(home.path, args).outcome;
      expect(outcome.status, outcome.stderr).toBe(0);
      return outcome.stdout;
    };
    const { workers } = JSON.parse(await run('stats', '--json')) as { readonly workers: readonly string[] };
    const targets = workers.map((url) => new URL(url).host);
    await using prometheus = await Prometheus.start(program!, PUBLISHED, targets);
    const scraped = async () => (await prometheus.query('up == 1')).length === targets.length;
    // What a counter has grown by is seen between two looks.
    await run('transcribe', audio('en/jfk.flac'));
    await until(scraped, 'Expected both workers to be scraped');
    await run('transcribe', audio('en/asterisk_demo-congrats.opus'));
    await run('transcribe', audio('en/asterisk_demo-congrats.opus'), '--no-guards');

    for (const { title, targets: queries } of panels) {
      for (const { expr } of queries) {
        const query = expr.replaceAll('$__rate_interval', '1m');
        expect(query, title).not.toContain('$');
        if (QUIET.includes(title)) await prometheus.query(query);
        else {
          const isShown = async () =>
            (await prometheus.query(query)).some(({ value }) => Number.isFinite(value));
          await until(isShown, `Expected ${title} to show something: ${query}`, 20_000);
        }
      }
    }
    const evaluated = async () => (await prometheus.rules()).every(({ health }) => health !== 'unknown');
    await until(evaluated, 'Expected the alerts to be evaluated');
    const rules = await prometheus.rules();
    expect(rules.map(({ health }) => health)).toEqual(rules.map(() => 'ok'));
    expect(rules.length).toBeGreaterThanOrEqual(8);
    for (const { name, query } of rules) expect(await prometheus.query(query), name).toEqual([]);
    expect((await interrupt(up)).status).toBe(0);
  });
});
