"""Asking an address whether it can be reached: what it answers, and what this server must never be made to ask."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from engine import reach
from engine.core.errors import BadRequest


class Site(BaseHTTPRequestHandler):
    """A site of many ways to answer; `asked` holds what it was asked, with the headers."""

    asked: list

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.asked.append((self.command, self.path, dict(self.headers)))
        path, _, rest = self.path.partition("?")
        if path == "/to":
            self.send_response(302)
            self.send_header("Location", rest)
            self.end_headers()
        elif path == "/drip":
            self.drip()
        elif path == "/hang":
            time.sleep(3)
        elif path == "/huge":
            self.send_response(200)
            self.end_headers()
            if self.command == "GET":
                self.pour()
        else:
            head_only = path == "/no-head" and self.command == "HEAD"
            known = {"/gone": 410, "/missing": 404, "/secret": 403, "/broken": 500}
            status = known.get(path, 405 if head_only else 200)
            self.send_response(status)
            self.send_header("Set-Cookie", "a=b")
            self.end_headers()

    def drip(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        for _ in range(40):
            self.wfile.write(b"X-Slow: x\r\n")
            self.wfile.flush()
            time.sleep(0.1)

    def pour(self):
        for _ in range(100_000):
            self.wfile.write(b"x" * 10_000)

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        pass


@contextmanager
def site():
    asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Site,), {"asked": asked}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def port():
    with site() as (port, asked):
        Site.all = asked
        yield port


@pytest.fixture
def asked(port):
    Site.all.clear()
    return Site.all


@pytest.fixture
def names(monkeypatch):
    """Names of the tests' own: host → addresses. What is not among them does not exist."""
    known = {}

    def getaddrinfo(host, port, **_):
        host = host.decode() if isinstance(host, bytes) else host
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(0, 0, 0, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(reach.socket, "getaddrinfo", getaddrinfo)
    return known


def check(url, setting):
    return reach.check(url, reach.read_allowed(setting))


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/", "reached", 200), ("/no-head", "reached", 200), ("/missing", "not_found", 404),
        ("/gone", "not_found", 410), ("/secret", "refused", 403), ("/broken", "refused", 500),
        ("/to?/missing", "not_found", 404), ("/to?/to?/", "reached", 200), ("/to?/to?/to?/to?/", "refused", None),
    ],
)  # fmt: skip
def test_what_a_site_answers(port, asked, path, outcome, status):
    assert check(f"http://127.0.0.1:{port}{path}", f"127.0.0.1:{port}") == reach.Found(outcome, status)
    assert len(asked) <= 8


def test_nothing_of_us_goes_along(port, asked):
    check(f"http://127.0.0.1:{port}/to?/", f"127.0.0.1:{port}")
    for _, _, headers in asked:
        assert headers.keys() == {"Host", "User-Agent", "Accept", "Connection", "Accept-Encoding"}


def test_a_huge_body_is_not_read(port, asked):
    began = time.monotonic()
    assert check(f"http://127.0.0.1:{port}/huge", f"127.0.0.1:{port}").outcome == "reached"
    assert [method for method, *_ in asked] == ["HEAD"]
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_a_slow_site_is_left_after_a_while(port, monkeypatch, path):
    monkeypatch.setattr(reach, "STEP", 0.3)
    monkeypatch.setattr(reach, "WHOLE", 0.6)
    began = time.monotonic()
    assert check(f"http://127.0.0.1:{port}{path}", f"127.0.0.1:{port}").outcome == "timed_out"
    assert time.monotonic() - began < 2


def test_a_name_server_that_does_not_answer_is_left_too(monkeypatch):
    monkeypatch.setattr(reach, "STEP", 0.1)
    monkeypatch.setattr(reach.socket, "getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    assert check("http://slow.example/", "slow.example").outcome == "timed_out"


def test_a_port_where_nobody_listens_refuses():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert check(f"http://127.0.0.1:{free}/", f"127.0.0.1:{free}").outcome == "refused"


def test_an_encrypted_line_must_be_trusted(port):
    assert check(f"https://127.0.0.1:{port}/", f"127.0.0.1:{port}").outcome == "refused"


HOSTS = "contoh.go.id,*.kota.example,arsip.example:8443"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/", "http://10.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://127.1/",
        "http://localhost/", "http://lain.example/", "http://xcontoh.go.id/", "http://contoh.go.id.lain.example/",
        "http://kota.example/", "http://akota.example/", "http://contoh.go.id:22/", "http://contoh.go.id:8443/",
        "http://arsip.example/", "ftp://contoh.go.id/", "file:///etc/passwd", "gopher://contoh.go.id:70/_x",
        "http://contoh.go.id@lain.example/", "http://user:pass@contoh.go.id/", "http:///contoh.go.id", "http://",
    ],
)  # fmt: skip
def test_what_nobody_allowed_is_not_even_looked_up(names, monkeypatch, url):
    def connected(*_):
        raise AssertionError("it connected")

    monkeypatch.setattr(reach, "_connected", connected)
    monkeypatch.setattr(reach, "_resolved", connected)
    assert check(url, HOSTS) == reach.Found("not_allowed")


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "fec0::1", "fd00:ec2::254",
    ],
)  # fmt: skip
def test_an_allowed_name_that_leads_inside_is_refused(names, monkeypatch, inside):
    def connected(*_):
        raise AssertionError("it connected")

    monkeypatch.setattr(reach, "_connected", connected)
    for addresses in ([inside], ["93.184.216.34", inside]):
        names["contoh.go.id"] = addresses
        assert check("https://contoh.go.id/", HOSTS) == reach.Found("not_allowed")


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(names, monkeypatch):
    names["contoh.go.id"] = ["93.184.216.34"]
    dialled = []

    def connected(address, port, until):
        dialled.append((str(address), port))
        names["contoh.go.id"] = ["127.0.0.1"]  # what the name server says next
        raise ConnectionRefusedError

    monkeypatch.setattr(reach, "_connected", connected)
    assert check("http://contoh.go.id/", HOSTS).outcome == "refused"
    assert dialled == [("93.184.216.34", 80)]


def test_a_name_may_lead_inside_where_the_operator_named_the_very_place(port, asked, names):
    names["dalam.kota.example"] = ["127.0.0.1"]
    setting = f"dalam.kota.example:{port},127.0.0.1:{port}"
    assert check(f"http://dalam.kota.example:{port}/", setting).outcome == "reached"
    assert asked[0][2]["Host"] == f"dalam.kota.example:{port}"
    assert check(f"http://dalam.kota.example:{port}/", f"dalam.kota.example:{port}").outcome == "not_allowed"


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/", "http://[::1]/", "//169.254.169.254/", "file:///etc/passwd"])
def test_a_redirect_is_judged_like_the_first_address(port, asked, target):
    assert check(f"http://127.0.0.1:{port}/to?{target}", f"127.0.0.1:{port}").outcome == "not_allowed"
    assert {path for _, path, _ in asked} == {f"/to?{target}"}


def test_a_name_that_does_not_exist_is_said_so(names):
    assert check("http://contoh.go.id/", HOSTS) == reach.Found("unknown_host")


@pytest.mark.parametrize(
    "wrong", ["*", "*.*", "http://a.example", "a.example/x", "me@a.example", "a.*.example", "a.b:x"]
)
def test_a_setting_that_says_nothing_is_refused(wrong):
    with pytest.raises(BadRequest):
        reach.read_allowed(f"contoh.go.id,{wrong}")


def test_public_addresses_are_public():
    for each in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808"):
        assert reach.is_public(ip_address(each))
