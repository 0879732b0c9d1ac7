"""What things of the backoffice are called: kinds of people, rights, states, events. Words only; asks no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.core import calendar
from engine.core import nip as numbers
from engine.core.case import CANCELLED
from engine.core.messages import Text
from engine.web import labels
from engine.web.context import site
from engine.web.i18n import PLACEHOLDER
from engine.web.language import language, t, translate, zone

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition

PERSON_KINDS = ("pns", "pppk", "official")
APPOINTMENT_KINDS = ("definitive", "plt", "plh", "delegated", "team_leader")
RIGHTS = ("admin", "auditor", "calibration_panel")
VERSION_TONES = {"draft": "plain", "in_review": "warn", "published": "good", "retired": "plain"}
ASKED = ("tasks_done", "not_same_person", "form_sent", "when")
BASES = (
    *("subject", "superior_of", "holders_of_grant", "reassigned", "acting", "head_of_unit", "holder_of_post"),
    *("members_of_unit", "nominated", "repair"),
)
EVENT_KINDS = (
    *("case.started", "case.moved", "form.submitted", "case.commented", "case.reassigned", "case.reheld"),
    *("case.reminded", "case.cancelled", "cycle.opened", "answers.exported", "cases.exported", "print.made"),
    "report.exported",
    *("definition.imported", "definition.submitted", "definition.sent_back", "definition.published"),
    *("definition.retired", "person.added", "person.left", "person.returned", "appointment.made", "appointment.ended"),
    *("grant.given", "grant.revoked", "account.created", "account.password_changed", "account.password_set"),
    *("account.invited", "account.code_issued", "account.code_asked", "account.activated", "account.password_reset"),
    *("account.disabled", "account.enabled", "account.session_revoked", "account.sessions_revoked"),
    *("account.factor_added", "account.factor_removed", "account.factors_reset"),
    *("account.calendar_opened", "account.calendar_closed", "api_key.made", "api_key.revoked"),
    *("api_key.hooked", "api_key.unhooked"),
    *("link.made", "link.ended", "paper.entered", "comment.released", "comment.held", "entry.added"),
    *("entry.corrected", "entry.withdrawn", "entry.verified", "entry.returned", "entries.imported"),
    *("account.recovery_codes_made", "account.recovery_code_used"),
    *("acting.ordered", "acting.ended", "case.handed_over", "person.handed_over"),
    *("case.corrected", "case.not_corrected", "case.entry_corrected", "case.entry_not_corrected"),
    *("case.nominated", "case.nomination_decided"),
    *("unit.changed", "unit.ended", "unit.took_effect", "post.changed", "post.ended", "post.took_effect"),
    *("person.changed", "person.took_effect", "appointment.corrected"),
    *("unit.added", "post.added", "job.cancelled", "job.tried_again", "works.revived"),
    *("bulk.run", "bulk.done", "case.put_back"),
    *("import.confirmed", "import.done", "cycle.staffing_passed", "cycle.filled"),
    *("calendar.added", "calendar.rules_set", "calendar.days_added", "calendar.days_removed"),
    *("calendar.used", "calendar.released", "case.redue", "case.extended", "case.suspended", "case.resumed"),
    *("case.final", "case.fire_refused", "case.linked", "case.child_ended", "entry.started"),
    *("figures.frozen", "city.loaded", "installation.restored"),
    *("case.given_back", "case.rewind_proposed", "case.rewind_refused", "case.rewound"),
    *("case.parent_cancelled", "case.parent_rewound", "case.child_rewound"),
    *("design.begun", "design.edited", "design.undone", "design.redone", "design.handed_in", "design.discarded"),
)


def of_known(known: tuple[str, ...], prefix: str, value: str) -> str:
    """The words of a value of a closed list; a value that came later is readable all the same."""
    return t(f"{prefix}.{value}") if value in known else translate(labels.readable(value.replace(".", "_")))


def person_kind(value: str) -> str:
    """PNS, PPPK or an elected official."""
    return of_known(PERSON_KINDS, "admin.person_kind", value)


def appointment_kind(value: str) -> str:
    """How somebody holds a chair."""
    return of_known(APPOINTMENT_KINDS, "admin.appointment_kind", value)


def right(value: str) -> str:
    """What a grant allows."""
    return of_known(RIGHTS, "admin.right", value)


def event_kind(value: str) -> str:
    """What happened, in one phrase."""
    return of_known(EVENT_KINDS, "admin.event", value)


def asked(name: str) -> str:
    """What a verdict was about: a guard of the catalog, or the condition of a transition."""
    return of_known(ASKED, "admin.asked", name)


def basis_rule(rule: str) -> str:
    """By which rule somebody held the role in which he acted."""
    return of_known(BASES, "admin.basis", rule)


def state(definition: WorkflowDefinition, key: str) -> str:
    """What a state of a case is called."""
    return translate(labels.state_label(definition, key))


def state_tone(definition: WorkflowDefinition, key: str) -> str:
    """How a state is marked: over, cancelled, or on its way."""
    if key == CANCELLED:
        return "plain"
    final = {found.key for found in definition.states if found.final}
    return "good" if key in final else "info"


def is_final(definition: WorkflowDefinition, key: str) -> bool:
    """Whether a case in this state is over."""
    return key == CANCELLED or any(found.final for found in definition.states if found.key == key)


def task(definition: WorkflowDefinition, key: str) -> str:
    """What a task is called."""
    spec = labels.any_task(definition, key)
    return translate(labels.task_label(definition, spec) if spec else labels.readable(key))


def form(definition: WorkflowDefinition, key: str) -> str:
    """What a form is called."""
    return translate(labels.form_label(definition, key))


def moves(definition: WorkflowDefinition, keys: Iterable[str]) -> str:
    """What transitions are called, one after the other."""
    return ", ".join(translate(labels.transition_label(definition, key)) for key in keys)


def text(document: Mapping[str, object] | str | None) -> str:
    """An authored text of a document in its normal form."""
    if isinstance(document, Mapping):
        return translate(Text(str(document.get("id", "")), str(document.get("en", ""))))
    return document or ""


def nip(digits: str | None) -> str:
    """A NIP in its four groups, as people write it."""
    return numbers.grouped(digits) if digits else ""


def moment(stored: str | None) -> str:
    """A stored moment for files: ISO 8601 by the reader's clock, `2026-03-02T09:00:00+07:00`."""
    return datetime.fromisoformat(stored).astimezone(ZoneInfo(zone())).isoformat(timespec="seconds") if stored else ""


def last_day(due: str | None) -> date | None:
    """The last local day of a stored deadline, by the reader's clock."""
    return None if due is None else calendar.last_day(datetime.fromisoformat(due), ZoneInfo(zone()))


def midnight(on: date, *, after: bool = False) -> datetime:
    """The moment at which a local day of the reader begins, or ends."""
    return datetime.combine(on + timedelta(days=int(after)), time(), ZoneInfo(zone()))


def reason(key: str) -> str:
    """Why an act was refused: the words of its message; its parameters were not kept."""
    found = site().words.texts[language()].get(key)
    return PLACEHOLDER.sub("…", found) if isinstance(found, str) else key
