"""The pages of keys: made after showing who one is, shown once, listed without their text, revoked for good."""

import re

from sqlalchemy import select

from engine.store.tables import ApiKey
from tests.admin.city import words

KEY = re.compile(r"siklus_[\w-]{43}")


def make(city, who="admin", **changes):
    unit = city.unit("dinkes")
    form = {
        "name": "Mesin presensi",
        "unit": unit,
        "scopes": ["people.read"],
        "days": "90",
        "a_minute": "600",
        **changes,
    }
    return city.post(who, "/admin/api-keys/new", 200, **form)


def test_a_key_is_shown_on_the_page_that_made_it_and_never_again(city):
    page = make(city).get_data(as_text=True)
    text = KEY.search(page)[0]
    assert "no-store" in make(city).headers["Cache-Control"]
    listed = city.get("admin", "/admin/api-keys/").get_data(as_text=True)
    assert "Mesin presensi" in listed and not KEY.search(listed)
    asked = city.app.test_client().get("/api/v1/units", headers={"Authorization": f"Bearer {text}"})
    assert {unit["kind"] for unit in asked.get_json()["items"]} and asked.status_code == 200
    assert "Mesin presensi" in city.get("admin", "/admin/api-keys/export.csv").get_data(as_text=True)


def test_a_form_with_faults_keeps_what_was_typed_and_makes_no_key(city):
    form = {"name": "Uji", "unit": city.unit("dinkes"), "days": "0", "a_minute": "x"}
    page = city.post("admin", "/admin/api-keys/new", 422, **form).get_data(as_text=True)
    assert 'value="Uji"' in page and city.all(select(ApiKey.id)) == []
    city.post(
        "dinkes_admin", "/admin/api-keys/new", 404, **{**form, "unit": city.unit("disdik"), "scopes": "people.read"}
    )


def test_who_administers_the_unit_revokes_a_key_and_who_does_not_never_sees_it(city):
    make(city, unit=city.unit("disdik"))
    ref = city.one(select(ApiKey.ref))
    assert "Mesin presensi" not in words(city.get("dinkes_admin", "/admin/api-keys/"))
    city.get("dinkes_admin", f"/admin/api-keys/{ref}/revoke", status=404)
    city.post("dinkes_admin", f"/admin/api-keys/{ref}/revoke", 404)
    city.get("admin", f"/admin/api-keys/{ref}/revoke", "en")
    city.post("admin", f"/admin/api-keys/{ref}/revoke")
    assert city.one(select(ApiKey.revoked_at)) is not None
    assert "dicabut" in words(city.get("admin", "/admin/api-keys/?key_state=revoked"))
    city.post("admin", f"/admin/api-keys/{ref}/revoke")  # twice is no error
