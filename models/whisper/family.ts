import type { AlignmentHead } from './alignment-heads.ts';
import type { WhisperDims } from './dims.ts';

/** A published Whisper: where it is found, its sizes, and the heads that its makers found to follow the words. */
export interface FamilyMember {
  readonly name: string;
  /** Repository of the model hub that has its weights in CTranslate2's layout. */
  readonly repository: string;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly width: number;
  readonly mels: number;
  /** Tokens: 51864 in English-only models, 51865 with 99 languages, 51866 with 100. */
  readonly vocabulary: number;
  /** Of the decoder's cross-attention; none where nobody has looked for them. */
  readonly alignmentHeads: readonly AlignmentHead[];
}

type Sizes = readonly [
  encoderLayers: number,
  decoderLayers: number,
  width: number,
  mels: number,
  vocabulary: number,
];

/** @param heads `layer.head`, with spaces between. */
function member(name: string, sizes: Sizes, heads: string, repository?: string): FamilyMember {
  const [encoderLayers, decoderLayers, width, mels, vocabulary] = sizes;
  const pairs = heads.split(' ').filter(Boolean);
  return {
    name,
    repository: repository ?? `Systran/faster-whisper-${name}`,
    encoderLayers,
    decoderLayers,
    width,
    mels,
    vocabulary,
    alignmentHeads: pairs.map((pair): AlignmentHead => {
      const [layer = 0, head = 0] = pair.split('.').map(Number);
      return [layer, head];
    }),
  };
}

/**
 * The published Whispers: openai/whisper's `_MODELS` with its `_ALIGNMENT_HEADS`, and those distilled from them (Gandhi
 * et al. 2023). Of two with the same sizes, the one that others are more often made from is first.
 */
export const FAMILY: readonly FamilyMember[] = [
  member('tiny', [4, 4, 384, 80, 51865], '2.2 3.0 3.2 3.3 3.4 3.5'),
  member('tiny.en', [4, 4, 384, 80, 51864], '1.0 2.0 2.5 3.0 3.1 3.2 3.3 3.4'),
  member('base', [6, 6, 512, 80, 51865], '3.1 4.2 4.3 4.7 5.1 5.2 5.4 5.6'),
  member('base.en', [6, 6, 512, 80, 51864], '3.3 4.7 5.1 5.5 5.7'),
  member('small', [12, 12, 768, 80, 51865], '5.3 5.9 8.0 8.4 8.7 8.8 9.0 9.7 9.9 10.5'),
  member(
    'small.en',
    [12, 12, 768, 80, 51864],
    '6.6 7.0 7.3 7.8 8.2 8.5 8.7 9.0 9.4 9.8 9.10 10.0 10.1 10.2 10.3 10.6 10.11 11.2 11.4',
  ),
  member('medium', [24, 24, 1024, 80, 51865], '13.15 15.4 15.15 16.1 20.0 23.4'),
  member(
    'medium.en',
    [24, 24, 1024, 80, 51864],
    '11.4 14.1 14.12 14.14 15.4 16.0 16.4 16.9 17.12 17.14 18.7 18.10 18.15 20.0 20.3 20.9 20.14 21.12',
  ),
  member(
    'large-v2',
    [32, 32, 1280, 80, 51865],
    '10.12 13.17 16.11 16.12 16.13 17.15 17.16 18.4 18.11 18.19 19.11 ' +
      '21.2 21.3 22.3 22.9 22.12 23.5 23.7 23.13 25.5 26.1 26.12 27.15',
  ),
  member('large-v1', [32, 32, 1280, 80, 51865], '9.19 11.2 11.4 11.17 22.7 22.11 22.17 23.2 23.15'),
  member('large-v3', [32, 32, 1280, 128, 51866], '7.0 10.17 12.18 13.12 16.1 17.14 19.11 21.4 24.1 25.6'),
  member(
    'large-v3-turbo',
    [32, 4, 1280, 128, 51866],
    '2.4 2.11 3.3 3.6 3.11 3.14',
    'mobiuslabsgmbh/faster-whisper-large-v3-turbo',
  ),
  member('distil-small.en', [12, 4, 768, 80, 51864], '', 'Systran/faster-distil-whisper-small.en'),
  member('distil-medium.en', [24, 2, 1024, 80, 51864], '', 'Systran/faster-distil-whisper-medium.en'),
  member('distil-large-v2', [32, 2, 1280, 80, 51865], '', 'Systran/faster-distil-whisper-large-v2'),
  member('distil-large-v3', [32, 2, 1280, 128, 51866], '', 'Systran/faster-distil-whisper-large-v3'),
  member('distil-large-v3.5', [32, 2, 1280, 128, 51866], '', 'distil-whisper/distil-large-v3.5-ct2'),
];

const SIZES = ['encoderLayers', 'decoderLayers', 'width', 'mels', 'vocabulary'] as const;

/** The published Whisper of these sizes, such as the one that a model was fine-tuned from. */
export const memberOf = (dims: WhisperDims): FamilyMember | undefined =>
  FAMILY.find((published) => SIZES.every((size) => published[size] === dims[size]));
