"""whisper.cpp by its Python binding, greedy, on a model file in ggml's format.

usage: whisper-cpp.py MODEL_FILE THREADS

Takes WAV files of 16 kHz, mono, 16 bits.
"""
import ctypes
import sys
import sysconfig
import wave
from pathlib import Path

# Built from source, the package lays its libraries where the loader does not look; found in order of need.
for name in ("ggml-base", "ggml-cpu", "ggml", "whisper"):
    library = Path(sysconfig.get_path("platlib")) / f"lib{name}.so"
    if library.exists():
        ctypes.CDLL(str(library), ctypes.RTLD_GLOBAL)

import numpy as np
from pywhispercpp.model import Model
from runner import serve


def samples_of(path):
    with wave.open(path, "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768


def load():
    model = Model(sys.argv[1], n_threads=int(sys.argv[2]), print_progress=False, redirect_whispercpp_logs_to=None)

    def transcribe(files, language):
        return [
            " ".join(segment.text for segment in model.transcribe(samples_of(file), language=language or "auto"))
            for file in files
        ]

    return transcribe


serve(load)
