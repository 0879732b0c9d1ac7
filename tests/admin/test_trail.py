"""The trail: found by case, person, actor, kind and date; one event whole; nothing of what people answered."""

import csv
import io
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from sqlalchemy import select

from admin.words import EVENT_KINDS
from engine.store.tables import Answers, Event
from tests import appended
from tests.admin.city import words
from tests.test_translations import ENGLISH, INDONESIAN

ENGINE = Path(__file__).parents[2] / "engine"
EVENT = re.compile(r'href="/admin/events/([a-z2-7]{26})"')


def found(city, query, who="admin"):
    return EVENT.findall(city.get(who, f"/admin/events/?{query}").text)


def test_events_are_found_by_case_person_kind_and_actor(still):
    case = still.case("employee", "2025")
    of_case = set(still.all(select(Event.ref).where(Event.stream == f"case:{case}")))
    assert set(found(still, f"q={case}")) == of_case
    assert set(found(still, f"q={case}&kind=form.submitted")) < of_case
    of_person = set(still.all(select(Event.ref).where(Event.stream == f"person:{still.person('employee')}")))
    assert of_person and of_person < set(found(still, "q=Siti Rohmah"))
    assert set(found(still, f"q={case}&actor=Siti Rohmah")) < of_case
    by_system = found(still, "actor=sistem")
    assert by_system and all(
        still.one(select(Event.actor_ref).where(Event.ref == ref)) == "system" for ref in by_system[:5]
    )


def test_days_are_those_of_the_readers_clock_and_both_ends_count(still):
    case = still.case("employee", "2025")
    on = set(found(still, f"q={case}&from=2026-01-29&until=2026-01-29"))
    assert on == set(
        still.all(select(Event.ref).where(Event.stream == f"case:{case}", Event.at.startswith("2026-01-29")))
    )
    assert found(still, f"q={case}&until=2024-12-31") == []


def test_an_event_is_shown_whole_with_hashes_right_reason_and_verdicts(still):
    case = still.case("employee", "2025")
    ref = still.event(Event.stream == f"case:{case}", Event.transition == "approve")
    page = words(still.get("auditor", f"/admin/events/{ref}"))
    for told in ("Tetapkan SKP", "Penyusunan SKP → SKP ditetapkan", "Pejabat Penilai Kinerja", "sebagai atasan"):
        assert told in page
    for told in ("tasks_done", "not_same_person", "Terpenuhi", "&#34;kind&#34;: &#34;case.moved&#34;"):
        assert told in page
    last = still.event(Event.stream == f"case:{case}", Event.transition == "finalize")
    told = words(still.get("auditor", f"/admin/events/{last}"))
    assert "Panel kalibrasi atas Dinas Kesehatan, sejak 1 Januari 2024" in told
    assert "Rating sejalan dengan realisasi dan umpan balik." in told
    leaf_hash = still.one(select(Event.leaf_hash).where(Event.ref == last)).hex()
    assert leaf_hash in told


def test_a_beginning_and_a_guard_are_told_in_words(still):
    case = still.case("employee", "2025")
    begun = words(still.get("auditor", f"/admin/events/{still.event(Event.stream == f'case:{case}', Event.seq == 1)}"))
    assert "Start" not in begun
    moved = still.event(Event.stream == f"case:{case}", Event.transition == "approve")
    told = words(still.get("auditor", f"/admin/events/{moved}"))
    for sentence in ("Formulir lengkap", "Peran dipegang orang yang berbeda", "sebagai atasan"):
        assert sentence in told


def test_an_event_of_a_submission_leads_to_it_and_shows_none_of_its_answers(still):
    answers = [json.loads(body) for body in still.all(select(Answers.body))]
    told = {value for body in answers for value in body.values() if isinstance(value, str) and len(value) > 20}
    assert told
    for ref in still.all(select(Event.ref).where(Event.kind == "form.submitted")):
        page = still.get("admin", f"/admin/events/{ref}").text
        assert "/submissions/" in page
        assert not any(text in page for text in told)


def test_the_trail_of_a_case_is_a_file_of_all_its_events_in_order(still):
    case = still.case("employee", "2025")
    answer = still.get("auditor", f"/admin/events/of/case:{case}.csv")
    titles, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    events = still.all(select(Event.leaf_hash).where(Event.stream == f"case:{case}").order_by(Event.seq))
    assert [row[titles.index("Nilai hash (SHA-256)")] for row in rows] == [found.hex() for found in events]


def test_every_event_of_the_city_can_be_read(still):
    for kind in set(still.all(select(Event.kind))):
        still.get("auditor", f"/admin/events/{still.event(Event.kind == kind)}")


def test_every_kind_of_event_that_is_appended_has_its_words_and_can_be_chosen():
    """And nothing can be chosen that is never appended: else the reading of the source has become blind."""
    paths = [path for path in ENGINE.glob("**/*.py") if not {"core", "web", "migrations"} & set(path.parts)]
    found = appended.kinds({str(path.relative_to(ENGINE).with_suffix("")): path.read_text() for path in paths})
    assert {kind for kind in found if not any(fnmatchcase(known, kind) for known in EVENT_KINDS)} == set()
    assert {known for known in EVENT_KINDS if not any(fnmatchcase(known, kind) for kind in found)} == set()
    assert {kind for kind in EVENT_KINDS if f"admin.event.{kind}" not in INDONESIAN.keys() & ENGLISH.keys()} == set()


@pytest.mark.parametrize(
    "source",
    [
        'append_event(db, kind="a.b")',
        'X = "a.b"\nact.record("stream", X)',
        'act.record("stream", "a.b" if x else "c.d")',
        'def f():\n kind, y = ("a.b", 1) if x else ("c.d", 2)\n heading(place, kind)',
        'def _f(kind): append_event(kind=kind)\ndef g(): _f("a.b")',
        "append_event(kind=x.K)",
    ],
)
def test_a_kind_is_found_however_it_is_given(source):
    assert "a.b" in appended.kinds({"m": source, "x": 'K = "a.b"'})


def test_an_admin_of_one_office_reads_the_trail_of_that_office_alone(still):
    mine, other = still.case("employee"), still.case("stranger", "2026 - Dinas Pendidikan")
    assert found(still, f"q={mine}", "dinkes_admin") and not found(still, f"q={other}", "dinkes_admin")
    events = select(Event.ref, Event.stream)
    with still.database.read() as db:
        streams = {row.stream: row.ref for row in db.execute(events)}
    for stream, ref in streams.items():
        kind, _, rest = stream.partition(":")
        if (kind == "case" and rest == other) or stream == f"person:{still.person('stranger')}" or stream == "system":
            still.get("dinkes_admin", f"/admin/events/{ref}", status=404)
            still.get("dinkes_admin", f"/admin/events/of/{stream}.csv", status=404)
    still.get("dinkes_admin", f"/admin/events/{streams[f'case:{mine}']}")


@pytest.mark.parametrize("stream", ["case:nothing", "nothing", "person:x"])
def test_a_stream_that_is_not_there_is_not_found(still, stream):
    still.get("auditor", f"/admin/events/of/{stream}.csv", status=404)


def test_a_refused_act_stands_among_the_denials_for_those_who_oversee_its_actor(city):
    city.get("employee", "/admin/people/", status=403)
    city.get("stranger", "/admin/people/", status=403)
    told = words(city.get("auditor", "/admin/denials/"))
    assert "Siti Rohmah Handayani" in told and "GET admin_people.index_view" in told
    mine = words(city.get("dinkes_admin", "/admin/denials/"))
    assert "Siti Rohmah Handayani" in mine
    name = city.actor("stranger").name
    assert name in told and name not in mine
