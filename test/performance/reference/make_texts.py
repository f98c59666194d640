"""What faster-whisper hears in the English speech of the test audio: float32, greedy, window after window, with VAD.

usage: make_texts.py NAME MODEL_FOLDER AUDIO_FOLDER > texts-NAME.json

Arguments as for make_reference.py.
"""
import json
import sys
from pathlib import Path

import faster_whisper


def main(name, model_folder, audio_folder):
    model = faster_whisper.WhisperModel(model_folder, device="cpu", compute_type="float32", cpu_threads=2)
    texts = {}
    for clip in json.loads((Path(audio_folder) / "manifest.json").read_text())["clips"]:
        if clip["kind"] == "speech" and clip["language"] == "en":
            path = str(Path(audio_folder) / clip["file"])
            segments, _ = model.transcribe(path, language="en", beam_size=1, temperature=0, vad_filter=True)
            texts[clip["file"]] = " ".join(segment.text.strip() for segment in segments)
    about = f"faster-whisper {faster_whisper.__version__}, float32, greedy, with VAD, Whisper {name}"
    print(json.dumps({"about": about, "texts": texts}, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
