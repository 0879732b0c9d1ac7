"""What all applications and databases of one process share, as those of a server do: compiled templates and statements.

A test opens an application and a database of its own, and each would compile anew what depends on neither: half of the
time of a test of pages. Nothing here is an answer of ours: a template is known by its text, a statement by its form,
an extension and a static file by themselves. Passwords are hashed quickly, but for tests that ask for `full_strength`.
"""

import math
from collections.abc import MutableMapping
from functools import lru_cache
from pathlib import Path
from types import CodeType

import argon2
from flask import Flask
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from sqlalchemy import create_engine
from sqlalchemy.util import LRUCache

from engine import hashing
from engine.core import catalog
from engine.store import database
from engine.web import app, assets, lately

STRONG = hashing._hasher
LONG = lately.LONG
STATIC = app.ROOT / "static"
MANY = 3_000  # statements; what a worker asks in a whole run


class Templates(FileSystemBytecodeCache):
    """Code of templates by name, text and how they were read; on disk for the other workers too."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        super().__init__(str(directory))
        self._known: dict[tuple, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get(_template(bucket))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        self._keep(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[_template(bucket)] = bucket.code

    def _get_cache_filename(self, bucket: Bucket) -> str:
        return super()._get_cache_filename(bucket) + f".{_reading(bucket)}"


def _template(bucket: Bucket) -> tuple:
    return bucket.key, bucket.checksum, _reading(bucket)


def _reading(bucket: Bucket) -> str:
    """What makes other code of the same text."""
    how = bucket.environment
    return f"{how.trim_blocks:d}{how.lstrip_blocks:d}{'-'.join(sorted(how.extensions))}"


class Statements(MutableMapping):
    """Compiled statements by their form and the kind of database, whichever engine asked first."""

    def __init__(self) -> None:
        self._known = LRUCache(MANY)

    def __getitem__(self, key):
        return self._known[self._of(key)]

    def __setitem__(self, key, compiled) -> None:
        self._known[self._of(key)] = compiled

    def __delitem__(self, key) -> None:
        del self._known[self._of(key)]

    def get(self, key, default=None):
        return self._known.get(self._of(key), default)

    def __iter__(self):
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    @staticmethod
    def _of(key: tuple) -> tuple:
        dialect, *form = key
        return dialect.name, dialect.server_version_info, *form


def keep(directory: Path) -> None:
    """Let everything in this process share what it compiles; templates lie in a folder of the run."""
    Flask.jinja_options = {"bytecode_cache": Templates(directory / "templates")}
    statements = Statements()
    database.create_engine = lambda *given, **options: create_engine(
        *given, **options, execution_options={"compiled_cache": statements}
    )
    catalog.describe = lru_cache(maxsize=None)(catalog.describe)
    hashing._hasher = lru_cache(maxsize=1)(lambda: argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    lately.LONG = math.inf  # how slow the machine is must not decide whether a page shows what has just changed
    read, shipped = assets.read_assets, lru_cache(maxsize=1)(assets.read_assets)
    assets.read_assets = lambda folder: (shipped if folder == STATIC else read)(folder)
