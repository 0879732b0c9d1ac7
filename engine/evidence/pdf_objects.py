"""Where the objects of a PDF begin and end, and which bytes are the data of a stream whoever reads the file.

A reader begins at any `9 0 obj` or `trailer` that a table points at, also at one that stands in a string, a comment or
the data of another object. So each is walked by itself (ISO 32000-1, 7.2 to 7.3), and bytes count as data only when no
walk says otherwise. What is forbidden in objects is pdf.py's.
"""

from __future__ import annotations

import mmap
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from engine.core.errors import FileRefused
from engine.core.messages import Message

SPACE = b"\0\t\n\f\r "
START = re.compile(rb"(?<=[0-9\0\t\n\f\r ])obj|trailer")
NUMBERED = re.compile(rb"[0-9][\0\t\n\f\r ]+[0-9]{1,5}[\0\t\n\f\r ]*\Z")
LOOKED_BACK = 100  # bytes before `obj` in which its two numbers stand
TOKEN = re.compile(
    rb"[(%\[\]]|<<|>>|<|(?<![^\0\t\n\f\r ()<>\[\]{}%])(?:stream|endobj|obj)(?![^\0\t\n\f\r ()<>\[\]{}/%])"
)
IN_STRING = re.compile(rb"[()\\]")
LINE_END = re.compile(rb"[\r\n]")
DATA = re.compile(rb"[\t ]*(?:\r\n|\n|\r)")
MOST_OBJECTS = 1_000_000
MOST_WALKED = 2  # times the bytes of the file: objects of a sound file are walked once


@dataclass(frozen=True, slots=True)
class Walk:
    """One object as a reader finds it: its bytes up to `end`, and the data of its stream from `data` to `until`."""

    start: int
    end: int
    data: int | None = None
    until: int = 0


def walks(whole: mmap.mmap) -> list[Walk]:
    """Every object and trailer that a reader may begin with, in order. Raises FileRefused."""
    found: list[Walk] = []
    left = MOST_WALKED * len(whole) + 1_000_000
    for start in START.finditer(whole):
        if not _is_start(whole, start):
            continue
        walk = _walk(whole, start.start(), start.end(), left)
        left -= walk.end - walk.start
        found.append(walk)
        if left < 0 or len(found) > MOST_OBJECTS:
            raise FileRefused(Message("file.refused.bomb"))
    return found


def _is_start(whole: mmap.mmap, found: re.Match[bytes]) -> bool:
    """Whether two numbers stand before `obj`, or may: comments and space between them have no end."""
    before = whole[max(0, found.start() - LOOKED_BACK) : found.start()]
    is_object = NUMBERED.search(before) or b"%" in before or not before.strip(SPACE + b"0123456789")
    return bool(is_object) or found[0] == b"trailer"


def outside_data(found: list[Walk], size: int) -> Iterator[tuple[int, int]]:
    """What stands outside the data of streams, (from, to); data that a reader may take for objects is not left out."""
    starts = [walk.start for walk in found]
    reach = list(accumulate((walk.end for walk in found), max))
    at = 0
    for data, until in sorted({(walk.data, walk.until) for walk in found if walk.data is not None}):
        before = bisect_left(starts, data)
        is_objects = before < len(starts) and starts[before] < until
        if data >= at and not is_objects and reach[before - 1] <= data:
            yield at, data
            at = until
    yield at, size


def _walk(whole: mmap.mmap, start: int, at: int, left: int) -> Walk:
    """An object from its first token to `endobj`, to the next object, or to the data of its stream."""
    depth, closed, last = 0, False, min(len(whole), at + left + 1)
    while (token := TOKEN.search(whole, at, last)) is not None:
        word, at = token[0], token.end()
        if word == b"(":
            at = _behind_string(whole, at, last)
        elif word == b"%":
            at = _behind(LINE_END.search(whole, at, last), last)
        elif word == b"<":
            at = whole.find(b">", at, last) + 1 or last
        elif word in (b"<<", b"["):
            depth += 1
        elif word in (b">>", b"]"):
            depth, closed = depth - 1, word == b">>"
        elif depth <= 0 and word == b"stream" and closed:
            return _with_data(whole, start, token.start(), at)
        elif depth <= 0 and word != b"stream":
            return Walk(start, token.start())
    return Walk(start, last)


def _behind_string(whole: mmap.mmap, at: int, last: int) -> int:
    depth = 1
    while depth and (found := IN_STRING.search(whole, at, last)) is not None:
        at = found.end() + (found[0] == b"\\")
        depth += (found[0] == b"(") - (found[0] == b")")
    return at if not depth else last


def _behind(found: re.Match[bytes] | None, last: int) -> int:
    return last if found is None else found.end()


def _with_data(whole: mmap.mmap, start: int, end: int, at: int) -> Walk:
    line = DATA.match(whole, at)
    until = -1 if line is None else whole.find(b"endstream", line.end())
    if line is None or until < 0:
        raise FileRefused(Message("file.refused.broken"))
    return Walk(start, end, line.end(), until)
