"""Writes small PDF files for tests: text at places, in the standard fonts, with or without an outline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FONTS = {"prose": "Helvetica", "bold": "Helvetica-Bold", "code": "Courier"}


class Text(NamedTuple):
    """A line of text: place in points from the lower left, font of FONTS, size."""

    x: float
    y: float
    text: str
    font: str = "prose"
    size: float = 10


def tiny_pdf(
    pages: Sequence[Sequence[Text]],
    outline: Sequence[tuple[str, int, float]] = (),
    *,
    title: str = "",
    encrypted: bool = False,
) -> bytes:
    """A PDF of these pages; outline entries are (title, page from 1, height), all of one level."""
    objects: list[bytes] = [b""] * 3  # catalogue, page tree and information are filled in last
    fonts = []
    for number, name in enumerate(FONTS.values()):
        objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} >>".encode())
        fonts.append(f"/F{number} {len(objects)} 0 R")
    kids = []
    for page in pages:
        objects.append(_stream(page))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << {' '.join(fonts)} >> >> >>".encode()
        )
        kids.append(len(objects))
    root = ""
    if outline:
        first = len(objects) + 2
        last = first + len(outline) - 1
        objects.append(
            f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {len(outline)} >>".encode()
        )
        root = f"/Outlines {len(objects)} 0 R"
        for index, (entry, page_number, top) in enumerate(outline):
            links = f"/Next {first + index + 1} 0 R " if first + index < last else ""
            links += f"/Prev {first + index - 1} 0 R " if index else ""
            target = f"[{kids[page_number - 1]} 0 R /XYZ 0 {top} 0]"
            objects.append(
                f"<< /Title ({_escaped(entry)}) /Parent {first - 1} 0 R {links}/Dest {target} >>".encode()
            )
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode()
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    objects[2] = f"<< /Title ({_escaped(title)}) >>".encode()
    return _file(objects, encrypted=encrypted)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _stream(page: Sequence[Text]) -> bytes:
    names = list(FONTS)
    shown = "\n".join(
        f"BT /F{names.index(each.font)} {each.size} Tf {each.x} {each.y} Td ({_escaped(each.text)}) Tj ET"
        for each in page
    ).encode("latin-1")
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown)


def _file(objects: Sequence[bytes], *, encrypted: bool) -> bytes:
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    extra = b""
    if encrypted:  # owner and user entries of a password nobody knows
        secret = b"<" + b"5a" * 32 + b">"
        extra = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O %s /U %s /P -1 >> /ID [<00> <00>] " % (
            secret,
            secret,
        )
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R %s>>\nstartxref\n%d\n%%%%EOF\n"
    return data + table + trailer % (len(objects) + 1, extra, len(data))
