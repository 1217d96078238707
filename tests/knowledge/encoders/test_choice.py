"""Which encoder is chosen, and that counting agrees with encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygrounds_dagster.knowledge.encoders import bulk_encoder, choice, query_encoder, suited, token_counter
from pygrounds_dagster.knowledge.encoders.calibration import Calibration, Trial, choose
from pygrounds_dagster.knowledge.encoders.onnx_runtime import OnnxEncoder
from pygrounds_dagster.knowledge.encoders.torch_runtime import TorchEncoder
from pygrounds_dagster.knowledge.models import ModelFiles
from pygrounds_dagster.settings import Settings
from tests.knowledge.encoders.conftest import TEXTS


@pytest.fixture
def settings(tmp_path: Path, models_dir: Path) -> Settings:
    (tmp_path / "models").symlink_to(models_dir)
    return Settings(home=tmp_path, device="cpu", _env_file=None)


def test_equal_models_share_one_encoder(settings: Settings) -> None:
    assert query_encoder(settings, "concept") is query_encoder(settings, "code")
    assert bulk_encoder(settings, "concept") is bulk_encoder(settings, "code")


def test_few_texts_run_on_the_query_encoder_and_many_on_what_the_trial_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "calibration", lambda files, models_dir: Calibration("torch-fp32", 5000))
    encoder = bulk_encoder(settings, "concept")
    assert suited(encoder, 10) is query_encoder(settings, "concept")
    assert suited(encoder, 4999) is query_encoder(settings, "concept")
    assert isinstance(suited(encoder, 5000), TorchEncoder)


def test_an_encoder_that_does_not_choose_is_suited_to_any_number(onnx_encoder: OnnxEncoder) -> None:
    assert suited(onnx_encoder, 1_000_000) is onnx_encoder


def test_a_gpu_that_is_demanded_and_not_there_is_an_error(settings: Settings) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    demanding = settings.model_copy(update={"device": "cuda"})
    with pytest.raises(RuntimeError, match="PYGROUNDS_DEVICE=cuda"):
        bulk_encoder(demanding, "concept").encode(["list"])


def test_the_cheapest_candidate_near_enough_to_float32_is_chosen() -> None:
    trials = {
        "onnx-fp32": Trial(open_seconds=0.1, text_seconds=0.020, cosine=1.0),
        "torch-fp32": Trial(open_seconds=3.1, text_seconds=0.019, cosine=1.0),
        "torch-bf16": Trial(open_seconds=3.1, text_seconds=0.010, cosine=0.9999),
    }
    assert choose(trials) == Calibration("torch-bf16", 300)
    assert choose(trials | {"torch-bf16": Trial(3.1, 0.010, 0.9)}).runtime == "onnx-fp32"
    assert choose(trials | {"torch-bf16": Trial(error="no bf16 here")}).runtime == "onnx-fp32"


def test_counts_are_those_of_the_tokenizer_with_nothing_cut(settings: Settings, minilm: ModelFiles) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(minilm.directory, model_max_length=100_000)
    counter = token_counter(settings)
    assert counter.window == 256
    assert counter.count(TEXTS) == [len(tokenizer(text)["input_ids"]) for text in TEXTS]
    assert max(counter.count(TEXTS)) > counter.window


def test_with_two_tokenizers_the_greater_count_and_the_smaller_window_hold(
    settings: Settings, tiny_roberta: ModelFiles
) -> None:
    one = token_counter(settings)
    other = token_counter(settings.model_copy(update={"code_model": str(tiny_roberta.directory)}))
    both = settings.model_copy(update={"code_model": str(tiny_roberta.directory)})
    only_roberta = token_counter(both.model_copy(update={"concept_model": both.code_model}))
    assert other.window == tiny_roberta.model.window == 40
    assert other.identity not in {one.identity, only_roberta.identity}
    expected = [max(pair) for pair in zip(one.count(TEXTS), only_roberta.count(TEXTS), strict=True)]
    assert other.count(TEXTS) == expected
