"""Every way of running a model gives the vectors of the library that defines it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pygrounds_dagster.knowledge.encoder import Vectors
from pygrounds_dagster.knowledge.encoders.graph import onnx_artefact
from pygrounds_dagster.knowledge.encoders.library_runtime import ClsEncoder, SentenceTransformerEncoder
from pygrounds_dagster.knowledge.encoders.onnx_runtime import OnnxEncoder
from pygrounds_dagster.knowledge.encoders.torch_runtime import TorchEncoder
from pygrounds_dagster.knowledge.models import ModelFiles
from tests.knowledge.encoders.conftest import TEXTS, cosines


def test_onnx_vectors_are_those_of_sentence_transformers(
    onnx_encoder: OnnxEncoder, sentence_vectors: Vectors
) -> None:
    assert min(cosines(onnx_encoder, sentence_vectors)) >= 0.9999


def test_a_text_has_the_same_vector_alone_and_in_any_batch(onnx_encoder: OnnxEncoder) -> None:
    together = onnx_encoder.encode(TEXTS)
    alone = np.concatenate([onnx_encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=2e-5)


def test_vectors_come_in_the_order_of_the_texts_and_progress_ends_at_their_number(
    onnx_encoder: OnnxEncoder,
) -> None:
    told: list[int] = []
    forward = onnx_encoder.encode(TEXTS * 5, told.append)
    backward = onnx_encoder.encode((TEXTS * 5)[::-1])[::-1]
    np.testing.assert_allclose(forward, backward, atol=2e-5)
    assert told == sorted(told)
    assert told[-1] == len(TEXTS) * 5


def test_no_texts_give_no_rows(onnx_encoder: OnnxEncoder) -> None:
    assert onnx_encoder.encode([]).shape == (0, onnx_encoder.model.dimension)


def test_torch_fp32_vectors_are_those_of_sentence_transformers(
    minilm: ModelFiles, models_dir: Path, sentence_vectors: Vectors
) -> None:
    assert min(cosines(TorchEncoder(minilm, models_dir, "fp32"), sentence_vectors)) >= 0.9999


def test_torch_bf16_vectors_are_near_enough_to_be_mixed(
    minilm: ModelFiles, models_dir: Path, sentence_vectors: Vectors
) -> None:
    try:
        encoder = TorchEncoder(minilm, models_dir, "bf16")
    except RuntimeError as error:
        pytest.skip(f"this processor has no bf16: {error}")
    assert min(cosines(encoder, sentence_vectors)) >= 0.999


def test_the_fallback_on_sentence_transformers_keeps_order(
    minilm: ModelFiles, sentence_vectors: Vectors
) -> None:
    assert min(cosines(SentenceTransformerEncoder(minilm), sentence_vectors)) >= 0.9999


def test_a_plain_roberta_gives_the_vector_of_its_first_token(tiny_roberta: ModelFiles) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    assert tiny_roberta.model.pooling == "cls"
    tokenizer = AutoTokenizer.from_pretrained(tiny_roberta.directory)
    model = AutoModel.from_pretrained(tiny_roberta.directory).eval()
    expected = []
    for text in TEXTS:
        tokens = tokenizer(text, truncation=True, max_length=40, return_tensors="pt")
        with torch.inference_mode():
            first = model(**tokens).last_hidden_state[0, 0].numpy()
        expected.append(first / np.linalg.norm(first))
    assert min(cosines(ClsEncoder(tiny_roberta), np.array(expected))) >= 0.9999


def test_the_graph_of_a_roberta_is_the_library_s(tiny_roberta: ModelFiles, models_dir: Path) -> None:
    reference = ClsEncoder(tiny_roberta).encode(TEXTS)
    assert min(cosines(OnnxEncoder(tiny_roberta, models_dir), reference)) >= 0.9999
    assert min(cosines(TorchEncoder(tiny_roberta, models_dir, "fp32"), reference)) >= 0.9999
    # different texts must differ, or agreement would say nothing
    assert np.abs(reference @ reference.T - np.eye(len(TEXTS))).min() < 0.99


def test_many_writers_of_one_artefact_leave_one_whole_artefact(minilm: ModelFiles, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as executor:
        found = set(executor.map(lambda _: onnx_artefact(minilm, tmp_path), range(3)))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / "onnx").iterdir()] == [found.pop().name]
    assert OnnxEncoder(minilm, tmp_path).encode(["list"]).shape == (1, 384)


def test_a_query_is_encoded_without_torch(models_dir: Path) -> None:
    script = """
import sys
from pathlib import Path
from pygrounds_dagster.knowledge.encoders import query_encoder
from pygrounds_dagster.settings import Settings
settings = Settings(home=Path(sys.argv[1]), _env_file=None)
assert query_encoder(settings, "concept").encode(["how do I sort a list?"]).shape == (1, 384)
assert query_encoder(settings, "concept") is query_encoder(settings, "code")
loaded = {"torch", "transformers", "sentence_transformers", "onnx"} & set(sys.modules)
assert not loaded, loaded
"""
    home = models_dir.parent / "without-torch"
    home.mkdir()
    (home / "models").symlink_to(models_dir)
    subprocess.run([sys.executable, "-c", script, str(home)], check=True)
