"""Letting somebody into this browser: the one way in, whichever way he showed who he is (password, code, provider).

`let_in` takes the session that a verb has opened and answers where to go on: what is still missing first, then what
was carried over the end of an earlier session, then the page that was asked for.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import make_response, redirect, request, session
from werkzeug.wrappers import Response

from engine import sessions
from engine.web.actor import STEPS, cookie_name, enter, give, half_signed_in
from engine.web.context import SECOND_FACTOR, runtime
from portal import factor_page, resuming


def let_in(opened: sessions.NewSession, following: str, carried: str = "") -> Response:
    """Give this browser its new session, in place of the one that it may have had, and go on.

    `following`: a path of ours (`safe_path`); `carried`: a form that outlived its session, sealed (resuming.py).
    """
    end_this_session()
    found = enter(opened.token)
    if half_signed_in() is not None and carried:
        answer = make_response(factor_page.page(following, carried))
    elif half_signed_in() is not None:
        answer = redirect(f"{SECOND_FACTOR}?{urlencode(dict(next=following))}", 303)
    elif found is not None and found.missing:
        answer = redirect(STEPS[found.missing[0]], 303)
    else:
        answer = resuming.resume(carried, opened.token, following)
    give(answer, opened.token)
    return answer


def end_this_session() -> None:
    """End what this browser was signed in to; forget the CSRF secret of whoever was here before."""
    session.clear()
    token = request.cookies.get(cookie_name())
    if token:
        sessions.sign_out(runtime(), token)
