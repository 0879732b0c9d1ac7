"""The hand-over page: every open duty, who is proposed, one confirmation, and what is left afterwards."""

from sqlalchemy import select

from engine import handover, outbox
from engine.store.tables import Outbox
from tests.admin.city import words


def work(city):
    for row in city.all(select(Outbox.id).where(Outbox.kind == handover.WORK)):
        outbox.run(city.rt, row, {handover.WORK: handover.hand_over_case})


def test_everything_of_a_superior_goes_to_the_one_above_in_one_confirmation(city):
    address = f"/admin/people/{city.person('supervisor')}/hand-over"
    page = words(city.get("admin", address))
    assert "evaluasi berjalan" in page and "Atasannya" in page
    other = city.person("stranger")
    assert "Cari orang lain" in page
    city.get("admin", f"{address}?other={other}&q=a")
    refused = words(city.post("admin", address, 422, successor=other, number="", reason="Pensiun."))
    assert "Isian ini belum diisi." in refused
    city.post("admin", address, successor=other, number="BA-1", reason="Pensiun.")
    work(city)
    left = words(city.get("admin", address))
    assert "0 tugas terbuka" in left or "tidak memegang apa pun lagi" in left


def test_who_would_act_about_a_person_on_a_date(city):
    address = f"/admin/people/{city.person('employee')}/roles"
    page = words(city.get("auditor", address))
    assert "Atasan langsung Pegawai: Kepala Puskesmas" in page
    assert "Pada 1 Februari 2026" in words(city.get("admin", f"{address}?definition=basic_cycle&on=2026-02-01"))
    assert "tidak memegang jabatan definitif" in words(city.get("admin", f"{address}?on=1999-01-01"))
    city.get("admin", f"{address}?on=yesterday", status=400)
    city.get("admin", f"{address}?definition=nothing", status=404)
