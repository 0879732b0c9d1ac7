"""The demo city and its evaluated year: references resolve, numbers are well formed, the printed example adds up.

Data only; the code lists have test_codelists.py. How it is replayed through the verbs is tested with engine/demo.py.
"""

import itertools
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from engine.core.nip import Nip, read_nip
from engine.documents import read_yaml

WORKFLOWS = Path(__file__).parents[2] / "workflows"
FILES = sorted(
    f"{folder}/{path.name}" for folder in ("demo", "codelists") for path in (WORKFLOWS / folder).glob("*.yaml")
)
TEAM = {
    "Dokter",
    "Bidan Penyelia",
    "Bidan Mahir",
    "Bidan Terampil",
    "Nutrisionis Pelaksana Lanjutan",
    "Petugas Loket",
    "Sopir Ambulans",
}
GRADES = [f"{roman}/{letter}" for roman in ("I", "II", "III", "IV") for letter in "abcd"] + ["IV/e"]


def load(name):
    return read_yaml((WORKFLOWS / name).read_text(encoding="utf-8"))[0]


def keyed(rows):
    return {row["key"]: row for row in rows}


@pytest.fixture(scope="module")
def city():
    return load("demo/city.yaml")


@pytest.fixture(scope="module")
def year():
    return load("demo/bidan_penyelia.yaml")


@pytest.fixture(scope="module")
def matrix():
    return load("codelists/predicate_matrix.yaml")


def above(unit, units):
    """The unit and all units over it, the nearest first; fails on a circle."""
    chain = []
    while unit is not None:
        assert unit not in chain, f"circle through unit {unit!r}"
        chain.append(unit)
        unit = units[unit]["parent"]
    return chain


@pytest.mark.parametrize("name", FILES)
def test_our_reader_and_a_yaml_1_1_reader_agree_on_a_file(name):
    text = (WORKFLOWS / name).read_text(encoding="utf-8")
    assert read_yaml(text)[0] == yaml.safe_load(text), "something unquoted means another thing elsewhere"


def test_the_units_form_one_tree(city):
    units = keyed(city["units"])
    assert len(units) == len(city["units"])
    assert [key for key, unit in units.items() if unit["parent"] is None] == ["pemkot"]
    assert all(above(key, units)[-1] == "pemkot" for key in units)


def test_every_post_leads_to_the_mayor(city):
    posts, units = keyed(city["posts"]), keyed(city["units"])
    assert len(posts) == len(city["posts"])
    assert [key for key, post in posts.items() if post["superior"] is None] == ["wali_kota"]
    for key, post in posts.items():
        assert post["unit"] in units
        chain = [key]
        while (superior := posts[chain[-1]]["superior"]) is not None:
            assert superior not in chain, f"circle: {chain}"
            chain.append(superior)


def test_a_superior_may_evaluate_under_article_1(city):
    posts = keyed(city["posts"])
    superiors = {post["superior"] for post in city["posts"]} - {None}
    by_class = {key for key in superiors if posts[key]["class"].startswith(("jf_", "pelaksana"))}
    assert by_class == {"kepala_sd"}, "only the head of the school evaluates by delegation"


def test_the_chain_is_the_printed_one(city):
    posts = keyed(city["posts"])
    assert posts["bidan_penyelia"]["superior"] == "kepala_puskesmas"
    assert posts["kepala_puskesmas"]["superior"] == "kadinkes"
    assert posts["kadinkes"]["superior"] == "wali_kota"


def test_the_team_has_the_seven_printed_members_and_its_chief(city):
    team = [post for post in city["posts"] if post["unit"] == "tim_ukp"]
    members = [post for post in team if post["key"] != "pj_ukp"]
    assert {post["name"] for post in members} == TEAM
    assert len(members) == 7
    assert {post["superior"] for post in team} == {"kepala_puskesmas"}


def test_about_sixty_people_have_well_formed_unlike_numbers(city):
    people = keyed(city["people"])
    assert 55 <= len(people) == len(city["people"]) <= 65
    numbers = [person["nip"] for person in people.values() if person["nip"] is not None]
    addresses = [person["email"] for person in people.values() if "email" in person]
    assert len(set(numbers)) == len(numbers)
    assert len(set(addresses)) == len(addresses)
    assert [key for key, person in people.items() if person["nip"] is None] == ["wali_kota"]
    assert Counter(person["kind"] for person in people.values())["official"] == 1


def test_a_number_says_birth_entry_and_sex(city):
    for person in city["people"]:
        if person["kind"] == "official":
            continue
        nip = read_nip(person["nip"], person["kind"])
        assert isinstance(nip, Nip), f"{person['key']}: {nip}"
        assert (person["nip"][12:14] == "21") == (person["kind"] == "pppk")
        assert person["grade"] in GRADES if person["kind"] == "pns" else re.fullmatch(r"[IVX]+", person["grade"])


def test_every_appointment_points_to_a_person_and_a_post(city):
    people, posts = keyed(city["people"]), keyed(city["posts"])
    for row in city["appointments"]:
        assert row["person"] in people
        assert row["post"] in posts
        assert row["kind"] == "definitive"
        assert date.fromisoformat(row["from"]) < date.fromisoformat(row["until"] or "9999-12-31")
    orders = [row["order_number"] for row in city["appointments"]]
    assert len(set(orders)) == len(orders)


def test_today_every_chair_has_one_holder_and_every_person_one_chair(city):
    held = [row for row in city["appointments"] if row["until"] is None]
    assert Counter(row["post"] for row in held) == Counter(post["key"] for post in city["posts"])
    assert Counter(row["person"] for row in held) == Counter(person["key"] for person in city["people"])


@pytest.mark.parametrize("side", ["post", "person"])
def test_appointments_of_one_chair_or_person_do_not_overlap(city, side):
    rows = sorted(city["appointments"], key=lambda row: (row[side], row["from"]))
    for earlier, later in itertools.pairwise(rows):
        if earlier[side] == later[side]:
            assert earlier["until"] is not None
            assert earlier["until"] <= later["from"]


def test_a_holder_has_the_grade_that_the_post_asks_for(city):
    people, posts = keyed(city["people"]), keyed(city["posts"])
    asked = [row for row in city["appointments"] if row["until"] is None and "grade_min" in posts[row["post"]]]
    assert asked
    for row in asked:
        grade, least = people[row["person"]]["grade"], posts[row["post"]]["grade_min"]
        assert GRADES.index(grade) >= GRADES.index(least), row["person"]


def test_grants_and_accounts_point_to_existing_rows(city):
    people, units = keyed(city["people"]), keyed(city["units"])
    for grant in city["grants"]:
        assert grant["person"] in people
        assert grant["unit"] in units
        assert grant["role"] in {"admin", "auditor", "calibration_panel"}
    accounts = [account["person"] for account in city["accounts"]]
    assert set(accounts) <= set(people)
    assert len(set(accounts)) == len(accounts)
    assert {grant["person"] for grant in city["grants"]} <= set(accounts)


def test_the_cast_is_complete(city):
    grants = {(grant["role"], grant["unit"], grant["person"]) for grant in city["grants"]}
    assert len([grant for grant in grants if grant[:2] == ("admin", "pemkot")]) == 2, "author and approver"
    assert len([grant for grant in grants if grant[:2] == ("admin", "dinkes")]) == 1
    assert len([grant for grant in grants if grant[:2] == ("auditor", "pemkot")]) == 1
    assert len([grant for grant in grants if grant[:2] == ("calibration_panel", "dinkes")]) == 1
    assert "guru_muda" not in {grant["person"] for grant in city["grants"]}


def test_every_evaluated_person_has_a_panel_without_himself(city):
    units, posts = keyed(city["units"]), keyed(city["posts"])
    panel = [grant for grant in city["grants"] if grant["role"] == "calibration_panel"]
    for row in city["appointments"]:
        if row["until"] is None and row["person"] != "wali_kota":
            scope = above(posts[row["post"]]["unit"], units)
            members = {grant["person"] for grant in panel if grant["unit"] in scope}
            assert members, row["person"]
            assert row["person"] not in members


def test_her_rows_use_the_keys_of_the_code_lists(city, year):
    assert {year["person"], year["supervisor"]} <= set(keyed(city["people"]))
    aspects, kinds = (set(keyed(load(f"codelists/{name}.yaml")["items"])) for name in ("aspect", "result_kind"))
    for row in year["plan"]["targets"]:
        assert row["aspect"] in aspects
        assert row["kind"] in kinds
    values = list(keyed(load("codelists/berakhlak.yaml")["items"]))
    assert [row["value"] for row in year["plan"]["behaviour"]] == values


def test_her_weights_total_one_hundred(year):
    assert sum(row["weight"] for row in year["plan"]["targets"]) == 100


def test_her_plan_has_three_main_results_one_additional_and_eleven_indicators(year):
    targets = year["plan"]["targets"]
    assert len({row["result"] for row in targets if row["kind"] == "main"}) == 3
    assert len({row["result"] for row in targets if row["kind"] == "additional"}) == 1
    assert len({row["indicator"] for row in targets}) == 11
    assert all(row["target"] in row["indicator"] for row in targets)


def test_her_evidence_answers_every_planned_indicator_in_order(year):
    planned = [(row["result"], row["indicator"]) for row in year["plan"]["targets"]]
    assert [(row["result"], row["indicator"]) for row in year["evidence"]["achievements"]] == planned


def test_the_matrix_turns_her_printed_ratings_into_her_printed_predicate(year, matrix):
    rating = year["rating"]
    assert (rating["result"], rating["behaviour"]) == ("as_expected", "as_expected")
    assert matrix["matrix"]["cells"][rating["result"]][rating["behaviour"]] == "good"
    assert year["conclusion"] == {"predicate": "good"}


def test_every_path_said_to_be_invented_exists(year):
    for path in year["invented"]:
        found = [year]
        for step in path.split("."):
            found = [inner for node in found for inner in (node if step == "*" else [pick(node, step)])]
        assert found, path


def pick(node, step):
    return node[int(step)] if isinstance(node, list) else node[step]
