"""The backoffice's pages of acting orders: record one, read the list, end one early."""

import csv
import io

from sqlalchemy import select

from engine.store.tables import ActingOrder
from tests.admin.city import words


def record(city, deputy="stranger", person="supervisor", **changes):
    told = {"person": city.person(person), "deputy": city.person(deputy), "kind": "plh", "number": "800/7/BKPSDM",
            "starts_on": "2026-11-01", "ends_on": "2026-12-01", **changes}  # fmt: skip
    return city.post("admin", "/admin/acting/new", **told)


def test_an_order_is_recorded_in_three_steps_listed_narrowed_and_ended(city):
    person, deputy = city.person("supervisor"), city.person("stranger")
    found = words(city.get("admin", "/admin/acting/new?q=a"))
    assert "Siapa yang berhalangan?" in found
    assert "Siapa yang bertindak untuknya?" in words(city.get("admin", f"/admin/acting/new?person={person}"))
    page = words(city.get("admin", f"/admin/acting/new?person={person}&deputy={deputy}"))
    assert "Nomor surat perintah atau keputusan" in page and "Hanya sebagai Pejabat Penilai Kinerja" in page
    record(city, scope="role:supervisor")
    (order,) = city.all(select(ActingOrder.ref))
    listed = words(city.get("auditor", "/admin/acting/?q=800/7"))
    assert "800/7/BKPSDM" in listed and "Pejabat Penilai Kinerja" in listed and "supervisor" not in listed
    for when in ("current", "coming", "ended"):
        city.get("admin", f"/admin/acting/?when={when}&order=starts")
    assert "800/7" in city.get("admin", "/admin/acting/export.csv").get_data(as_text=True)
    city.get("admin", f"/admin/acting/{order}/end")
    city.post("admin", f"/admin/acting/{order}/end", ends_on="2026-11-01")
    assert city.all(select(ActingOrder.ends_on).where(ActingOrder.superseded_by.is_(None))) == ["2026-11-01"]


def test_what_an_order_is_bounded_to_is_told_by_its_names_in_the_list_and_its_file(city):
    for number, scope in enumerate(["role:supervisor", ["workflow:basic_cycle", "role:supervisor"], "role:gone_since"]):
        month = {"starts_on": f"2027-0{number + 1}-01", "ends_on": f"2027-0{number + 2}-01"}
        record(city, scope=scope, number=f"800/{number}/BKPSDM", **month)
    named = {"Pejabat Penilai Kinerja", "Evaluasi kinerja tahunan, Pejabat Penilai Kinerja", "Gone since"}
    assert named <= set(rows(city, "Lingkup"))
    listed = words(city.get("admin", "/admin/acting/"))
    assert all(name in listed for name in named)


def test_the_names_of_what_orders_are_bounded_to_are_asked_once_for_all_rows(city):
    def statements(orders):
        for number in orders:
            day = {"starts_on": f"2027-01-{number:02}", "ends_on": f"2027-01-{number + 1:02}"}
            record(city, scope="role:supervisor", **day)
        city.get("admin", "/admin/acting/")  # definitions are read and kept
        with city.counted() as seen:
            city.get("admin", "/admin/acting/")
        return len(seen)

    assert statements(range(1, 2)) == statements(range(2, 8))


def rows(city, title):
    """A column of the file of the list."""
    titles, *found = csv.reader(io.StringIO(city.get("admin", "/admin/acting/export.csv").text.removeprefix("\ufeff")))
    return [row[titles.index(title)] for row in found]


def test_what_is_wrong_stands_beside_its_field(city):
    both = {"person": city.person("supervisor"), "deputy": city.person("stranger")}
    told = {"kind": "plh", "number": "1", "starts_on": "2026-11-02", "ends_on": "2026-11-01"}
    page = words(city.post("admin", "/admin/acting/new", 422, **both, **told))
    assert "Masa berakhir (1 November 2026) harus sesudah mulainya (2 November 2026)." in page
    himself = {**both, "deputy": both["person"], **told}
    page = words(city.post("admin", "/admin/acting/new", 422, **himself))
    assert "tidak dapat bertindak untuk dirinya sendiri" in page
    assert city.all(select(ActingOrder.ref)) == []


def test_who_administers_neither_of_the_two_records_nothing(city):
    told = {"kind": "plh", "number": "1", "starts_on": "2026-11-01", "ends_on": "2026-12-01"}
    both = {"person": city.person("supervisor"), "deputy": city.person("stranger")}
    city.post("dinkes_admin", "/admin/acting/new", 404, **both, **told)
    assert city.all(select(ActingOrder.ref)) == []
