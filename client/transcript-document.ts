import type {
  DroppedSegment,
  PackedSection,
  PackedSegment,
  RawText,
  Segment,
  Transcript,
  TranscriptChunk,
  TranscriptionOptions,
} from '../workflows/contract.ts';
import { packWord } from '../workflows/words.ts';
import { canonicalOptions } from '../activities/request/options.ts';

const SCHEMA = 'longhand/transcript/2';

/** Seconds: the longest recording that there may be. */
const LONGEST = 360_000;
/** A recording is cut into far fewer. */
const MOST_SECTIONS = 10_000;

/**
 * The document that the text of a json output holds, as far as its sections and its request are made of it. Throws an
 * error that says what is wrong with it.
 */
export function readTranscript(content: string): Transcript {
  const document = JSON.parse(content) as Partial<Transcript> | null;
  demand(document?.schema === SCHEMA, `the schema ${SCHEMA}`, document?.schema);
  const { source, duration, language, options } = document;
  const isNamed = isText(source?.name) && source.name !== '' && /^[0-9a-f]{64}$/.test(source.sha256);
  demand(isNamed, '`source` to have a name and the SHA-256 of a file', source);
  const isLength = typeof duration === 'number' && duration >= 0 && duration <= LONGEST;
  demand(isLength, `\`duration\` to be seconds up to ${LONGEST}`, duration);
  demand(language === null || isText(language), '`language` to be a code or null', language);
  demand(typeof options === 'object' && options !== null, '`options` to be an object', options);
  for (const name of ['segments', 'dropped', 'chunks'] as const) {
    demand(Array.isArray(document[name]), `\`${name}\` to be a list`, document[name]);
  }
  return document as Transcript;
}

/** The options that it was made with, but for its steps and its outputs. Throws where no request could have them. */
export function optionsOf({ options }: Transcript): TranscriptionOptions {
  const { language, languages, languagePer, task, prompt, hotwords, words, model, ladder } = options;
  const { columns, lines, speed } = options.subtitles ?? {};
  return canonicalOptions({
    ...{ language, languages, languagePer, task, words, model, ladder },
    ...{ prompt: prompt ?? '', hotwords: hotwords ?? '', subtitles: { columns, lines, speed } },
    formats: ['json'],
  });
}

/**
 * The sections of a json output as the model wrote them, of which its post-processing is undone. Throws a TypeError where
 * the document is none.
 */
export function rawSections({ segments, dropped, chunks }: Transcript): PackedSection[] {
  for (const { section, spans } of chunks) {
    const isPlaced = Number.isInteger(section) && section >= 0 && section < MOST_SECTIONS;
    demand(isPlaced && Array.isArray(spans), 'each chunk to have its section and its spans', section);
  }
  const count = chunks.reduce((most, { section }) => Math.max(most, section + 1), 1);
  const sections = Array.from({ length: count }, (_, section) => ({
    first: chunks.findIndex((chunk) => chunk.section === section),
    segments: [] as PackedSegment[],
    chunks: chunks
      .filter((chunk) => chunk.section === section)
      .map(({ spans, language, temperature, noSpeech, rung, gap }): TranscriptChunk => ({
        ...{ spans, language, temperature, noSpeech, rung, gap },
      })),
  }));
  for (const segment of inOrder(segments, dropped)) {
    const place = chunks[segment.chunk];
    demand(place !== undefined, `the chunk of what is said at ${segment.start} s`, segment.chunk);
    const own = sections[place.section]!;
    own.segments.push({ ...segment, chunk: segment.chunk - own.first });
  }
  return sections.map(({ segments: own, chunks: heard }) => ({ segments: own, chunks: heard }));
}

/** Every segment there was, as the model wrote it. */
function* inOrder(segments: readonly Segment[], dropped: readonly DroppedSegment[]): Iterable<PackedSegment> {
  let next = 0;
  for (let index = 0; index <= segments.length; index += 1) {
    for (; dropped[next] && dropped[next]!.before <= index; next += 1) yield packed(dropped[next]!);
    const segment = segments[index];
    if (segment) yield packed(segment);
  }
}

function packed(segment: Segment | DroppedSegment): PackedSegment {
  const { start, end, language, confidence, chunk } = segment;
  const { text, words }: RawText = 'raw' in segment && segment.raw ? segment.raw : segment;
  const isTimed = typeof start === 'number' && typeof end === 'number' && start <= end;
  demand(isTimed, 'segments with their start and end in seconds', { start, end });
  demand(isText(text), `text at ${start} s`, text);
  if (words) {
    const joined = words.map((word) => word.text).join('');
    demand(joined === text, `the words at ${start} s to join to their text`, joined);
  }
  return { start, end, text, language, confidence, chunk, ...(words && { words: words.map(packWord) }) };
}

/** Text that any program can read. */
const isText = (value: unknown): value is string => typeof value === 'string' && !/\p{Cs}/u.test(value);

function demand(holds: boolean, expected: string, got: unknown): asserts holds {
  if (holds) return;
  const shown = JSON.stringify(got) ?? 'nothing';
  throw new TypeError(`expected ${expected}, got ${shown.length > 80 ? `${shown.slice(0, 79)}…` : shown}`);
}
