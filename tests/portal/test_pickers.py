"""Fields that name people and units: searched for with and without JavaScript, in scope, for the holder of the task."""

import json
import re

import pytest
from sqlalchemy import select, update

from engine import cases
from engine.store.tables.cases import Answers, Draft
from engine.store.tables.people import Person
from tests.portal.house import plain, value_of
from tests.portal.naming import VISIBLE, WORKFLOW, nomination, opened, other_city

RUBRIC = {"clarity": "2", "impact": "1"}
VALUES = {"service": "1", "loyal": "2", "harmonious": "3"}
UNKNOWN = "Orang ini tidak ditemukan di antara yang dapat dipilih di sini."


@pytest.fixture
def task(house):
    return nomination(house)[1]


@pytest.fixture
def carol(house):
    return house.browser("carol")


def found(browser, task, field, q, status=200):
    page = browser.get(f"/tasks/{task}/matches?field={field}&q={q}", status)
    return re.findall(r'data-label="([^"]+)"', page)


def answered(house, **more):
    return {"nominee": house.ref("erin"), "values": VALUES, "rubric": RUBRIC, **more}


def test_a_search_offers_people_of_the_city_with_post_and_unit_and_the_end_of_the_nip(carol, task):
    page = carol.get(f"/tasks/{task}/matches?field=nominee&q=er")
    assert 'data-label="Erin, Kapus, Puskesmas"' in page and "NIP …2005" in page and "198205052008012005" not in page


def test_each_field_searches_as_far_as_it_reaches(house, carol, task):
    other_city(house)
    assert found(carol, task, "nominee", "mal") == ["Mallory, Staf, Kecamatan Selatan"]
    assert found(carol, task, "nominee", "car") == ["Carol, Bidan, Puskesmas"]
    assert found(carol, task, "mentor", "mal") == [] and found(carol, task, "mentor", "er") != []
    assert found(carol, task, "approver", "er") != [] and found(carol, task, "approver", "bob") == []
    assert found(carol, task, "team-0-member", "bob") == ["Bob, Camat Utara, Kecamatan Utara"]
    assert found(carol, task, "office", "puskes") == ["Puskesmas, Kecamatan Utara"]
    assert found(carol, task, "office", "jauh") == []


def test_a_whole_nip_finds_its_owner_and_a_part_of_it_nobody(carol, task):
    assert found(carol, task, "nominee", "198205052008012005") == ["Erin, Kapus, Puskesmas"]
    assert found(carol, task, "nominee", "19820505") == []


def test_wildcards_mean_themselves(carol, task):
    assert found(carol, task, "nominee", "%25%25") == [] and found(carol, task, "nominee", "__") == []


@pytest.mark.parametrize("q", ["e", "", "x" * 101])
def test_a_search_has_a_length(carol, task, q):
    carol.get(f"/tasks/{task}/matches?field=nominee&q={q}", 400)


@pytest.mark.parametrize("field", ["values", "nothing", "team", "team-0-part", "team-0-no", "nominee-0-x"])
def test_only_fields_that_name_somebody_search(carol, task, field):
    carol.get(f"/tasks/{task}/matches?field={field}&q=er", 404)


@pytest.mark.parametrize(("name", "status"), [("mallory", 404), ("erin", 403), ("alice", 403), ("frank", 403)])
def test_nobody_searches_but_the_holder_of_the_task(house, task, name, status):
    house.browser(name).get(f"/tasks/{task}/matches?field=nominee&q=er", status)


def test_nobody_searches_when_the_task_is_done(house, carol, task):
    carol.fill(task, answered(house), 0)
    answer = carol.client.get(f"/tasks/{task}/matches?field=nominee&q=er")
    assert answer.status_code in (404, 422) and b"Erin" not in answer.data


def test_a_city_cannot_be_read_out_by_searching_fast(house, carol, task):
    for _ in range(40):
        carol.get(f"/tasks/{task}/matches?field=nominee&q=er")
    answer = carol.client.get(f"/tasks/{task}/matches?field=nominee&q=er")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) <= 20
    house.wait(seconds=21)
    carol.get(f"/tasks/{task}/matches?field=nominee&q=er")


def test_without_javascript_a_search_is_a_step_of_posting_back(house, carol, task):
    to = carol.post(
        f"/tasks/{task}/draft", {"seen": 0, "do": "search:nominee", "nominee-find": "er", "team-0-part": "x"}
    )
    assert to == f"/tasks/{task}?find=nominee&q=er#p-nominee"
    page = carol.get(to)
    assert f'type="radio" id="f-nominee-1" name="nominee" value="{house.ref("erin")}" checked' in page
    assert value_of(page, "nominee-find") == "er" and value_of(page, "team-0-part") == "x"
    carol.post(f"/tasks/{task}/draft", {"seen": 1, "do": "save", "nominee": house.ref("erin"), "nominee-find": "er",
                                        "nominee-found": "er"})  # fmt: skip
    page = plain(carol.get(f"/tasks/{task}"))
    assert "Dipilih: Erin, Kapus, Puskesmas" in page


def test_enter_in_the_box_searches_and_nothing_found_is_told(carol, task):
    to = carol.post(f"/tasks/{task}/draft", {"seen": 0, "do": "save", "team-1-member-find": "zz"})
    assert to == f"/tasks/{task}?find=team-1-member&q=zz#p-team-1-member"
    page = carol.post(f"/tasks/{task}/draft", {"seen": 1, "do": "search:nominee", "nominee-find": "z"})
    assert "Tuliskan 2 sampai 100 karakter" in plain(carol.get(page))
    page = carol.post(f"/tasks/{task}/draft", {"seen": 2, "do": "search:nominee", "nominee-find": "zzz"})
    assert "Tidak ada yang cocok dengan “zzz”" in plain(carol.get(page))


def test_a_choice_is_cleared_by_its_button_in_a_field_and_in_a_row(house, carol, task):
    erin = house.ref("erin")
    typed = {"nominee": erin, "team": [{"member": erin, "part": "a"}, {"member": erin, "part": "b"}]}
    carol.fill(task, typed, 0, "draft", do="clear:nominee")
    carol.fill(task, {**typed, "nominee": ""}, 1, "draft", do="clear:team-1-member")
    kept = cases.draft_of(house.rt, task, actor=house.actor("carol"))
    assert kept["nominee"] == "" and [row["member"] for row in kept["team"]] == [erin, ""]
    carol.fill(task, kept, 2, "draft", do=f"clear:team-{'1' * 5000}-member")  # more digits than Python reads
    assert cases.draft_of(house.rt, task, actor=house.actor("carol")) == kept


def test_a_living_page_gets_the_picker_drawn_anew(house, carol, task):
    data = {"csrf_token": carol.csrf, "seen": 0, "do": "search:nominee", "nominee-find": "er"}
    answer = carol.client.post(f"/tasks/{task}/draft", data=data, headers={"X-Fragment": "1"}).get_data(as_text=True)
    assert '<template data-swap="#p-nominee">' in answer and house.ref("erin") in answer


def test_what_is_kept_says_who_it_was_when_it_was_answered(house, carol, task):
    to = carol.fill(task, answered(house, mentor=house.ref("carol"), office=house.unit("north").ref), 0)
    with house.rt.db.begin() as db:
        db.execute(update(Person.__table__).where(Person.name == "Erin").values(name="Erina", name_lower="erina"))
    page = plain(carol.get(to.removesuffix("/confirmation")))
    assert "Erin Kapus, Puskesmas" in page and "Erina" not in page and "Kecamatan Utara Kota Tirta" in page
    with house.rt.db.read() as db:
        body = json.loads(db.execute(select(Answers.body)).scalar_one())
    assert body["nominee"] == {"ref": house.ref("Erina"), "label": "Erin", "detail": "Kapus, Puskesmas"}


def test_an_old_row_reads_as_it_was_when_somebody_has_left_since(house, carol, task):
    rows = [{"member": house.ref("erin"), "part": "ketua"}]
    to = carol.fill(task, answered(house, team=rows), 0)
    with house.rt.db.begin() as db:
        db.execute(update(Person.__table__).where(Person.name == "Erin").values(active=False))
    assert "Erin Kapus, Puskesmas" in plain(carol.get(to.removesuffix("/confirmation"))).split("Anggota")[1]


def refused(carol, task, house, **answers):
    page = plain(carol.fill(task, answered(house, **answers), 0, status=422))
    return page


def test_whoever_is_out_of_reach_is_refused_like_whoever_does_not_exist(house, carol, task):
    stranger = other_city(house)
    pages = [refused(carol, task, house, nominee=ref) for ref in (stranger, "a" * 26)]
    assert all(UNKNOWN in page for page in pages) and "Carola" not in "".join(pages)
    assert UNKNOWN in refused(carol, task, house, mentor=house.ref("mallory"))
    assert UNKNOWN in refused(carol, task, house, approver=house.ref("bob"))
    assert UNKNOWN in refused(carol, task, house, team=[{"member": stranger}])


def test_a_draft_with_somebody_out_of_reach_names_nobody(house, carol, task):
    stranger = other_city(house)
    carol.fill(task, {"nominee": stranger}, 0, "draft")
    assert "Carola" not in carol.get(f"/tasks/{task}")


@pytest.mark.parametrize("raw", ["1 OR 1=1", {"ref": "x", "label": "<b>"}, ["a"], 7, "é" * 26, {"label": "Erin"}])
def test_what_is_no_ref_is_refused(house, task, raw):
    with pytest.raises(Exception) as failed:
        cases.submit(house.rt, task, answered(house, nominee=raw), actor=house.actor("carol"), seen=0, key="k" * 12)
    assert set(failed.value.errors) == {"nominee"}


def test_a_page_asks_at_most_twice_more_for_all_that_it_names(house, carol, task):
    with house.counted() as before:
        carol.get(f"/tasks/{task}")
    people = [house.ref(name) for name in ("alice", "bob", "carol", "dan", "erin", "frank", "mallory")]
    rows = [{"member": ref, "part": str(place)} for place in range(5) for ref in people]
    carol.fill(task, {"nominee": people[0], "office": house.unit("south").ref, "team": rows}, 0, "draft")
    with house.counted() as after:
        page = carol.get(f"/tasks/{task}")
    assert len(re.findall("<span data-words>[^<]*Sekcam, Kecamatan Utara</span>", page)) == 5
    assert len(re.findall("<span>[^<]*Sekcam, Kecamatan Utara</span>", page)) == 5  # what a folded row begins with
    assert len(after) <= len(before) + 2


def test_sending_asks_once_for_all_people_and_once_for_all_units(house):
    version = house.publish(WORKFLOW + VISIBLE)
    one, other = (opened(house, version)[1] for _ in range(2))
    rows = [{"member": house.ref(name)} for name in ("alice", "bob", "dan", "frank")]
    named = {"team": rows, "office": house.unit("north").ref}
    counts = []
    carol = house.actor("carol")
    for task, answers in ((one, answered(house)), (other, answered(house, **named))):
        with house.counted() as found:
            cases.submit(house.rt, task, answers, actor=carol, seen=0, key=f"key of {task}")
        counts.append(len(found))
    assert counts[1] == counts[0] + 1


def test_the_same_on_both_databases(both_houses):
    house = both_houses
    _, task = nomination(house)
    carol, stranger = house.browser("carol"), other_city(house)
    assert found(carol, task, "nominee", "ma") == ["Mallory, Staf, Kecamatan Selatan"]
    assert found(carol, task, "office", "kec") == ["Kecamatan Selatan, Kota Tirta", "Kecamatan Utara, Kota Tirta"]
    assert UNKNOWN in refused(carol, task, house, nominee=stranger)
    to = carol.fill(task, answered(house, team=[{"member": house.ref("bob"), "part": "x"}]), 0)
    page = plain(carol.get(to.removesuffix("/confirmation")))
    assert "1. Berorientasi Pelayanan" not in page and "Bob Camat Utara" in page
    with house.rt.db.read() as db:
        assert db.execute(select(Draft.task_id)).first() is None


def test_marks_and_places_are_posted_kept_and_read(house, carol, task):
    carol.fill(task, answered(house), 0, "check")
    page = carol.get(f"/tasks/{task}")
    assert re.search(r'name="rubric-clarity" value="2" checked', page) and "Langsung dipahami" in page
    assert 'name="values-loyal"' in page and "Beri urutan 1 sampai 3" in page
    sent = plain(carol.get(carol.fill(task, answered(house), 1).removesuffix("/confirmation")))
    assert "Kejelasan Baik Dampak Kurang" in sent and "Berorientasi Pelayanan Loyal Harmonis" in sent


def test_a_criterion_without_a_mark_and_a_tie_are_told_by_name(house, carol, task):
    wrong = answered(house, rubric={"clarity": "2"}, values={**VALUES, "loyal": "1"})
    page = carol.fill(task, wrong, 0, "check", 422)
    assert '<a href="#f-rubric-impact">Rubrik: Beri nilai untuk &#39;Dampak&#39;.</a>' in page
    assert "Urutan 1 diberikan kepada lebih dari satu: Berorientasi Pelayanan" in plain(page)
    assert 'aria-describedby="f-rubric-impact-error"' in page
