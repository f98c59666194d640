"""Greedy tokens of CTranslate2 in float32 for small Whispers of random weights, against which the fp32 graphs are tested.

usage: make_random_reference.py AUDIO_FOLDER > whisper-random.json

Each model has the shape of a published one (mel bands, vocabulary, special tokens, more encoder than decoder layers) at
a width of 128. Its weights come from a counter hashed by murmur3's finalizer, as test/support/random-whisper.ts makes
them too. AUDIO_FOLDER holds the test audio. Needs ffmpeg and the Python package faster-whisper 1.2.1. The windows are
padded with silence, decoded with timestamps.
"""
import json
import sys
import tempfile
from pathlib import Path

import ctranslate2
import numpy as np
from ctranslate2.specs import WhisperSpec
from faster_whisper.feature_extractor import FeatureExtractor
from make_reference import WINDOW, samples

WIDTH, HEADS, FEED_FORWARD = 128, 2, 256
MODELS = [
    {"name": "large-v3", "encoderLayers": 2, "decoderLayers": 2, "mels": 128, "vocabulary": 51866},
    {"name": "large-v3-turbo", "encoderLayers": 6, "decoderLayers": 4, "mels": 128, "vocabulary": 51866},
    {"name": "distil-large-v2", "encoderLayers": 4, "decoderLayers": 2, "mels": 80, "vocabulary": 51865},
    {"name": "distil-small.en", "encoderLayers": 4, "decoderLayers": 2, "mels": 80, "vocabulary": 51864},
]
CLIPS = ["en/jfk.flac", "zh/aishell3_SSB00180170.opus", "ru/asterisk_vm-options.opus"]
LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi "
    "ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd "
    "gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue"
).split()


def uniform(seed, shape, scale):
    """Floats in [-scale, scale): every step is exact in 32 bits but the last product, which is rounded once."""
    h = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32(seed * 0x9E3779B1 % 2**32)
    h ^= h >> 16
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> 13
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> 16
    unit = (h >> 8).astype(np.float32) / np.float32(2**23) - np.float32(1)
    return (unit * np.float32(scale)).reshape(shape)


class Weights:
    """Hands out the tensors in a fixed order, each from the next seed."""

    def __init__(self):
        self.seed = 0

    def __call__(self, *shape, scale):
        self.seed += 1
        return uniform(self.seed, shape, scale)

    def linear(self, spec, rows, columns, scale):
        spec.weight = self(rows, columns, scale=scale)
        spec.bias = self(rows, scale=0.25)

    def norm(self, spec, scale=1.5):
        spec.gamma = self(WIDTH, scale=scale)
        spec.beta = self(WIDTH, scale=0.25)

    def layer(self, spec):
        self.norm(spec.self_attention.layer_norm)
        self.linear(spec.self_attention.linear[0], 3 * WIDTH, WIDTH, 0.25)
        # Whisper's keys have no bias.
        spec.self_attention.linear[0].bias[WIDTH : 2 * WIDTH] = 0
        self.linear(spec.self_attention.linear[1], WIDTH, WIDTH, 0.25)
        self.norm(spec.ffn.layer_norm)
        self.linear(spec.ffn.linear_0, FEED_FORWARD, WIDTH, 0.25)
        self.linear(spec.ffn.linear_1, WIDTH, FEED_FORWARD, 0.25)


def random_spec(shape):
    spec = WhisperSpec(shape["encoderLayers"], HEADS, shape["decoderLayers"], HEADS)
    weights = Weights()
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight = weights(WIDTH, shape["mels"], 3, scale=0.125)
    encoder.conv1.bias = weights(WIDTH, scale=0.25)
    encoder.conv2.weight = weights(WIDTH, WIDTH, 3, scale=0.125)
    encoder.conv2.bias = weights(WIDTH, scale=0.25)
    encoder.position_encodings.encodings = weights(1500, WIDTH, scale=0.5)
    weights.norm(encoder.layer_norm)
    decoder.embeddings.weight = weights(shape["vocabulary"], WIDTH, scale=0.5)
    decoder.position_encodings.encodings = weights(448, WIDTH, scale=0.5)
    weights.norm(decoder.layer_norm, scale=4)
    for layer in encoder.layer:
        weights.layer(layer)
    for layer in decoder.layer:
        weights.layer(layer)
        weights.norm(layer.attention.layer_norm)
        weights.linear(layer.attention.linear[0], WIDTH, WIDTH, 0.25)
        weights.linear(layer.attention.linear[1], 2 * WIDTH, WIDTH, 0.25)
        layer.attention.linear[1].bias[:WIDTH] = 0
        weights.linear(layer.attention.linear[2], WIDTH, WIDTH, 0.25)
    decoder.projection.weight = decoder.embeddings.weight
    return spec


def vocabulary_of(size):
    """Whisper's special tokens where the published model has them, other names before them."""
    languages = LANGUAGES if size == 51866 else LANGUAGES[:-1]
    names = ["endoftext", "startoftranscript", *languages, "translate", "transcribe", "startoflm", "startofprev"]
    names += ["nospeech" if size == 51866 else "nocaptions", "notimestamps"]
    names += [f"{i * 0.02:.2f}" for i in range(1501)]
    text = [f"t{i}" for i in range(size - len(names))]
    if size > 51864:
        # As published; CTranslate2 takes a vocabulary without it for an English-only one.
        text[-1] = ""
    return text + [f"<|{name}|>" for name in names], [len(text) + 2 + i for i in range(len(languages))]


def write_model(shape, folder, quantization="float32"):
    spec = random_spec(shape)
    tokens, spec.config.lang_ids = vocabulary_of(shape["vocabulary"])
    spec.config.suppress_ids = list(range(0, 1000, 7))
    spec.config.suppress_ids_begin = [0]
    spec.config.alignment_heads = [(1, 0)]
    spec.register_vocabulary(tokens)
    spec.validate()
    spec.optimize(quantization)
    spec.save(folder)
    return tokens


def transcribe(shape, clips):
    with tempfile.TemporaryDirectory() as folder:
        tokens = write_model(shape, folder)
        model = ctranslate2.models.Whisper(folder, device="cpu", compute_type="float32", intra_threads=2)
        extractor = FeatureExtractor(feature_size=shape["mels"])
        number = {token: i for i, token in enumerate(tokens)}
        for file, pcm in clips:
            features = extractor(np.pad(pcm, (0, WINDOW - len(pcm))), padding=0)[:, :3000]
            view = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None]))
            encoded = model.encode(view, to_cpu=True)
            prompt, spoken = [number["<|startoftranscript|>"]], {}
            if model.is_multilingual:
                language, probability = model.detect_language(encoded)[0][0]
                prompt += [number[language], number["<|transcribe|>"]]
                spoken = {"language": language.strip("<|>"), "languageProbability": round(probability, 5)}
            result = model.generate(
                encoded,
                [prompt],
                beam_size=1,
                # Half of it is chosen at most.
                max_length=len(prompt) + 224,
                max_initial_timestamp_index=50,
                return_scores=True,
                return_no_speech_prob=True,
            )[0]
            yield {
                "file": file,
                **spoken,
                "noSpeech": float(f"{result.no_speech_prob:.3e}"),
                "averageLogProbability": round(result.scores[0], 5),
                "tokens": result.sequences_ids[0],
            }


def main(audio_folder):
    clips = [(file, samples(Path(audio_folder) / file)[:WINDOW]) for file in CLIPS]
    about = f"ctranslate2 {ctranslate2.__version__}, float32, greedy, random weights of width {WIDTH}"
    models = [{**shape, "windows": list(transcribe(shape, clips))} for shape in MODELS]
    print(json.dumps({"about": about, "models": models}))


if __name__ == "__main__":
    main(*sys.argv[1:])
