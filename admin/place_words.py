"""What kinds of units and posts are called. A kind that nobody foresaw is readable all the same."""

from __future__ import annotations

from admin import words

UNIT_KINDS = (
    *("city", "regency", "secretariat", "division", "section", "subsection", "office", "agency", "inspectorate"),
    *("district", "ward", "technical_unit", "school", "hospital", "team"),
)
POST_KINDS = (
    *("pejabat_negara", "jpt_utama", "jpt_madya", "jpt_pratama", "administrator", "pengawas", "pelaksana"),
    *("jf_keahlian", "jf_keterampilan", "team_leader"),
)


def kind(value: str) -> str:
    """The kind of a unit or post, or of employment."""
    if value in words.PERSON_KINDS:
        return words.person_kind(value)
    return words.of_known((*UNIT_KINDS, *POST_KINDS), "organisation.kind", value)
