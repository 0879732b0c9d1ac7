"""The name of a file as people read it. It is never a name on a disk: files are stored under random names."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from engine.core.filekinds import KINDS

LONGEST = 120  # characters
NAMELESS = "berkas"
# Controls, halves of surrogate pairs, invisible and reordering marks, and what a file system or a shell reads.
NEVER = re.compile(
    '[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff<>:"|?*]'
)
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
SPACES = re.compile(r"\s+")


def shown(given: str, kind: str) -> str:
    """A name fit to be shown and saved under: no path, nothing hidden, at most 120 characters, an ending of its kind.

    `laporan.pdf.exe` that is a PDF becomes `laporan.pdf.exe.pdf`: the ending always tells what the file is.
    """
    name = unicodedata.normalize("NFC", given[:4_000].replace("\\", "/").rpartition("/")[2])
    name = SPACES.sub(" ", NEVER.sub("", name)).strip(" .") or NAMELESS
    if DEVICES.match(name):
        name = f"_{name}"
    ending = PurePosixPath(name).suffix.lower()
    if ending not in KINDS[kind].endings:
        ending, stem = KINDS[kind].endings[0], name
    else:
        stem = name[: -len(ending)]
    return f"{stem[: LONGEST - len(ending)].rstrip(' .') or NAMELESS}{ending}"


def before_it_is_known(given: str) -> str:
    """The name of a file of which nothing has come yet; its ending is what was given."""
    name = shown(given, "text")
    return name.removesuffix(".txt") if not given.lower().endswith(".txt") else name
