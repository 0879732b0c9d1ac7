"""What admins do to a running case: give a task to somebody else, end the case. Thin: one verb each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from admin import words
from admin.sent import Answer, Sent, done
from engine import authority, repairs, snapshot
from engine.core import machine
from engine.core.errors import NotAllowed, NotFound
from engine.core.messages import Message
from engine.store.queries import chairs, people_lists, scope, staffed
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, today, translate
from engine.web.reading import whole

if TYPE_CHECKING:
    from engine.snapshot import Snapshot

MOST_FOUND = 20

pages = Blueprint("admin_case_acts", __name__, url_prefix="/admin/cases")


@pages.route("/<ref>/reassign", methods=["GET", "POST"])
@permit("admin")
def reassign(ref: str) -> Answer:
    """Choose an open task, search the person who takes it over, say why."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    found = administered(ref)
    task_ref, role, person_ref = sent.text("task"), sent.text("role"), sent.text("person")
    tasks = _roles(found) if role else _tasks(found)
    chosen = next((task for task in tasks if (task["ref"], task["key"]) == (task_ref, role)), None)
    chosen = chosen or (tasks[0] if len(tasks) == 1 and not sent.posted else None)
    if sent.posted:
        given = {"actor": actor, "reason": sent.needed("reason"), "key": sent.key}
        verb, what = (repairs.reassign_role, (ref, role)) if role else (repairs.reassign, (task_ref,))
        if sent.does(verb, rt, *what, person_ref, **given):
            return done(f"/cases/{ref}", t("admin.case.reassigned"))
    return sent.page(
        "backoffice/cases/reassign.html",
        found=found,
        subject=found.subject_name,
        tasks=tasks,
        task=chosen,
        person=person_seen(person_ref) if person_ref else None,
        searched=request.args.get("q", "").strip(),
        matches=matches(request.args.get("q", "")),
    )


@pages.route("/<ref>/cancel", methods=["GET", "POST"])
@permit("admin")
def cancel(ref: str) -> Answer:
    """End a case for good, on a page that says what that means."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    found = administered(ref)
    if sent.posted:
        reason = sent.needed("reason")
        seen = whole(sent.text("seen")) or 0
        if sent.does(repairs.cancel, rt, ref, actor=actor, reason=reason, seen=seen, key=sent.key):
            return done(f"/cases/{ref}", t("admin.case.cancelled"))
    over = machine.is_over(found.workflow, found.view)
    state = words.state(found.workflow.definition, found.view.state)
    return sent.page("backoffice/cases/cancel.html", found=found, subject=found.subject_name, state=state, over=over)


def administered(ref: str) -> Snapshot:
    """The case, for those who administer it; NotFound for strangers, NotAllowed for those who only read it."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found = snapshot.load(rt, db, ref, actor, rt.clock())
        administers = scope.covers(db, actor, found.unit_id, authority.ADMIN)
    if not administers:
        raise NotAllowed(Message("case.admins_only"))
    return found


def _tasks(found: Snapshot) -> list[dict[str, Any]]:
    definition = found.workflow.definition
    return [
        {
            "ref": task.ref,
            "key": "",
            "words": words.task(definition, task.key),
            "role": translate(labels.role_label(definition, _role(found, task.key))),
            "holders": [holder.name for holder in task.holders],
            "due": words.last_day(task.due.isoformat()) if task.due else None,
        }
        for task in found.view.tasks
        if task.state == "open"
    ]


def _roles(found: Snapshot) -> list[dict[str, Any]]:
    """Every role that an admin may give away, as the page shows a task."""
    definition = found.workflow.definition
    return [
        {
            "ref": "",
            "key": spec.key,
            "words": translate(labels.label(spec)),
            "role": translate(labels.label(spec)),
            "holders": [holder.name for holder in found.view.roles.get(spec.key, ())],
            "due": None,
        }
        for spec in definition.roles
        if spec.rule != "subject"
    ]


def _role(found: Snapshot, task_key: str) -> str:
    spec = labels.task_of(found.workflow.definition, found.view.state, task_key)
    return spec.role if spec else ""


def person_seen(ref: str) -> dict[str, Any]:
    """Whoever was chosen, with the chairs that he holds today; NotFound outside the actor's scope."""
    with runtime().db.read() as db:
        row = people_lists.person(db, require_actor(), today(), ref)
        if row is None:
            raise NotFound(Message("people.person_not_found"))
        opened = staffed.accounts(db, [row.id]).get(row.id, False)
        return {"row": row, "chairs": chairs.of_people(db, [row.id], today()), "may_sign_in": opened}


def matches(search: str) -> list[dict[str, Any]]:
    """The people whom a search names, active ones only, with their chairs."""
    if not search.strip():
        return []
    with runtime().db.read() as db:
        rows = people_lists.people(db, require_actor(), today(), search=search, limit=MOST_FOUND + 1)
        held: dict[int, list[Any]] = {}
        for chair in chairs.of_people(db, [row.id for row in rows], today()):
            held.setdefault(chair.person_id, []).append(chair)
    return [{"row": row, "chairs": held.get(row.id, [])} for row in rows if row.active]
