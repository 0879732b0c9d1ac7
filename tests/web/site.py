"""A small site on the real `create_web`: pages for each kind of right, pages that fail, the page of all parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import gettempdir

from flask import Blueprint, Flask, flash, render_template, request

from engine.core import errors
from engine.core.case import Actor, Right
from engine.core.catalog import Catalog
from engine.core.messages import Message
from engine.core.reading.normal import load, normal_form
from engine.documents import read_yaml
from engine.library import Library
from engine.runtime import Keys, Runtime
from engine.store.database import connect
from engine.web.actor import permit, require_actor
from engine.web.app import create_web
from engine.web.context import Settings, Wiring
from engine.web.language import t
from engine.web.pager import Page

UNUSED = f"sqlite:///{gettempdir()}/siklus-web-tests.sqlite3"  # never opened: these pages ask no database
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, 9:00 in Jakarta
WORKFLOW = Path(__file__).parent.parent.parent / "workflows/basic_cycle.yaml"
TAKEN = [("plan_drafted", "approved"), ("approved", "evidence"), ("evidence", "rated")]
WITH_RETURN = [*TAKEN, ("rated", "evidence"), ("evidence", "rated")]


@dataclass(frozen=True)
class Visitor:
    """Who is behind a token."""

    actor: Actor
    language: str = "id"
    zone: str = "Asia/Jakarta"
    missing: tuple[str, ...] = ()
    unread: int = 0
    registers: bool = False
    confirmed_at: datetime | None = NOW


def person(name: str, *roles: str, number: int = 1) -> Visitor:
    rights = tuple(Right(f"g{number}{role}", role, 1) for role in roles)
    return Visitor(Actor(number, f"ref-{name.split()[0].lower()}", name, rights))


PEOPLE = {
    "alice-token": person("Alice Hartati", "admin", number=1),
    "carol-token": person("Carol Wijayanti", number=3),
    "frank-token": person("Frank Auditor", "auditor", number=6),
    "new-token": Visitor(Actor(9, "ref-new", "Pegawai Baru"), missing=("new_password",)),
    "erin-token": Visitor(Actor(5, "ref-erin", "Erin Papua"), language="en", zone="Asia/Jayapura"),
}


@dataclass
class Denials:
    """What was recorded through the wiring."""

    seen: list[tuple[str | None, str, str, str, str | None]] = field(default_factory=list)

    def __call__(self, actor: Actor | None, act: str, target: str, message: Message, address: str | None) -> None:
        self.seen.append((actor.ref if actor else None, act, target, message.key, address))


def make_site(settings: Settings | None = None, **wiring) -> Flask:
    """The application with the test pages; strict about missing texts."""
    given = {"whoami": lambda token, now: PEOPLE.get(token)} | wiring
    catalog = Catalog([])
    keys = Keys(session=b"k" * 32)
    rt = Runtime(db=connect(UNUSED), library=Library(lambda: catalog), clock=lambda: NOW, keys=keys)
    app = create_web(rt, Wiring(**given), settings or Settings(strict_words=True))
    app.register_blueprint(_pages())
    return app


def definition():
    """The shipped basic cycle, as a definition."""
    document, _ = read_yaml(WORKFLOW.read_text(), WORKFLOW.name)
    return load(normal_form(document))


def _pages() -> Blueprint:
    pages = Blueprint("pages", __name__, template_folder="templates")
    _open_pages(pages)
    _failing_pages(pages)
    return pages


def _open_pages(pages: Blueprint) -> None:
    @pages.get("/")
    @permit("signed_in")
    def home():
        return render_template("look.html", **look())

    @pages.get("/sign-in")
    @permit("public")
    def sign_in():
        return "sign in"

    @pages.route("/password", methods=["GET", "POST"])
    @permit("signed_in")
    def password():
        return "password"

    @pages.get("/look")
    @permit("public")
    def every_part():
        flash(t("status.done"), "good")
        return render_template("look.html", **look())

    @pages.get("/undeclared")
    def undeclared():
        return "nobody should read this"

    @pages.get("/staff")
    @permit("signed_in")
    def staff():
        return require_actor().name

    @pages.get("/office")
    @permit("admin", "auditor")
    def office():
        return require_actor().name

    @pages.post("/echo")
    @permit("public")
    def echo():
        return {"fields": sorted(request.form)}

    @pages.post("/draft")
    @permit("public")
    def draft():
        weight = request.form.get("targets-0-weight", "")
        return render_template("saved.html", weight=weight, seen=int(request.form.get("seen", "0")) + 1)


def _failing_pages(pages: Blueprint) -> None:
    raised = {
        "stale": errors.StaleCase(Message("error.stale_form")),
        "refused": errors.Refused(Message("error.not_allowed"), [Message("due.today"), Message("due.tomorrow")]),
        "denied": errors.NotAllowed(Message("error.not_allowed")),
        "missing": errors.NotFound(Message("error.http.404")),
        "slow": errors.TooManyTries(Message("error.http.408"), 90),
        "down": errors.Unavailable(Message("error.http.500")),
        "crash": ZeroDivisionError("a secret value"),
    }

    @pages.route("/fail/<name>", methods=["GET", "POST"])
    @permit("public")
    def fail(name: str):
        raise raised[name]


def look() -> Mapping[str, object]:
    """What the page of all parts shows."""
    return {
        "definition": definition(),
        "taken": TAKEN,
        "returned": WITH_RETURN,
        "late": date(2026, 2, 27),
        "soon": date(2026, 3, 4),
        "far": datetime(2026, 3, 31, 9, 59, tzinfo=UTC),
        "at": datetime(2026, 1, 12, 2, 14, tzinfo=UTC),
        "page": Page(("a",), "before", "after"),
        "targets": [("Layanan persalinan normal sesuai standar di Puskesmas", "40"), ("Kunjungan nifas lengkap", "35")],
        "errors": [("targets-1-weight", "Jumlah bobot harus 100."), ("reason", "Tuliskan alasannya.")],
    }
