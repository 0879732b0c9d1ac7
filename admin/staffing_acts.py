"""The staffing check: before a cycle opens, and of one that runs. Each finding by name, with the page that mends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from admin.export import plain, stream
from engine import staffing_check
from engine.core import staffed as core
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message
from engine.sheets import writing
from engine.store.queries import definitions
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, translate
from engine.web.pager import Page, read_cursor
from engine.web.reading import whole

if TYPE_CHECKING:
    from engine.core.staffed import Finding
    from engine.staffed import Check

pages = Blueprint("admin_staffing_acts", __name__, url_prefix="/admin/cycles")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE, LARGEST = 50, 100_000
COLUMNS = ("kind", "who", "unit", "what", "mend")
WIDTHS = (30, 34, 34, 60, 50)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words: what stands in the way, how it is mended and where."""

    finding: Finding
    what: str
    mend: str
    path: str


@pages.get("/staffing")
@permit("admin")
def before() -> str:
    """What stands in the way of a cycle that is not open yet; the cycle stands in the address."""
    check, version = _before()
    asked = {name: request.args.get(name, "") for name in ("version_ref", "population")}
    return _page(check, _roles(version), asked, "/admin/cycles/staffing", None)


@pages.get("/staffing.<ending>")
@permit("admin")
def before_as_file(ending: str) -> Response:
    """The same as a file."""
    check, version = _before()
    return _file(check, _roles(version), ending)


def _before() -> tuple[Check, Any]:
    rt, actor = runtime(), require_actor()
    ref, population = request.args.get("version_ref", ""), request.args.get("population", "")
    with rt.db.read() as db:
        version = definitions.version(db, ref)
    about = {"version_ref": ref, "population": population, "most": most()}
    return staffing_check.before_opening(rt, actor=actor, **about).check, version


def most() -> int:
    """How many people one person may rate before the check names him; as the address says."""
    said = request.args.get("most", "").strip()
    found = whole(said) if said else staffing_check.MOST
    if found is None or not 1 <= found <= LARGEST:
        raise BadRequest(Message("staffing.most_wrong"))
    return found


@pages.get("/<ref>/staffing")
@permit("admin", "auditor")
def running(ref: str) -> str:
    """What stands in the way of the cases of a cycle that runs."""
    cycle, check = staffing_check.of_cycle(runtime(), ref, actor=require_actor(), most=most())
    return _page(check, _roles_of(cycle.definition_digest), {}, f"/admin/cycles/{ref}/staffing", cycle)


@pages.get("/<ref>/staffing.<ending>")
@permit("admin", "auditor")
def running_as_file(ref: str, ending: str) -> Response:
    """The same as a file."""
    cycle, check = staffing_check.of_cycle(runtime(), ref, actor=require_actor(), most=most())
    return _file(check, _roles_of(cycle.definition_digest), ending)


def _page(check: Check, roles: dict[str, tuple[str, str]], asked: dict[str, str], path: str, cycle: Any) -> str:
    chosen = _chosen(check)
    cursor = read_cursor(request.args, (int,))
    numbered = list(enumerate(chosen))
    if cursor is None:
        some = numbered[: SIZE + 1]
    elif cursor.backwards:
        some = numbered[max(0, cursor.values[0] - SIZE - 1) : cursor.values[0]][::-1]
    else:
        some = numbered[cursor.values[0] + 1 :][: SIZE + 1]
    page = Page.of([(at, told(finding, check, roles)) for at, finding in some], SIZE, cursor, lambda row: (row[0],))
    given = {"most": most(), "kind": request.args.get("kind", ""), "path": path, "cycle": cycle, "asked": asked}
    query = urlencode({**asked, "most": given["most"]})
    return render_template("backoffice/cycles/staffing.html", check=check, page=page, query=query, **given)


def _chosen(check: Check) -> Sequence[Finding]:
    kind = request.args.get("kind", "")
    if kind and kind not in core.KINDS:
        raise BadRequest(Message("admin.list.unknown_choice", found=kind[:200]))
    return [finding for finding in check.found if not kind or finding.kind == kind]


def told(finding: Finding, check: Check, roles: dict[str, tuple[str, str]]) -> Told:
    """A finding in words."""
    named = ", ".join(roles.get(key, (key, ""))[0] for key in finding.roles)
    kind = f"{finding.kind}_order" if finding.by_order else finding.kind
    about = {"roles": named, "other": finding.other, "number": finding.number or "–", "cases": finding.cases}
    return Told(finding, t(f"staffing.what.{kind}", **about), t(f"staffing.mend.{kind}"), _mends(finding, check, roles))


def _mends(finding: Finding, check: Check, roles: dict[str, tuple[str, str]]) -> str:
    """The page on which it is mended."""
    person = f"/admin/people/{finding.who.ref}"
    if finding.kind == "no_account":
        return f"{person}/account"
    if finding.kind == "shut_account":
        return f"{person}/account/status"
    if finding.by_order:
        return f"/admin/acting/{finding.basis}/end"
    own, above = check.posts.get(finding.who.person_id, ("", None))
    if finding.kind in ("nobody", "himself") and own and roles.get(finding.roles[0], ("", ""))[1] == "superior_of":
        return f"/admin/posts/{above}" if above else f"/admin/posts/{own}/change"
    return person


def _file(check: Check, roles: dict[str, tuple[str, str]], ending: str) -> Response:
    headings = [t(f"staffing.column.{name}") for name in COLUMNS]
    lines = _lines(_chosen(check), check, roles)
    if ending == "csv":
        return stream("staffing.csv", headings, lambda limit: lines)
    if ending != "xlsx":
        raise NotFound(Message("error.http.404"))
    rows = ([plain(cell) for cell in line] for line in lines)
    body = writing.write_table(t("staffing.title"), headings, rows, WIDTHS)
    headers = {"Content-Disposition": 'attachment; filename="siklus-staffing.xlsx"', "Cache-Control": "no-store"}
    return Response(body, mimetype=XLSX, headers=headers)


def _lines(found: Sequence[Finding], check: Check, roles: dict[str, tuple[str, str]]) -> Iterator[list[str]]:
    for finding in found:
        words = told(finding, check, roles)
        yield [t(f"staffing.kind.{finding.kind}"), finding.who.name, finding.unit_name, words.what, words.mend]


def _roles(version: Any) -> dict[str, tuple[str, str]]:
    return _roles_of(version.digest) if version is not None else {}


def _roles_of(digest: str) -> dict[str, tuple[str, str]]:
    """Role → its words and its rule."""
    rt = runtime()
    with rt.db.read() as db:
        definition = rt.library.workflow(db, digest).definition
    return {role.key: (translate(labels.label(role)), role.rule) for role in definition.roles}
