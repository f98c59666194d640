/**
 * What each precision costs on this processor: `npm run bench:precisions [-- ROUNDS [PRECISION…]]`. What is measured is
 * in docs/engine.md. Linux only.
 */
import { join } from 'node:path';
import { verifyGraphs } from '../../../models/whisper/manifest.ts';
import { PRECISIONS, type Precision } from '../../../models/whisper/precision.ts';
import { enginesOf } from '../../../workers/device.ts';
import setup from '../../support/global-setup.ts';
import { realModel } from '../../support/real-model.ts';
import { Recordings } from '../audio/recordings.ts';
import { describeMachine } from '../report/machine.ts';
import { measure, type Measurement } from './measure.ts';
import { passagesOf, secondsOf, TEN_MINUTES } from './passages.ts';
import { precisionTable } from './table.ts';

const [rounds = '1', ...names] = process.argv.slice(2);
const unknown = names.find((name) => !PRECISIONS.some((known) => known === name));
if (unknown !== undefined) throw new Error(`Expected precisions of ${PRECISIONS.join(', ')}, got ${unknown}`);

await setup();
const { LONGHAND_TEST_HOME: home = '' } = process.env;
const passages = await passagesOf(new Recordings(join(home, 'bench', 'audio')));
const timed = passages.filter(({ group }) => group === TEN_MINUTES);
const others = passages.filter(({ group }) => group !== TEN_MINUTES);

const rows: { precision: Precision; disk: number; runs: Measurement[] }[] = [];
for (const precision of PRECISIONS) {
  if (names.length > 0 && !names.includes(precision)) continue;
  const { files } = await verifyGraphs((await realModel(precision)).graphs);
  rows.push({ precision, disk: files.reduce((sum, { bytes }) => sum + bytes, 0), runs: [] });
}
for (let round = 1; round <= Number(rounds); round++) {
  for (const { precision, runs } of rows) {
    // A text does not vary from run to run.
    const run = await measure(enginesOf('cpu'), await realModel(precision), timed, round === 1 ? others : []);
    runs.push(run);
    process.stderr.write(
      `${precision}, ${round} of ${rounds}: ${run.processor.toFixed(1)} s of processor time\n`,
    );
  }
}
const { processor, flags, threads, versions, commit } = describeMachine(new Date());
process.stdout.write(`${precisionTable(rows, secondsOf(timed))}

${processor} (${flags.join(', ')}), ${threads} threads, onnxruntime-node ${versions['onnxruntime-node']}, commit ${commit}\n`);
