"""faster-whisper's batched pipeline: batch 8, beam 1, without timestamps.

usage: faster-whisper.py MODEL_FOLDER COMPUTE_TYPE THREADS [--words] [--joined | --sequential]

--words: with word times. --sequential: not the batched pipeline but window after window, with VAD and without fallback to
higher temperatures, whose samples differ from run to run. --joined: the files of a job are joined and transcribed in
one call, each as a span of its own, which is the batched pipeline's only way to have several files in one batch.
"""
import argparse

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio
from runner import serve

RATE = 16_000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("compute_type")
    parser.add_argument("threads", type=int)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--joined", action="store_true")
    parser.add_argument("--sequential", action="store_true")
    given = parser.parse_args()

    def load():
        model = WhisperModel(given.model, device="cpu", compute_type=given.compute_type, cpu_threads=given.threads)
        pipeline = BatchedInferencePipeline(model)
        options = {"batch_size": 8, "beam_size": 1, "without_timestamps": True, "word_timestamps": given.words}

        def one_by_one(files, language):
            return [text_of(pipeline.transcribe(file, language=language, **options)[0]) for file in files]

        def joined(files, language):
            clips = [decode_audio(file, sampling_rate=RATE) for file in files]
            ends = np.cumsum([len(clip) for clip in clips]) / RATE
            spans = [{"start": end - len(clip) / RATE, "end": end} for clip, end in zip(clips, ends)]
            segments, _ = pipeline.transcribe(
                np.concatenate(clips), language=language, vad_filter=False, clip_timestamps=spans, **options
            )
            texts = [[] for _ in files]
            for segment in segments:
                middle = (segment.start + segment.end) / 2
                texts[min(int(np.searchsorted(ends, middle)), len(files) - 1)].append(segment.text)
            return [" ".join(text) for text in texts]

        def sequential(files, language):
            return [
                text_of(model.transcribe(file, language=language, beam_size=1, temperature=0, vad_filter=True)[0])
                for file in files
            ]

        return joined if given.joined else sequential if given.sequential else one_by_one

    serve(load)


def text_of(segments):
    return " ".join(segment.text for segment in segments)


main()
