"""Simulation of a draft on its page: each role acts, days pass, walks are kept as scenarios that hold hand-ins back."""

import html
import json
import re

import pytest

from admin import design_play
from engine import definitions, design_beginnings, designs
from engine.core.designing.acts import Put
from engine.core.errors import Refused
from engine.documents import read_yaml
from tests.admin.city import words
from wsgi import SHIPPED


@pytest.fixture
def design(city):
    document = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "basic_cycle.yaml")[0]
    return design_beginnings.begin(city.rt, document, name="Evaluasi", actor=city.actor("admin"), origin="uji")


class Player:
    """Somebody who plays on the page: what it carries goes along with each button."""

    def __init__(self, city, design):
        self.city, self.address = city, f"/admin/designs/{design}/simulate"
        self.page = city.get("admin", self.address)

    @property
    def walk(self):
        return html.unescape(re.search(r'name="play.walk" value="([^"]*)"', self.page.text)[1])

    @property
    def steps(self):
        return json.loads(self.walk).get("steps", [])

    def fields(self):
        """Every control of the open form as a browser would send it."""
        box = self.page.text.split('id="play-form-box"')[1].split("</section>")[0]
        found = {}
        for tag in re.findall(r"<input[^>]*>", box):
            if "checkbox" not in tag and "radio" not in tag and (name := re.search(r'name="([^"]*)"', tag)):
                value = re.search(r'value="([^"]*)"', tag)
                found[name[1]] = html.unescape(value[1]) if value else ""
        for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', box, re.DOTALL):
            found[name] = html.unescape(text).removeprefix("\n")
        for tag in re.findall(r"<input[^>]*checked[^>]*>", box):
            found[re.search(r'name="([^"]*)"', tag)[1]] = re.search(r'value="([^"]*)"', tag)[1]
        for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', box, re.DOTALL):
            chosen = re.search(r'<option value="([^"]*)"[^>]*selected', options)
            found[name] = chosen[1] if chosen else ""
        return {name: value for name, value in found.items() if "__n__" not in name}

    def do(self, word, status=200, **more):
        sent = {"play.walk": self.walk, "play.do": word, "csrf_token": self.city.csrf("admin"), **more}
        self.page = self.city.client("admin").post(self.address, data=sent)
        assert self.page.status_code == status, words(self.page)
        return words(self.page)


def test_a_draft_is_played_as_each_role_from_its_page(city, design):
    player = Player(city, design)
    told = words(player.page)
    assert "Evaluasi contoh: Penyusunan SKP" in told and "Sebagai Pegawai" in told
    assert "Menunggu: Susun SKP" in told, "why the supervisor cannot yet"
    player.do("open:employee:write_plan")
    told = player.do("send:employee:write_plan", **player.fields())
    assert player.steps == [{"role": "employee", "fill": "write_plan"}], "examples that nobody changed stay examples"
    assert "Pegawai mengirim “Susun SKP”" in told
    told = player.do("fire:supervisor:approve")
    assert "Evaluasi contoh: SKP ditetapkan" in told and re.search(r"terpenuhi Jumlah .{,150} sama dengan 100", told)
    player.do("back")
    assert len(player.steps) == 1


def test_a_walk_that_takes_too_long_stops_where_time_is_up_and_says_so(city, design, monkeypatch):
    player = Player(city, design)
    player.do("fill:employee:write_plan")
    monkeypatch.setattr(design_play, "SECONDS", 0)
    told = player.do("show")
    assert "lebih dari 0 detik, jadi berhenti sebelum langkah 1" in told and player.steps == []


def test_typed_answers_are_judged_by_the_real_form_and_kept_with_the_walk(city, design):
    player = Player(city, design)
    player.do("open:employee:write_plan")
    wrong = {**player.fields(), "targets-0-weight": "30"}
    told = player.do("send:employee:write_plan", **wrong)
    assert "Jumlah bobot seluruh hasil kerja harus 100%." in told and player.steps == []
    assert player.fields()["targets-0-weight"] == "30", "what was typed stays on the page"
    player.do("send:employee:write_plan", **{**wrong, "targets-1-weight": "70"})
    assert [row["weight"] for row in player.steps[0]["answers"]["targets"][:2]] == ["30", "70"]


def test_rows_of_the_open_form_come_and_go_by_its_own_buttons(city, design):
    player = Player(city, design)
    player.do("open:employee:write_plan")
    sent = {"play.walk": player.walk, "play.open": "employee:write_plan", "csrf_token": city.csrf("admin")}
    sent |= {**player.fields(), "targets-0-weight": "7", "do": "add:targets"}
    player.page = city.client("admin").post(player.address, data=sent)
    assert player.fields()["targets-0-weight"] == "7" and "targets-2-weight" in player.fields()
    assert "targets-3-weight" not in player.fields()


def test_what_is_not_possible_is_refused_with_the_reasons_and_late_tasks_are_marked(city, design):
    player = Player(city, design)
    told = player.do("fire:supervisor:approve")
    assert "Langkah ini tidak dapat dilakukan" in told and player.steps == []
    player.do("begin", **{"play.on": "2026-01-05", "play.same": ["employee", "supervisor"]})
    told = player.do("advance", **{"play.until": "2026-02-02"})
    assert "Terlambat" in told and "2 Februari 2026" in told
    player.do("fill:employee:write_plan")
    assert "tidak boleh" in player.do("fire:supervisor:approve") or "Sari Wulandari" in words(player.page)


def test_every_path_is_reported_and_can_be_loaded(city, design):
    player = Player(city, design)
    told = player.do("explore")
    assert "Semua 9 langkah dapat terjadi" in told
    found = html.unescape(re.findall(r'name="play.load" value="([^"]*)"', player.page.text)[0])
    player.do("load:", **{"play.load": found})
    assert player.steps == json.loads(found)["steps"]
    put(city, design, "transitions.finalize.when", "1 > 2")
    told = Player(city, design).do("explore")
    assert "Tidak tercapai Selesai" in told and "Tidak pernah Tetapkan predikat" in told


def put(city, design, path, value, was=None):
    designs.edit(city.rt, design, [Put(path, value, was)], actor=city.actor("admin"))


YEAR = [
    "fill:employee:write_plan",
    "fire:supervisor:approve",
    "fire:employee:begin_evidence",
    "fill:employee:collect",
    "fire:employee:submit_evidence",
    "fill:supervisor:rate",
    "fire:supervisor:send_to_calibration",
    "fire:panel:finalize",
]


def test_a_walk_is_kept_as_a_scenario_that_holds_back_what_breaks_it(city, design):
    player = Player(city, design)
    for word in YEAR:
        player.do(word)
    assert "Sangat Baik" in words(player.page)
    told = player.do("keep", **{"label:id": "Setahun penuh", "label:en": "A whole year"})
    assert "Skenario “Setahun penuh” disimpan" in told
    assert "Setahun penuh" in player.do("test") and "Lulus" in words(player.page)
    put(city, design, "transitions.approve.when", "sum(plan.targets.weight) == 90", "sum(plan.targets.weight) == 100")
    told = Player(city, design).do("test")
    assert "Gagal" in told and "langkah 2" in told
    with pytest.raises(Refused) as refused:
        designs.hand_in(city.rt, design, actor=city.actor("admin"))
    (why,) = refused.value.refusals
    assert (why.key, why.params["number"]) == ("scenario.step_fails", 2)
    put(city, design, "transitions.approve.when", "sum(plan.targets.weight) == 100", "sum(plan.targets.weight) == 90")
    assert designs.hand_in(city.rt, design, actor=city.actor("admin")).status == "in_review"


def test_a_version_whose_scenarios_fail_is_neither_submitted_nor_published(city):
    document, _ = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "x")
    steps = [{"role": "employee", "fire": "finalize"}]
    broken = {**document, "key": "other", "scenarios": {"never": {"on": "2026-01-05", "steps": steps}}}
    version = definitions.import_document(city.rt, json.dumps(broken), actor=city.actor("admin"), source="uji")
    with pytest.raises(Refused) as refused:
        definitions.submit_for_review(city.rt, version.ref, actor=city.actor("admin"))
    assert refused.value.message.key == "scenario.fail"


def test_a_draft_with_errors_says_so_and_points_at_them(city, design):
    put(city, design, "transitions.approve.to", "nowhere", "approved")
    told = words(city.get("admin", f"/admin/designs/{design}/simulate"))
    assert "Simulasi belum dapat dijalankan" in told and "Semua jalan" not in told


def test_a_scenario_that_names_what_is_not_there_is_listed_and_can_be_removed(city, design):
    step = {"role": "employee", "fire": "gone"}
    old = {"key": "old", "label": {"id": "Lama", "en": "Old"}, "on": "2026-01-05", "steps": [step]}
    put(city, design, "scenarios", [old])
    page = city.get("admin", f"/admin/designs/{design}/simulate")
    assert "Belum dijalankan Lama" in words(page) and "/simulate?at=scenarios" in page.text
    city.post("admin", f"/admin/designs/{design}/edits", edits='[{"do": "drop", "path": "scenarios.old"}]', next="")
    assert "Belum ada skenario." in words(city.get("admin", f"/admin/designs/{design}/simulate"))


@pytest.mark.parametrize(
    "walk", ["[]", "{", '{"key": "walk"}', "x" * 300_001, '{"key": "w", "on": "2026-01-05", "a": 1}']
)
def test_a_walk_that_nobody_of_ours_wrote_is_a_bad_request(city, design, walk):
    client, form = city.client("admin"), {"csrf_token": city.csrf("admin"), "play.walk": walk, "play.do": "show"}
    assert client.post(f"/admin/designs/{design}/simulate", data=form).status_code == 400


def test_a_walk_that_the_design_no_longer_allows_stops_where_it_does(city, design):
    player = Player(city, design)
    for word in YEAR[:3]:
        player.do(word)
    put(city, design, "transitions.approve.when", "sum(plan.targets.weight) == 90", "sum(plan.targets.weight) == 100")
    told = player.do("show")
    assert "Langkah 2 tidak lagi dapat dijalankan" in told and len(player.steps) == 1


def test_the_page_asks_the_database_little(city, design):
    city.get("admin", f"/admin/designs/{design}/simulate")
    with city.counted() as statements:
        city.get("admin", f"/admin/designs/{design}/simulate")
    assert len(statements) <= 12


def test_figures_are_said_on_the_page_and_kept_with_the_walk(city):
    document = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "basic_cycle.yaml")[0]
    form = next(iter(document["forms"].values()))
    section = next(iter(form["sections"].values()))
    section["fields"]["goal"] = {"type": "indicator", "label": {"id": "Indikator", "en": "Indicator"}}
    where = f"{next(iter(document['forms']))}.goal"
    document["figures"] = {"goals": {"chosen": where, "label": {"id": "Realisasi", "en": "Achieved"}}}
    design = design_beginnings.begin(city.rt, document, name="Angka", actor=city.actor("admin"), origin="uji")
    player = Player(city, design)
    assert "Angka indikator dari sekarang" in words(player.page)
    assert "Isi sekurang-kurangnya satu angka" in player.do("figures", **{"play.figure.goals": ""})
    assert "tujuh" in player.do("figures", **{"play.figure.goals": "tujuh"}) and player.steps == []
    assert "Realisasi 87,5" in player.do("figures", **{"play.figure.goals": "87,5"})
    assert player.steps == [{"figures": {"goals": "87.5"}}]
    assert 'name="play.figure.goals" value="87,5"' in player.page.text
