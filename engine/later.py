"""Modules that run when somebody first asks them for a name, so that a server starts without what it may never need.

`postpone()` comes before the imports of wsgi.py. From then on `import typst` and `from engine import cases` cost
nothing until `typst.compile` or `cases.fire` is reached: the import stands at the top of its module as always, for
readers, for mypy and for the import table. `from typst import compile` reaches a name, and so runs the module at once.
It holds for LIBRARIES, for each module of OURS that is not a package, and for WHOLE: packages whose parts run as one,
after the package itself, as they would without this. Python 3.15 has this in the language
(PEP 810). What a module does when it runs must not matter to anybody else: no registry, no patching.

So a page or a verb on the way of a start imports the module (`from engine.core.filling import forms`), and what only
its annotations name under TYPE_CHECKING. tests/test_later.py fails when a start runs what it need not.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

# Heavy, and of no use to most requests or to most installations. A new one is added here and imported as a whole.
LIBRARIES = frozenset(
    {
        "alembic",
        "argon2",
        "cryptography",
        "joserfc",
        "ldap3",
        "nh3",
        "obstore",
        "prometheus_client",
        "psycopg",
        "puremagic",
        "pydantic",
        "pydantic_core",
        "python_calamine",
        "redis",
        "rfc8785",
        "rq",
        "segno",
        "tomllib",
        "transitions",
        "typst",
        "webauthn",
        "xlsxwriter",
        "yaml",
        "zxcvbn",
    }
)
# The tables know each other by name: whoever asks for one of them needs all.
WHOLE = frozenset({"engine.store.tables"})
OURS = ("admin.", "api.", "engine.", "portal.", "workflows.")
# What the import system itself asks of a module; answering this is not using it.
PLAIN = frozenset({"__class__", "__file__", "__loader__", "__name__", "__package__", "__spec__"})


def postpone() -> None:
    """Let the imports that follow wait; once a process."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())


def waiting() -> frozenset[str]:
    """The modules that were imported and have not run."""
    return frozenset(name for name, module in list(sys.modules.items()) if type(module) is _Waiting)


class Finder(MetaPathFinder):
    """Finds what may wait, and leaves the rest to the finders after it."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in LIBRARIES and not name.startswith(OURS):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        if spec.submodule_search_locations and name not in LIBRARIES | WHOLE:
            return spec  # the parts of a package need it to have run
        spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Makes a module that waits. `run` executes it, once, while other threads stand in line."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._turn = threading.RLock()
        self._running = False

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _Waiting

    def run(self, module: ModuleType) -> None:
        whole = sys.modules.get(module.__name__.rpartition(".")[0])
        if whole is not None and whole.__name__ in WHOLE:
            _run(whole)  # before this one's turn is taken: whoever runs the whole will want it
        with self._turn:
            if self._running or type(module) is not _Waiting:
                return  # its own code asks for a name that it has, or another thread was faster
            self._running = True
            try:
                self._loader.exec_module(module)
            finally:
                self._running = False
            module.__class__ = ModuleType
            module.__loader__ = self._loader
            if module.__spec__ is not None:
                module.__spec__.loader = self._loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class _Waiting(ModuleType):
    """A module whose code has not run to its end."""

    def __getattribute__(self, name: str) -> Any:
        # `__path__` is asked where a part of it is looked for.
        if name not in PLAIN and not (name == "__path__" and self.__name__ in WHOLE):
            _run(self)
        return object.__getattribute__(self, name)


def _run(module: ModuleType) -> None:
    if isinstance(loader := object.__getattribute__(module, "__loader__"), _Loader):
        loader.run(module)
