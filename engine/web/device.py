"""Whose text it is that a browser keeps: the tag of an account, the key that opens what was kept, the switch.

What somebody types is kept on his device only while it is unsent, and encrypted: the key comes with his own pages
alone, so that on a shared computer nobody else reads it. Both follow from the installation's secret and the account;
nothing is stored. What is kept, and how, is static/js/keep.js.
"""

import hmac
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

from flask import request
from werkzeug.wrappers import Response

from engine.web.actor import current
from engine.web.context import runtime, site

COOKIE = "siklus_device"
OFF = "off"
A_YEAR = 365 * 24 * 3600


def tag(person_ref: str) -> str:
    """A name for an account that says nothing to others, and that nobody finds without the secret."""
    return urlsafe_b64encode(_derived("owner", person_ref)[:15]).decode()


def account_tag() -> str:
    """The tag of whoever is signed in, for templates; "" for nobody."""
    found = current()
    return tag(found.actor.ref) if found else ""


def key(person_ref: str) -> str:
    """The key (AES-256, base64) for what this account's pages keep on a device."""
    return b64encode(_derived("device", person_ref)).decode()


def belongs(found: str | None, person_ref: str) -> bool:
    """Whether a tag is that of an account."""
    return found is not None and hmac.compare_digest(found.encode(), tag(person_ref).encode())


def keeps() -> bool:
    """Whether pages may keep text on this device: the installation allows it and nobody switched it off here."""
    return site().settings.keep_on_device and request.cookies.get(COOKIE) != OFF


def switch(answer: Response, on: bool) -> None:
    """Remember the choice on this device, for everybody who uses it."""
    secure = site().settings.https
    answer.set_cookie(COOKIE, "on" if on else OFF, max_age=A_YEAR, samesite="Lax", secure=secure, httponly=True)


def _derived(use: str, person_ref: str) -> bytes:
    return hmac.digest(runtime().keys.session, f"siklus {use}:{person_ref}".encode(), sha256)
