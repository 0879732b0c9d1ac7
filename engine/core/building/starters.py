"""Fresh questions: what each type begins with, how the types are grouped, and which type a wording calls for.

A type that nobody named here is offered all the same, among the others, and begins with nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.core.building.draftform import elements
from engine.core.building.words import written

GROUPS: Mapping[str, tuple[str, ...]] = {
    "words": ("text", "longtext", "richtext"),
    "numbers": ("number", "percent", "money", "unit_value", "indicator", "computed"),
    "choosing": ("choice", "choices", "yesno", "scale", "matrix", "ranking"),
    "times": ("date", "period", "time"),
    "people": ("person", "unit", "file", "link", "signature"),
    "rows": ("table", "note"),
}
OTHERS = "others"
NUMERIC = ("number", "percent", "money")

# The first line that matches says the type. Words at the beginning or anywhere, in both languages.
GUESSES: tuple[tuple[str, str], ...] = (
    ("signature", r"\btanda tangan\b|\bsignature\b"),
    ("period", r"\b(periode|rentang (waktu|tanggal)|period)\b"),
    ("date", r"\b(tanggal|tgl|date|kapan|when)\b"),
    ("time", r"\b(jam|pukul|what time)\b"),
    ("percent", r"%|\b(persen\w*|bobot|percent\w*|weight)\b"),
    ("money", r"\b(rupiah|rp|biaya|anggaran|budget|cost)\b"),
    ("file", r"\b(unggah\w*|lampiran|lampirkan|berkas|bukti|upload|attach\w*|files?|evidence)\b"),
    ("link", r"\b(tautan|link|url|alamat web)\b"),
    ("number", r"\b(jumlah|berapa|banyaknya|how many|number of|count)\b"),
    ("yesno", r"^(apakah|sudahkah|adakah|is|are|has|have|does|do|did)\b.*\?"),
    ("unit", r"\b(unit kerja|satuan kerja|perangkat daerah|work unit)\b"),
    ("person", r"^(siapa|who)\b|\b(nama pegawai|nama pejabat)\b"),
    ("scale", r"\b(nilai|penilaian|peringkat|skala|rating|scale)\b"),
    ("longtext", r"\b(jelaskan|uraikan|uraian|alasan|catatan|describe|explain|reasons?|notes?|comments?)\b"),
)


def grouped(names: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The types of a catalog by group, in the order in which a palette shows them."""
    known = set(names)
    for group, members in GROUPS.items():
        if found := tuple(name for name in members if name in known):
            yield group, found
    if rest := tuple(sorted(known.difference(*GROUPS.values()))):
        yield OTHERS, rest


def guessed(words: str, names: Iterable[str]) -> str:
    """The type that a question's wording calls for; a line of text where it says nothing."""
    known, asked = set(names), words.strip().lower()
    return next((name for name, said in GUESSES if name in known and re.search(said, asked)), "text")


def starter(name: str, form: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a fresh question of a type begins with, so that it can be drawn at once.

    A total adds up the last column of figures that the form has.
    """
    match name:
        case "choice" | "choices" | "ranking":
            return {"choices": [_item("choice", number) for number in (1, 2, 3)]}
        case "scale":
            return {"levels": _levels()}
        case "matrix":
            return {"criteria": [_item("criterion", number) for number in (1, 2)], "levels": _levels()}
        case "unit_value":
            return {"unit": written("%")}
        case "note":
            return {"text": written("Tuliskan keterangan di sini.", "Write the note here.")}
        case "table":
            return {"columns": [{"key": "result", "type": "text", "label": written("Uraian", "Description")}]}
        case "computed":
            return {"value": _sum(form) or "0"}
    return {}


def _item(what: str, number: int) -> dict[str, Any]:
    words = {"choice": ("Pilihan", "Choice"), "criterion": ("Kriteria", "Criterion")}[what]
    return {"key": f"{what}_{number}", "label": written(f"{words[0]} {number}", f"{words[1]} {number}")}


def _levels() -> list[dict[str, Any]]:
    words = (
        ("Di bawah ekspektasi", "Below expectations"),
        ("Sesuai ekspektasi", "As expected"),
        ("Di atas ekspektasi", "Above expectations"),
    )
    return [{"value": str(number), "label": written(*said)} for number, said in enumerate(words, 1)]


def _sum(form: Mapping[str, Any]) -> str:
    columns = [
        f"sum({field['key']}.{column['key']})"
        for section in elements(form.get("sections"))
        for field in elements(section.get("fields"))
        for column in elements(field.get("columns"))
        if column.get("type") in NUMERIC
    ]
    return columns[-1] if columns else ""
