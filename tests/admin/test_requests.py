"""What every request of the product keeps to: tokens, origins, one's own unit, reading that only reads, few questions."""

import pytest
from sqlalchemy import select

from engine.store.tables import AccessGrant, Appointment, Event, Person, Unit
from tests.admin.routes import address, matrix, routes

MOST_QUERIES = 12
MATRIX = matrix()
GETS = sorted(route for method, route in MATRIX if method == "GET")
OTHERS = sorted((method, route) for method, route in MATRIX if method != "GET")
OF_ALL = ("/admin/definitions/<ref>", "/admin/definitions/<ref>/document.yaml")  # definitions belong to no unit


@pytest.mark.parametrize(("method", "route"), OTHERS, ids=" ".join)
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


@pytest.mark.parametrize("route", GETS)
def test_no_page_asks_the_database_more_than_twelve_times(still, route):
    role = next((role for role in ("admin", "employee") if MATRIX["GET", route][role] == 200), None)
    if role is None:
        pytest.skip("a page that only leads on")
    path = address(still, route)
    still.get(role, path)  # definitions are compiled once a process
    with still.counted() as statements:
        still.get(role, path)
    assert len(statements) <= MOST_QUERIES, "\n".join(statements)


@pytest.mark.postgresql
def test_every_page_of_the_backoffice_opens_on_postgresql(pg_city):
    for route in GETS:
        if route.startswith("/admin"):
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
        "/admin/cases/": lambda: case,
        "/admin/cycles/": lambda: city.cycle("Pendidikan"),
        "/admin/people/": lambda: stranger,
        "/admin/units/": lambda: city.unit("disdik"),
        "/admin/events/": lambda: city.event(Event.stream == f"case:{case}"),
        "/admin/appointments/": lambda: city.one(
            select(Appointment.ref).join(Person, Person.id == Appointment.person_id).where(Person.ref == stranger)
        ),
        "/admin/grants/": lambda: city.one(
            select(AccessGrant.ref).join(Unit, Unit.id == AccessGrant.unit_id).where(Unit.key == "disdik")
        ),
    }
    prefix = next((prefix for prefix in refs if route.startswith(f"{prefix}<ref>")), None)
    if route.startswith("/admin/events/of/"):
        return route.replace("<path:stream>", f"case:{case}")
    return route.replace("<ref>", refs[prefix]()) if prefix else None


OBJECTS = sorted(key for key in MATRIX if "<" in key[1] and not key[1].startswith(("/submissions", "/sessions")))


@pytest.mark.parametrize(("method", "route"), OBJECTS, ids=" ".join)
def test_what_belongs_to_another_office_is_not_there(city, method, route):
    path = abroad(city, route)
    if path is None:
        assert "/definitions/" in route
        pytest.skip("definitions belong to no unit")
    form = {
        "reason": "Coba.",
        "seen": "1",
        "ends_on": "2026-12-01",
        "active": "no",
        "disabled": "yes",
        "comment": "Coba.",
    }
    form |= {"password": "kunang kunang di sawah lor", "role": "admin", "unit": city.unit("dinkes"), "kind": "plt"}
    form |= {"post": city.post_ref("dokter"), "starts_on": "2026-12-01", "person": city.person("employee")}
    form |= {
        "task": city.task(city.case("stranger", "Dinas Pendidikan"), "write_plan"),
        "transition": "approve",
        "key": "k" * 20,
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
