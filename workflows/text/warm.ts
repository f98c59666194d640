/**
 * Loaded once by each worker, before its first workflow: what the steps read of their dictionaries and the engine of
 * JavaScript compiles is there when the first transcription needs it.
 */
import { readPipeline } from './pipeline.ts';
import { postProcess } from './post-process.ts';

/** Of both scripts, with what each step looks for. */
const SAID = [
  ['zh', '嗯,我们在二零二六年三月五号下午三点二十分见面，那个，她说“头发很长”。'],
  ['zh', '這個部門還在研究月球探測器和自動駕駛汽車，發展了百分之三點五,請不吝點贊訂閱'],
  ['en', 'So, um, I think twenty twenty six was three point five percent better... thanks for watching'],
] as const;

const pipelines = (['cn', 'tw'] as const).map((to) =>
  readPipeline([
    { step: 'unicode' },
    { step: 'script', to },
    { step: 'punctuation' },
    { step: 'numbers' },
    { step: 'fillers' },
    { step: 'guards' },
  ]),
);

const heard = {
  segments: SAID.map(([language, text], chunk) => ({
    ...{ start: chunk, end: chunk + 1, text, language, confidence: 0.5, chunk },
  })),
  chunks: SAID.map(([language]) => ({
    ...{ spans: [], language, temperature: 0, noSpeech: 0.5, rung: null, gap: null },
  })),
};

for (const pipeline of pipelines) postProcess(heard, pipeline);
