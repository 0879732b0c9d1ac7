"""Beginning a design on its page: the interview, what is shipped, a version, a file, nothing."""

import io

import pytest

from engine import designs
from engine.documents import read_yaml, write_yaml
from tests.admin.city import words
from wsgi import SHIPPED


def draft(city, location):
    ref = location.rstrip("/").rpartition("/")[2]
    return read_yaml(designs.export_text(city.rt, ref, actor=city.actor("admin")))[0]


def begun(city, path="/admin/designs/new", **form):
    return draft(city, city.post("admin", path, **form).headers["Location"])


def keys(elements):
    return [each["key"] for each in elements]


def test_the_interview_with_its_usual_answers_rebuilds_the_basic_cycle(city):
    page = city.get("admin", "/admin/designs/new/interview")
    assert "8. Apakah hasilnya dikalibrasi panel?" in words(page)
    built = begun(city, "/admin/designs/new/interview", key="k")
    basic = begun(city, **{"from": "shipped:basic_cycle"})
    assert built["key"] != basic["key"]
    for part in ("roles", "states", "transitions", "forms", "visible", "results"):
        assert built[part] == basic[part], part


def test_other_answers_draft_another_cycle_under_its_name(city):
    answers = {"panel": "none", "evidence": "none", "voices": "own", "approver": "head", "targets": "text"}
    named = {"name:id": "Evaluasi singkat", "name:en": "Short evaluation"}
    built = begun(city, "/admin/designs/new/interview", **answers, **named)
    assert built["name"]["id"] == "Evaluasi singkat" and built["key"] == "evaluasi_singkat"
    assert keys(built["states"]) == ["plan_drafted", "approved", "rated", "finalized"]
    assert keys(built["roles"]) == ["employee", "supervisor", "approver"]
    assert "self_assessment" in keys(built["forms"])


def test_a_copy_under_a_new_name_is_a_definition_of_its_own_and_without_one_the_next_version(city):
    version = city.definition()
    next_one = begun(city, **{"from": f"version:{version}"})
    own = begun(city, **{"from": f"version:{version}", "name:id": "Evaluasi dokter"})
    assert next_one["key"] == "basic_cycle" and own["key"] == "evaluasi_dokter"
    assert own["name"] == {"en": "Evaluasi dokter", "id": "Evaluasi dokter"}
    assert own["states"] == next_one["states"] and "lock" not in own


@pytest.mark.parametrize("kind", ["workflow", "codelist"])
def test_an_empty_one_needs_a_name(city, kind):
    refused = city.post("admin", "/admin/designs/new", status=422, **{"from": f"empty:{kind}"})
    assert "Isilah" in words(refused) or refused.status_code == 422
    assert begun(city, **{"from": f"empty:{kind}", "name:id": "Coba"})["kind"] == kind


def test_a_file_is_taken_and_one_that_is_no_definition_is_refused_with_its_line(city):
    text = (SHIPPED / "superior_correction.yaml").read_bytes()

    def send(content, status):
        data = {"from": "file:", "csrf_token": city.csrf("admin"), "file": (io.BytesIO(content), "alur.yaml")}
        answer = city.client("admin").post("/admin/designs/new", data=data)
        assert answer.status_code == status, words(answer)
        return answer

    taken = draft(city, send(text, 303).headers["Location"])
    assert taken["key"] == "superior_correction"
    assert "Baris 2" in words(send(b"kind: workflow\n\tx: 1\n", 422))
    send(write_yaml({"kind": "recipe"}).encode(), 422)


def test_nothing_chosen_is_told(city):
    told = city.post("admin", "/admin/designs/new", status=422)
    assert "Pilih dari mana rancangan dimulai." in words(told)
