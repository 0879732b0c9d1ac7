"""The pages of the designer: an admin makes a flow by labels and choices alone; two admins lose nothing."""

import json
import re

import pytest

from engine import design_beginnings, designs
from engine.core.designing.acts import Drop, Put
from engine.core.designing.spots import find
from engine.documents import read_yaml
from engine.store.queries import designs as queries
from tests.admin.city import words
from tests.portal.pages import Fields
from wsgi import SHIPPED

EMPTY = {"kind": "workflow", "format": 1, "name": {"id": "Cuti", "en": "Leave"}}
TASK = "states.plan_drafted.tasks.write_plan"
PAGES = ("", "?at=definition", "?at=transitions.approve", f"?at={TASK}", "roles", "roles?at=roles.supervisor",
         "history", "hand-in", "discard")  # fmt: skip
MOST = 12  # statements of a page


@pytest.fixture
def design(city):
    document = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "basic_cycle.yaml")[0]
    return design_beginnings.begin(city.rt, document, name="Evaluasi", actor=city.actor("admin"), origin="uji")


class Hands:
    """An admin without script: opens pages of one design, and posts their forms."""

    def __init__(self, city, ref, who="admin"):
        self.city, self.root, self.ref, self.who = city, f"/admin/designs/{ref}", ref, who

    def open(self, path=""):
        return self.city.get(self.who, f"{self.root}/{path}")

    def post(self, act, status=303, **form):
        form = {"csrf_token": self.city.csrf(self.who), "next": f"{self.root}/", **form}
        answer = self.city.client(self.who).post(f"{self.root}/{act}", data=form)
        assert answer.status_code == status, f"POST {act}: {answer.status_code}\n{words(answer)[:2000]}"
        return answer

    def save(self, path, status=303, page=None, **changed):
        """Open a panel, change some of its controls (by the end of their names), and save it."""
        html = page or self.open(f"{'roles' if path.startswith('roles') else ''}?at={path}").text
        form = {}
        for name, value in Fields(html, f"{self.root}/panel").pairs:
            form.setdefault(name, []).append(value)
        assert f"was:{path}.label" in form or "was:name" in form, words(html)[:500]
        for name, value in changed.items():
            form[name.replace("__", ":")] = value
        return self.post("panel", status, **{name: value for name, value in form.items() if name != "next"})

    @property
    def document(self):
        with self.city.database.read() as db:
            return designs.draft_of(queries.by_ref(db, self.ref)).document

    def at(self, path):
        spot = find(self.document, path)
        return None if spot is None else spot.value


@pytest.fixture
def hands(city, design):
    return Hands(city, design)


def test_every_page_of_a_design_opens_with_few_statements_and_demands_trusted_types(city, hands):
    hands.open()
    for path in PAGES:
        with city.counted() as statements:
            page = hands.open(path)
        assert len(statements) <= MOST, (path, statements)
        assert "require-trusted-types-for 'script'" in page.headers["Content-Security-Policy"]
    with city.counted() as statements:
        assert "Evaluasi kinerja tahunan" in words(city.get("admin", "/admin/designs/"))
    assert len(statements) <= MOST
    assert "kind: workflow" in hands.open("document.yaml").text


def test_the_list_says_how_to_begin_when_nothing_is_designed(city):
    assert "Mulai rancangan baru" in words(city.get("admin", "/admin/designs/"))


def test_a_flow_is_made_of_labels_and_choices_alone(city):
    hands = Hands(city, design_beginnings.begin(city.rt, EMPTY, name="Cuti", actor=city.actor("admin"), origin="uji"))
    label = lambda said: {"label:id": said, "label:en": said}  # noqa: E731
    hands.post("add", to="roles", rule="subject", **label("Pegawai"))
    hands.post("add", to="roles", rule="superior_of", of="pegawai", **label("Atasan"))
    hands.post("add", to="states", **label("Diajukan"))
    hands.post("add", to="states", final="1", **label("Selesai"))
    move = hands.post(
        "add", to="transitions", target="selesai", role="atasan", **{"from": "diajukan"}, **label("Setujui")
    )
    assert move.location.endswith("?at=transitions.setujui")
    page = words(hands.open())
    assert "Diajukan → Selesai" in page and "Boleh dilakukan: Atasan" in page
    assert "Tidak ada yang salah. Rancangan dapat diajukan." in page
    hands.post("hand-in")
    assert "Sedang diperiksa" in words(city.get("admin", "/admin/designs/"))


def test_a_panel_saves_what_was_changed_and_nothing_else(hands):
    before = hands.document
    hands.save(TASK)
    assert hands.document == before
    hands.save(TASK, **{f"v__{TASK}.label__id": "Susun rencana", f"v__{TASK}.optional": "1",
                        f"v__{TASK}.due__way": "days", f"v__{TASK}.due__working_days": "5"})  # fmt: skip
    task = hands.at(TASK)
    assert task["label"] == {"en": "Write the plan", "id": "Susun rencana"} and task["optional"] is True
    assert task["due"] == {"working_days": 5, "after": "entered"}
    hands.save(TASK, **{f"v__{TASK}.due.passes_to": "panel"})
    hands.save(TASK, **{f"v__{TASK}.due__working_days": "6"})
    assert hands.at(f"{TASK}.due") == {"working_days": 6, "after": "entered", "passes_to": "panel"}
    hands.save(TASK, **{f"v__{TASK}.due__way": "", f"v__{TASK}.due.passes_to": ""})
    assert "due" not in hands.at(TASK)


def test_a_guard_is_added_set_and_taken_away_in_the_panel(hands):
    path = "transitions.begin_evidence"
    hands.save(path, do=f"call:{path}.guards", **{f"add__{path}.guards": "not_same_person"})
    option = f"{path}.guards.0.options.roles"
    hands.save(path, **{f"v__{option}": ["employee", "panel"]})
    assert hands.at(f"{path}.guards") == [{"name": "not_same_person", "options": {"roles": ["employee", "panel"]}}]
    assert "Dipegang orang yang berbeda: Pegawai, Panel kalibrasi" in words(hands.open())
    drop = json.dumps([{"do": "drop", "path": f"{path}.guards.0"}])
    hands.save(path, edits=drop)
    assert hands.at(f"{path}.guards") in (None, [])


def test_a_child_and_a_follow_up_are_added_by_label_and_choices_alone(city, hands):
    page = words(hands.open("?at=definition"))
    assert "Evaluasi anak" in page and "Evaluasi lanjutan" in page
    said = {"label:id": "Triwulan", "label:en": "Quarter"}
    made = hands.post("add", to="children", workflow="basic_cycle", **said)
    assert made.location.endswith("?at=children.triwulan")
    panel = hands.open("?at=children.triwulan")
    assert 'name="v:children.triwulan.every"' in panel.text and "Satu untuk setiap" in words(panel)
    hands.save(
        "children.triwulan", **{"v__children.triwulan.in": ["approved"], "v__children.triwulan.every": "quarter"}
    )
    assert hands.at("children.triwulan.in") == ["approved"] and hands.at("children.triwulan.every") == "quarter"
    hands.post("add", to="follow_ups", workflow="basic_cycle", **{"label:id": "Keberatan", "label:en": "Objection"})
    told = words(hands.open())
    assert "Tidak ada yang membuka “Keberatan”." in told and "'" not in told.split("Keberatan”.")[0][-60:]
    assert "tidak dapat membuka evaluasi lain dari alur kerjanya sendiri" in told


def test_another_rule_for_a_role_takes_the_options_of_the_old_one_along(hands):
    hands.save("roles.supervisor", **{"v__roles.supervisor.rule": "holders_of_grant"})
    assert hands.at("roles.supervisor.role") is None
    hands.save("roles.supervisor", **{"v__roles.supervisor.grant": "auditor"})
    hands.save("roles.supervisor", do="begin:roles.supervisor.else", **{"add__roles.supervisor.else": "head_of_unit"})
    assert hands.at("roles.supervisor.else") == {"rule": "head_of_unit"}
    assert "Pemegang hak tertentu: Auditor. Bila tidak ada: Kepala unit kerja" in words(hands.open("roles"))


def test_rows_are_moved_copied_and_removed_and_what_goes_along_is_said_first(hands):
    order = lambda: [each["key"] for each in hands.document["states"]]  # noqa: E731
    hands.post(
        "edits", edits=json.dumps([{"do": "move", "path": "states.evidence", "to": "states", "before": "approved"}])
    )
    assert order()[1:3] == ["evidence", "approved"]
    hands.post("duplicate", path="roles.panel")
    assert "Salinan Panel kalibrasi" in words(hands.open("roles"))
    told = words(hands.post("remove", 200, path="states.calibrated"))
    assert "Yang ikut berubah" in told and "“Tetapkan predikat” dihapus" in told
    assert "calibrated" in order()
    hands.post("remove", path="states.calibrated", do="remove")
    assert "calibrated" not in order() and hands.at("transitions.finalize") is None
    blocked = words(hands.post("remove", 200, path="forms.plan"))
    assert "Belum dapat dihapus" in blocked and "Tetapkan SKP: Hanya bila" in blocked


def test_a_key_is_changed_and_everything_follows(hands):
    answer = hands.post("rename", path="forms.plan", key="skp")
    assert answer.location.endswith("at=forms.skp") and "skp.targets" in hands.at("transitions.approve.when")


def test_each_undoes_his_own_last_edit(city, hands):
    other = Hands(city, hands.ref, "approver")
    hands.save("states.evidence", **{"v__states.evidence.label__id": "Bukti"})
    other.save("states.rated", **{"v__states.rated.label__id": "Nilai"})
    hands.post("undo")
    assert hands.at("states.evidence.label")["id"] == "Pengumpulan bukti dukung"
    assert hands.at("states.rated.label")["id"] == "Nilai"
    hands.post("redo")
    assert hands.at("states.evidence.label")["id"] == "Bukti"
    assert "kosong" not in words(hands.open("history"))


def test_two_people_on_one_value_are_told_who_did_what_and_the_rest_is_saved(city, hands):
    other = Hands(city, hands.ref, "approver")
    path = "states.evidence"
    page = hands.open(f"?at={path}").text
    other.save(path, **{f"v__{path}.label__id": "Bukti dukung"})
    answer = hands.save(path, 409, page, **{f"v__{path}.label__id": "Kumpulkan", f"v__{path}.help__id": "Petunjuk"})
    told = words(answer)
    name = city.actor("approver").name
    assert f"{name} sudah mengubah Nama tahap pada “Bukti dukung”" in told
    assert "Yang Anda tuliskan Kumpulkan / Evidence being collected" in told
    assert hands.at(f"{path}.help")["id"] == "Petunjuk"
    mine = next(value for key, value in Fields(answer.text, f"{hands.root}/edits").pairs if key == "next")
    assert mine == f"{hands.root}/"
    edits = re.search(r'name="edits" value="([^"]+)"', answer.text.partition("design-one-conflict")[2])[1]
    hands.post("edits", edits=edits.replace("&#34;", '"').replace("&quot;", '"').replace("\\u003c", "<"))
    assert hands.at(f"{path}.label")["id"] == "Kumpulkan"


def test_the_second_sees_who_is_there_and_that_something_changed(city, hands):
    other = Hands(city, hands.ref, "approver")
    answer = other.post("presence", 200, part="roles")
    assert answer.json == {"number": 0, "others": []}
    told = words(hands.open())
    assert f"{city.actor('approver').name} juga sedang membuka rancangan ini (Peran)." in told


def test_the_history_says_each_step_in_words(city, hands):
    hands.save(TASK, **{f"v__{TASK}.label__id": "Susun rencana"})
    designs.edit(city.rt, hands.ref, [Put(f"{TASK}.role", "supervisor", "employee"), Put("period", "quarter", None)],
                 actor=city.actor("approver"))  # fmt: skip
    told = words(hands.open("history"))
    assert "Nama tugas pada “Susun rencana”: Susun SKP / Write the plan → Susun rencana / Write the plan" in told
    assert "Dikerjakan oleh pada “Susun rencana”: Pegawai → Pejabat Penilai Kinerja" in told
    assert "memulai rancangan." in told
    designs.edit(city.rt, hands.ref, [Drop("transitions.finalize"), Put(f"{TASK}.due", None, hands.at(f"{TASK}.due"))],
                 actor=city.actor("approver"))  # fmt: skip
    told = words(hands.open("history"))
    assert "“Tetapkan predikat” dihapus" in told
    assert "Batas waktu pada “Susun rencana”: Paling lambat 31 Januari → kosong" in told


def test_who_reads_a_form_is_ticked_in_a_table(hands):
    page = hands.open("roles").text
    form = {}
    for name, value in Fields(page, f"{hands.root}/visible").pairs:
        form.setdefault(name, []).append(value)
    form.pop("next")
    before = hands.document
    hands.post("visible", **form)
    assert hands.document == before
    form["v:plan:panel"] = ["rated", "calibrated"]
    form["v:plan:employee"] = []
    hands.post("visible", **form)
    sights = {(each["form"], each["role"]): each["states"] for each in hands.document["visible"]}
    assert set(sights["plan", "panel"]) == {"rated", "calibrated"} and ("plan", "employee") not in sights


def test_a_search_marks_what_it_found(hands):
    assert hands.open("?q=bukti").text.count("is-found") > 3


@pytest.mark.parametrize("edits", ["[", "{}", '[{"do": "fly"}]', '[{"do": "put", "path": "", "value": 1}]', "7" * 5000])
def test_edits_that_are_none_are_refused_and_nothing_breaks(hands, edits):
    before = hands.document
    answer = hands.city.client("admin").post(
        f"{hands.root}/edits", data={"csrf_token": hands.city.csrf("admin"), "edits": edits}
    )
    assert answer.status_code in (303, 400, 422) and hands.document == before


def test_a_form_never_leads_out_of_its_design(hands):
    answer = hands.city.post("admin", f"{hands.root}/undo", next="https://example.com/")
    assert answer.location == f"{hands.root}/"


def test_how_things_stand_is_answered_as_json_to_whoever_asks_for_it(hands):
    client, token = hands.city.client("admin"), hands.city.csrf("admin")
    edits = json.dumps([{"do": "put", "path": "period", "value": "quarter"}])
    answer = client.post(
        f"{hands.root}/edits", data={"csrf_token": token, "edits": edits}, headers={"Accept": "application/json"}
    )
    assert answer.json == {"number": 1, "errors": 0, "doubts": 0, "path": ""}


def test_a_design_that_was_discarded_is_changed_no_more(hands):
    hands.post("discard")
    hands.post("undo")
    assert "sudah dibuang" in words(hands.open())
