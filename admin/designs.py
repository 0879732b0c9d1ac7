"""The list of designs: drafts that somebody works at, those in review, and those that came into force. Reads only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from flask_admin import expose

from admin.views import SecureView
from engine import definitions, designs
from engine.core.designing import findings, spots
from engine.core.messages import Text
from engine.store.queries import designs as queries
from engine.web.context import runtime
from engine.web.language import t

EXAMINED = 12  # designs of one page that are looked through; each costs some milliseconds
TONES = {"open": "info", "in_review": "warn", "closed": "plain"}


class Shown(NamedTuple):
    """A design in the list. `errors` is None where it was not looked through."""

    ref: str
    kind: str
    name: Text
    status: str
    tone: str
    origin: str
    who: str
    at: datetime
    errors: int | None


class DesignView(SecureView):
    """Perancang."""

    permission = ("admin",)

    @expose("/")
    def index_view(self) -> str:
        rows = queries.listed(self.db)
        codelists = definitions.published_codelists(runtime(), self.db)
        shown = [_shown(row, codelists, examined=index < EXAMINED) for index, row in enumerate(rows)]
        return self.render("backoffice/designs/list.html", shown=shown)


def _shown(row: Any, codelists: Any, *, examined: bool) -> Shown:
    status, document = designs.status_of(row), json.loads(row.document)
    found = findings.findings(document, runtime().catalog, codelists) if examined and status == "open" else None
    origin = t("design.from_version", number=str(row.from_number)) if row.from_ref else t("design.from_nothing")
    return Shown(
        ref=row.ref,
        kind=row.kind,
        name=spots.text_of(document.get("name")) or Text(row.name, row.name),
        status=status,
        tone=TONES.get(status, "plain"),
        origin=origin,
        who=row.changed_name or t("admin.system"),
        at=datetime.fromisoformat(row.changed_at),
        errors=None if found is None else sum(not each.warning for each in found),
    )
