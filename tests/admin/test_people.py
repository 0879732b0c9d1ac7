"""People, chairs, rights and sign-in through the pages: each act by its verb, each refusal on the form itself."""

import pytest
from sqlalchemy import select

from engine.store.tables import AccessGrant, Account, Appointment, Event, Person, Unit
from tests.admin.city import NOW, words


def kinds(city, who):
    """The kinds of the events in a person's stream."""
    return city.all(select(Event.kind).where(Event.stream == f"person:{city.person(who)}").order_by(Event.seq))


def test_the_page_of_a_person_tells_chairs_rights_tasks_and_cases(still):
    page = words(still.get("admin", f"/admin/people/{still.person('employee')}", language="en"))
    for told in ("Bidan Penyelia", "Bidan Mahir", "19830517 200604 2 930", "Can sign in", "No special rights"):
        assert told in page
    assert "Evaluasi kinerja 2027" in page and "Reassign" in page


def test_an_auditor_reads_the_same_page_without_a_button(still):
    page = words(still.get("auditor", f"/admin/people/{still.person('employee')}", language="en"))
    assert "Bidan Penyelia" in page
    assert not any(act in page for act in ("Reassign", "Give a right", "Put on a post", "Shut the account", "Revoke"))


def test_nobody_is_offered_to_administer_himself(still):
    page = words(still.get("admin", f"/admin/people/{still.person('admin')}", language="en"))
    assert "Give a right" not in page and "Shut the account" not in page


def test_a_person_is_added_and_the_mistakes_stand_at_their_fields(city):
    wrong = city.post("admin", "/admin/people/new", 422, name="Ayu", kind="pns", nip="123", email="no")
    page = words(wrong)
    assert "NIP terdiri atas 18 angka" in page and "bukan alamat surel" in page and 'value="Ayu"' in wrong.text
    nip = "199003032015032999"
    answer = city.post("admin", "/admin/people/new", name="Ayu Lestari", kind="pns", nip=nip)
    assert answer.location.startswith("/admin/people/")
    assert "Ayu Lestari sudah ditambahkan." in words(city.get("admin", answer.location))
    assert city.one(select(Person.name).where(Person.nip == nip)) == "Ayu Lestari"


def test_what_somebody_is_called_is_text_and_never_markup(city):
    name = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    answer = city.post("admin", "/admin/people/new", name=name, kind="official", email="a@contoh.go.id")
    for path in (answer.location, "/admin/people/?q=%3Cscript", "/admin/events/?order=newest", "/admin/denials/"):
        page = city.get("admin", path).text
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in city.get("admin", answer.location).text


def test_an_appointment_is_ended_and_another_made(city):
    employee, post = city.person("employee"), city.post_ref("bidan_mahir")
    held = city.one(
        select(Appointment.ref)
        .join(Person, Person.id == Appointment.person_id)
        .where(Person.ref == employee, Appointment.ends_on.is_(None))
    )
    taken = city.post(
        "admin", f"/admin/people/{employee}/appointments/new", 422, post=post, kind="definitive", starts_on="2026-12-01"
    )
    assert "secara definitif sejak" in words(taken)
    city.post("admin", f"/admin/appointments/{held}/end", ends_on="2026-12-01")
    assert kinds(city, "employee")[-1] == "appointment.ended"
    form = {"post": city.post_ref("kepala_puskesmas"), "kind": "plt", "starts_on": "2026-12-01"}
    city.post("admin", f"/admin/people/{employee}/appointments/new", **form)
    assert kinds(city, "employee")[-1] == "appointment.made"


def test_a_date_that_is_none_is_refused_at_its_field(city):
    path = f"/admin/people/{city.person('employee')}/appointments/new"
    page = words(city.post("admin", path, 422, post="", kind="plt", starts_on="31-12-2026"))
    assert "Isian ini belum diisi." in page and "Pilih tanggal" in page


def test_a_right_is_given_and_taken_away(city):
    employee = city.person("employee")
    city.get("employee", "/")
    form = {"role": "auditor", "unit": city.unit("dinkes"), "starts_on": NOW.date().isoformat()}
    city.post("admin", f"/admin/people/{employee}/grants/new", **form)
    ref = city.one(select(AccessGrant.ref).order_by(AccessGrant.id.desc()))
    city.get("employee", "/admin/", status=303)
    city.clients.pop("employee")
    city.get("employee", "/admin/")
    assert "Auditor" in words(city.get("admin", f"/admin/grants/{ref}/revoke"))
    city.post("admin", f"/admin/grants/{ref}/revoke")
    city.get("employee", "/admin/", status=303)
    city.clients.pop("employee")
    city.get("employee", "/admin/", status=403)
    assert kinds(city, "employee")[-2:] == ["grant.given", "grant.revoked"]


def test_a_right_over_a_unit_outside_ones_own_cannot_be_given(city):
    form = {"role": "admin", "unit": city.unit("pemkot"), "starts_on": NOW.date().isoformat()}
    city.post("dinkes_admin", f"/admin/people/{city.person('employee')}/grants/new", 404, **form)
    assert "grant.given" not in kinds(city, "employee")[-1:]


def test_a_reset_gives_a_slip_and_ends_the_sessions_and_no_password_is_typed_by_an_admin(city):
    city.get("employee", "/")
    path = f"/admin/people/{city.person('employee')}/account"
    assert 'type="password"' not in city.get("admin", path).text
    made = city.post("admin", path, 303, by="slip", key="k" * 12)
    assert "Unduh slip" in words(city.get("admin", made.location))
    slip = city.post("admin", path, 200, by="slip", key="k" * 12, paper="1")
    assert slip.mimetype == "application/pdf" and slip.data.startswith(b"%PDF")
    assert city.client("employee").get("/").status_code == 303
    assert "Kode belum dipakai" in words(city.get("admin", f"/admin/people/{city.person('employee')}"))
    city.post("admin", path, 422, by="mail")  # nothing carries mail here


def test_everybody_below_a_unit_who_has_no_way_in_gets_a_slip(city):
    without = city.one(
        select(Person.ref).outerjoin(Account).where(Account.person_id.is_(None), Person.nip.is_not(None))
    )
    assert "Belum punya akun" in words(city.get("admin", f"/admin/people/{without}"))
    path = f"/admin/units/{city.unit('dinkes')}/codes"
    assert "belum punya kata sandi" in words(city.get("admin", path))
    city.post("admin", path, 303, by="slip", key="k" * 12)
    assert city.post("admin", path, 200, by="slip", key="k" * 12, paper="1").data.startswith(b"%PDF")
    listed = words(city.get("admin", f"/admin/accounts/?unit={city.unit('dinkes')}&account=waiting"))
    assert "Kode belum dipakai" in listed and "Dapat masuk" not in listed.partition("<table")[2]


def test_an_account_is_shut_on_a_page_that_says_what_that_means_and_opened_again(city):
    city.get("employee", "/")
    path = f"/admin/people/{city.person('employee')}/account/status"
    assert "Semua sesinya berakhir sekarang" in words(city.get("admin", path))
    city.post("admin", path, disabled="yes")
    assert city.client("employee").get("/").status_code == 303
    city.post("admin", path, disabled="no")
    assert kinds(city, "employee")[-2:] == ["account.disabled", "account.enabled"]


def test_a_person_leaves_and_comes_back(city):
    path = f"/admin/people/{city.person('employee')}/status"
    city.post("admin", path, active="no")
    assert "Tidak aktif" in words(city.get("admin", f"/admin/people/{city.person('employee')}"))
    city.post("admin", path, active="yes")
    assert kinds(city, "employee")[-2:] == ["person.left", "person.returned"]


@pytest.mark.parametrize("act", ["", "/account", "/account/status", "/status", "/grants/new", "/appointments/new"])
def test_people_of_another_office_are_not_there_for_an_admin_of_one(still, act):
    still.get("dinkes_admin", f"/admin/people/{still.person('stranger')}{act}", status=404)


@pytest.mark.parametrize("act", ["/account", "/account/status", "/status", "/grants/new", "/appointments/new"])
def test_people_of_another_office_cannot_be_acted_on_either(city, act):
    before = kinds(city, "stranger")
    form = {"password": "kunang kunang di sawah lor", "disabled": "yes", "active": "no", "role": "admin"}
    form |= {"unit": city.unit("dinkes"), "post": city.post_ref("dokter"), "kind": "plt", "starts_on": "2026-12-01"}
    city.post("dinkes_admin", f"/admin/people/{city.person('stranger')}{act}", 404, **form)
    assert kinds(city, "stranger") == before


def test_the_tree_of_units_counts_chairs_and_marks_vacant_ones(city):
    employee = city.person("employee")
    held = city.one(
        select(Appointment.ref)
        .join(Person, Person.id == Appointment.person_id)
        .where(Person.ref == employee, Appointment.ends_on.is_(None))
    )
    city.post("admin", f"/admin/appointments/{held}/end", ends_on=NOW.date().isoformat())
    vacant = words(city.get("admin", "/admin/units/?vacant=1"))
    assert "Tim Kerja UKP Kefarmasian dan Laboratorium" in vacant and "1 kosong" in vacant
    assert "Kosong" in words(city.get("admin", f"/admin/units/{city.unit('tim_ukp')}"))
    assert "1 jabatan kosong" in words(city.get("admin", "/admin/"))


def test_an_admin_of_one_office_sees_its_units_alone(still):
    page = words(still.get("dinkes_admin", "/admin/units/"))
    assert "Puskesmas Melati" in page and "Dinas Pendidikan" not in page
    for key in still.all(select(Unit.key)):
        inside = key.startswith(("dinkes", "puskesmas", "tim_"))
        still.get("dinkes_admin", f"/admin/units/{still.unit(key)}", status=200 if inside else 404)
