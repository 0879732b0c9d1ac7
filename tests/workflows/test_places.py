"""Every shipped place is a definition: its year runs as its scenario says, worked out by hand, and no code names it."""

import re
from pathlib import Path

import pytest

import wsgi
from engine import definition_check, ledger, place_acts, places
from tests.product import installation

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "workflows"
NAMES = places.names(SHIPPED)
CODE = ("engine", "admin", "portal", "api", "templates", "static", "workflows")
ENDINGS = {".py", ".js", ".html", ".css", ".xml"}
# What the five places are called; besides here such names stand in definitions and documents alone.
CITIES = re.compile(r"\b(mataram|surakarta|rangkui|plaju|walesi|jayawijaya|palembang|pangkalpinang)", re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_its_definitions_have_no_mistake(name):
    folder = SHIPPED / name
    own = list(places.documents(folder, places.read(folder, "place.yaml")))
    lists = sorted((SHIPPED / "codelists").glob("*.yaml"))
    found = definition_check.check_files(own, lists, wsgi.build_catalog())
    assert [line for line in found if not line.warning] == []


@pytest.mark.parametrize("name", NAMES)
def test_its_year_comes_out_as_worked_out_by_hand(name, sqlite_url):
    rt = wsgi.build_runtime(installation(sqlite_url))
    stage, place = places.begin(rt, SHIPPED / name, wsgi.build_works(), wsgi.build_dailies())
    told = list(place_acts.play(stage, place["steps"]))
    assert len(told) == len(place["steps"])
    assert any("expect" in step for step in place["steps"])
    ledger.verify(rt.db)
    rt.db.close()


def test_no_code_names_a_place():
    files = [path for folder in CODE for path in sorted((ROOT / folder).rglob("*")) if path.suffix in ENDINGS]
    assert len(files) > 500
    named = {str(path.relative_to(ROOT)) for path in files if CITIES.search(path.read_text("utf-8"))}
    assert named == set()
