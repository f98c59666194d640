"""Greedy tokens of CTranslate2 in float32, against which the fp32 graphs are tested.

usage: make_reference.py NAME MODEL_FOLDER AUDIO_FOLDER > whisper-NAME.json

MODEL_FOLDER holds a CTranslate2 Whisper model (model.bin, tokenizer.json), AUDIO_FOLDER the test audio with its
manifest.json. Needs ffmpeg and the Python package faster-whisper 1.2.1. All speech of the test audio, in windows of 30 s
(the last of a file padded with silence), language detected, with timestamps; for an English-only model the English alone.
"""
import json
import subprocess
import sys
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer

RATE = 16_000
WINDOW = 30 * RATE


def samples(path):
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ar", str(RATE), "-ac", "1", "-f", "f32le", "-"]
    pcm = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)
    return np.clip(pcm, -1, 1)


def windows(model, tokenizer, audio_folder):
    start = tokenizer.token_to_id("<|startoftranscript|>")
    transcribe = tokenizer.token_to_id("<|transcribe|>")
    extractor = FeatureExtractor(feature_size=model.n_mels)
    for clip in json.loads((Path(audio_folder) / "manifest.json").read_text())["clips"]:
        if clip["kind"] != "speech" or not (model.is_multilingual or clip["language"] == "en"):
            continue
        whole = samples(Path(audio_folder) / clip["file"])
        for at in range(0, len(whole), WINDOW):
            pcm = whole[at : at + WINDOW]
            features = extractor(np.pad(pcm, (0, WINDOW - len(pcm))), padding=0)[:, :3000]
            view = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None]))
            encoded = model.encode(view, to_cpu=True)
            prompt, language, probability = [start], "<|en|>", 1
            if model.is_multilingual:
                language, probability = model.detect_language(encoded)[0][0]
                prompt += [tokenizer.token_to_id(language), transcribe]
            result = model.generate(
                encoded,
                [prompt],
                beam_size=1,
                suppress_blank=True,
                suppress_tokens=[-1],
                max_initial_timestamp_index=50,
                return_scores=True,
                return_no_speech_prob=True,
            )[0]
            yield {
                "file": clip["file"],
                "start": at,
                "language": language.strip("<|>"),
                "languageProbability": round(probability, 5),
                "noSpeech": round(result.no_speech_prob, 5),
                "averageLogProbability": round(result.scores[0], 5),
                "tokens": result.sequences_ids[0],
            }


def main(name, model_folder, audio_folder):
    tokenizer = Tokenizer.from_file(f"{model_folder}/tokenizer.json")
    model = ctranslate2.models.Whisper(model_folder, device="cpu", compute_type="float32", intra_threads=2)
    about = f"ctranslate2 {ctranslate2.__version__}, float32, greedy, Whisper {name}"
    lines = ",\n".join(json.dumps(row) for row in windows(model, tokenizer, audio_folder))
    print(f'{{"about": {json.dumps(about)}, "windows": [\n{lines}\n]}}')


if __name__ == "__main__":
    main(*sys.argv[1:])
