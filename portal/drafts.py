"""What a page sends beside the answers, and how its answers become the draft: alone, or merged with what came between.

A page names the version it was made from, the marks of what it showed, and itself. Nobody's words are overwritten: what
two sides changed is asked (choosing.py), all else is joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine import cases
from engine.core.errors import BadRequest, StaleCase, Unavailable
from engine.core.filling import marks, merging
from engine.core.messages import Message
from engine.web.context import runtime
from engine.web.reading import whole
from portal.desk import Desk, open_desk

# What a page posts beside the answers, and again after a choice. No field of a form can have such a name.
ASIDE = ("seen", "_base", "_page", "_turn")
SIDES = ("mine", "theirs")
TRIES = 16  # each try that is lost was another's saving: more windows than save at the same moment
LONGEST_PAGE = 64


class Sent(NamedTuple):
    """`seen`: the draft's version that the page shows; `base`: the marks of what it showed; `page` names the page,
    `turn` counts its savings; `aside`: all these as they were posted; `picks`: choices between two versions."""

    seen: int
    base: marks.Marks | None
    page: str
    turn: int
    aside: Mapping[str, str]
    picks: merging.Picks

    def is_from(self, desk: Desk) -> bool:
        """Whether the draft is a living page's own, which has not heard of it: its answer was lost on the way back.

        A page without JavaScript counts no turns; one that comes again (Back) may hold less than was saved since.
        """
        return self.turn > 0 and bool(self.page) and desk.row.page == self.page


def sent(form: Mapping[str, str]) -> Sent:
    """What a posted form says of its page; BadRequest where it does not say which version it shows."""
    seen = whole(form.get("seen", ""))
    if seen is None:
        raise BadRequest(Message("portal.bad_version"))
    return Sent(
        seen=seen,
        base=marks.from_text(form.get("_base", "")),
        page=form.get("_page", "")[:LONGEST_PAGE],
        turn=whole(form.get("_turn", "")) or 0,
        aside={name: form.get(name, "") for name in ASIDE},
        picks=_picks(form),
    )


def _picks(form: Mapping[str, str]) -> merging.Picks:
    """Each radio says `mine <key>` or `theirs <key>`; a button may choose one side for all that was `asked`."""
    all_of = form.get("do", "").removeprefix("choose:")
    if all_of == "mine" or all_of == "theirs":
        return dict.fromkeys(form.get("_asked", "").split(), all_of)
    said = (value.partition(" ") for name, value in form.items() if name.startswith("_pick-"))
    return {key: side for side, _, key in said if side in SIDES}


class Saving(NamedTuple):
    """What became of it: `raw` as it is kept now under `version`; None while something is open between two sides."""

    desk: Desk
    raw: Mapping[str, Any]
    merged: merging.Merged
    version: int | None = None


def keep(desk: Desk, raw: Mapping[str, Any], said: Sent) -> Saving:
    """Save what was typed, joined with what others saved since the page was made.

    Raises StaleCase when the case has moved on, Unavailable while too many save at once, and what `cases.save_draft`
    raises.
    """
    for _ in range(TRIES):
        saving = joined(desk, raw, said)
        if saving.merged.open or saving.version is not None:
            return saving
        try:
            version = _save(saving, said)
        except StaleCase:
            desk = open_desk(runtime(), desk.ref, desk.actor)
            if not desk.is_open:
                raise
        else:
            return saving._replace(desk=saving.desk.knowing(runtime(), saving.raw), version=version)
    raise Unavailable(Message("store.busy"))


def joined(desk: Desk, raw: Mapping[str, Any], said: Sent) -> Saving:
    """What would be saved now; nothing is written."""
    saved = desk.kept() or {}
    if said.is_from(desk) and said.turn < desk.row.turn:
        # A later saving of the same page overtook this one.
        return Saving(desk, saved, compared(desk, raw, said), desk.seen)
    if not said.picks and (said.seen == desk.seen or said.is_from(desk)):
        return Saving(desk, merging.on_page(said.base, raw, saved), merging.Merged({}))
    merged = compared(desk, raw, said)
    return Saving(desk, merged.raw, merged)


def compared(desk: Desk, raw: Mapping[str, Any], said: Sent) -> merging.Merged:
    """What was typed beside what is saved, as far as whoever fills the form may edit it."""
    saved = desk.kept() or {}
    base = said.base
    if said.is_from(desk):
        # What is saved is an earlier state of the same writing; or a later one.
        base = marks.marks(saved) if said.turn >= desk.row.turn else marks.marks(raw)
    may = [each.key for each in desk.view(saved) if each.editable]
    return merging.merge(marks.limited(base, said.base, may), raw, saved, said.picks)


def _save(saving: Saving, said: Sent) -> int:
    desk = saving.desk
    # A page does not show what was joined before its answer has come: until then the draft is not its own writing.
    page = "" if saving.merged.differences else said.page
    return cases.save_draft(
        runtime(), desk.ref, saving.raw, actor=desk.actor, seen=desk.seen, page=page, turn=said.turn
    )
