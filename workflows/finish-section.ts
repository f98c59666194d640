import { workflowInfo } from '@temporalio/workflow';
import type { PackedSection, SectionReport } from './contract.ts';
import { preview } from './preview.ts';
import { media } from './proxies.ts';
import type { SectionInput, SectionResult, SectionWatch } from './section-run.ts';
import type { TextStep } from './text/pipeline.ts';
import { postProcess } from './text/post-process.ts';
import { isEmpty } from './unpack.ts';

/** Post-processes and saves what was heard in a section. `report`: what happened to its chunks; null where nothing did. */
export async function finishSection(
  input: SectionInput,
  heard: PackedSection,
  report: SectionReport | null,
  watch: SectionWatch,
  summary: string,
): Promise<Pick<SectionResult, 'segments' | 'text' | 'tail'>> {
  const pipeline = await pipelineOf(input, summary);
  const { now } = workflowInfo().unsafe;
  const began = now();
  const { changes, texts } = postProcess(heard, pipeline);
  // Nobody decides by it: it goes to the run report alone, so that a replay may have another.
  const text = Math.round(now() - began) / 1000;
  const transcript: PackedSection = { ...heard, ...(changes.length > 0 && { changes }) };
  watch.texts = linesByChunk(heard, texts);
  watch.changed('save');
  await media.save.executeWithOptions({ summary }, [
    { job: input.job, section: input.section, transcript, report },
  ]);
  watch.progress.committed = input.span[1] - input.span[0];
  watch.changed('done');
  return { segments: texts.filter((one) => !isEmpty(one)).length, text, tail: preview(watch.texts) };
}

/** The pipeline, from where it is; none in what an older build has started. */
function pipelineOf({ text = [], job }: SectionInput, summary: string): Promise<readonly TextStep[]> {
  return text === null ? media.pipeline.executeWithOptions({ summary }, [job]) : Promise.resolve(text);
}

/** What each chunk says, a line a segment that is left. */
function linesByChunk({ segments, chunks }: PackedSection, texts: readonly string[]): string[] {
  const lines = chunks.map((): string[] => []);
  for (const [index, { chunk }] of segments.entries()) {
    if (!isEmpty(texts[index]!)) lines[chunk]?.push(texts[index]!);
  }
  return lines.map((own) => own.join('\n'));
}
