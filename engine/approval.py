"""Who may put a version of a definition in force: another pair of eyes than its author's, over every root unit.

The rules hold whichever way it is decided: on the page of the version, or in the case in which it is reviewed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row

from engine.authority import ADMIN
from engine.core.case import Actor
from engine.core.messages import Message
from engine.core.times import to_text
from engine.store.queries import accounts, designs, let_in, people, scope, staffing

# A password that the author gave lets him sign in as the approver until it is changed; this long we doubt it.
DOUBTED_FOR = timedelta(days=30)
DEEPEST = 5  # how many let each other in, one after the other


def refusals(db: Connection, version: Row, actor: Actor, at: datetime) -> dict[str, Message]:
    """Which steps (publish, send_back, retire) an administrator may not take with a version, each with the reason."""
    found = {"publish": why_not_publish(db, version, actor, at)}
    if not scope.covers_everything(db, actor, ADMIN):
        found |= dict.fromkeys(("send_back", "retire"), Message("definition.whole_only"))
    return {step: reason for step, reason in found.items() if reason is not None}


def why_not_publish(db: Connection, version: Row, actor: Actor, at: datetime) -> Message | None:
    """Why an administrator may not publish a version: it is his, his reach is too small, one made the other."""
    if actor.is_system:
        return None
    if version.author_id is not None and version.author_id == actor.person_id:
        return Message("definition.author_is_approver")
    workers = designs.workers_on(db, version.id)
    if actor.person_id in workers:
        return Message("definition.designer_is_approver")
    if not scope.covers_everything(db, actor, ADMIN):
        return Message("definition.whole_only")
    authors = workers if version.author_id is None else workers | {version.author_id}
    if any(_is_made_by(db, actor, each, at) for each in sorted(authors)):
        return Message("definition.author_made_approver")
    if any(_is_lately_let_in_by(db, each, actor, at) for each in sorted(authors)):
        return Message("definition.approver_made_author")
    if actor.person_id is not None and any(share_a_maker(db, actor.person_id, each, at) for each in sorted(authors)):
        return Message("definition.one_maker")
    return None


def share_a_maker(db: Connection, one_id: int, other_id: int, at: datetime) -> bool:
    """Whether a third person has lately let both of them in, himself or through others, and so might be both.

    Let in: made an account, gave it a password, a code or the address that codes go to, or gave a right to
    administer. Nobody is meant by what came from the command line.
    """
    pair = [person.ref for person in (people.by_id(db, one_id), people.by_id(db, other_id)) if person is not None]
    since = to_text(at - DOUBTED_FOR)
    hands = [_hands(db, ref, since) for ref in pair]
    return len(hands) == 2 and bool((hands[0] & hands[1]) - set(pair))


def _hands(db: Connection, ref: str, since: str) -> set[str]:
    """Who has lately let somebody in, who those, and so on."""
    found: set[str] = set()
    newest = {ref}
    for _ in range(DEEPEST):
        newest = set().union(*let_in.makers(db, newest, since).values()) - found
        if not newest:
            break
        found |= newest
    return found


def is_made_by(db: Connection, actor: Actor, other_id: int, unit_id: int, at: datetime) -> bool:
    """Whether the actor could not administer a unit without a right, an account or a fresh password of somebody's."""
    if not scope.covers(db, _without(db, actor, other_id, at), unit_id, ADMIN):
        return True
    return accounts.was_given_by(db, actor.ref, other_id, to_text(at - DOUBTED_FOR))


def _without(db: Connection, actor: Actor, giver_id: int, at: datetime) -> Actor:
    """The actor without the rights that somebody gave him."""
    live = staffing.live_grants(db, actor.person_id or 0, str(at.date() - timedelta(days=1)))
    lent = {held.ref for held in live if held.granted_by == giver_id}
    return replace(actor, rights=tuple(right for right in actor.rights if right.ref not in lent))


def _is_made_by(db: Connection, actor: Actor, author_id: int, at: datetime) -> bool:
    """Whether the actor could not approve without a right, an account or a fresh password that the author gave."""
    if not scope.covers_everything(db, _without(db, actor, author_id, at), ADMIN):
        return True
    return accounts.was_given_by(db, actor.ref, author_id, to_text(at - DOUBTED_FOR))


def _is_lately_let_in_by(db: Connection, author_id: int, actor: Actor, at: datetime) -> bool:
    """Whether an author signs in by grace of the approver, who may then have written it himself.

    Only lately: whoever leads an office has made the accounts of most of it, and may approve what they write.
    """
    author, since = people.by_id(db, author_id), to_text(at - DOUBTED_FOR)
    if author is None or actor.person_id is None:
        return False
    return accounts.was_given_by(db, author.ref, actor.person_id, since, since)
