"""The kinds of file that may be evidence: what each is called outside, and by which group a form allows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Group: TypeAlias = Literal["pdf", "image", "document", "sheet", "slides", "text"]
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its group, its media type, the endings that its names may have."""

    group: Group
    media: str
    endings: tuple[str, ...]


OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
KINDS = {
    "pdf": Kind("pdf", "application/pdf", (".pdf",)),
    "jpeg": Kind("image", "image/jpeg", (".jpg", ".jpeg")),
    "png": Kind("image", "image/png", (".png",)),
    "webp": Kind("image", "image/webp", (".webp",)),
    "docx": Kind("document", f"{OOXML}.wordprocessingml.document", (".docx",)),
    "odt": Kind("document", f"{ODF}.text", (".odt",)),
    "xlsx": Kind("sheet", f"{OOXML}.spreadsheetml.sheet", (".xlsx",)),
    "ods": Kind("sheet", f"{ODF}.spreadsheet", (".ods",)),
    "pptx": Kind("slides", f"{OOXML}.presentationml.presentation", (".pptx",)),
    "odp": Kind("slides", f"{ODF}.presentation", (".odp",)),
    "text": Kind("text", "text/plain", (".txt", ".csv", ".md", ".log")),
}


def called(kind: str) -> str:
    """A kind as people call it: `PDF`, `JPG`, `XLSX`."""
    return KINDS[kind].endings[0].lstrip(".").upper() if kind in KINDS else kind


def media_of(kind: str, name: str) -> str:
    """The media type under which a file of a kind is handed out."""
    if kind not in KINDS:
        return "application/octet-stream"
    return "text/csv" if kind == "text" and name.endswith(".csv") else KINDS[kind].media


def accepted(groups: tuple[Group, ...]) -> tuple[str, ...]:
    """The endings of all kinds of these groups, for a browser's picker."""
    return tuple(ending for kind in KINDS.values() if kind.group in groups for ending in kind.endings)


def size_in_words(octets: int, language: str) -> str:
    """`812 kB`, `1,4 MB` (id), `1.4 MB` (en)."""
    if octets < MEGABYTE:
        return f"{max(1, round(octets / 1_000))} kB"
    tenths = round(octets / (MEGABYTE / 10))
    whole, rest = divmod(tenths, 10)
    text = f"{whole}.{rest}" if rest else str(whole)
    return f"{text.replace('.', ',') if language == 'id' else text} MB"
