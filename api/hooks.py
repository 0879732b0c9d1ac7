"""Where the program of a key is told what happened to cases of its unit."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.caller import Caller
from api.shapes import Asked, Shape
from engine import webhooks


class NewHook(Asked):
    """An https address at a host that the operator allows."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]


class Hook(Shape):
    """Where the program is told, and the secret with which each telling is signed (Standard Webhooks)."""

    url: str
    secret: str


def show_webhook(caller: Caller) -> Hook:
    """Show where the program of this key is told."""
    found = webhooks.show(caller.rt, keyed=caller.keyed)
    return Hook(url=found.url, secret=found.secret)


def put_webhook(caller: Caller, body: NewHook) -> Hook:
    """Tell the program of this key at an address from now on; its secret is a new one."""
    made = webhooks.put(caller.rt, body.url, keyed=caller.keyed)
    return Hook(url=made.url, secret=made.secret)


def drop_webhook(caller: Caller) -> None:
    """Tell the program of this key no more."""
    webhooks.drop(caller.rt, keyed=caller.keyed)
