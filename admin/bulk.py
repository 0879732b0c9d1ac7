"""Acts on many cases: the list of sets, and one of them: its preview, how far it is, what came of each case.

Reads only: what somebody does with a set stands in bulk_acts.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from flask import Response, redirect, request
from flask_admin import expose
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response as Redirect

from admin import words
from admin.export import stream
from admin.jobs import Standing as JobStanding
from admin.jobs import standing as job_standing
from admin.listing import Filter, Order
from admin.views import SecureModelView
from engine import bulk, bulk_acts, bulk_marks, bulk_told
from engine.core.case import Actor
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message
from engine.store import tables
from engine.store.queries import bulk as queries
from engine.store.queries import case_lists, event_lists, people
from engine.store.queries import jobs as job_queries
from engine.web import labels
from engine.web.actor import require_actor
from engine.web.context import now, runtime
from engine.web.i18n import day
from engine.web.language import language, t, translate
from engine.web.pager import Page, read_cursor

STATES = {"judging": "info", "judged": "warn", "running": "info", "done": "good", "dropped": "plain"}
OUTCOMES = {
    "would": "info", "waiting": "plain", "done": "good", "undone": "plain", "refused": "bad", "failed": "bad",
    "skipped": "warn",
}  # fmt: skip
LIVE = ("judging", "running")


class Cause(NamedTuple):
    """What is the same for many cases. `words`: what it says, of one of them where they say different things."""

    name: str
    outcome: str
    words: str
    cases: int
    same: bool


class Item(NamedTuple):
    """One case of a set, in words."""

    ref: str
    subject: str
    outcome: str
    words: str
    event: str | None


class Shown(NamedTuple):
    """What the page of a set shows. `may_undo`: until when, or None; job: what previews or does it, where one does."""

    row: Any
    mine: bool
    about: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
    job: JobStanding | None
    undoes: Any
    undone_by: tuple[Any, ...]
    may_undo: datetime | None

    @property
    def live(self) -> bool:
        return self.row.state in LIVE and self.job is not None and self.job.live

    @property
    def would(self) -> int:
        return self.counts.get("would", 0)

    @property
    def to_do(self) -> int:
        """How many cases its job looks at: all of them for the preview, then those that would be done."""
        return self.row.total if self.job is None or self.job.total is None else self.job.total

    @property
    def done(self) -> int:
        return self.to_do - self.counts.get("waiting" if self.row.state == "judging" else "would", 0)


class BulkView(SecureModelView):
    """Tindakan massal."""

    permission: ClassVar[tuple[str, ...]] = ("admin",)
    column_list = ("made_at", "act", "total", "who", "state")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.BulkSet.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order(lambda: (tables.BulkSet.id,), (int,), lambda row: (row.id,)),
    }
    filters = (
        Filter(
            "bulk_act",
            "select",
            lambda view, act: tables.BulkSet.act == act,
            lambda view: [(act, t(f"bulk.act.{act}")) for act in bulk_acts.ACTS],
        ),
        Filter(
            "bulk_state",
            "select",
            lambda view, state: tables.BulkSet.state == state,
            lambda view: [(state, t(f"bulk.state.{state}")) for state in STATES],
        ),
        Filter("mine", "check", lambda view, value: tables.BulkSet.by_id == require_actor().person_id),
    )
    list_template = "backoffice/bulk/list.html"
    searched = False

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return queries.sets_in_scope(actor)

    def details(self, rows: Sequence[tables.BulkSet]) -> Mapping[str, Any]:
        """`names` of who made them by id, and `counts` of outcomes by id."""
        makers = sorted({row.by_id for row in rows})
        named = event_lists.people_of_streams(self.db, [], makers) if makers else ()
        return {
            "names": {row.id: row.name for row in named},
            "counts": queries.counts(self.db, [row.id for row in rows]) if rows else {},
        }

    def cell(self, row: tables.BulkSet, name: str, more: Mapping[str, Any]) -> str:
        cells = {
            "made_at": lambda: words.moment(row.made_at),
            "act": lambda: t(f"bulk.act.{row.act}"),
            "who": lambda: more["names"].get(row.by_id, ""),
            "state": lambda: t(f"bulk.state.{row.state}"),
        }
        return cells[name]() if name in cells else super().cell(row, name, more)

    @expose("/<ref>")
    def set_page(self, ref: str) -> str:
        shown = self.shown(ref)
        outcome, cause = request.args.get("show", ""), request.args.get("cause", "")
        within = self._within()
        causes = [_cause(row) for row in queries.causes(self.db, shown.row.id, within)]
        if (outcome and outcome not in OUTCOMES) or (cause and cause not in {each.name for each in causes}):
            raise BadRequest(Message("admin.list.unknown_choice", found=(cause or outcome)[:200]))
        page = self._page(shown.row.id, within, outcome, cause)
        outside = queries.outside(self.db, shown.row.id, within)
        given = {"outcomes": OUTCOMES, "states": STATES, "outside": outside}
        return self.render(
            "backoffice/bulk/set.html", shown=shown, causes=causes, show=outcome, cause=cause, page=page,
            items=[item(row) for row in page.rows], **given,
        )  # fmt: skip

    @expose("/<ref>/now")
    def now_fragment(self, ref: str) -> Redirect | str:
        """How far it is, as fragments; the page asks again while its job goes."""
        if "X-Fragment" not in request.headers:
            return redirect(f"/admin/bulk/{ref}", 303)
        return self.render("backoffice/bulk/now.html", shown=self.shown(ref), outcomes=OUTCOMES, states=STATES)

    @expose("/<ref>/results.csv")
    def results_file(self, ref: str) -> Response:
        """Every case with what came of it."""
        row = self._row(ref)
        titles = [t(f"bulk.column.{name}") for name in ("subject", "case", "outcome", "words", "event")]
        return stream(f"bulk-{ref[:8]}.csv", titles, lambda limit: self._lines(row.id, self._within(), limit))

    def shown(self, ref: str) -> Shown:
        """A set of the reader's, in words."""
        row = self._row(ref)
        actor = require_actor()
        job = job_queries.seen(self.db, actor, row.job_ref) if row.job_ref else None
        over = row.state == "done" and row.undoes_id is None and bulk_acts.ACTS[row.act].undo is not None
        until = bulk.undo_until(row) if over else None
        return Shown(
            row=row,
            mine=row.by_id == actor.person_id,
            about=tuple(self._about(row)),
            counts=queries.counts(self.db, [row.id])[row.id],
            job=job_standing(job, {}, actor) if job is not None else None,
            undoes=queries.by_id(self.db, row.undoes_id) if row.undoes_id is not None else None,
            undone_by=tuple(queries.undoing(self.db, row.id)) if over else (),
            may_undo=until if until is not None and until >= now() else None,
        )

    def _within(self) -> ColumnElement[bool]:
        """The cases that the reader oversees now: he may have lost some since the set was made."""
        return case_lists.cases_in_scope(self.db, require_actor())

    def _row(self, ref: str) -> Any:
        row = queries.seen(self.db, require_actor(), ref)
        if row is None:
            raise NotFound(Message("bulk.not_found"))
        return row

    def _about(self, row: Any) -> Iterator[tuple[str, str]]:
        """The parameters of the act, in words."""
        body = json.loads(row.body)
        definitions = [
            runtime().library.workflow(self.db, each).definition for each in queries.digests(self.db, row.id)
        ]
        for name, told in (("transition", labels.transition_label), ("role", labels.role_label)):
            if key := body.get(name):
                kinds = {"transition": "transitions", "role": "roles"}[name]
                having = (each for each in definitions if any(one.key == key for one in getattr(each, kinds)))
                found = next(having, None)
                yield t(f"bulk.about.{name}"), translate(told(found, key) if found else labels.readable(key))
        if ref := body.get("person"):
            person = people.by_ref(self.db, ref)
            yield t("bulk.about.person"), person.name if person else ref
        if body.get("days"):
            yield t("bulk.about.days"), str(body["days"])
        if body.get("until"):
            yield t("bulk.about.until"), day(date.fromisoformat(body["until"]), language())
        if body.get("reason"):
            yield t("bulk.about.reason"), body["reason"]
        if bulk_marks.erased(body) is not None:
            yield t("bulk.about.reason"), t("bulk.about.erased")

    def _page(self, set_id: int, within: ColumnElement[bool], outcome: str, cause: str) -> Page[Any]:
        cursor = read_cursor(request.args, (int,))
        rows = queries.page(
            self.db, set_id, within, outcome=outcome, cause=cause, after=cursor.values[0] if cursor else 0,
            backwards=bool(cursor and cursor.backwards), limit=self.page_size + 1,
        )  # fmt: skip
        return Page.of(rows, self.page_size, cursor, lambda row: (row.number,))

    def _lines(self, set_id: int, within: ColumnElement[bool], limit: int) -> Iterator[list[str]]:
        with self.session.reading():
            after = 0
            while rows := queries.page(self.db, set_id, within, after=after, limit=min(limit, 500)):
                for row in rows:
                    found = item(row)
                    yield [found.subject, found.ref, t(f"bulk.outcome.{found.outcome}"), found.words, found.event or ""]
                after = rows[-1].number


def item(row: Any) -> Item:
    """One case of a set, in words."""
    return Item(row.ref, row.subject or "", row.outcome, _said(row.words), row.event_ref)


def _cause(row: Any) -> Cause:
    return Cause(row.cause, row.outcome, _said(row.words), row.cases, bool(row.same))


def _said(text: str | None) -> str:
    return " ".join(translate(message) for message in bulk_told.read_words(text))
