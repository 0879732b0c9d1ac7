"""Asking the provider: small JSON answers over https, no redirects, five seconds. No other address is ever asked."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from engine.access import is_safe_address
from engine.core.errors import Unavailable
from engine.core.messages import Message

SECONDS = 5
LARGEST = 256 * 1024  # bytes of an answer


class _Stay(HTTPRedirectHandler):
    """Follows nowhere: a provider that moves is configured anew."""

    def redirect_request(self, *asked: Any) -> None:
        return None


OPENER = build_opener(_Stay)


def get(url: str, bearer: str = "") -> dict[str, Any]:
    """The JSON object at an address. Raises Unavailable for anything else."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return _asked(Request(url, headers={"Accept": "application/json", **headers}))


def post(url: str, form: Mapping[str, str], user: str = "", password: str = "") -> dict[str, Any]:
    """What the provider answers to a form, also when it refuses it: then with `error` (RFC 6749, 5.2)."""
    headers = {"Accept": "application/json"}
    if password:
        pair = f"{quote_plus(user)}:{quote_plus(password)}"  # RFC 6749, 2.3.1
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return _asked(Request(url, data=urlencode(form).encode(), headers=headers))


def _asked(request: Request) -> dict[str, Any]:
    unreachable = Unavailable(Message("factors.provider.unreachable"))
    if not is_safe_address(request.full_url):
        raise unreachable
    try:
        with OPENER.open(request, timeout=SECONDS) as answer:
            return _object(answer.read(LARGEST + 1))
    except HTTPError as answer:
        with answer:
            return _refusal(answer, unreachable)
    except (OSError, HTTPException, ValueError) as failed:
        raise unreachable from failed


def _refusal(answer: HTTPError, unreachable: Unavailable) -> dict[str, Any]:
    try:
        if answer.code in (400, 401):
            return {"error": "refused", **_object(answer.read(LARGEST + 1))}
    except (OSError, HTTPException, ValueError) as failed:
        raise unreachable from failed
    raise unreachable


def _object(body: bytes) -> dict[str, Any]:
    found = json.loads(body) if len(body) <= LARGEST else None
    if not isinstance(found, dict):
        raise ValueError("the provider did not answer with a JSON object")
    return found
