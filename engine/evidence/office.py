"""Office documents: ZIP archives whose members are counted, measured while they are unpacked, and known by name.

No macros, no programs, no password, no template fetched from elsewhere; an archive inside only as what Office embeds.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import IO

from engine.core.errors import FileRefused
from engine.core.messages import Message
from engine.evidence.signs import TAIL, ZIP, ZIP_END, ends

MOST_MEMBERS = 4_000
MOST_UNPACKED = 250_000_000
MOST_EMBEDDED = 20_000_000  # bytes of a document inside a document
MOST_RELATIONS = 20_000_000  # bytes of a list of relations, which is read as a whole
PIECE = 64 * 1024
END_BYTES = 22
MAIN = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
MACROS = re.compile(r"(?:^|/)vba\w*\.(?:bin|xml)$|^(?:basic|scripts)/|macrosheets/|activex", re.IGNORECASE)
PROGRAMS = re.compile(
    r"\.(?:exe|dll|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|scr|msi|jar|lnk|html?|svgz?|swf)$", re.IGNORECASE
)
EMBEDDED = re.compile(r"^(?:word|xl|ppt)/embeddings/[^/]+\.(?:docx|xlsx|pptx)$", re.IGNORECASE)
FETCHED = re.compile(rb"attachedTemplate|oleObject|frame", re.IGNORECASE)
EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
NO_PLAIN_XML = re.compile(rb"\0|<!DOCTYPE|<!ENTITY", re.IGNORECASE)  # ECMA-376-2, 7.1.4: neither is in a package
ARCHIVES = (ZIP, b"Rar!\x1a\x07", b"7z\xbc\xaf'\x1c", b"\x1f\x8b\x08")


@dataclass(slots=True)
class Budget:
    """What may still be unpacked of one file, over all that is inside it."""

    members: int = MOST_MEMBERS
    octets: int = MOST_UNPACKED

    def take(self, members: int = 0, octets: int = 0) -> None:
        self.members -= members
        self.octets -= octets
        if self.members < 0 or self.octets < 0:
            raise FileRefused(Message("file.refused.bomb"))


def check(path: Path) -> tuple[str, dict[str, int]]:
    """The kind of an office document, and nothing more about it. Raises FileRefused."""
    budget = Budget()
    members = _directory(ends(path), path.stat().st_size)
    budget.take(members=members)
    with path.open("rb") as file:
        return _check(file, budget, deep=False), {}


def _directory(tail: bytes, size: int) -> int:
    """The number of members that the end record tells, read before a library makes a list of them (APPNOTE 4.3.16)."""
    at = tail.rfind(ZIP_END)
    if at < 0 or len(tail) - at < END_BYTES:
        raise FileRefused(Message("file.refused.broken"))
    members, octets, start, comment = struct.unpack("<HIIH", tail[at + 10 : at + END_BYTES])
    if comment or at + END_BYTES != len(tail):
        raise FileRefused(Message("file.refused.polyglot"))
    if members == 0xFFFF or octets > MOST_MEMBERS * 400 or start + octets + END_BYTES != size:
        raise FileRefused(Message("file.refused.bomb" if members > MOST_MEMBERS else "file.refused.broken"))
    return members


def _check(file: IO[bytes], budget: Budget, *, deep: bool) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = [member.filename for member in archive.infolist()]
            _check_names(names)
            kind = _kind(archive, names)
            for member in archive.infolist():
                _check_member(archive, member, budget, deep=deep)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as broken:
        raise FileRefused(Message("file.refused.broken")) from broken
    return kind


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise FileRefused(Message("file.refused.broken"))
    for name in names:
        if name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/"):
            raise FileRefused(Message("file.refused.path"))
        if MACROS.search(name):
            raise FileRefused(Message("file.refused.macros"))
        if PROGRAMS.search(name):
            raise FileRefused(Message("file.refused.inside"))


def _kind(archive: zipfile.ZipFile, names: list[str]) -> str:
    if names and names[0] == "mimetype" and archive.getinfo("mimetype").file_size < 100:
        kind = ODF.get(archive.read("mimetype").strip())
    else:
        kind = next((MAIN[name] for name in names if name in MAIN and "[Content_Types].xml" in names), None)
    if kind is None:
        raise FileRefused(Message("file.refused.kind", found="ZIP"))
    return kind


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, *, deep: bool) -> None:
    if member.flag_bits & 0x1:
        raise FileRefused(Message("file.refused.password"))
    embedded = EMBEDDED.search(member.filename) is not None
    relates = member.filename.lower().endswith((".rels", "[content_types].xml"))
    kept = bytearray()
    first = True
    for piece in _pieces(archive, member):
        budget.take(octets=len(piece))
        if first and piece.startswith(ARCHIVES) and (deep or not embedded):
            raise FileRefused(Message("file.refused.inside"))
        first = False
        if embedded and len(kept) + len(piece) > MOST_EMBEDDED:
            raise FileRefused(Message("file.refused.inside"))
        if relates and len(kept) + len(piece) > MOST_RELATIONS:
            raise FileRefused(Message("file.refused.bomb"))
        if embedded or relates:
            kept += piece
    if relates:
        _check_relations(bytes(kept))
    if embedded:
        inner = bytes(kept)
        budget.take(members=_directory(inner[-TAIL:], len(inner)))
        _check(BytesIO(inner), budget, deep=True)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as unpacked:
        while piece := unpacked.read(PIECE):
            yield piece


def _check_relations(text: bytes) -> None:
    """Refuse macros and what is fetched from elsewhere. Looks at each tag once, however many there are."""
    if b"macroEnabled" in text or b"vbaProject" in text:
        raise FileRefused(Message("file.refused.macros"))
    if NO_PLAIN_XML.search(text):
        raise FileRefused(Message("file.refused.broken"))
    for tag in text.split(b"<"):
        plain = unescape(tag.decode("utf-8", "replace")).encode() if b"&" in tag else tag
        if EXTERNAL.search(plain) and FETCHED.search(plain):
            raise FileRefused(Message("file.refused.fetched"))
