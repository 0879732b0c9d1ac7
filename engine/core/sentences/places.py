"""Where in a document an expression stands, as far as it decides which names it may use. Paths only."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Place:
    """Inside a form, in the rows of one of its tables, where a form begins, in a result; else in the flow."""

    form: str | None = None
    table: str | None = None
    result: str | None = None
    beginning: bool = False


FLOW = Place()


def place_of(path: str) -> Place:
    """The place of an expression by its path in the normal form: `forms.plan.sections.main.fields.total.value`."""
    parts = path.split(".")
    if parts[0] == "results" and len(parts) > 1:
        return Place(result=parts[1])
    if parts[0] != "forms" or len(parts) < 3:
        return FLOW
    if parts[2] == "prefill" or parts[-1] == "default":
        return Place(form=parts[1], beginning=True)
    return Place(form=parts[1], table=_table(parts))


def _table(parts: list[str]) -> str | None:
    """The table whose column it is: `forms.F.sections.S.fields.T.columns.C.…`."""
    inside = len(parts) > 7 and parts[2] == "sections" and parts[4] == "fields" and parts[6] == COLUMNS
    return parts[5] if inside else None
