"""Links of public forms in the backoffice: made for a unit or an officer, printed, closed; comments judged."""

import re

from sqlalchemy import select

from engine.store.tables.public import CommentVerdict, PublicLink
from tests.admin.city import words

NEW = "/admin/public-links/new"


def test_a_link_is_made_printed_with_its_code_and_closed(city):
    assert "Untuk formulir yang mana?" in words(city.get("admin", NEW))
    assert "Unit kerja yang ditanyakan" in words(city.get("admin", f"{NEW}?register=skm"))
    told = {"register": "skm", "about": city.unit("dinkes"), "label": "Loket 9", "starts_on": "2026-11-23"}
    where = city.post("dinkes_admin", NEW, **told, per_device="5").headers["Location"]
    page = city.get("dinkes_admin", where).get_data(as_text=True)
    (link,) = city.all(select(PublicLink.code).where(PublicLink.label == "Loket 9"))
    assert "data:image/svg+xml" in page and "Dinas Kesehatan" in page and "Scan this code" in page
    assert re.sub(r"\W", "", page).count(link)
    assert "Loket 9" in words(city.get("admin", "/admin/public-links/?link_state=open"))
    assert "Loket 9" in city.get("admin", "/admin/public-links/export.csv").get_data(as_text=True)
    end = where.replace("/sheet", "/end")
    city.get("dinkes_admin", end)
    city.post("dinkes_admin", end)
    assert "ditutup" in words(city.get("admin", "/admin/public-links/?link_state=ended"))
    assert city.client("anonymous").get(f"/s/{link}").status_code == 422


def test_one_of_an_officer_is_made_after_he_was_found(city):
    found = words(city.get("admin", f"{NEW}?register=officer_survey&q=a"))
    assert "Cari petugas yang ditanyakan" in found
    who = city.person("employee")
    assert "Jawaban sehari dari satu perangkat" in words(
        city.get("admin", f"{NEW}?register=officer_survey&about={who}")
    )
    told = {"register": "officer_survey", "about": who, "starts_on": "2026-11-23", "ends_on": "2026-11-01"}
    page = words(city.post("admin", NEW, 422, **told, per_device="0"))
    assert "Antara 1 dan 500." in page and "harus sesudah mulainya" in page


def test_comments_wait_without_marks_and_are_shown_or_held_back_with_a_reason(city):
    path = "/admin/public-links/comments"
    page = city.get("admin", path).get_data(as_text=True)
    (name,) = re.findall(r'name="comment" value="([^"]+)"', page)
    assert (
        "Puskesmas Melati" in page
        and "2026" not in words(city.get("admin", path)).split("Komentar masyarakat")[1][:400]
    )
    city.post("admin", path, 400, comment=name, do="hold")
    city.post("admin", path, comment=name, do="hold", reason="Menyebut nama orang")
    assert "Tidak ada komentar yang menunggu" in words(city.get("admin", path))
    assert city.all(select(CommentVerdict.verdict).order_by(CommentVerdict.id)) == ["released", "released", "held"]


def test_who_administers_another_office_sees_none_of_them(city):
    (ref,) = city.all(select(PublicLink.ref).where(PublicLink.label == "Loket 1"))
    for act in ("sheet", "end"):
        city.get("dinkes_admin", f"/admin/public-links/{ref}/{act}")
        city.get("auditor", f"/admin/public-links/{ref}/{act}", status=403)


def test_the_demo_shows_a_month_of_results_and_the_complaint_as_it_was_written(city):
    about = city.unit("puskesmas")
    page = words(city.get("supervisor", f"/voices/skm/totals?about={about}"))
    assert "36 jawaban" in page and "Loket 1" in page and "Kertas" in page and "Komentar" in page
    book = words(city.get("supervisor", f"/registers/complaints/?person={about}&month=2026-10"))
    assert "Loket baru dibuka pukul 08.30" in book
    city.get("stranger", f"/registers/complaints/?person={about}", status=404)
