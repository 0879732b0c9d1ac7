"""VERB answer: one answer by a link, by nobody, without signing in. And what such a form needs before it is shown.

Nothing here learns who answers: the entry is by nobody, and is told to the hour. How many came from a device or a
network is counted under marks that hold for one day and one link, made with the installation's secret; no address is
kept. Robots are dear, not impossible: public_tickets.py.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from sqlalchemy import Connection

from engine import entry_rights, public_tickets
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotFound, Refused, TooManyTries
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.sight import Sight
from engine.core.messages import Message
from engine.core.register import Register, judge
from engine.core.registerspec import PUBLIC
from engine.core.workproof import bits_for
from engine.entry_rights import Published, Subject
from engine.entry_writing import Writing, today_of, write
from engine.public_tickets import Shown, Ticket
from engine.runtime import Runtime
from engine.store.queries import public as queries

NOBODY = Actor(person_id=None, ref="public", name="")
PER_NETWORK = 20  # times what one device may: offices and telephone networks share an address
LEAST_PER_NETWORK = 100
SLOW_PER_NETWORK, SLOW_IN_ALL = 5, 60  # answers on a day without work
SLOT = timedelta(minutes=10)
IN_WORDS = ("text", "longtext", "richtext")
AN_HOUR = 3600  # seconds
EASIER = 3  # bits: while somebody fills in the form, eight times as many may come
V6_HOME = 64  # bits of an address that one household or office shares (RFC 6177)


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that is open: its row, its register in force, about whom answers are, the local day."""

    link: Any
    found: Published
    subject: Subject
    today: date


@dataclass(frozen=True, slots=True)
class Sender:
    """Whence an answer comes, as far as it is asked: the address and what the browser calls itself. Never kept."""

    address: str
    agent: str = ""


def opened(rt: Runtime, db: Connection, code: str, at: datetime) -> Opened:
    """The form behind a link; NotFound where there is none, Refused where it is not open on this day."""
    link = queries.link_by_code(db, code)
    if link is None:
        raise NotFound(Message("public.no_link"))
    found = entry_rights.published(rt, db, link.register)
    about = link.person_ref if link.person_id is not None else link.unit_ref
    there = entry_rights.subject(db, found.register, about or "", at.date())
    today = today_of(db, there, at)
    if link.person_id is not None and today != at.date():  # the day of UTC told his clock; where he sits, today does
        there = entry_rights.subject(db, found.register, about or "", today)
    is_open = link.ended_ref is None and link.starts_on <= today.isoformat()
    is_open = is_open and (link.ends_on is None or today.isoformat() < link.ends_on)
    if not is_open or not found.register.definition.is_public:
        raise Refused(Message("public.closed"))
    subject = Subject(there.ref, f"link:{link.ref}", there.person_id, there.unit_id, there.name)
    return Opened(link, found, subject, today)


def ticket(rt: Runtime, db: Connection, there: Opened, at: datetime) -> Ticket:
    """A ticket for one answer; its work is the harder the more have answered by this link lately."""
    lately = queries.counted(db, there.today.isoformat(), there.link.id, _slots(at))
    return public_tickets.issue(rt, there.link.code, bits_for(lately), at)


def answer(rt: Runtime, code: str, answers: Mapping[str, Any], *, shown: Shown, sender: Sender) -> None:
    """Take one answer by a link. The same form sent twice is one answer: the second time is Refused.

    Raises InvalidSubmission by field, TooManyTries where it comes too early or too many came from the device or the
    network today, which uses up a ticket that was worked for; BadRequest for a robot, Refused and NotFound as `opened`.
    """
    at = rt.clock()
    given, worked = public_tickets.taken(rt, code, shown, at)
    try:
        with rt.db.read() as db:
            _require_takeable(rt, db, code, answers, given, sender, worked, at)
        _take(rt, code, answers, given, sender, worked, at)
    except TooManyTries:
        if worked:  # else the work for one ticket would pay for as many tries as there are devices to claim
            with rt.db.begin() as db:
                queries.spend(db, given.mark, opened(rt, db, code, at).today.isoformat())
        raise


def _require_takeable(
    rt: Runtime, db: Connection, code: str, answers: Mapping[str, Any], given: Ticket, sender: Sender, worked: bool,
    at: datetime,
) -> None:  # fmt: skip
    """Refuse what would be refused, before anything is written: else one solved ticket would begin transaction after
    transaction, for what is taken back leaves the ticket good."""
    there = opened(rt, db, code, at)
    if queries.is_spent(db, given.mark):
        raise Refused(Message("public.had_it"))
    lately = queries.counted(db, there.today.isoformat(), there.link.id, _slots(at))
    if worked and given.bits + EASIER < bits_for(lately):  # kept from a quiet hour for a busy one
        raise Refused(Message("public.lapsed"))
    facts = FormFacts(there.today, there.today, there.today)
    if wrong := judge(there.found.register, _asked(there, answers), there.today, facts).errors:
        raise InvalidSubmission(wrong)
    limits = _limits(rt, there, sender, worked)
    _require_few(queries.counts_under(db, there.today.isoformat(), there.link.id, [*limits]), limits)


def _take(
    rt: Runtime, code: str, answers: Mapping[str, Any], given: Ticket, sender: Sender, worked: bool, at: datetime
) -> None:
    with rt.db.begin() as db:
        there = opened(rt, db, code, at)
        if not queries.spend(db, given.mark, there.today.isoformat()):
            raise Refused(Message("public.had_it"))
        said = {"link": there.link.ref, "rule": PUBLIC}
        # To the hour: whoever saw who stood at the counter shall not find the answer by its minute.
        by = Writing(rt, db, NOBODY, at.replace(minute=0, second=0, microsecond=0), "public", None, said)
        entry = write(by, there.found, there.subject, there.today, _asked(there, answers))
        comments = len(in_words(there.found.register, entry.values))
        queries.add_source(db, entry_id=entry.id, link_id=there.link.id, comments=comments)
        _count(rt, db, there, sender, worked, at)


def _asked(there: Opened, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to what people are asked."""
    fixed = seen(there.found.register).fixed
    return {key: value for key, value in answers.items() if key not in fixed}


def seen(register: Register) -> Sight:
    """What people see of the form: not what officers of the register fill in alone (`seen_by`, `edited_by`)."""
    definition = register.definition
    roles = [role.key for role in definition.roles if role.rule == PUBLIC and role.key in definition.rights.add]
    return register.form.bounds.sight(roles, "", roles[0] if roles else None)


def in_words(register: Register, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields in which something was said in words: nobody reads those before somebody has released them."""
    if register.definition.shown.single:
        return ()  # whom it concerns reads all of it
    asked = (each.key for each in register.form.questions if each.spec.type in IN_WORDS)
    return tuple(key for key in asked if str(answers.get(key) or "").strip())


def _count(rt: Runtime, db: Connection, there: Opened, sender: Sender, worked: bool, at: datetime) -> None:
    """Refuse what is too much for one day; last in the transaction, so that others wait only briefly."""
    limits = _limits(rt, there, sender, worked)
    before = queries.count_up(db, there.today.isoformat(), there.link.id, [*limits, _slots(at)[0]])
    _require_few(before, limits)


def _require_few(before: Mapping[str, int], limits: Mapping[str, int]) -> None:
    if any(before.get(mark, 0) >= most for mark, most in limits.items()):
        raise TooManyTries(Message("public.too_many"), AN_HOUR)


def _limits(rt: Runtime, there: Opened, sender: Sender, worked: bool) -> dict[str, int]:
    """Mark → how many answers of a day are taken under it."""
    network = _mark(rt, there, "network", _network(sender.address))
    device = _mark(rt, there, "device", f"{_network(sender.address)}\0{sender.agent}")
    limits = {device: there.link.per_device, network: max(LEAST_PER_NETWORK, PER_NETWORK * there.link.per_device)}
    if not worked:
        limits |= {f"slow {network}": SLOW_PER_NETWORK, "slow": SLOW_IN_ALL}
    return limits


def _slots(at: datetime) -> tuple[str, str]:
    """The ten minutes of now and those before, as marks."""
    return _slot(at), _slot(at - SLOT)


def _slot(at: datetime) -> str:
    return f"t{int(at.timestamp()) // int(SLOT.total_seconds())}"


def _mark(rt: Runtime, there: Opened, use: str, text: str) -> str:
    """What stands for a device or network on one day at one link; it says nothing on another day or to anybody else."""
    told = f"public.{use}\0{there.today}\0{there.link.ref}\0{text}"
    return hmac.digest(rt.keys.session, told.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def _network(address: str) -> str:
    """The network of an address: of IPv6 the part that one home or office has, of IPv4 the address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, V6_HOME), strict=False))
    return str(found)
