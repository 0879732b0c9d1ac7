"""The page that asks for the second factor. Reached by signing in (entering.py); answered in second_factor.py."""

from __future__ import annotations

from flask import render_template

from engine.factors import held, passkeys
from engine.web.actor import half_signed_in
from engine.web.context import runtime
from portal.origin import origin


def page(following: str, carried: str = "", error: str = "") -> str:
    """The page for whoever has shown the first factor; `carried`: a form that comes back afterwards, sealed."""
    me = half_signed_in()
    if me is None:
        raise LookupError("the page of the second factor is for half sessions")
    rt, at = runtime(), origin()
    has = held.held(rt, me.actor.person_id or 0)
    options = ""
    if has.passkeys and at is not None:
        options = passkeys.request(rt, origin=at, actor=me.actor, session=me.session)
    return render_template(
        "portal/second_factor.html",
        me=me,
        has=has,
        options=options,
        following=following,
        carried=carried,
        error=error,
    )
