"""The whole product, put together by wsgi, over a database of a test. Import these fixtures in a folder's conftest.

demo_city   the address of a fresh SQLite database that holds the demo city (loaded once a session, then copied)
fill        fill(url): loads the same into the empty, migrated database of any address (a function)
product     product(url) -> Product(app, rt): strict about missing words, closed after the test
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

import wsgi
from engine import demo
from engine.installation import Installation
from engine.runtime import Runtime
from tests import summary
from tests.servers import lock


@dataclass(frozen=True)
class Product:
    """One process of the product, as a test holds it."""

    app: Flask
    rt: Runtime


def installation(url: str) -> Installation:
    """Settings of a local installation without a proxy."""
    return Installation(
        database_url=url,
        owner_url=None,
        secret=b"a secret of the tests, long enough",
        factor_key=b"a key of the tests, for second factors",
        host="127.0.0.1",
        port=0,
        https=False,
        proxies=0,
        hosts=("127.0.0.1", "localhost"),
        language="id",
    )


@contextmanager
def put_together(url: str) -> Iterator[Product]:
    """Build the product over a migrated database; close its connections at the end."""
    settings = installation(url)
    rt = wsgi.build_runtime(settings)
    try:
        yield Product(wsgi.create_app(settings, rt, strict_words=True), rt)
    finally:
        rt.db.close()


def fill(url: str) -> str:
    """Load the demo city into an empty, migrated database; answer the same address."""
    rt = wsgi.build_runtime(installation(url))
    try:
        demo.load(rt, wsgi.SHIPPED)
    finally:
        rt.db.close()
    return url


@pytest.fixture
def product() -> Iterator[Callable[[str], Product]]:
    with ExitStack() as opened:
        yield lambda url: opened.enter_context(put_together(url))


@pytest.fixture(scope="session")
def demo_template(sqlite_template) -> Path:
    template = summary.directory() / "demo.sqlite3"
    with lock(template.with_suffix(".lock")):
        if not template.exists():
            building = template.with_suffix(".building")
            shutil.copy(sqlite_template, building)
            fill(f"sqlite:///{building}")
            building.rename(template)
    return template


@pytest.fixture
def demo_city(demo_template, sqlite_url) -> str:
    shutil.copy(demo_template, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url
