"""Acts on many cases over HTTP: from the list of cases to what came of each, in few statements, for whoever may."""

import pytest
from sqlalchemy import func, select

import wsgi
from engine import outbox
from engine.store.tables import BulkItem, Case, Cycle, Person
from tests.admin.city import words

ROLE = "supervisor"


def sweep(city):
    while outbox.sweep(city.rt, wsgi.build_works()):
        pass


def freeze(city, query, who="admin", **said):
    given = {"role": ROLE, "person": city.person("panel"), "reason": "Atasan cuti panjang.", **said}
    answer = city.post(who, f"/admin/bulk/new/reassign?{query}", **given)
    return answer.location


def confirm(city, path, who="admin", status=303, **said):
    page = city.get(who, f"{path}/confirm").get_data(as_text=True)
    digest = page.partition('name="digest" value="')[2].partition('"')[0]
    return city.post(who, f"{path}/confirm", status=status, digest=digest, **said)


def ticks(city, count):
    refs = city.all(select(Case.ref).join(Cycle, Cycle.id == Case.cycle_id).where(
        Cycle.name.contains("Pendidikan")).order_by(Case.id).limit(count))  # fmt: skip
    return "&".join(f"case={ref}" for ref in refs)


@pytest.mark.parametrize("language", ["id", "en"])
def test_from_the_list_to_what_came_of_each_case_and_back(city, language):
    unit = city.unit("disdik")
    listed = city.get("admin", f"/admin/cases/?unit={unit}", language).get_data(as_text=True)
    assert f'href="/admin/bulk/new?unit={unit}"' in listed
    assert 'form="ticked" name="case"' in listed
    chosen = city.get("admin", f"/admin/bulk/new?unit={unit}", language)
    count = city.one(select(func.count()).select_from(Case).join(Cycle).where(Cycle.name.contains("Pendidikan")))
    assert str(count) in words(chosen)
    name = city.one(select(Person.name).where(Person.ref == city.person("panel")))
    asking = f"/admin/bulk/new/reassign?unit={unit}&role={ROLE}"
    assert name in words(city.get("admin", f"{asking}&who={name.split()[0]}", language))
    assert name in words(city.get("admin", f"{asking}&person={city.person('panel')}", language))
    path = freeze(city, f"unit={unit}")
    sweep(city)
    page = words(city.get("admin", path, language))
    assert ("Belum ada yang terjadi" if language == "id" else "Nothing has happened yet") in page
    assert name in page
    would = city.one(select(func.count()).select_from(BulkItem).where(BulkItem.outcome == "would"))
    if would > 50:
        confirm(city, path, status=422, typed="7")
    confirm(city, path, typed=str(would))
    sweep(city)
    assert f"{would} " in words(city.get("admin", path, language))
    assert city.get("admin", f"{path}/results.csv", language).get_data(as_text=True).count("\n") == count + 1
    back = city.post("admin", f"{path}/undo", reason="Keliru.").location
    sweep(city)
    assert ("Urungkan pengalihan" if language == "id" else "Undo a reassignment") in words(
        city.get("admin", back, language)
    )
    assert city.get("admin", f"{path}/undo", language)
    assert city.get("admin", f"{back}/drop", language)
    city.post("admin", f"{back}/drop")
    assert city.get("admin", "/admin/bulk/", language)
    event = city.one(select(BulkItem.event_ref).where(BulkItem.outcome == "done"))
    assert f'href="{path}"' in city.get("admin", f"/admin/events/{event}", language).text


def test_the_pages_are_few_statements_however_many_cases_are_in_a_set(city):
    counts = []
    city.get("admin", f"/admin/bulk/new?{ticks(city, 1)}")  # from then on the definition is known
    for query in (ticks(city, 2), ticks(city, 30)):
        with city.counted() as choosing:
            city.get("admin", f"/admin/bulk/new?{query}")
        path = freeze(city, query)
        with city.counted() as shown:
            city.get("admin", path)
        with city.counted() as listed:
            city.get("admin", "/admin/bulk/")
        counts.append((len(choosing), len(shown), len(listed)))
    assert counts[0] == counts[1]
    assert all(found <= most for found, most in zip(counts[0], (7, 9, 4), strict=True)), counts


def test_a_set_is_seen_by_its_maker_and_whoever_administers_everything_and_run_by_its_maker(city):
    dinkes = f"case={city.case('employee')}"
    path = freeze(city, dinkes, who="dinkes_admin", person=city.person("dinkes_admin"))  # for himself: refused
    assert "Ditolak" in words(city.get("dinkes_admin", path))
    confirm(city, path, who="dinkes_admin", status=422)
    assert city.get("admin", path)
    city.post("admin", f"{path}/drop", status=403)
    mine = freeze(city, ticks(city, 1))
    for below in ("", "/confirm", "/drop", "/end", "/undo", "/results.csv"):
        city.get("dinkes_admin", f"{mine}{below}", status=404)
    city.get("auditor", mine, status=403)
    city.get("admin", f"{mine}?show=nothing", status=400)
    city.get("admin", f"{mine}?show=would&cause=0", status=400)


def test_what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_is_frozen(city):
    query = ticks(city, 2)
    assert "Pilih langkahnya." in words(city.post("admin", f"/admin/bulk/new/fire?{query}", status=422))
    city.post("admin", f"/admin/bulk/new/reassign?{query}", status=422, role=ROLE, person=city.person("panel"))
    assert "Tidak ada evaluasi yang dipilih" in words(city.get("admin", "/admin/bulk/new?case=none"))
    city.get("admin", "/admin/bulk/new?state=nowhere", status=400)
    city.get("admin", "/admin/bulk/new/nothing", status=404)
    assert city.one(select(func.count()).select_from(BulkItem)) == 0


def test_how_far_it_is_comes_in_fragments(city):
    path = freeze(city, ticks(city, 3))
    confirm(city, path)
    live = city.client("admin").get(f"{path}/now", headers={"X-Fragment": "1"}).get_data(as_text=True)
    assert f'data-watch="{path}/now"' in live
    assert "<progress" in live
    sweep(city)
    over = city.client("admin").get(f"{path}/now", headers={"X-Fragment": "1"}).get_data(as_text=True)
    assert "data-watch" not in over
    assert "Tampilkan hasilnya" in over


def test_days_are_told_as_days(city):
    said = {"until": "2027-12-30", "reason": "Jaringan putus."}
    path = city.post("admin", f"/admin/bulk/new/extend?case={city.case('employee')}", **said).location
    page = words(city.get("admin", path))
    assert page.count("30 Desember 2027") >= 2
    assert "2027-12-30" not in page
