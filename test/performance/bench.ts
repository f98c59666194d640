/**
 * Longhand beside its peers in one run: `npm run bench [-- CASE…]`. What is timed is in docs/engine.md, the cases are in
 * `cases.ts`. The audio, the peers and the results are kept in `bench` of the home of the machine.
 */
import { join } from 'node:path';
import setup from '../support/global-setup.ts';
import { Recordings } from './audio/recordings.ts';
import { casesOf, entriesOf, type Entry } from './cases.ts';
import type { Contender, Job } from './contenders/contender.ts';
import { LONGHAND, LONGHAND_WORDS, OURS } from './contenders/longhand.ts';
import { installPeers, WORDS_YARDSTICK, YARDSTICK } from './contenders/peers.ts';
import { measureCold, measureReady, type Run } from './measure.ts';
import { describeMachine } from './report/machine.ts';
import { notesOf, pairNotes } from './report/notes.ts';
import { rowsOf } from './report/rows.ts';
import { markdownOf, saveReport, type Report } from './report/save.ts';

if (process.platform !== 'linux') throw new Error('Expected Linux: the bench measures memory by /proc');
const cases = casesOf(process.argv.slice(2));
const date = new Date();
await setup();
const { LONGHAND_TEST_HOME: home = '', LONGHAND_TEST_MODEL: model = '' } = process.env;
const folder = join(home, 'bench');
const recordings = new Recordings(join(folder, 'audio'));
const peers = await installPeers(join(folder, 'peers'), model);

/** What every contender has transcribed before it is measured. */
const first: Job = { files: [await recordings.first()], folder: null, language: 'en' };

const runs: Run[] = [];
const leftOut = new Map<Contender, string>();
let path = '';
for (const name of cases) {
  for (const entry of await entriesOf(name, recordings, peers)) await runEntry(entry);
  // After each case: what took an hour is not lost with the one after it.
  path = await saveReport(reportOf(), join(folder, 'results'));
}
process.stdout.write(`${markdownOf(reportOf())}\n\nSaved as ${path}, and as JSON beside it\n`);

function reportOf(): Report {
  const rows = rowsOf(runs, YARDSTICK);
  const notes = [
    ...peers.missing,
    ...leftOut.values(),
    ...notesOf(runs, rows, LONGHAND.name),
    ...pairNotes(rows, LONGHAND_WORDS.name, WORDS_YARDSTICK),
  ];
  return { machine: describeMachine(date), peers: peers.versions, rows, notes, runs };
}

async function runEntry({ tasks, contenders, rounds, cold }: Entry): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders.filter((one) => !leftOut.has(one))) {
      const label = `${tasks[0]?.label}, ${contender.name}, ${round} of ${rounds}`;
      try {
        const done = await (cold ? measureCold(contender, tasks) : measureReady(contender, tasks, first));
        runs.push(...done);
        const took = done.map(({ seconds }) => seconds.toFixed(2));
        process.stderr.write(`${label}: ${took.join(', ')} s\n`);
      } catch (error) {
        // A peer that does not work here is no error of the bench.
        if (OURS.includes(contender)) throw error;
        leftOut.set(contender, `${contender.name} is left out: ${(error as Error).message}`);
      }
    }
  }
}
