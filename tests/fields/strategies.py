"""For each field type: options as a document says them, and raw answers that a person may well send.

A type that is not listed here fails the contract test. Text leaves out what every type refuses: controls, marks that
reorder text, halves of surrogate pairs, and characters that Unicode has not given out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.core.tiny import BUDI, CLINIC, LETTER, PHOTO, SITI, TODAY

REFUSED = ("Cc", "Cs", "Cf", "Cn", "Zl", "Zp")
LINE = st.text(st.characters(exclude_categories=REFUSED), max_size=40)
LINES = st.lists(LINE, max_size=4).map("\r\n".join)
PLAIN = st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(lambda number: format(number, "f"))
PERCENT = st.decimals(0, 100, places=2).map(lambda number: format(number, "f"))
DAY = st.dates(date(1900, 1, 1), date(2200, 12, 31))
ITEMS = [
    {"key": "above", "label": {"id": "Di atas", "en": "Above"}},
    {"key": "expected", "label": "Sesuai"},
    {"key": "below", "label": {"id": "Di bawah", "en": "Below"}, "help": "Jarang"},
]
LEVELS = [{"value": str(number), "label": f"Tingkat {number}"} for number in range(1, 6)]


DAY_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
AMOUNT = st.integers(0, 10**12)
CLOCK = st.times().map(lambda at: f"{at:%H:%M}")
LINK = st.builds(
    "{}://{}.go.id{}".format,
    st.sampled_from(["https", "http", "HTTPS"]),
    st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True),
    st.sampled_from(["", "/", ":8443/berita?id=1#atas", "/surat%20tugas/laporan-2026.pdf", "/evaluasi/é"]),
)
MARK = st.sampled_from(["1", "5", 3])
TARGET = st.fixed_dictionaries({"target_to": PERCENT}, optional={"target_from": st.just("0")})
PAPERS, WORDS = st.sampled_from([LETTER, PHOTO]), LINE.filter(str.strip)
PAST = st.dates(date(2020, 1, 1), TODAY)
RICH = [
    "**Tebal** dan *miring* dan ***keduanya***.",
    "- satu\n- dua **tebal**\n\n1. pertama\n2. kedua",
    "Lihat [laporan](https://www.bkn.go.id/a?b=1&c=2) atau https://menpan.go.id.",
    "2 * 3 * 4 = 24, **tidak ditutup",
    "[bukan tautan](javascript:alert(1)) <b>bukan HTML</b>",
]


@dataclass(frozen=True)
class Kind:
    """Options of a type, each with the strategy of good raw answers for it."""

    examples: tuple[tuple[Mapping[str, Any], st.SearchStrategy[Any]], ...]


def between(days: Any) -> str:
    return f"{days[0]}/{days[1]}"


def places(order: Any) -> Mapping[str, str]:
    return {key: str(place) for place, key in enumerate(order, 1)}


def with_comma(text: str) -> str:
    return text.replace(".", ",")


KINDS: Mapping[str, Kind] = {
    "text": Kind((({}, LINE), ({"max_length": 80, "min_length": 1}, LINE))),
    "longtext": Kind((({}, LINES), ({"rows": 9, "max_length": 1000}, LINES))),
    "number": Kind(
        (
            ({}, PLAIN),
            ({"unit": {"id": "dokumen", "en": "documents"}}, PLAIN.map(with_comma)),
            ({"places": 0, "minimum": "0"}, st.integers(0, 10**14)),
            ({"places": 6}, st.decimals(-1000, 1000, places=6)),
        )
    ),
    "percent": Kind((({}, PERCENT), ({}, PERCENT.map(with_comma)), ({"maximum": "200"}, st.integers(0, 200)))),
    "choice": Kind(
        (
            ({"choices": ITEMS}, st.sampled_from(["above", "expected", "below", "", None])),
            ({"list": "colours", "look": "select"}, st.sampled_from(["red", "blue", " red "])),
        )
    ),
    "choices": Kind(
        (
            ({"choices": ITEMS}, st.lists(st.sampled_from(["above", "expected", "below", ""]), max_size=5)),
            ({"list": "colours", "at_least": 1, "at_most": 2}, st.sampled_from([["red"], "blue", ["blue", "red"], []])),
        )
    ),
    "scale": Kind(
        (
            ({"levels": LEVELS}, st.sampled_from(["1", "5", 3, ""])),
            ({"levels": [{"key": "low", "label": "Rendah"}, {"key": "high", "label": "Tinggi"}]}, st.just("low")),
            ({"list": "colours"}, st.just("red")),
        )
    ),
    "date": Kind(
        (
            ({}, DAY.map(str)),
            (
                {"earliest": "1900-01-01", "latest": "2200-12-31"},
                DAY.map(lambda day: f"{day.day}/{day.month}/{day.year}"),
            ),
        )
    ),
    "table": Kind(
        (
            (
                {
                    "max_rows": 20,
                    "columns": [
                        {"key": "result", "type": "text"},
                        {"key": "weight", "type": "percent"},
                        {"key": "kind", "type": "choices", "choices": ITEMS},
                        {"key": "why", "type": "longtext", "shown_when": "weight > 50"},
                        {"key": "half", "type": "computed", "value": "weight / 2"},
                        {"key": "hint", "type": "note", "text": "Isi dengan cermat."},
                    ],
                },
                st.lists(
                    st.fixed_dictionaries(
                        {"result": LINE},
                        optional={
                            "weight": PERCENT,
                            "why": LINES,
                            "kind": st.lists(st.sampled_from(["above", "below"]), max_size=2),
                        },
                    ),
                    max_size=8,
                ),
            ),
        )
    ),
    "richtext": Kind(
        (
            ({}, st.one_of(LINES, st.sampled_from(RICH))),
            ({"rows": 9, "max_length": 1000}, st.lists(st.sampled_from(RICH), max_size=5).map("\n\n".join)),
        )
    ),
    "money": Kind(
        (
            ({}, AMOUNT),
            ({"currency": "USD", "places": 2, "minimum": "-1000000000"}, PLAIN),
            ({}, AMOUNT.map(lambda amount: f"Rp {amount:,}".replace(",", ".") + ",-")),
        )
    ),
    "time": Kind((({}, CLOCK), ({"earliest": "00:00", "latest": "23:59"}, CLOCK.map(lambda at: at.replace(":", "."))))),
    "yesno": Kind(
        (
            ({}, st.sampled_from(["yes", "no", "Ya", "tidak", True, False, "", None])),
            ({"choices": {"yes": {"id": "Tercapai", "en": "Reached"}, "no": "Belum"}}, st.booleans()),
        )
    ),
    "link": Kind((({}, LINK),)),
    "period": Kind(
        (
            ({}, st.tuples(DAY, DAY).map(sorted).map(lambda days: {"start": str(days[0]), "end": str(days[1])})),
            ({"in_period": True, "max_days": 366}, st.tuples(DAY_2026, DAY_2026).map(sorted).map(between)),
        )
    ),
    "unit_value": Kind(
        (
            ({"unit": "%", "direction": "higher", "target_from": "80", "target_to": "90"}, PLAIN),
            ({"unit": {"id": "hari", "en": "days"}, "asks": "target", "direction": "lower"}, TARGET),
            (
                {"list": "colours", "asks": "both"},
                st.fixed_dictionaries(
                    {
                        "value": PERCENT,
                        "unit": st.just("red"),
                        "direction": st.sampled_from(["range", "higher"]),
                        "target_from": st.just("-1"),
                    },
                    optional={"target_to": PERCENT.map(with_comma)},
                ),
            ),
        )
    ),
    "ranking": Kind(
        (
            ({"choices": ITEMS}, st.permutations(["above", "expected", "below"]).map(places)),
            ({"list": "colours", "top": 1}, st.sampled_from([{"red": "1", "blue": ""}, ["blue"], [], ""])),
        )
    ),
    "matrix": Kind(
        (
            (
                {"criteria": ITEMS, "levels": LEVELS, "descriptions": {"above": {"5": "Selalu"}}},
                st.fixed_dictionaries(dict.fromkeys(["above", "expected", "below"], MARK)),
            ),
            (
                {"criteria_list": "colours", "list": "colours", "partial": True},
                st.fixed_dictionaries(
                    {}, optional=dict.fromkeys(["red", "blue"], st.sampled_from(["red", "blue", ""]))
                ),
            ),
        )
    ),
    "person": Kind(
        (
            ({}, st.sampled_from([SITI, BUDI, "", {"ref": SITI, "label": "?"}])),
            ({"within": "unit"}, st.just(SITI)),
            ({"role": "supervisor"}, st.just(f" {BUDI} ")),
        )
    ),
    "file": Kind(
        (
            ({}, st.lists(st.builds(lambda ref, words: {"ref": ref, "description": words}, PAPERS, WORDS), max_size=4)),
            ({"kinds": ["pdf"], "described": False}, st.sampled_from([[], "", [LETTER], [{"ref": LETTER}], [{}]])),
            (
                {"dated": True, "described": False},
                st.lists(st.builds(lambda ref, day: {"ref": ref, "date": str(day)}, PAPERS, PAST), max_size=3),
            ),
        )
    ),
    "indicator": Kind((({}, st.sampled_from(["presence", "sales", "", {"ref": " sales ", "label": "?"}])),)),
    "unit": Kind((({}, st.sampled_from([CLINIC, ""])), ({"within": "subtree"}, st.just(CLINIC)))),
    # These three take no answer; what they are given is anything.
    "signature": Kind((({"statement": {"id": "Benar.", "en": "True."}}, st.none()),)),
    "computed": Kind((({"value": "1 / 3", "places": 2, "unit": "%"}, st.none()),)),
    "note": Kind((({"text": {"id": "Baca ini.", "en": "Read this."}}, st.none()),)),
}

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**4000),
    st.floats(),
    st.decimals(),
    st.sampled_from(
        ["NaN", "sNaN", "1E+999999", "0E-999999", "1" * 100, "-0", "1.250", "٣", "\x00", "\ud800", "2026-02-30"]
    ),
    st.text(st.characters(), max_size=30),
    st.binary(max_size=5),
    st.dates(),
    st.datetimes(),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(max_size=8), st.sampled_from(["result", "weight", "key"]), st.integers()),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
