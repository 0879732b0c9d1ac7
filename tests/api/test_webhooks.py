"""What happened is told to programs: signed, once, of the key's unit alone, at hosts that the operator named."""

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

import wsgi
from engine import api_keys, hook_watch, outbox, reach
from engine.core import apikeys
from engine.store.tables import ApiKey, Outbox


class Listener(HTTPServer):
    """A program that is told; `answers`: the statuses that it gives, the last one for ever."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taking)
        self.told, self.answers = [], [204]
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/told?from=siklus"


class Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((dict(self.headers), body))
        answers = self.server.answers
        self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
        self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *about):
        pass


@pytest.fixture
def listener():
    server = Listener()
    yield server
    server.shutdown()
    server.server_close()


def allow(office, listener):
    """The operator names the program's very place."""
    office.rt = replace(office.rt, hooks=reach.read_allowed(f"127.0.0.1:{listener.server_port}"))


def work(office):
    hook_watch.Watch().tick(office.rt)
    while outbox.sweep(office.rt, wsgi.build_works()):
        pass


def test_a_program_is_told_each_event_once_signed_and_without_a_name(office, listener):
    allow(office, listener)
    program = office.program("alice", "north", (apikeys.CASES,))
    made = program.put("/webhook", {"url": listener.url})
    case = office.case()
    office.walk(case, "approve")
    for _ in range(2):
        work(office)
        office.wait(minutes=2)
    said = [json.loads(body) for _, body in listener.told]
    assert [each["kind"] for each in said] == [event[0] for event in office.trail(case)]
    assert {each["case"] for each in said} == {case} and said[-1]["to_state"] == "approved"
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    for headers, body in listener.told:
        signed = b".".join((headers["Webhook-Id"].encode(), headers["Webhook-Timestamp"].encode(), body))
        right = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["Webhook-Signature"] == f"v1,{right}"
        assert b"Carol" not in body and office.ref("carol").encode() not in body
    assert (
        program.get("/webhook") == made and program.put("/webhook", {"url": listener.url})["secret"] != made["secret"]
    )


def test_what_was_not_taken_is_told_again_and_a_redirect_is_never_followed(one, listener):
    allow(one, listener)
    one.program("alice").put("/webhook", {"url": listener.url})
    listener.answers = [302, 500, 204]
    one.case()
    for _ in range(4):
        work(one)
        one.wait(minutes=20)
    assert len(listener.told) == 3 and len({headers["Webhook-Id"] for headers, _ in listener.told}) == 1
    with one.rt.db.read() as db:
        assert db.execute(select(Outbox.state).where(Outbox.kind == hook_watch.KIND)).scalars().all() == ["done"]


def test_after_a_failure_nothing_is_told_there_for_a_while_and_then_everything(one, listener):
    allow(one, listener)
    one.program("alice").put("/webhook", {"url": listener.url})
    listener.answers = [500, 204]
    case = one.case()
    one.walk(case, "approve")
    work(one)
    assert len(listener.told) == 1 < len(one.trail(case))  # the others wait without a try of their own
    one.case()
    one.wait(minutes=4)
    work(one)
    assert len(listener.told) == 1
    for _ in range(2):
        one.wait(minutes=2)
        work(one)
    assert len({headers["Webhook-Id"] for headers, _ in listener.told}) == len(one.trail(case)) + 1
    assert len(listener.told) == len(one.trail(case)) + 2


@pytest.mark.parametrize("end", ["revoked", "dropped", "beside its unit"])
def test_nobody_is_told_who_has_no_right_to_know_any_more(one, listener, end):
    allow(one, listener)
    program = one.program("alice", "south" if end == "beside its unit" else "city")
    program.put("/webhook", {"url": listener.url})
    case = one.case()
    hook_watch.Watch().tick(one.rt)
    if end == "revoked":
        with one.rt.db.read() as db:
            ref = db.execute(select(ApiKey.ref)).scalar_one()
        api_keys.revoke(one.rt, ref, actor=one.actor("alice"))
    elif end == "dropped":
        assert program.ask("DELETE", "/webhook").status_code == 204
        program.get("/webhook", 404)
    one.walk(case, "approve")
    work(one)
    assert listener.told == []


REFUSED = (
    "http://hooks.example/", "https://elsewhere.example/", "https://127.0.0.1/", "http://[::ffff:127.0.0.1]/",
    "http://2130706433/", "https://user@hooks.example/", "https://hooks.example:8443/", "ftp://hooks.example/", "x",
    "https://hooks.example/#part", "http://169.254.169.254/latest/meta-data", "https://hooks.example.evil.example/",
)  # fmt: skip


def test_only_an_https_address_at_a_host_of_the_operator_is_taken(one):
    program = one.program("alice")
    program.put("/webhook", {"url": "https://hooks.example/"}, 422)  # none is allowed until the operator says so
    one.rt = replace(one.rt, hooks=reach.read_allowed("hooks.example"))
    del one._app
    program = one.program("alice")
    for url in REFUSED:
        assert program.put("/webhook", {"url": url}, 422)["errors"][0]["pointer"] == "#/url", url
    assert program.put("/webhook", {"url": "https://hooks.example/siklus"})["url"] == "https://hooks.example/siklus"


def test_a_name_that_leads_inside_is_not_sent_to(monkeypatch):
    allowed = reach.read_allowed("hooks.example")
    for inside in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"):
        monkeypatch.setattr(reach.socket, "getaddrinfo", lambda *about, at=inside, **more: [(2, 1, 6, "", (at, 443))])
        assert reach.post("https://hooks.example/", allowed, {}, b"{}").outcome == "not_allowed"
