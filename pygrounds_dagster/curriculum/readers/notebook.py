"""Jupyter notebooks → blocks: cells in order, text outputs as what the code is shown to print.

What belongs here: notebooks of every format version. Lines count within a cell; the cell's number, from 1,
stands where other formats have the page.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument, SourceError
from pygrounds_dagster.curriculum.readers.decoding import decode
from pygrounds_dagster.curriculum.readers.fences import code_block
from pygrounds_dagster.curriculum.readers.markdown import markdown_blocks

_CELL_LANGUAGE = re.compile(r"^%%(bash|sh|html|javascript|js|latex|ruby|perl|sql|writefile|cython|R)\b")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# A rich display's text is the repr of an object, not something the code prints.
_OBJECT = re.compile(r"^<.*>$", re.DOTALL)


def read(data: bytes, path: Path) -> SourceDocument:
    """Read a notebook.

    Raises:
        SourceError: it is no JSON, or JSON but no notebook.
    """
    text, encoding, notes = decode(data, path)
    notebook = _parse(text, path)
    language = _language(notebook)
    blocks: list[Block] = []
    cells: list[list[str]] = []
    for number, cell in enumerate(notebook.get("cells", []), start=1):
        source = _joined(cell.get("source", "")).replace("\r\n", "\n")
        cells.append(source.split("\n"))
        found = _code(cell, source, language) if cell.get("cell_type") == "code" else _text(cell, cells[-1])
        blocks += [replace(block, pages=(number,) * len(block.lines)) for block in found]
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    top = next((block.text for block in headings if block.level == 1), "")
    own = str(notebook.get("metadata", {}).get("title") or "")
    return SourceDocument(
        path,
        "notebook",
        top or own or path.stem,
        blocks,
        titled=bool(own and not top),
        cell_lines=cells,
        encoding=encoding,
        notes=notes,
    )


def _parse(text: str, path: Path) -> dict[str, Any]:
    import nbformat

    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(
            f"the notebook is no JSON: {error.msg}",
            f"{path}, line {error.lineno}",
            "Save it again in Jupyter",
        ) from error
    if not isinstance(raw, dict) or not ("cells" in raw or "worksheets" in raw):
        raise SourceError("the file has no cells", str(path), "Save it again in Jupyter, or rename it")
    try:
        with warnings.catch_warnings():
            # Missing cell ids and the like don't matter for reading.
            warnings.simplefilter("ignore")
            notebook = nbformat.reader.reads(text)  # type: ignore[no-untyped-call]
            converted: dict[str, Any] = nbformat.convert(notebook, 4)  # type: ignore[no-untyped-call]
    except (nbformat.ValidationError, nbformat.reader.NotJSONError, KeyError, ValueError, TypeError) as error:
        raise SourceError(
            f"the notebook is broken: {error}", str(path), "Open it in Jupyter and save it again"
        ) from error
    except (AttributeError, IndexError) as error:  # nbformat's converters assume a well-formed tree
        raise SourceError(
            f"the notebook's structure is broken: {error}", str(path), "Open it in Jupyter and save it again"
        ) from error
    return converted


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata", {})
    kernel, info = metadata.get("kernelspec", {}), metadata.get("language_info", {})
    return str(info.get("name") or kernel.get("language") or "python").lower()


def _joined(source: object) -> str:
    return "".join(str(part) for part in source) if isinstance(source, list) else str(source)


def _text(cell: dict[str, Any], lines: list[str]) -> Iterator[Block]:
    if cell.get("cell_type") in ("markdown", "raw", "heading"):
        yield from markdown_blocks(lines)


def _code(cell: dict[str, Any], source: str, language: str) -> Iterator[Block]:
    magic = _CELL_LANGUAGE.match(source)
    named = magic[1].lower() if magic else language
    block = code_block(source, range(1, source.count("\n") + 2), named)
    if block:
        shown = [text for output in cell.get("outputs", []) if (text := _output(output))]
        yield replace(block, expected_output="\n".join(shown) or None)


def _output(output: dict[str, Any]) -> str:
    """What a person sees of an output as text; nothing for pictures and warnings on stderr."""
    kind = output.get("output_type")
    if kind == "stream":
        return _joined(output.get("text", "")).rstrip("\n") if output.get("name") != "stderr" else ""
    if kind == "error":
        return _ANSI.sub("", f"{output.get('ename', '')}: {output.get('evalue', '')}")
    text = _joined(output.get("data", {}).get("text/plain", "")).rstrip("\n")
    return "" if _OBJECT.match(text) else text
