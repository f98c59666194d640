/**
 * What each precision costs on a CUDA card: `npm run bench:card [-- DEVICE [PRECISION…]]`. What is measured is in
 * docs/engine.md. It needs what the tests of a card need (test/gpu/cuda.ts), and the card to itself.
 */
import { join } from 'node:path';
import { ENGINE_ENVIRONMENT } from '../../../models/engine/process.ts';
import { cardNumber, listCards, parseDevice } from '../../../models/whisper/device.ts';
import { PRECISIONS, type Precision } from '../../../models/whisper/precision.ts';
import { enginesOf } from '../../../workers/device.ts';
import setup from '../../support/global-setup.ts';
import { realModel } from '../../support/real-model.ts';
import { Recordings } from '../audio/recordings.ts';
import { measure } from '../precisions/measure.ts';
import { passagesOf, secondsOf, TEN_MINUTES } from '../precisions/passages.ts';
import { CardMemory } from './card-memory.ts';
import { measureSteps } from './steps.ts';

/** Windows decoded together: what a card's engine takes, and more. */
const BATCHES = [8, 16, 32];
const MADE_FOR_CARDS: readonly Precision[] = ['fp32', 'fp16', 'int8-fp16'];

// For the sessions of this process.
Object.assign(process.env, ENGINE_ENVIRONMENT);

const [where = 'cuda:0', ...names] = process.argv.slice(2);
const device = parseDevice(where);
const precisions = names.length > 0 ? PRECISIONS.filter((one) => names.includes(one)) : MADE_FOR_CARDS;

await setup();
const { LONGHAND_TEST_HOME: home = '' } = process.env;
const passages = await passagesOf(new Recordings(join(home, 'bench', 'audio')));
const timed = passages.filter(({ group }) => group === TEN_MINUTES);
const others = passages.filter(({ group }) => group !== TEN_MINUTES);
const windows = timed.flatMap((passage) => passage.windows);

print('| precision | batch | load s | seconds | × real time | card MB | engine MB | wrong |');
print('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const precision of precisions) {
  const model = await realModel(precision);
  for (const batch of BATCHES) {
    const settings = enginesOf(device).map((engine) => ({ ...engine, batch }));
    await using card = await CardMemory.watch(cardNumber(device) ?? 0);
    const { load, seconds, memory, errors } = await measure(
      settings,
      model,
      timed,
      batch === BATCHES[0] ? others : [],
    );
    const wrong = [...errors].map(([group, { errors: count, units }]) => `${group} ${count} of ${units}`);
    print(
      `| ${precision} | ${batch} | ${load.toFixed(2)} | ${seconds.toFixed(2)} | ${(secondsOf(timed) / seconds).toFixed(0)} ` +
        `| ${(card.peak / 1e6).toFixed(0)} | ${(memory / 1e6).toFixed(0)} | ${wrong.join(', ')} |`,
    );
  }
}

print('\n| precision | load ms | a window encoded ms | rows | decoded ms | turns | a step ms |');
print('| --- | --- | --- | --- | --- | --- | --- |');
for (const precision of precisions) {
  const { load, encode, decodes } = await measureSteps(await realModel(precision), device, windows);
  for (const { rows, milliseconds, turns } of decodes) {
    print(
      `| ${precision} | ${load.toFixed(0)} | ${encode.toFixed(1)} | ${rows} | ${milliseconds.toFixed(0)} ` +
        `| ${turns} | ${(milliseconds / turns).toFixed(2)} |`,
    );
  }
}
print(`\n${(await listCards()).map(({ name }) => name).join(', ') || 'no card'}, Node ${process.version}`);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
