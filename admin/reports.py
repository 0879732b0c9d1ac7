"""Reports: the catalog with what each answers, and one of them with its filters, table and picture. Reads only."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import request
from flask_admin import expose

from admin.reading import SessionHandle
from admin.units import unit_options
from admin.views import SecureView
from engine import reports
from engine.core.case import Actor
from engine.core.messages import Message, Text
from engine.store.queries import report_schedules as schedules
from engine.store.queries import saved_lists as saved
from engine.store.queries import scope
from engine.web import report_words
from engine.web.actor import may, require_actor
from engine.web.context import now, runtime, site
from engine.web.language import language, t, today, translate, zone
from engine.web.lately import Lately

ROOT = "/admin/reports/"


class Control(NamedTuple):
    """A filter as a field of the form: its words, its choices in words, what is chosen."""

    name: str
    kind: str
    value: str
    options: tuple[tuple[str, str], ...]


class ReportView(SecureView):
    """Laporan."""

    section = "reports"

    def __init__(self, session: SessionHandle, url: str, section: str) -> None:
        super().__init__(session, url, section)
        self.lately: Lately[Any] = Lately()

    @expose("/")
    def index(self) -> str:
        """What there is to ask, and what the reader has made by itself."""
        names = [entry.name for entry in reports.offered(runtime())]
        actor, is_admin = require_actor(), may("admin")
        mine, sent = (schedules.of(self.db, actor), schedules.sent_to(self.db, actor)) if is_admin else ([], [])
        return self.render("backoffice/reports/list.html", names=sorted(names, key=_place), schedules=mine, sent=sent)

    @expose("/<report>")
    def report(self, report: str) -> str:
        """One report, narrowed by the address."""
        actor, key = require_actor(), report
        reports.entry(runtime(), key)
        counted = self.lately.counted(_whose(actor, key), now(), lambda: self._read(key, actor))
        answer, teller = counted.found, report_words.Teller(site().words, language(), zone())
        units = unit_options(self.db, actor)
        controls = [_control(each, units) for each in answer.filters]
        unit = next((each.value for each in controls if each.kind == "unit"), "")
        return self.render(
            "backoffice/reports/report.html", key=key, answer=answer, counted=counted, controls=controls,
            told=teller.told, chart=None if answer.report is None else teller.chart(answer.report),
            asked=teller.asked(answer, _unit_name(units, unit)), query=urlencode(answer.asked),
            chosen=urlencode(answer.chosen), mine=saved.of(self.db, actor, f"report:{key}"),
            readers=schedules.offered(self.db, actor, today()) if may("admin") else [], reader=actor.ref,
        )  # fmt: skip

    def _read(self, key: str, actor: Actor) -> reports.Answer:
        return reports.read(runtime(), self.db, key, request.args, actor=actor, zone=zone())


def _place(name: str) -> tuple[int, str]:
    """The shipped ones in the order of an office's year; others by name after them."""
    return (SHIPPED.index(name), name) if name in SHIPPED else (len(SHIPPED), name)


SHIPPED = (
    "completion", "approvers", "trend", "distribution", "units", "discipline", "strengths", "activity", "formality",
)  # fmt: skip


def _whose(actor: Actor, key: str) -> tuple[Any, ...]:
    """All that an answer depends on: what is asked, by whom, with which units."""
    over = tuple(scope.units_of(actor, scope.OVERSEERS))
    return key, tuple(sorted(request.args.items())), actor.person_id, over, zone()


def _control(each: reports.Filter, units: list[tuple[str, str]]) -> Control:
    if each.kind == "unit":
        options = [("", t("reports.all_mine")), *units]
        return Control(each.name, "unit", each.value, tuple(options))
    return Control(each.name, each.kind, each.value, tuple((key, _said(words)) for key, words in each.options))


def _said(words: Message | Text | str) -> str:
    return words if isinstance(words, str) else translate(words)


def _unit_name(units: list[tuple[str, str]], ref: str) -> str:
    return dict(units).get(ref, "").strip() or t("reports.all_mine")
