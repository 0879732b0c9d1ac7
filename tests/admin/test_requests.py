"""What every request keeps to: tokens, origins, one's own office, reading that only reads, few questions."""

from datetime import date

import pytest
from sqlalchemy import select

from engine import jobs, organisation, saved_lists
from engine.core.case import SYSTEM
from engine.core.messages import Message
from engine.imports import acts
from engine.store.tables import AccessGrant, Appointment, Event, Person, SavedList, Unit
from tests.admin.city import runtime
from tests.admin.routes import address, matrix, named, routes

MOST_QUERIES = 12
FEWER = {"/admin/": 9}  # what everybody opens first
MATRIX = matrix()
GETS = sorted(route for method, route in MATRIX if method == "GET")
SHOWN = [
    (role, route)
    for route in GETS
    for role in ("admin", "employee", "anonymous")
    if MATRIX["GET", route][role] == 200 and not (role == "employee" and MATRIX["GET", route]["admin"] == 200)
]
# A program has no forms; tests/api shows that no cookie opens what it may do. A public form is nobody's: no session is
# looked at, its ticket is its secret (tests/portal/test_public_forms.py).
WITHOUT_SESSION = ("/api/", "/s/")
OTHERS = sorted(
    (method, route) for method, route in MATRIX if method != "GET" and not route.startswith(WITHOUT_SESSION)
)


@pytest.mark.parametrize(("method", "route"), OTHERS, ids=named(OTHERS))
def test_nothing_is_changed_without_a_token_or_from_another_site(still, method, route):
    path = address(still, route)
    for role in ("admin", "employee", "anonymous"):
        client = still.client(role)
        assert client.open(path, method=method, data={"reason": "x"}).status_code == 400
        data = {"csrf_token": still.csrf(role)}
        for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert client.open(path, method=method, data=data, headers=headers).status_code == 400


def test_reading_every_page_changes_no_table(city):
    for role in ("admin", "auditor", "employee"):
        city.client(role)
    before = city.rows()
    for role in ("admin", "auditor", "employee"):
        for route in GETS:
            if MATRIX["GET", route][role] == 200:
                city.get(role, address(city, route))
                city.client(role).head(address(city, route))
    assert city.rows() == before


@pytest.mark.parametrize(("role", "route"), SHOWN, ids=named(SHOWN))
def test_no_page_asks_the_database_more_than_twelve_times(still, role, route):
    path = address(still, route)
    still.get(role, path)  # definitions are compiled once a process
    with still.counted() as statements:
        still.get(role, path)
    assert len(statements) <= FEWER.get(route, MOST_QUERIES), "\n".join(statements)


@pytest.mark.postgresql
def test_every_page_of_the_backoffice_opens_on_postgresql(pg_city):
    for route in GETS:
        if route.startswith("/admin") and MATRIX["GET", route]["admin"] == 200:
            path = address(pg_city, route)
            pg_city.get("admin", path)
            with pg_city.counted() as statements:
                pg_city.get("admin", path)
            assert len(statements) <= MOST_QUERIES, path
    for query in ("people/?q=siti", "cases/?overdue=1&order=name", "events/?q=siti&actor=siti&from=2026-01-01"):
        pg_city.get("dinkes_admin", f"/admin/{query}")
    for section in ("people", "cases", "events"):
        pg_city.get("dinkes_admin", f"/admin/{section}/export.csv").get_data()


def abroad(city, route):
    """The same route with things of another office, which the admin of Dinas Kesehatan does not oversee."""
    case = city.case("stranger", "Dinas Pendidikan")
    stranger = city.person("stranger")
    refs = {
        "/cases/": lambda: case,
        "/tasks/": lambda: city.task(case, "write_plan"),
        "/admin/acting/": lambda: "a" * 26,
        "/admin/cases/": lambda: case,
        "/admin/cycles/": lambda: city.cycle("Pendidikan"),
        "/admin/people/": lambda: stranger,
        "/people/": lambda: stranger,
        "/units/": lambda: city.unit("disdik"),
        "/admin/units/": lambda: city.unit("disdik"),
        "/admin/posts/": lambda: city.post_ref("guru_muda"),
        "/admin/changes/": lambda: organisation.change_unit(
            runtime(city.database),
            actor=SYSTEM,
            unit_ref=city.unit("disdik"),
            fields={"name": "Dinas Baru"},
            starts_on=date(2027, 1, 1),
        )[0],
        "/admin/events/": lambda: city.event(Event.stream == f"case:{case}"),
        "/admin/appointments/": lambda: city.one(
            select(Appointment.ref).join(Person, Person.id == Appointment.person_id).where(Person.ref == stranger)
        ),
        "/admin/grants/": lambda: city.one(
            select(AccessGrant.ref).join(Unit, Unit.id == AccessGrant.unit_id).where(Unit.key == "disdik")
        ),
    }
    route = route.replace("<ending>", "csv")
    refs["/admin/imports/"] = lambda: acts.take_rows(
        runtime(city.database), actor=SYSTEM, kind="units", rows=[{"key": "baru", "name": "Baru", "kind": "office"}]
    )
    refs["/admin/jobs/"] = lambda: job_of(city, "disdik")
    refs["/admin/cases/saved/"] = lambda: saved_by(city, "admin")
    if route.startswith("/admin/events/of/"):
        return route.replace("<path:stream>", f"case:{case}")
    prefix = next(prefix for prefix in refs if route.startswith(f"{prefix}<ref>"))
    return route.replace("<ref>", refs[prefix]())


def saved_by(city, who):
    """A list that somebody has saved for himself."""
    saved_lists.keep(
        runtime(city.database), actor=city.actor(who), section="cases", name="Saya", query="soon=1", usual=True
    )
    return city.one(select(SavedList.ref))


def job_of(city, unit_key):
    """A job that the administrators of a unit may see."""
    rt, unit = runtime(city.database), city.one(select(Unit.id).where(Unit.key == unit_key))
    with rt.db.begin() as db:
        title = Message("imports.job.units", name="unit.csv")
        return jobs.ask(rt, db, kind=acts.JOB, title=title, body={"import": 0}, unit_id=unit).ref


# Definitions and designs belong to no office, a session or passkey to its owner alone; calendars are read by all who
# administer, and the matrix says who may change them; nobody in the other office has sent a form, given a file
# or printed: tests/portal has those. An example and the check of a cycle that is not open yet are nobody's. A set of
# bulk, a notice, a calendar, an entry and a key are each somebody's: their own tests try what others get.
NOT_OF_AN_OFFICE = (
    *("/admin/definitions", "/admin/designs", "/admin/calendars", "/admin/imports/examples", "/admin/cycles/staffing."),
    *("/figures", "/sessions", "/security", "/submissions", "/files", "/uploads", "/prints", "/start"),
    *("/admin/bulk", "/notices", "/calendar", "/registers", "/s/", "/voices", "/team", "/api/", "/admin/api-keys"),
    *("/admin/public-links", "/admin/reports"),
)
OBJECTS = sorted(key for key in MATRIX if "<" in key[1] and not key[1].startswith(NOT_OF_AN_OFFICE))


@pytest.mark.parametrize(("method", "route"), OBJECTS, ids=named(OBJECTS))
def test_what_belongs_to_another_office_is_not_there(city, method, route):
    path, case = abroad(city, route), city.case("stranger", "Dinas Pendidikan")
    form = {
        **{"reason": "Coba.", "comment": "Coba.", "seen": "1", "key": "k" * 20, "transition": "approve"},
        **{"active": "no", "disabled": "yes", "password": "kunang kunang di sawah lor"},
        **{"role": "admin", "unit": city.unit("dinkes"), "post": city.post_ref("dokter"), "kind": "plt"},
        **{"starts_on": "2026-12-01", "ends_on": "2026-12-01"},
        **{"person": city.person("employee"), "task": city.task(case, "write_plan")},
    }
    client = city.client("dinkes_admin")
    data = {"csrf_token": city.csrf("dinkes_admin"), **form} if method != "GET" else None
    before = city.rows()
    assert client.open(path, method=method, data=data).status_code == 404
    after = city.rows()
    assert {name for name in before if before[name] != after[name]} <= {"denial"}


def test_the_matrix_covers_the_backoffice_of_this_application(still):
    assert {route for _, route in routes(still.app) if route.startswith("/admin")} == {
        route for _, route in MATRIX if route.startswith("/admin")
    }
