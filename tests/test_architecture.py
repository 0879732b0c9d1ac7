"""Our modules keep the rules of tests/architecture.py, and each rule can fail."""

from pathlib import Path

import pytest

from tests.architecture import cycles, problems

ROOT = Path(__file__).parent.parent
PACKAGES = ("engine", "workflows", "portal", "admin", "api")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {
    module_name(path): path.read_text()
    for path in sorted([*ROOT.glob("wsgi.py"), *(p for name in PACKAGES for p in ROOT.glob(f"{name}/**/*.py"))])
}


def test_every_module_keeps_the_rules_of_the_house():
    found = [problem for module, source in SOURCES.items() for problem in problems(module, source)]
    assert found == [], "\n" + "\n".join(found)


def test_no_modules_import_each_other_in_a_circle():
    assert cycles(SOURCES) == []


BAD = {
    "the core knows a web framework": ("engine.core.filling.forms", "import flask", "imports flask"),
    "the core knows the store": ("engine.core.filling.forms", "from engine.store import apply", "engine.store.apply"),
    "the core reads the clock": ("engine.core.calendar", "x = datetime.now(UTC)", "reads the clock"),
    "the core reads the date": ("engine.core.calendar", "x = dt.date.today()", "reads the clock"),
    "the core takes chance": ("engine.core.roles", "from random import choice", "imports random"),
    "the core reads files": ("engine.core.reading.parse", "import os.path", "imports os"),
    "transitions leaves its room": ("engine.core.reading.lint", "import transitions", "lives in engine.core.machine"),
    "a field type knows the store": (
        "engine.fields.text",
        "import engine.store.tables",
        "engine.store.tables",
    ),
    "the store knows a verb": ("engine.store.apply", "from engine import cases", "engine.cases"),
    "a verb knows flask": ("engine.cases", "from flask import g", "imports flask.g"),
    "a verb writes SQL": ("engine.cases", "from sqlalchemy import select", "imports sqlalchemy.select"),
    "a verb knows a page": ("engine.cases", "import portal.inbox", "imports portal.inbox"),
    "a verb borrows another's library": ("engine.cases", "import rq", "it lives in engine.doorbell"),
    "a workflow knows a verb": ("workflows.guards", "from engine import cases", "engine.cases"),
    "a guard asks the database": ("workflows.guards", "from engine.store.queries import inbox", "queries"),
    "the web layer writes": ("engine.web.forms", "from engine.store import apply", "engine.store.apply"),
    "a page writes": ("portal.case", "from engine.store.apply import write", "engine.store.apply"),
    "a page reads tables": ("portal.case", "from engine.store.tables import cases", "engine.store.tables"),
    "a page knows the backoffice": ("portal.case", "import admin.views", "imports admin.views"),
    "the backoffice knows a page": ("admin.people", "import portal", "imports portal"),
    "someone imports the composition root": ("portal.case", "import wsgi", "imports wsgi"),
    "an import hides in a function": ("portal.case", "def f():\n    import json", "inside the function f"),
    "an error is swallowed": ("engine.cases", "try: x\nexcept Exception: y", "catches every exception"),
    "an error is swallowed silently": ("engine.cases", "try: x\nexcept: y", "catches every exception"),
    "a function is a monster": ("engine.cases", "def f():\n" + "    x = 1\n" * 40, "f has 41 lines"),
    "a module is a monster": ("engine.cases", '"""Doc."""\n' + "x = 1\n" * 300, "301 lines"),
    "a module does not say what it is": ("engine.cases", "x = 1", "no docstring"),
    "a name says nothing": ("engine.cases", "class CaseManager: ...", "CaseManager says nothing"),
}


@pytest.mark.parametrize(("module", "source", "complaint"), BAD.values(), ids=BAD.keys())
def test_a_broken_rule_is_found(module, source, complaint):
    assert any(complaint in problem for problem in problems(module, source))


GOOD = {
    "the machine uses transitions": ("engine.core.machine", "import transitions"),
    "the doorbell uses rq": ("engine.doorbell", "from rq import Queue"),
    "a report asks the database": ("workflows.reports", "from engine.store.queries import cases"),
    "a page calls a verb": (
        "portal.case",
        "from engine import cases\nfrom engine.store.queries import inbox",
    ),
    "a verb hands a connection on": ("engine.cases", "from sqlalchemy import Connection"),
    "the backoffice lists tables": (
        "admin.people",
        "import flask_admin\nfrom engine.store.tables import people",
    ),
    "the worker catches all": ("engine.outbox", "try: x\nexcept Exception: y"),
    "the root knows everything": ("wsgi", "import flask, portal, admin, engine.store.apply"),
    "a docstring may be long": ("engine.cases", 'def f():\n    """' + "x\n" * 60 + '"""'),
}


@pytest.mark.parametrize(("module", "source"), GOOD.values(), ids=GOOD.keys())
def test_what_the_table_allows_is_not_complained_about(module, source):
    assert problems(module, f'"""What lives here."""\n{source}') == []


def test_a_circle_of_imports_is_found():
    sources = {
        "engine.a": "from engine import b",
        "engine.b": "import engine.c",
        "engine.c": "from engine.a import x",
    }
    (circle,) = cycles(sources)
    assert set(circle.split(" -> ")) == {"engine.a", "engine.b", "engine.c"}
