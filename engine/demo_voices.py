"""What people said in the demo city: a month of answers about one Puskesmas, by link and on paper, through the verbs.

The answers are made up by arithmetic, so that every installation shows the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine import paper_batches, public_comments, public_entries, public_links
from engine.core.case import Actor
from engine.core.workproof import solve
from engine.public_entries import Sender
from engine.public_links import Wish
from engine.public_tickets import Shown
from engine.runtime import Runtime
from engine.store.queries import chairs
from engine.store.queries import public as queries
from engine.store.refs import new_ref

SKM, COMPLAINTS = "skm", "complaints"
CLERK = "kepala_puskesmas"  # of Puskesmas Melati, which people are asked about
ELEMENTS = tuple(f"u{number}" for number in range(1, 10))
BY_LINK, ON_PAPER = 24, 12
WORDS = (
    "Petugas loket ramah dan cepat.",
    "Kursi di ruang tunggu kurang, terutama pagi hari.",
    "Antrean obat sebaiknya memakai nomor.",
)
COMPLAINT = {"kind": "time", "words": "Loket baru dibuka pukul 08.30, padahal tertulis pukul 08.00."}


def load(rt: Runtime, actor_at: Callable[[Runtime, str], Actor], admin: str) -> None:
    """Links, answers, sheets of paper and comments of the last month to which nothing can be added any more."""
    first = (rt.clock().date() - timedelta(days=40)).replace(day=1)
    opening = _on(rt, first, time(8))
    clerk = actor_at(opening, CLERK)
    with rt.db.read() as db:
        about = str(chairs.of_people(db, [clerk.person_id or 0], first)[0].unit_ref)
    codes = [_link(opening, SKM, about, label, actor_at(opening, admin)) for label in ("Loket 1", "Loket 2")]
    for number in range(BY_LINK):
        day = first + timedelta(days=number)
        said = {"suggestion": WORDS[number // 8]} if number % 8 == 0 else {}
        _answer(_on(rt, day, time(9, number)), codes[number % 2], _marks(number) | said, number)
    complaint = _link(opening, COMPLAINTS, about, "", actor_at(opening, admin))
    _answer(_on(rt, first + timedelta(days=9), time(10)), complaint, COMPLAINT, 0)
    closing = _on(rt, first + timedelta(days=20), time(14))
    sheets = [_marks(number) for number in range(BY_LINK, BY_LINK + ON_PAPER)]
    batch = paper_batches.Batch(SKM, about, first + timedelta(days=19), "01/SKM", sheets)
    paper_batches.enter(closing, batch, actor=clerk, key=new_ref())
    with closing.db.read() as db:
        waiting = public_comments.waiting(closing, db, actor_at(closing, admin))
    for comment in waiting[:2]:
        public_comments.release(closing, comment.ref, comment.field, actor=actor_at(closing, admin))


def _link(rt: Runtime, register: str, about: str, label: str, actor: Actor) -> str:
    """A link, open from now on; its code."""
    ref = public_links.make(rt, Wish(register, about, label, rt.clock().date(), per_device=50), actor=actor)
    with rt.db.read() as db:
        link = queries.link_by_ref(db, ref)
    return str(link.code) if link is not None else ""


def _answer(rt: Runtime, code: str, answers: dict[str, str], number: int) -> None:
    """One answer, as a browser would send it a minute after it opened the form."""
    with rt.db.read() as db:
        ticket = public_entries.ticket(rt, db, public_entries.opened(rt, db, code, rt.clock()), rt.clock())
    later = rt.clock() + timedelta(minutes=1)
    shown = Shown(ticket.text, solve(ticket.text, ticket.bits))
    sender = Sender(f"198.51.100.{number}")
    public_entries.answer(replace(rt, clock=lambda: later), code, answers, shown=shown, sender=sender)


def _marks(number: int) -> dict[str, str]:
    """Mostly 3 and 4, now and then a 2."""
    return {key: str(4 - (number * 7 + place * 5) % 11 // 5) for place, key in enumerate(ELEMENTS)}


def _on(rt: Runtime, day: date, hour: time) -> Runtime:
    """The same installation at another hour, in Jakarta."""
    at = datetime.combine(day, hour, ZoneInfo("Asia/Jakarta")).astimezone(rt.clock().tzinfo)
    return replace(rt, clock=lambda: at)
