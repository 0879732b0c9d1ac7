"""Grades (golongan) of civil servants, as their regulations list them. Nothing here knows who has which.

PNS: I/a to IV/e (PP 11/2017). PPPK: I to XVII (PP 49/2018). An elected official has none.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.messages import Message

RANKS = (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde"))
PNS = tuple(f"{group}/{rank}" for group, ranks in RANKS for rank in ranks)
PPPK = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII")
GRADES: Mapping[str, tuple[str, ...]] = {"pns": PNS, "pppk": PPPK, "official": ()}
CLASSES = range(1, 18)  # classes of positions (kelas jabatan, PermenPANRB 39/2013)


def judge_grade(grade: str | None, kind: str) -> Message | None:
    """What is wrong with the grade of a person of this kind; nothing where it is not known yet."""
    allowed = GRADES.get(kind)
    if not grade or allowed is None or grade in allowed:
        return None
    if not allowed:
        return Message("people.grade_of_official", found=grade)
    return Message("people.grade", found=grade, first=allowed[0], last=allowed[-1])


def judge_class(position_class: int | None) -> Message | None:
    """What is wrong with the class of a position; nothing where it is not known."""
    if position_class is None or position_class in CLASSES:
        return None
    return Message("people.position_class", found=position_class, first=CLASSES[0], last=CLASSES[-1])
