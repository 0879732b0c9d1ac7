"""What a start leaves waiting, and that a module which waits is the same module once somebody asks."""

import importlib
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine import later

ROOT = Path(__file__).parent.parent
# What a start on SQLite runs only when there is a reason: ours bring the reading of definitions and forms, the verbs on
# people and the statements that these prepare; the dialect comes with six drivers, and is loaded by the mere name
# `postgresql_where` in a table. To map all tables takes as long as all that is left of ours at a start.
DEFERRED = {
    "admin.heat",
    "admin.told",
    "admin.words",
    "portal.standing",
    "sqlalchemy.dialects.postgresql",
    "engine.cases",
    "engine.codes",
    "engine.core.definition",
    "engine.core.expression.expression",
    "engine.core.filling.forms",
    "engine.core.filling.merging",
    "engine.core.printing.wording",
    "engine.staffing",
    "engine.store.queries.cases",
    "engine.store.queries.people",
    "engine.store.statement",
    "engine.store.tables",
    "engine.store.tables.cases",
}
PROBE = """
import json, sys, traceback
from engine import later
reached = {}
class Told(later._Loader):
    def run(self, module):
        frames = [f"{each.filename.removeprefix(sys.argv[3])}:{each.lineno}: {each.line}"
                  for each in traceback.extract_stack() if "importlib" not in each.filename
                  and not each.filename.endswith(("later.py", "<string>"))]
        reached.setdefault(module.__name__, frames[-1] if frames else "")
        super().run(module)
later._Loader = Told
import wsgi
from bench.settings import installation
from engine.store import migrate
rt = wsgi.build_runtime(installation(sys.argv[1]))
if sys.argv[2] == "fresh":
    migrate.upgrade(rt.db)
app = wsgi.create_app(installation(sys.argv[1]), rt)
migrate.upgrade(rt.db)
answer = app.test_client().get("/healthz", headers={"Host": "localhost"})
ran = set(sys.modules) - later.waiting()
print(json.dumps([answer.status_code, {name: reached.get(name, "") for name in [*reached, *ran] if name in ran}]))
"""


def ran(url: str, state: str) -> dict[str, str]:
    """The modules that have run in a process that answers its first request, and the line that reached each."""
    probe = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE, url, state, f"{ROOT}/"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules = json.loads(probe.stdout.splitlines()[-1])
    assert status == 200
    return modules


def test_a_server_on_a_current_database_starts_without_heavy_libraries(tmp_path):
    url = f"sqlite:///{tmp_path}/start.sqlite3"
    assert "alembic" in ran(url, "fresh")  # this one had to migrate: the probe sees what has run
    modules = ran(url, "current")
    # Import the module and not a name of it; import under TYPE_CHECKING what only annotations need.
    assert {name: line for name, line in modules.items() if name in later.LIBRARIES | DEFERRED} == {}, "\n".join(
        f"{name} was reached by {line}" for name, line in modules.items() if line
    )


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module and import it as one that waits."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(later, "LIBRARIES", later.LIBRARIES | {"slow_one"})
    monkeypatch.setattr(sys, "meta_path", [later.Finder(), *sys.meta_path])

    def imported(source):
        (tmp_path / "slow_one.py").write_text(source)
        monkeypatch.delitem(sys.modules, "slow_one", raising=False)
        return __import__("slow_one")

    yield imported
    sys.modules.pop("slow_one", None)


def test_a_module_runs_when_it_is_first_asked_for_a_name(module):
    slow = module("import sys\nsys.ran = True\nname = __name__\n")
    try:
        assert not hasattr(sys, "ran") and "slow_one" in later.waiting()
        assert slow.name == "slow_one"
        assert sys.ran and "slow_one" not in later.waiting()
        assert type(slow) is type(sys) and slow is sys.modules["slow_one"]
        assert type(slow.__spec__.loader).__name__ == "SourceFileLoader"
    finally:
        del sys.ran


def test_threads_that_ask_together_run_it_once(module):
    slow = module("import time, itertools\ntime.sleep(0.05)\nseen = []\nseen.append(1)\nlast = 1\n")
    found = []
    threads = [threading.Thread(target=lambda: found.append((slow.last, len(slow.seen)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(1, 1)] * 8


def test_a_module_that_cannot_run_says_so_each_time(module):
    slow = module("raise ImportError('no such disk')")
    for _ in range(2):
        with pytest.raises(ImportError, match="no such disk"):
            slow.anything  # noqa: B018


def test_a_name_that_it_does_not_have_is_an_attribute_error(module):
    with pytest.raises(AttributeError, match="nothing"):
        module("x = 1").nothing  # noqa: B018


def test_parts_that_know_each_other_run_with_their_whole_whoever_is_asked_first(tmp_path, monkeypatch):
    room = tmp_path / "house" / "room"
    room.mkdir(parents=True)
    (room.parent / "__init__.py").write_text("")
    (room / "__init__.py").write_text("from house.room.one import first\nfrom house.room.two import second\n")
    (room / "one.py").write_text("from house.room.two import second\nfirst = ['one', *second]\n")
    (room / "two.py").write_text("import time\ntime.sleep(0.05)\nsecond = ['two']\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(later, "WHOLE", frozenset({"house.room"}))
    monkeypatch.setattr(later, "OURS", ("house.",))
    monkeypatch.setattr(sys, "meta_path", [later.Finder(), *sys.meta_path])
    names = ("house", "house.room", "house.room.one", "house.room.two")
    try:
        two = importlib.import_module("house.room.two")

        whole = sys.modules["house.room"]
        assert {"house.room", "house.room.two"} <= later.waiting()
        found = []
        threads = [threading.Thread(target=lambda: found.append(two.second)) for _ in range(4)]
        threads += [threading.Thread(target=lambda: found.append(whole.second)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [["two"]] * 8 and all(each is two.second for each in found)
        assert whole.first == ["one", "two"] and not later.waiting() & set(names)
    finally:
        for name in names:
            sys.modules.pop(name, None)
