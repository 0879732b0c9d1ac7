"""Signing a form as it is sent: the fact that takes the place of an answer, bound to the other answers by their digest.

How somebody shows that it is he is the verb's; no secret comes here, and one that was put among the answers is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.core.case import Signing
from engine.core.errors import InvalidSubmission
from engine.core.filling.form import Form
from engine.core.filling.questions import Judged
from engine.core.messages import Message
from engine.core.proof.canonical import digest

PARTS = ("by", "name", "at", "method", "answers")


def unsigned(form: Form, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raw answers without what stands at signatures: it is never kept."""
    if not form.questions.signatures:
        return raw
    return {key: value for key, value in raw.items() if key not in form.questions.signatures}


def refuse_secrets(form: Form, raw: Mapping[str, Any]) -> None:
    """Refuse answers that hold a text where a signature stands: it may be a password, which must not be kept."""
    typed = [key for key in form.questions.signatures if isinstance(raw.get(key), str) and raw[key]]
    if typed:
        raise InvalidSubmission({key: Message("field.signature.when_sent") for key in typed})


def signed(form: Form, judged: Judged, signing: Signing | None, at: datetime) -> dict[str, Any]:
    """The values with each signature that is asked; `at` in the time zone of the case.

    Raises InvalidSubmission at every signature while nobody has signed.
    """
    asked = asked_of(form, judged)
    if not asked:
        return judged.values
    if signing is None:
        raise InvalidSubmission({key: Message("field.signature.needed") for key in asked})
    others = {key: value for key, value in judged.values.items() if key not in form.questions.signatures}
    fact = {
        "by": signing.by,
        "name": signing.name,
        "at": at.isoformat(timespec="seconds"),
        "method": signing.method,
        "answers": digest(form.questions.dump(others)),
    }
    return {**judged.values, **{key: fact for key in asked}}


def asked_of(form: Form, judged: Judged) -> tuple[str, ...]:
    """The signatures that are asked, given the other answers."""
    return tuple(key for key in form.questions.signatures if key in judged.visible)
