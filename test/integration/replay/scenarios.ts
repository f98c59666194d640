import { readPipeline } from '../../../workflows/text/pipeline.ts';
import { makeFakes, outOfMemory, said, SECONDS, type Fakes } from '../workflows/fakes.ts';

/** Name of the history of a transcription that was started with search attributes; the others have none. */
export const LISTED = 'search-attributes';
/** Name of the history of a transcription whose source was fetched. */
export const FETCHED = 'fetched';

/** Name of the history of a transcription whose text goes through every step. */
export const PROCESSED = 'processed';

/** Every step, as it is at this version. */
export const PIPELINE = readPipeline([
  { step: 'unicode', version: 1 },
  { step: 'script', version: 1, to: 'tw' },
  { step: 'punctuation', version: 1, style: 'language' },
  { step: 'numbers', version: 1 },
  { step: 'fillers', version: 1 },
  { step: 'terms', version: 1, terms: ['Longhand', { write: '長城', heard: ['常成'] }], sound: true },
  { step: 'guards', version: 1 },
]);

/** Something for each step to do, and to leave alone. */
const SAID: readonly (readonly [language: string, text: string])[] = [
  ['zh', '嗯，我们在二零二六年三月五号下午三点二十分见面,她的头发很长 '],
  ['zh', '一心一意地做三明治,十分高兴;用long hand写了一千二百三十四万字,涨了百分之三点五'],
  ['zh', '他说“长程很长，那个，要走三公里。。。'],
  ['zh', '字幕由Amara.org社区提供'],
  ['en', 'So,um,I think twenty twenty six was three point five percent better , see https://a.example/b.'],
  ['en', 'The longhand of one of them is two hundred and five pages'],
  ['ja', 'えーと、三時に東京で会いましょう,後で'],
];

/** A transcription that says `SAID`, a chunk each. */
export const speaking = (): Fakes =>
  makeFakes({
    sections: [SAID.length * 20 * SECONDS],
    transcribe: (request) => {
      const [language, text] = SAID[request.chunk.spans[0]![0] / (20 * SECONDS)]!;
      return said(request, { language, noSpeech: 0.6, segments: [{ start: 0, end: 5 * SECONDS, text }] });
    },
  });

/** What the kept histories hold, by the name of their file. */
export const SCENARIOS: Readonly<Record<string, () => Fakes>> = {
  'one-section': () => makeFakes({ sections: [40 * SECONDS] }),
  children: () => makeFakes({ sections: [40 * SECONDS, 40 * SECONDS, 20 * SECONDS, 20 * SECONDS] }),
  'out-of-memory': () =>
    makeFakes({
      sections: [40 * SECONDS],
      ladder: ['fp32', 'int8'],
      transcribe: (request) => {
        const isFirst = request.chunk.spans[0]?.[0] === 0;
        if (isFirst || request.rung.precision === 'fp32') {
          throw outOfMemory();
        }
        return said(request);
      },
    }),
  'language-settled': () =>
    makeFakes({
      transcribe: (request) => {
        const isDoubtful = request.chunk.spans[0]?.[0] === 0 && request.decode.language === 'auto';
        return said(request, isDoubtful ? { language: 'nn', languageProbability: 0.4 } : {});
      },
    }),
};
