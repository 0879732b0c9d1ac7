"""A form of the backoffice that was sent: its values as typed, what is wrong with them, and trying a verb with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.core.errors import BadRequest, EngineError, ExpressionFailed, InvalidSubmission, Refused
from engine.core.messages import Message
from engine.web import reading
from engine.web.errors import status_of
from engine.web.language import translate

Answer = Response | str | tuple[str, int]


class Sent:
    """What was posted; empty on a page that is opened. `errors` maps a control to what is wrong with it."""

    def __init__(self) -> None:
        self.posted = request.method == "POST"
        self.errors: dict[str, Message] = {}
        self.refusals: tuple[Message, ...] = ()
        self.status = 200

    @property
    def key(self) -> str:
        """The idempotency key of this form: a fresh one on a page that is opened, the same one until it succeeds."""
        return request.form.get("key") or secrets.token_urlsafe(18)

    def text(self, name: str) -> str:
        """What was typed; on a page that is opened, what its address brings along."""
        return (request.form if self.posted else request.args).get(name, "").strip()

    def needed(self, name: str) -> str:
        """What was typed, which may not be nothing."""
        found = self.text(name)
        if not found:
            self.errors[name] = Message("admin.sent.empty")
        return found

    def yes(self, name: str) -> bool:
        """A choice between yes and no; neither is wrong."""
        found = self.text(name)
        if found not in ("yes", "no"):
            self.errors[name] = Message("admin.sent.empty")
        return found == "yes"

    def day(self, name: str, *, needed: bool = True) -> date | None:
        """The day that was chosen."""
        found = self.text(name)
        if not found and not needed:
            return None
        if (day := reading.day(found)) is None:
            self.errors[name] = Message("admin.sent.day")
        return day

    def said(self, name: str) -> str:
        """What is wrong with a control, in words; nothing where it is fine."""
        return translate(self.errors[name]) if name in self.errors else ""

    def does(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Call a verb unless something is wrong already; whether it accepted. What it refuses becomes errors."""
        if self.errors:
            self.status = 422
            return False
        try:
            verb(*args, **kwargs)
        except InvalidSubmission as wrong:
            self._refuse(wrong, wrong.errors)
        except Refused as refused:
            self.refusals = refused.refusals
            self._refuse(refused, {"": refused.message})
        except (BadRequest, ExpressionFailed) as bad:
            self._refuse(bad, {"": bad.message})
        return not self.errors

    def page(self, template: str, **given: Any) -> tuple[str, int]:
        """Draw the form with what was typed and what is wrong."""
        return render_template(template, sent=self, **given), self.status

    def _refuse(self, error: EngineError, errors: dict[str, Message]) -> None:
        self.errors.update(errors)
        self.status = status_of(error)


def done(path: str, words: str) -> Response:
    """Go on to a page that says what was done."""
    flash(words, "good")
    return redirect(path, 303)
