"""Hostile requests over every route, as three people and a stranger: whatever is sent, nothing crashes."""

import io
import random

import pytest

from engine.store.refs import new_ref
from tests.admin.routes import address, routes

ROLES = ("employee", "admin", "auditor", "anonymous")
REQUESTS = 240
LEAVES = (
    "/sign-out",
    "/password",
    "/sessions/end-others",
    "/sessions/<ref>/end",
)  # these end a session
TEXTS = (
    "", "0", "-1", "²", "٣", "9" * 30, "9" * 5000, "\0", "a\0b", "<script>alert(1)</script>", "' or 1=1 --", "{count}",
    "%s", "\u202ex", "😀" * 50, "a" * 5000, "yes", "open", "preview", "import", "0001-01-01", "9999-12-31",
    "up:targets:²", "copy:targets:0", "approve", "1/0==1", "//x", "[]", "NaN", "1e9999", "W10", "WyI-IiwxZTk5OV0",
    b"\xed\xa0\x80", b"\xff\xfe",
)  # fmt: skip
FIELDS = (
    "name", "kind", "nip", "email", "grade", "language", "post", "starts_on", "ends_on", "order_number", "role", "unit",
    "password", "task", "person", "reason", "seen", "transition", "comment", "version_ref", "period_start",
    "period_end", "population", "do", "text", "next", "targets-0-result", "targets-²-result", "targets-0", "key",
)  # fmt: skip
ASKED = ("q", "page", "from", "until", "order", "unit", "kind", "actor", "state", "cycle", "next", "task", "person")
HEADERS = ({}, {"X-Fragment": "1"}, {"Referer": "http://["}, {"Origin": "http://["}, {"Accept-Language": "\xff"})


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def town(request):
    return request.getfixturevalue("city" if request.param == "sqlite" else "pg_city")


def test_no_request_whatever_it_says_ends_in_a_crash(town, caplog):
    chance = random.Random(20261123)
    known = sorted(each for each in routes(town.app) if each[1] not in LEAVES)
    for number in range(REQUESTS):
        method, route = known[number % len(known)] if number < len(known) else chance.choice(known)
        answer = send(town, chance, method, route)
        assert answer.status_code < 500, (method, route, [vars(record) for record in caplog.records][-1:])


def send(town, chance, method, route):
    role = chance.choice(ROLES)
    path = address(town, route) if chance.random() < 0.8 else route.replace("<ref>", chance.choice(("%00", "x", "²")))
    query = {name: chance.choice(TEXTS) for name in chance.sample(ASKED, chance.randrange(3))}
    if method == "GET":
        answer = town.client(role).get(path, query_string=query, headers=chance.choice(HEADERS))
    else:
        form = {name: chance.choice(TEXTS) for name in chance.sample(FIELDS, chance.randrange(9))}
        form = {"seen": "1", "key": new_ref(), **form, "csrf_token": town.csrf(role)}
        if chance.random() < 0.1:
            form["file"] = io.BytesIO(chance.randbytes(50)), chance.choice(("x.yaml", "a\0.yaml"))
        answer = town.client(role).open(path, method=method, data=form, headers=chance.choice(HEADERS))
    answer.get_data()
    return answer
