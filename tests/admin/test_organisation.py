"""The organisation through the pages: the tree on a day, a unit, a post, a person's history; each act by its verb."""

from sqlalchemy import select

from engine.store.tables import Event, Person, Post, Unit
from tests.admin.city import words


def test_a_unit_is_renamed_from_a_day_on_and_the_page_tells_both(city):
    page = f"/admin/units/{city.unit('puskesmas')}"
    form = {"name": "Puskesmas Mawar", "kind": "technical_unit", "parent": city.unit("dinkes"), "timezone": ""}
    city.post("admin", f"{page}/change", how="from", starts_on="2026-11-01", reason="Perwali 7/2026", **form)
    now = words(city.get("admin", page, language="en"))
    assert "Puskesmas Mawar" in now and "Perwali 7/2026" in now and "From 1 November 2026" in now
    before = words(city.get("admin", f"{page}?on=2026-10-31", language="en"))
    assert "As it was on" in before and "Puskesmas Melati" in before
    event = city.one(select(Event.ref).where(Event.kind == "unit.changed"))
    told = words(city.get("admin", f"/admin/events/{event}", language="en"))
    assert "Name Puskesmas Melati → Puskesmas Mawar" in told and "1 November 2026" in told
    unknown = words(city.get("admin", f"{page}?known=2026-11-01", language="en"))
    assert "Puskesmas Melati" in unknown


def test_what_is_wrong_stands_at_its_field_and_nothing_is_changed(city):
    path = f"/admin/units/{city.unit('dinkes')}/change"
    form = {"name": "Dinas Kesehatan", "kind": "office", "timezone": "", "how": "from", "starts_on": "2026-12-01"}
    page = words(city.post("admin", path, 422, parent=city.unit("puskesmas"), **form))
    assert "susunannya akan berputar" in page
    without_a_day = {**form, "starts_on": "", "name": "X", "parent": ""}
    assert "Pilih tanggal" in words(city.post("admin", path, 422, **without_a_day))


def test_a_class_of_positions_of_thousands_of_digits_is_none_of_them(city):
    form = {"name": "Kader", "code": "kader", "kind": "pelaksana", "superior": ""}
    path = f"/admin/units/{city.unit('puskesmas')}/posts/new"
    for typed in ("9" * 5_000, "18", "x"):
        assert "angka 1 sampai 17" in words(city.post("admin", path, 422, **form, position_class=typed))


def test_a_unit_with_members_says_what_is_in_it_and_is_merged_instead(city):
    path, form = f"/admin/units/{city.unit('puskesmas_tu')}/end", {"starts_on": "2026-11-01", "reason": "Perda 1"}
    assert "masih berisi 0 unit dan" in words(city.post("admin", path, 422, how="end", **form))
    city.post("admin", path, how="merge", into=city.unit("puskesmas"), **form)
    assert not city.one(select(Unit.active).where(Unit.key == "puskesmas_tu"))
    page = words(city.get("admin", f"/admin/units/{city.unit('puskesmas_tu')}", language="en"))
    assert "Does not exist on that day" in page


def test_a_unit_and_a_post_are_added_and_a_planned_change_is_taken_back(city):
    unit = f"/admin/units/{city.unit('puskesmas')}"
    made = city.post("admin", f"{unit}/units/new", name="Posyandu Anggrek", code="posyandu", kind="team").location
    post = city.post("admin", f"{made}/posts/new", name="Kader", code="kader", kind="pelaksana",
                     superior=city.post_ref("kepala_puskesmas"), position_class="5").location  # fmt: skip
    assert "Posyandu Anggrek" in words(city.get("admin", post))
    form = {"name": "Kader Utama", "kind": "pelaksana", "unit": made.rpartition("/")[2], "position_class": "5"}
    form["superior"] = city.post_ref("kepala_puskesmas")
    city.post("admin", f"{post}/change", how="from", starts_on="2027-01-01", **form)
    shown = city.get("admin", post).text
    back = shown[shown.index("/admin/changes/") :].partition('"')[0]
    city.post("admin", back, reason="Batal")
    assert city.one(select(Post.name).where(Post.key == "kader")) == "Kader"
    assert "dibatalkan; tetap Kader" in words(city.get("admin", post))


def test_a_page_says_in_words_who_the_superior_was_and_why(still):
    page = words(still.get("admin", f"/admin/people/{still.person('employee')}/history", language="en"))
    assert "holds the post Bidan Penyelia" in page and "The superior post of Bidan Penyelia is" in page
    long_ago = f"/admin/people/{still.person('employee')}/history?on=1999-01-01"
    assert "held no post definitively on that day" in words(still.get("admin", long_ago, language="en"))


def test_who_may_see_a_unit_is_told_with_the_unit_that_the_right_is_over(still):
    page = words(still.get("admin", f"/admin/units/{still.unit('puskesmas')}/access", language="en"))
    assert "A right over Dinas Kesehatan" in page and "Admin" in page


def test_a_promotion_is_recorded_from_its_day_and_a_wrong_one_is_refused_at_its_field(city):
    employee = city.person("employee")
    path = f"/admin/people/{employee}/change"
    columns = {"name": Person.name, "kind": Person.kind, "nip": Person.nip, "email": Person.email}
    person = {name: city.one(select(column).where(Person.ref == employee)) or "" for name, column in columns.items()}
    page = words(city.post("admin", path, 422, how="from", starts_on="2027-04-01", grade="IX", **person))
    assert "Golongan “IX” tidak ada" in page
    city.post("admin", path, how="from", starts_on="2027-04-01", grade="IV/b", reason="SK 12", **person)
    assert "IV/b" in words(city.get("admin", f"/admin/people/{employee}/history?on=2027-04-01"))


def test_the_tree_is_searched_and_told_for_a_day(still):
    found = words(still.get("admin", "/admin/units/?q=melati", language="en"))
    assert "Puskesmas Melati" in found and "Dinas Pendidikan" not in found
    assert "No unit is called" in words(still.get("admin", "/admin/units/?q=zzz", language="en"))
    then = words(still.get("admin", "/admin/units/?on=2020-01-01", language="en"))
    assert "As it was on 1 January 2020" in then and "Puskesmas Melati" in then
    still.get("admin", "/admin/units/?on=2020-13-01", status=400)


def test_a_cycle_is_described_by_choices_and_told_in_words(city):
    version = city.definition()
    form = {"name": "Evaluasi 2028", "version_ref": version, "period_start": "2028-01-01", "period_end": "2028-12-31"}
    form |= {"in_units": "dinkes", "of_kinds": "pns", "do": "preview"}
    answer = city.post("admin", "/admin/cycles/new", 200, **form)
    assert "di Dinas Kesehatan, beserta unit di bawahnya; jenis: PNS" in words(answer)
    assert 'value="(&#39;dinkes&#39; in units) and (kind == &#39;pns&#39;)"' in answer.text
    own = {**form, "population": "unit == 'puskesmas'"}
    assert "Menurut aturan sendiri: unit ==" in words(city.post("admin", "/admin/cycles/new", 200, **own))
