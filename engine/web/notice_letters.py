"""What letters about notices say: one notice, or the digest of a day. In the language of who gets it; no answers.

Works of the outbox outside any transaction: they read, word and hand over to `rt.mail`, at least once, with one
Message-ID. A letter whose reason is gone (read, done, lost) is not sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.core import calendar
from engine.core.case import Actor
from engine.core.errors import Unavailable
from engine.core.messages import Message, Text
from engine.core.noticing import DIGEST, how
from engine.core.times import to_text
from engine.mail import Letter
from engine.notice_mail import AHEAD
from engine.runtime import Runtime
from engine.store.queries import due_tasks
from engine.store.queries import notices as queries
from engine.web import labels
from engine.web import notices as words
from engine.web.i18n import shipped

MOST = 20  # lines of one kind in a digest
MOST_TASKS = 1000  # of one person that are read, the nearest deadlines first
CLOSED = ("open", None)  # of a task: it waits for him, or the notice is about none


def deliver(rt: Runtime, body: Mapping[str, Any]) -> None:
    """WORK notices.mail {notice, person}: send one, unless it was read or its task is over. Raises Unavailable."""
    with rt.db.read() as db:
        reader = due_tasks.reader(db, int(body["person"]))
        row = reader and queries.one(db, _actor(reader), str(body["notice"]))
        if row is None or row.read_at is not None:
            return
        (line,) = words.lines(rt, db, [row], _actor(reader))
    if (line.path is None and row.case_id is not None) or line.task_state not in CLOSED:
        return
    title = _title(line, row)
    parts = [Message("notices.letter.hello", name=reader.name), title]
    parts += [Message("notices.letter.due", day=line.due)] if line.due else []
    parts += [line.more] if line.more and _may_leave(row) else []
    parts += [_way(rt, line.path or words.LIST), Message("notices.letter.foot")]
    _send(rt, f"notice-{row.ref}", reader, Message("notices.letter.subject", what=title), parts)


def _title(line: words.Line, row: Any) -> Message | Text:
    """What a letter may say of a notice: wordings with answers in them stay inside."""
    return line.title if _may_leave(row) else Message("notices.letter.worded")


def _may_leave(row: Any) -> bool:
    return row.kind != "worded" or bool(json.loads(row.body).get("plain"))


def digest(rt: Runtime, body: Mapping[str, Any]) -> None:
    """WORK notices.digest_mail {person, day, zone}: what is new, what is due soon or late; nothing for nothing."""
    day, zone = date.fromisoformat(str(body["day"])), ZoneInfo(str(body["zone"]))
    with rt.db.read() as db:
        reader = due_tasks.reader(db, int(body["person"]))
        if reader is None:
            return
        chosen = queries.choices(db, [reader.id]).get(reader.id, {})
        since = to_text(datetime.combine(day, datetime.min.time(), zone) - timedelta(days=1))
        told = queries.since(db, _actor(reader), since, MOST)
        lines = list(words.lines(rt, db, [row for row in told if how(row.kind, chosen) == DIGEST], _actor(reader)))
        rows = {row.ref: row for row in told}
        due = _due(rt, db, reader.id, day, zone)
    new = [_title(line, rows[line.ref]) for line in lines if line.task_state in CLOSED]
    if not new and not due:
        return
    parts = [Message("notices.letter.hello", name=reader.name)]
    for heading, some in (("due", due), ("new", new)):
        parts += [Message(f"notices.digest.{heading}"), *(Message("notices.digest.line", what=each) for each in some)]
        if not some:
            del parts[-1]
    parts += [_way(rt, "/"), Message("notices.letter.foot")]
    _send(rt, f"digest-{day}-{reader.ref}", reader, Message("notices.digest.subject", day=day), parts)


def _due(rt: Runtime, db: Any, person: int, day: date, zone: ZoneInfo) -> list[Message]:
    """The tasks that are late or due within a week, each with its last day."""
    until = datetime.combine(day, datetime.min.time(), zone) + AHEAD
    return [
        Message("notices.digest.task", task=label, day=calendar.last_day(due, zone_of(row)))
        for row, label, due in own_tasks(rt, db, person, to_text(until))
        if due is not None
    ][:MOST]


def own_tasks(rt: Runtime, db: Any, person: int, before: str | None = None) -> list[tuple[Any, Text, datetime | None]]:
    """The open tasks of somebody whose turn it is, the nearest: the row, what it is called, its deadline."""
    rows = due_tasks.of_people(db, [person], before, MOST_TASKS)
    open_ = due_tasks.open_keys(db, [row.case_id for row in rows])
    found = []
    for row in rows:
        definition = rt.library.workflow(db, row.definition_digest).definition
        spec = labels.task_of(definition, row.case_state, row.key)
        if spec is not None and due_tasks.turn(row, {spec.key: spec.after}, open_):
            due = datetime.fromisoformat(row.due) if row.due else None
            found.append((row, labels.task_label(definition, spec), due))
    return found


def zone_of(row: Any) -> ZoneInfo:
    """The time zone by which the deadline of a task ends."""
    return ZoneInfo(row.timezone)


def _actor(reader: Any) -> Actor:
    # Without rights: a letter tells him what he is told as subject and holder, not what he oversees.
    return Actor(reader.id, reader.ref, reader.name)


def _way(rt: Runtime, path: str) -> Message:
    """Where to read more: an address, where this installation knows its own."""
    where = rt.access.public_url
    return Message("notices.letter.way", address=where + path) if where else Message("notices.letter.way_in")


def _send(rt: Runtime, ref: str, reader: Any, subject: Message, parts: list[Message | Text]) -> None:
    if rt.mail is None:
        raise Unavailable(Message("mail.none"))
    say = shipped().say
    text = "\n\n".join(say(part, reader.language) for part in parts) + "\n"
    one_line = " ".join(say(subject, reader.language).split())  # a header has one line
    rt.mail.send(Letter(ref, reader.email, one_line, text, reader.language), rt.clock())
