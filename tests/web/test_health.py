"""Alive and ready are two questions."""

import pytest

from engine.core.errors import Unavailable
from engine.core.messages import Message
from tests.web.site import make_site


def down():
    raise Unavailable(Message("error.http.500"))


def test_the_process_answers_even_when_the_database_does_not():
    assert make_site(readiness=down).test_client().get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("readiness", "status", "said"),
    [
        (lambda: {"database": True, "addresses": "two"}, 200, "ready"),
        (lambda: {"database": True, "migrations": False}, 503, "not ready"),
        (down, 503, "unavailable"),
    ],
)
def test_readiness_says_what_is_missing(readiness, status, said):
    answer = make_site(readiness=readiness).test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (status, said)
