"""What no server starts with, and what it tells: each setting alone, and real starts that are refused."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine import safety
from engine.access import FOR_RIGHTS, OFF, Access
from engine.core.errors import BadRequest
from engine.installation import Installation, read_installation
from engine.web.i18n import translate

ROOT = Path(__file__).parent.parent
GOOD = Installation(
    database_url="postgresql://siklus:p@127.0.0.1/siklus",
    owner_url="postgresql://owner:p@127.0.0.1/siklus",
    secret=b"Zk3vLw8sQxT1nYbR5uHcJ7mPaD2eGfK9",
    factor_key=b"oI4hB6tNzV0xCqW3sEdR8yUjM1kLpA5g",
    host="127.0.0.1",
    port=8000,
    https=True,
    proxies=1,
    hosts=("kinerja.kota.go.id",),
    language="id",
    access=Access(FOR_RIGHTS, "https://kinerja.kota.go.id"),
)
LOCAL = replace(GOOD, https=False, proxies=0, hosts=("127.0.0.1", "localhost"), access=Access())
REFUSED = [
    ("https_proxies", GOOD, {"proxies": 0}),
    ("https_hosts", GOOD, {"hosts": ("localhost", "127.0.0.1"), "access": Access(FOR_RIGHTS)}),
    ("two_schemes", GOOD, {"access": Access(FOR_RIGHTS, "http://localhost"), "hosts": ("localhost", "x.go.id")}),
    ("two_schemes", LOCAL, {"access": Access(FOR_RIGHTS, "https://x.go.id"), "hosts": ("x.go.id",)}),
    ("public_host", GOOD, {"hosts": ("other.go.id",)}),
    ("host", GOOD, {"hosts": ("kinerja.kota.go.id", "*")}),
    ("host", GOOD, {"hosts": ("kinerja.kota.go.id", "https://kinerja.kota.go.id")}),
    ("plain_http", LOCAL, {"host": "0.0.0.0"}),
    ("plain_http", LOCAL, {"host": "10.0.0.5"}),
    ("same_keys", LOCAL, {"factor_key": LOCAL.secret}),
    ("weak_key", GOOD, {"secret": b"changemechangemechangemechangeme"}),
    ("weak_key", GOOD, {"factor_key": b"0" * 64}),
    ("metrics", LOCAL, {"metrics": "short"}),
]


@pytest.mark.parametrize(("key", "start", "change"), REFUSED)
def test_what_is_unsafe_is_refused_with_words(key, start, change):
    assert list(safety.refused(start)) == []
    with pytest.raises(BadRequest) as refused:
        safety.require(replace(start, **change))
    assert refused.value.message.key == f"safety.{key}"
    assert {translate(refused.value.message, language) for language in ("id", "en")}


@pytest.mark.parametrize(
    ("start", "change"),
    [
        (LOCAL, {"host": "0.0.0.0", "plain_http": True}),
        (GOOD, {"hosts": (".kota.go.id",)}),
        (GOOD, {"host": "0.0.0.0"}),
        (LOCAL, {"access": Access(FOR_RIGHTS, "http://localhost:8000")}),
    ],
)
def test_what_is_meant_is_served(start, change):
    assert list(safety.refused(replace(start, **change))) == []


def test_the_demo_city_is_not_served_to_the_world_by_accident():
    assert [found.key for found in safety.refused(GOOD, demo=True)] == ["safety.demo"]
    assert list(safety.refused(replace(GOOD, demo=True), demo=True)) == []
    assert list(safety.refused(LOCAL, demo=True)) == []


DOUBTFUL = [
    ("no_public_url", {"access": Access(FOR_RIGHTS)}),
    ("second_factor", {"access": Access(OFF, "https://kinerja.kota.go.id")}),
    ("proxies", {"host": "0.0.0.0"}),
    ("redis_open", {"redis_url": "redis://10.0.0.9:6379/0"}),
    ("database_open", {"database_url": "postgresql://siklus:p@10.0.0.8/siklus"}),
    ("one_role", {"owner_url": None}),
]


@pytest.mark.parametrize(("key", "change"), DOUBTFUL)
def test_what_is_doubtful_is_told(key, change, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert safety.require(GOOD) == []
    (found,) = safety.require(replace(GOOD, **change))
    assert found.key == f"safety.{key}" and translate(found, "id") and translate(found, "en")


def test_whoever_runs_as_root_hears_of_it(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert [found.key for found in safety.require(GOOD)] == ["safety.root"]
    assert safety.require(LOCAL) == []


@pytest.mark.parametrize("more", ["?sslmode=verify-full", "?connect_timeout=5&sslmode=require"])
def test_an_encrypted_road_to_the_database_is_no_doubt(more, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert safety.require(replace(GOOD, database_url=f"postgresql://siklus:p@10.0.0.8/siklus{more}")) == []


def test_the_settings_are_read_and_a_strange_one_is_refused(tmp_path):
    found = read_installation({"SIKLUS_PLAIN_HTTP": "yes", "SIKLUS_LOG": "text", "SIKLUS_METRICS": "t" * 20}, tmp_path)
    assert (found.plain_http, found.log, found.metrics, found.demo) == (True, "text", "t" * 20, False)
    with pytest.raises(BadRequest, match=r"settings\.log"):
        read_installation({"SIKLUS_LOG": "xml"}, tmp_path)


def test_a_start_that_is_refused_says_why_and_opens_no_port(tmp_path):
    environment = {
        **os.environ,
        "SIKLUS_DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3", "SIKLUS_SECRET_KEY": "k" * 40,
        "SIKLUS_FACTOR_KEY": "f" * 40, "HOST": "0.0.0.0", "PORT": "0",
    }  # fmt: skip
    for command in ("serve", "worker"):
        done = subprocess.run(
            [sys.executable, "-m", "wsgi", command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1 and "passwords would travel in the open" in done.stderr
        assert "listens" not in done.stdout and "works" not in done.stdout
    told = subprocess.run(
        [sys.executable, "-m", "wsgi", "settings"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 1 and told.stdout.startswith("refused: HOST is '0.0.0.0'")
