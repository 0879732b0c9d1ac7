"""Reads routes.txt, the matrix of who may do what where, and finds a real address for each route."""

from pathlib import Path

from sqlalchemy import select

from engine.store.tables import AccessGrant, Appointment, CalendarBook, Event, Person, Submission, Unit

MATRIX = Path(__file__).with_name("routes.txt")
ROLES = ("anonymous", "employee", "supervisor", "panel", "admin", "dinkes_admin", "auditor", "stranger")
SAFE = ("HEAD", "OPTIONS")


def matrix():
    """(method, route) → {role: status}."""
    found = {}
    for line in MATRIX.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            method, route, *statuses = line.split()
            assert len(statuses) == len(ROLES), line
            found[method, route] = dict(zip(ROLES, map(int, statuses), strict=True))
    return found


def routes(app):
    """Every method of every route of an application, static files left out."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")
    return {(method, str(rule)) for rule in rules for method in rule.methods - set(SAFE)}


def named(keys):
    """Names of tests for lines of the matrix."""
    return [" ".join(key) for key in keys]


def written(statuses):
    """A matrix as its file holds it."""
    lines = [f"{'# who':<66}" + " ".join(f"{role:<12}" for role in ROLES).rstrip()]
    for (method, route), row in sorted(statuses.items(), key=lambda item: (item[0][1], item[0][0])):
        lines.append(f"{f'{method:<4} {route}':<66}" + " ".join(f"{row[role]:<12}" for role in ROLES).rstrip())
    return "\n".join(lines) + "\n"


def address(city, route):
    """A route with the refs of real things, all of Dinas Kesehatan: the employee, her cases, her office."""
    section = route.split("/")[1] if not route.startswith("/admin/") else "/".join(route.split("/")[1:3])
    refs = {
        "cases": lambda: city.case("employee"),
        "tasks": lambda: city.task(city.case("employee"), "write_plan"),
        "submissions": lambda: city.one(
            select(Submission.ref)
            .join(Person, Person.id == Submission.by_id)
            .where(Person.ref == city.person("employee"))
        ),
        "sessions": lambda: "0" * 32,
        "security": lambda: "a" * 26,  # nobody here has a passkey; tests/browser/test_passkeys.py has real ones
        "prints": lambda: "a" * 26,  # under which nothing was printed; tests/portal/test_prints.py has real ones
        "registers": lambda: "a" * 26,  # none is in force here; tests/portal/test_registers.py has real ones
        "notices": lambda: "a" * 26,  # nobody's: tests/portal/test_notices.py has real ones
        "figures": lambda: "a" * 26,  # nothing is measured here; tests/portal/test_figures.py has real ones
        "files": lambda: "a" * 26,  # likewise, of evidence: tests/portal/test_files.py has real ones
        "admin/acting": lambda: "a" * 26,  # tests/admin/test_acting.py has real ones
        "admin/public-links": lambda: "a" * 26,  # tests/admin/test_public_links.py has real ones
        "admin/jobs": lambda: "a" * 26,  # tests/admin/test_jobs.py has real ones
        "admin/api-keys": lambda: "a" * 26,  # nobody has any; tests/api has real ones
        "api": lambda: "a" * 26,  # no cookie opens it; tests/api asks with keys
        "admin/bulk": lambda: "a" * 26,  # nothing is done to many; tests/admin/test_bulk.py has real ones
        "uploads": lambda: "a" * 26,
        "admin/cases": lambda: city.case("employee"),
        "admin/cycles": lambda: city.cycle("2027"),
        "admin/people": lambda: city.person("employee"),
        "people": lambda: city.person("employee"),
        "units": lambda: city.unit("puskesmas"),
        "admin/units": lambda: city.unit("puskesmas"),
        "admin/posts": lambda: city.post_ref("bidan_penyelia"),
        "admin/changes": lambda: "a" * 26,  # nothing was changed; tests/admin/test_organisation.py has real ones
        "admin/designs": lambda: "a" * 26,  # nothing is designed; tests/admin/test_design_pages.py has a real one
        "admin/definitions": lambda: city.definition(),
        "admin/events": lambda: city.event(Event.stream == f"case:{city.case('employee')}"),
        "admin/appointments": lambda: city.one(
            select(Appointment.ref)
            .join(Person, Person.id == Appointment.person_id)
            .where(Person.ref == city.person("employee"), Appointment.ends_on.is_(None))
        ),
        "admin/reports": lambda: "a" * 26,  # nothing is saved; tests/admin/test_reports.py has real ones
        "admin/imports": lambda: "a" * 26,  # nothing was imported; tests/admin/test_imports.py has a real one
        "admin/calendars": lambda: city.one(select(CalendarBook.ref).order_by(CalendarBook.id)),
        "admin/grants": lambda: city.one(
            select(AccessGrant.ref)
            .join(Unit, Unit.id == AccessGrant.unit_id)
            .where(Unit.key == "dinkes", AccessGrant.role == "calibration_panel")
        ),
    }
    path = (
        route.replace("<key>", "case")
        .replace("<report>", "completion")
        .replace("<day>", "2026-12-25")
        .replace("<path:stream>", f"case:{city.case('employee')}")
    )
    return path.replace("<ref>", refs[section]()) if "<ref>" in path else path
