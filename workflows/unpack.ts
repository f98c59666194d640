import type {
  DroppedSegment,
  PackedChange,
  PackedSection,
  PackedSegment,
  RawText,
  SectionTranscript,
  Segment,
  TextChange,
} from './contract.ts';
import { applyEdits, type Edit, type WordedText } from './text/edit.ts';
import { unpackWords } from './words.ts';

/** A section as people read it: after all changes, its words with their text, and what was changed. */
export function unpackSection({ segments, chunks, changes = [] }: PackedSection): SectionTranscript {
  const texts: WordedText[] = segments.map(wordedText);
  const listed: TextChange[] = [];
  const emptiedBy = new Map<number, DroppedSegment['reason']>();
  for (const { step, edits } of changes) {
    for (const [index, own] of editsBySegment(edits)) {
      const { start, end } = segments[index]!;
      const { text } = texts[index]!;
      for (const edit of own) {
        const before = text.slice(edit.start, edit.end);
        listed.push({ start, end, before, after: edit.text, step, rule: edit.rule });
      }
      texts[index] = applyEdits(texts[index]!, own);
      if (isEmpty(texts[index].text)) emptiedBy.set(index, { step, rule: own.at(-1)!.rule });
    }
  }
  const kept: Segment[] = [];
  const dropped: DroppedSegment[] = [];
  for (const [index, segment] of segments.entries()) {
    const { text, words, ...rest } = segment;
    const raw = readable({ text, ...(words && { words }) });
    const reason = emptiedBy.get(index);
    if (reason) dropped.push({ ...rest, ...raw, before: kept.length, reason });
    else {
      const now = readable(texts[index]!);
      // Changes that undo each other may have joined words.
      const isAsHeard = now.text === text && now.words?.length === words?.length;
      kept.push({ ...rest, ...now, ...(!isAsHeard && { raw }) });
    }
  }
  return { segments: kept, dropped, chunks, changes: listed };
}

/** Whether nothing is left of a text. */
export const isEmpty = (text: string): boolean => text.trim() === '';

const wordedText = ({ text, words }: PackedSegment): WordedText => ({ text, ...(words && { words }) });

const readable = ({ text, words }: WordedText): RawText => ({
  text,
  ...(words && { words: unpackWords(text, words) }),
});

/** The edits of a step, a list a segment. */
function editsBySegment(packed: readonly PackedChange[]): Map<number, Edit[]> {
  const all = new Map<number, Edit[]>();
  for (const [segment, start, end, text, rule] of packed) {
    const own = all.get(segment) ?? [];
    all.set(segment, own);
    own.push({ start, end, text, rule });
  }
  return all;
}
