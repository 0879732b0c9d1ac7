"""The staffing check on its pages: counts before opening, findings by name with what mends them, and a reason asked."""

import csv
import io
from urllib.parse import urlencode

from sqlalchemy import select

from engine.store.tables import Account, Event
from tests.admin.city import words

POPULATION = "'puskesmas_kenanga' in units"
PERIOD = {"name": "Uji", "period_start": "2028-01-01", "period_end": "2028-12-31"}


def address(city, ending="", **more):
    return f"/admin/cycles/staffing{ending}?" + urlencode(
        {"version_ref": city.definition(), "population": POPULATION, **more}
    )


def shut(city, who):
    with city.database.begin() as db:
        account = Account.__table__
        person = city.actor(who).person_id
        db.execute(account.update().where(account.c.person_id == person).values(disabled_at="2026-11-01T00:00:00.000Z"))


def wanted(city, **more):
    return {"version_ref": city.definition(), "population": POPULATION, **PERIOD, **more}


def test_findings_are_listed_by_name_with_the_page_that_mends_them_and_leave_as_a_file(city):
    page = city.get("admin", address(city))
    rows = list(
        csv.reader(io.StringIO(city.get("admin", address(city, ".csv")).get_data(as_text=True).lstrip("\ufeff")))
    )
    assert rows[0] == ["Jenis temuan", "Orang", "Unit kerja", "Temuan", "Cara memperbaiki"]
    assert len(rows) > 1, "the demo's people of that office have no accounts"
    assert all(row[1] in words(page) for row in rows[1:])
    assert "/account" in page.get_data(as_text=True)
    assert city.get("admin", address(city, ".xlsx")).data.startswith(b"PK")
    assert "Tidak ada yang perlu diperbaiki" in words(city.get("admin", address(city, kind="same", population="false")))


def test_a_wrong_kind_or_limit_is_refused_and_a_limit_of_one_finds_the_crowd(city):
    assert city.get("admin", address(city, kind="strange"), status=400)
    assert city.get("admin", address(city, most="0"), status=400)
    crowd = words(city.get("admin", address(city, most="1", kind="crowded", population="'puskesmas' in units")))
    assert "Terlalu banyak yang dinilai" in crowd


def test_a_place_in_the_list_that_nobody_gave_is_refused(city):
    for nowhere in ("WyI-IixudWxsXQ", "WyI8IixudWxsXQ"):  # [">",null] and ["<",null]
        city.get("admin", address(city, page=nowhere), status=400)


def test_opening_shows_what_was_found_and_asks_for_a_reason(city):
    preview = city.client("admin").post(
        "/admin/cycles/new", data={"csrf_token": city.csrf("admin"), "do": "preview", **wanted(city)}
    )
    assert "Pemeriksaan penugasan" in words(preview)
    refused = city.post("admin", "/admin/cycles/new", status=422, do="open", **wanted(city))
    assert "tulis alasan" in words(refused)
    assert 'id="past"' in refused.get_data(as_text=True)
    opened = city.post("admin", "/admin/cycles/new", do="open", past="Akun menyusul", **wanted(city))
    ref = opened.location.rpartition("/")[2]
    passed = city.all(select(Event.kind).where(Event.stream == f"cycle:{ref}").order_by(Event.seq))
    assert passed == ["cycle.opened", "cycle.staffing_passed"]


def test_a_running_cycle_names_whose_account_was_shut_since(city):
    ref = city.cycle("2027")
    shut(city, "employee")
    seen = {who: city.get(who, f"/admin/cycles/{ref}/staffing?kind=shut_account") for who in ("admin", "auditor")}
    assert all(city.actor("employee").name in words(page) for page in seen.values())
    linked = {who: "/account/status" in page.get_data(as_text=True) for who, page in seen.items()}
    assert linked == {"admin": True, "auditor": False}, "an auditor mends nothing"
