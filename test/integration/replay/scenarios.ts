import { makeFakes, outOfMemory, said, SECONDS, type Fakes } from '../workflows/fakes.ts';

/** Name of the history of a transcription that was started with search attributes; the others have none. */
export const LISTED = 'search-attributes';
/** Name of the history of a transcription whose source was fetched. */
export const FETCHED = 'fetched';

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
