"""How letters with codes are worded, and where their reader is sent: the words and the address of this site."""

from __future__ import annotations

from flask import request

from engine import letters as wording
from engine.web.context import ACTIVATE
from engine.web.language import language, translate


def letters() -> wording.Letters:
    """Letters in any language of ours. The host is one of those we answer to: security.py has refused every other."""
    return wording.Letters(translate, activation_address(), language())


def activation_address() -> str:
    """The address of the page where codes are used."""
    return f"{request.host_url.rstrip('/')}{ACTIVATE}"
