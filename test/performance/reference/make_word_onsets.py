"""When the words of a few English clips begin, by forced alignment with PocketSphinx, and how far faster-whisper is off.

    pip install faster-whisper==1.2.1 pocketsphinx==5.1.1
    python make_word_onsets.py MODEL_FOLDER > word-onsets.json

PocketSphinx is given the text, knows nothing of Whisper, and places words in frames of 10 ms. Words are lower case,
letters and apostrophes; a word counts where both sides have it. faster-whisper: batched, greedy, no timestamps.
"""

import difflib
import json
import pathlib
import re
import sys

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio
from pocketsphinx import Decoder

AUDIO = pathlib.Path(__file__).parents[2] / "audio"
RATE = 16000
# Seconds of each clip: at most a window.
CLIPS = {"en/jfk.flac": (0, 11), "en/asterisk_demo-echotest.opus": (0, 21.9), "en/librivox_austen.flac": (0, 26)}


def words_of(text):
    return [word.strip("'") for word in re.findall(r"[a-z']+", text.lower())]


def text_of(clip, end):
    segments = clip.get("segments")
    return " ".join(s["text"] for s in segments if s["end"] < end) if segments else clip["transcript"]


def align(samples, words):
    decoder = Decoder(samprate=RATE, loglevel="FATAL")
    decoder.set_align_text(" ".join(words))
    decoder.start_utt()
    decoder.process_raw((samples * 32767).astype(np.int16).tobytes(), full_utt=True)
    decoder.end_utt()
    found = [(re.sub(r"\(\d+\)$", "", s.word), s.start_frame / 100) for s in decoder.seg() if s.word[0] not in "<["]
    assert [word for word, _ in found] == words
    return [[word, round(start, 2)] for word, start in found]


def errors(reference, heard):
    """Seconds between the onsets of the words that both have."""
    pieces = [(word, start) for text, start in heard for word in words_of(text)[:1]]
    matcher = difflib.SequenceMatcher(None, [w for w, _ in reference], [w for w, _ in pieces], autojunk=False)
    pairs = [(reference[a + i], pieces[b + i]) for a, b, n in matcher.get_matching_blocks() for i in range(n)]
    return [abs(ours[1] - theirs[1]) for ours, theirs in pairs]


def main(model):
    manifest = json.loads((AUDIO / "manifest.json").read_text())
    clips = []
    samples_of = {}
    for file, (start, end) in CLIPS.items():
        clip = next(one for one in manifest["clips"] if one["file"] == file)
        samples = decode_audio(str(AUDIO / file), sampling_rate=RATE)[int(start * RATE) : int(end * RATE)]
        samples_of[file] = samples
        clips.append({"file": file, "seconds": [start, end], "words": align(samples, words_of(text_of(clip, end)))})
    peers = {}
    for precision in ("float32", "int8"):
        pipeline = BatchedInferencePipeline(WhisperModel(model, device="cpu", compute_type=precision))
        off = []
        for clip in clips:
            samples = samples_of[clip["file"]]
            window = [{"start": 0, "end": len(samples) / RATE}]
            options = dict(language="en", beam_size=1, word_timestamps=True, vad_filter=False, clip_timestamps=window)
            segments, _ = pipeline.transcribe(samples, without_timestamps=True, **options)
            off += errors(clip["words"], [(word.word, word.start) for s in segments for word in s.words])
        peers[precision] = {"words": len(off), "meanError": round(float(np.mean(off)), 4)}
    json.dump({"peers": peers, "clips": clips}, sys.stdout, indent=1)


main(sys.argv[1])
