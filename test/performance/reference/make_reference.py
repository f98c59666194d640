"""Greedy tokens of CTranslate2 in float32, against which the fp32 graphs are tested.

usage: make_reference.py MODEL_FOLDER AUDIO_FOLDER > whisper-base.json

MODEL_FOLDER holds a CTranslate2 Whisper model (model.bin, tokenizer.json), AUDIO_FOLDER the test audio with its
manifest.json. Needs ffmpeg and the Python package faster-whisper 1.2.1. Clips of at most 30 s, language detected,
with timestamps, one window of 30 s each (padded with silence).
"""
import json
import subprocess
import sys
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer

WINDOW = 480_000


def samples(path):
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ar", "16000", "-ac", "1", "-f", "f32le", "-"]
    pcm = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)
    return np.clip(pcm, -1, 1)


def main(model_folder, audio_folder):
    tokenizer = Tokenizer.from_file(f"{model_folder}/tokenizer.json")
    start = tokenizer.token_to_id("<|startoftranscript|>")
    transcribe = tokenizer.token_to_id("<|transcribe|>")
    model = ctranslate2.models.Whisper(model_folder, device="cpu", compute_type="float32", intra_threads=2)
    extractor = FeatureExtractor(feature_size=model.n_mels)
    clips = json.loads((Path(audio_folder) / "manifest.json").read_text())["clips"]
    reference = []
    for clip in clips:
        folder = clip["file"].split("/")[0]
        if folder not in ("en", "zh", "ru") or clip["duration"] > 30:
            continue
        pcm = samples(Path(audio_folder) / clip["file"])[:WINDOW]
        features = extractor(np.pad(pcm, (0, WINDOW - len(pcm))), padding=0)[:, :3000]
        encoded = model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None])), to_cpu=True)
        language, probability = model.detect_language(encoded)[0][0]
        result = model.generate(
            encoded,
            [[start, tokenizer.token_to_id(language), transcribe]],
            beam_size=1,
            max_length=3 + 224,
            suppress_blank=True,
            suppress_tokens=[-1],
            max_initial_timestamp_index=50,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        reference.append(
            {
                "file": clip["file"],
                "language": language.strip("<|>"),
                "languageProbability": round(probability, 5),
                "noSpeech": round(result.no_speech_prob, 5),
                "averageLogProbability": round(result.scores[0], 5),
                "tokens": result.sequences_ids[0],
            }
        )
    about = f"ctranslate2 {ctranslate2.__version__}, float32, greedy, Whisper base"
    lines = ",\n".join(json.dumps(row) for row in reference)
    print(f'{{"about": {json.dumps(about)}, "clips": [\n{lines}\n]}}')


if __name__ == "__main__":
    main(*sys.argv[1:])
