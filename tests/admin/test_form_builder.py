"""The form builder: an admin makes forms by words and buttons; what he sees is the form that staff will see."""

import gzip
import html
import json
import re

import pytest
from sqlalchemy import select

from engine import design_beginnings, designs
from engine.core.designing.edits import Put
from engine.core.designing.readings import readings
from engine.documents import read_yaml
from engine.store.tables import Case, Submission
from engine.web.i18n import shipped
from tests.admin.city import words
from tests.core.tiny import CATALOG
from wsgi import SHIPPED

ROOT = SHIPPED.parent
MAIN = "forms.plan.sections.results.fields"
TARGETS = f"{MAIN}.targets"


@pytest.fixture
def design(city):
    document = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "basic_cycle.yaml")[0]
    return design_beginnings.begin(city.rt, document, name="Evaluasi", actor=city.actor("admin"), origin="uji")


def root(design):
    return f"/admin/designs/{design}/forms/"


def draft(city, design):
    """The forms of the design as they stand."""
    text = designs.export_text(city.rt, design, actor=city.actor("admin"))
    return {form["key"]: form for form in read_yaml(text, "x")[0]["forms"]}


def fields(city, design, section="results", form="plan"):
    found = next(each for each in draft(city, design)[form]["sections"] if each["key"] == section)
    return [field["key"] for field in found["fields"]]


def do(city, design, word, at="", form="plan", **more):
    """Press a button of the builder; answers where it leads."""
    asked = {"do": word, "at": at, "next": root(design) + form, **more}
    return city.post("admin", f"{root(design)}{form}/do", **asked).headers["Location"]


def selected(location):
    return re.search(r"at=([\w.]+)", location)[1]


def remove(city, design, path, status=200):
    """Press the button that removes; answers the page."""
    client, form = city.client("admin"), {"csrf_token": city.csrf("admin"), "path": path, "next": root(design)}
    answer = client.post(f"/admin/designs/{design}/remove", data=form)
    assert answer.status_code == status, words(answer)
    return answer


def put(city, design, path, value, was=None):
    designs.edit(city.rt, design, [Put(path, value, was)], actor=city.actor("admin"))


def test_the_list_says_which_forms_there_are_and_who_fills_them(city, design):
    told = words(city.get("admin", root(design)))
    assert "Sasaran Kinerja Pegawai (SKP)" in told and "Realisasi dan bukti dukung" in told
    assert "Sasaran Kinerja Pegawai (SKP) 6 Pegawai" in told and "Rating kinerja 7 Pejabat Penilai Kinerja" in told


def test_the_canvas_is_the_real_form_with_its_rules_in_words(city, design):
    page = city.get("admin", f"{root(design)}plan")
    told = words(page)
    assert 'id="f-targets"' in page.text and 'name="resources"' in page.text
    assert "Wajib diisi" in told and "Dihitung: jumlah" in told and "Ditampilkan di bawah tabel" in told
    assert "Diterima bila" in told and "sama dengan 100" in told
    assert "Diisi awal dengan" in words(city.get("admin", f"{root(design)}evidence"))


@pytest.mark.parametrize(("language", "form"), [("id", "plan"), ("en", "rating")])
def test_what_stands_on_the_canvas_can_be_selected(city, design, language, form):
    text = city.get("admin", f"{root(design)}{form}", language).text
    paths = dict.fromkeys(re.findall(r'data-build-pick="([\w.]+)"', text))
    assert len(paths) > 3
    for path in [*paths][:3]:
        page = city.get("admin", f"{root(design)}{form}?at={path}", language)
        assert f'data-panel="{path}"' in page.text and 'id="tool-up"' in page.text


def test_a_question_is_written_first_and_its_type_is_guessed(city, design):
    at = selected(do(city, design, "add", TARGETS, words="Tanggal penetapan"))
    assert at == f"{MAIN}.tanggal_penetapan"
    assert fields(city, design) == ["targets", "tanggal_penetapan", "total"]
    page = city.get("admin", f"{root(design)}plan?at={at}")
    assert 'type="date"' in page.text and 'aria-current="true"' in page.text


def test_every_type_of_the_palette_can_be_added_and_is_drawn(city, design):
    text = city.get("admin", f"{root(design)}plan").text
    kinds = re.findall(r'name="kind" value="(\w+)"', text)
    assert len(kinds) == 25
    for kind in kinds:
        do(city, design, "", TARGETS, kind=kind, words="")
    page = city.get("admin", f"{root(design)}plan")
    assert "belum dapat ditampilkan" not in words(page)


def test_columns_are_questions_inside_their_table(city, design):
    at = selected(do(city, design, "add", TARGETS, into="columns", words="Jumlah bukti"))
    assert at == f"{TARGETS}.columns.jumlah_bukti"
    after = selected(do(city, design, "", at, kind="percent", words="Capaian"))
    assert after == f"{TARGETS}.columns.capaian"
    do(city, design, "up", after)
    table = draft(city, design)["plan"]["sections"][0]["fields"][0]
    assert [column["key"] for column in table["columns"]][-2:] == ["capaian", "jumlah_bukti"]


def test_up_down_copy_and_drag_are_edits_that_can_be_undone(city, design):
    do(city, design, "down", TARGETS)
    assert fields(city, design) == ["total", "targets"]
    do(city, design, "move", f"{MAIN}.targets", to="forms.plan.sections.attachments.fields", before="resources")
    assert fields(city, design, "attachments")[0] == "targets"
    designs.undo(city.rt, design, actor=city.actor("admin"))
    do(city, design, "copy", f"{MAIN}.total")
    assert fields(city, design) == ["total", "total_2", "targets"]


def test_what_cannot_move_further_stays_and_says_so(city, design):
    before = draft(city, design)
    where = do(city, design, "up", TARGETS)
    assert "paling atas" in words(city.get("admin", where))
    assert draft(city, design) == before


def test_a_question_that_is_used_says_where_before_it_can_go(city, design):
    told = words(remove(city, design, TARGETS))
    assert "Realisasi per indikator" in told or "Jumlah bobot" in told, told
    assert fields(city, design) == ["targets", "total"]
    fresh = selected(do(city, design, "add", TARGETS, words="Catatan"))
    remove(city, design, fresh, status=303)
    assert fields(city, design) == ["targets", "total"]


def test_another_type_keeps_what_fits(city, design):
    at = "forms.plan.sections.attachments.fields.resources"
    do(city, design, "type", at, kind="richtext")
    found = next(
        field for section in draft(city, design)["plan"]["sections"] for field in section["fields"]
        if field["key"] == "resources"
    )  # fmt: skip
    assert found["type"] == "richtext" and found["label"]["id"] == "Dukungan sumber daya" and "help" in found


def test_a_half_made_question_stands_in_its_place_with_its_error_in_words(city, design):
    at = selected(do(city, design, "", TARGETS, kind="choice", words="Pilih satu"))
    put(city, design, f"{at}.choices", None, draft(city, design)["plan"]["sections"][0]["fields"][1]["choices"])
    page = city.get("admin", f"{root(design)}plan?at={at}")
    told = words(page)
    assert "Pilih satu" in told and "belum dapat ditampilkan" in told and "build-broken" in page.text
    assert 'id="f-targets"' in page.text


def test_sections_checks_and_first_answers_are_made_by_buttons(city, design):
    at = selected(do(city, design, "section", TARGETS, words="Perilaku tambahan"))
    assert at == "forms.plan.sections.perilaku_tambahan"
    do(city, design, "check", words="Isi salah satu.")
    do(city, design, "prefill", form="rating", pair="result_reason=evidence.conclusion")
    found = draft(city, design)
    assert [section["key"] for section in found["plan"]["sections"]][1] == "perilaku_tambahan"
    assert found["plan"]["checks"][-1]["otherwise"]["id"] == "Isi salah satu."


def test_only_answers_that_fit_are_offered_to_begin_with(city, design):
    text = city.get("admin", f"{root(design)}rating").text
    offered = re.findall(r'<option value="(\w+)=([\w.]+)"', text)
    assert offered and all(not path.startswith("rating.") for _, path in offered)
    field, path = offered[0]
    do(city, design, "prefill", form="rating", pair=f"{field}={path}")
    assert {"key": field, "value": path} in draft(city, design)["rating"]["prefill"]


def test_forms_are_added_copied_moved_and_removed_from_the_list(city, design):
    where = city.post("admin", root(design), do="add", words="Umpan balik", next=root(design)).headers["Location"]
    assert where.endswith("/forms/umpan_balik")
    assert "belum punya pertanyaan" in words(city.get("admin", where)) or "Belum ada pertanyaan" in words(
        city.get("admin", where)
    )
    city.post("admin", root(design), do="copy", at="forms.plan", next=root(design))
    city.post("admin", root(design), do="up", at="forms.umpan_balik", next=root(design))
    assert [*draft(city, design)] == ["plan", "plan_2", "evidence", "umpan_balik", "rating"]


def test_the_library_finds_questions_of_what_is_in_force_and_inserts_a_copy(city, design):
    page = city.get("admin", f"{root(design)}rating/library?q=dukungan+sumber")
    (shelf,) = re.findall(r'name="shelf" value="(\w+)"', page.text)
    assert "Dukungan sumber daya" in words(page) and shelf == "design"
    where = city.post(
        "admin", f"{root(design)}rating/library", shelf=shelf, at="", **{"from": "plan.resources"}
    ).headers["Location"]
    assert selected(where).endswith(".dukungan_sumber_daya")
    gallery = city.get("admin", f"{root(design)}plan/library?kind=unit_value").text
    assert 'value="gallery"' in gallery
    versions = city.get("admin", f"{root(design)}plan/library?q=predikat").text
    assert 'name="shelf"' in versions or "Tidak ada pertanyaan" in versions
    city.post("admin", f"{root(design)}plan/library", 404, shelf="design", **{"from": "plan.nosuch"})


def test_choices_are_pasted_after_a_look_that_says_how_many_and_what_is_double(city, design):
    at = selected(do(city, design, "", TARGETS, kind="choice", words="Sumber"))
    path = f"{root(design)}plan/choices"
    asked = {"at": at, "name": "choices", "lines": "Laporan\nSurvei; Survey\nlaporan\nPilihan 1"}
    look = words(city.post("admin", path, 200, do="look", **asked))
    assert "2 pilihan baru" in look and "2 baris dilewati" in look and "Survey" in look
    city.post("admin", path, do="put", **asked)
    choices = draft(city, design)["plan"]["sections"][0]["fields"][1]["choices"]
    assert [each["key"] for each in choices] == ["choice_1", "choice_2", "choice_3", "laporan", "survei"]


def test_it_is_seen_as_a_role_sees_it_although_the_draft_is_wrong_elsewhere(city, design):
    put(city, design, "transitions.approve.when", "1 +", "sum(plan.targets.weight) == 100")
    look = f"{root(design)}rating/look?"
    fills = city.get("admin", f"{look}role=supervisor&state=rated&answers=empty")
    assert 'name="result_reason"' in fills.text and "Peran ini mengisinya." in words(fills)
    reads = city.get("admin", f"{look}role=employee&state=finalized&answers=sample&width=phone")
    assert "Contoh jawaban" in words(reads) and "build-phone" in reads.text
    assert "tertutup" in words(city.get("admin", f"{look}role=employee&state=rated&answers=sample"))
    city.get("admin", f"{look}role=nobody", status=404)


def test_real_answers_are_shown_to_whoever_may_read_that_case_alone(city, design):
    look = f"{root(design)}plan/look?role=supervisor&state=plan_drafted&answers=case"
    sent = select(Case.ref).join(Submission, Submission.case_id == Case.id).where(Submission.form == "plan")
    refs = set(city.all(sent))
    listed = set(re.findall(r'<option value="(\w{26})"', city.get("admin", look).text))
    assert listed and listed <= refs
    ref = sorted(listed)[0]
    page = words(city.get("admin", f"{look}&case={ref}"))
    assert "Jawaban dari evaluasi" in page
    hidden = refs - set(re.findall(r'<option value="(\w{26})"', city.get("dinkes_admin", look).text))
    for ref in sorted(hidden)[:1]:
        city.get("dinkes_admin", f"{look}&case={ref}", status=404)


def test_what_is_not_there_is_not_found_and_nonsense_changes_nothing(city, design):
    city.get("admin", f"{root(design)}nosuch", status=404)
    city.get("admin", f"{root('a' * 26)}plan", status=404)
    before = draft(city, design)
    for word, more in {
        "": {}, "explode": {}, "move": {"to": "states", "before": "x"}, "type": {"kind": "nosuch"},
        "prefill": {"pair": "x"}, "copy": {"at": "forms.plan.sections.nosuch"}, "down": {"at": "states.rated"},
    }.items():  # fmt: skip
        do(city, design, word, **{"at": TARGETS, **more})
    assert draft(city, design) == before
    city.get("admin", f"{root(design)}plan?at=<script>")
    city.get("admin", f"{root(design)}plan/choices?at={TARGETS}&name=columns", status=404)


def test_a_page_asks_the_database_little(city, design):
    for path in (
        "",
        "plan",
        f"plan?at={TARGETS}",
        "plan/look",
        "plan/library",
        f"plan/choices?at={TARGETS}&name=choices",
    ):
        city.get("admin", root(design) + path)
        with city.counted() as seen:
            city.get("admin", root(design) + path)
        assert len(seen) <= 14, f"{path}: {len(seen)}\n" + json.dumps(seen, indent=1)


def test_choices_are_worded_moved_and_added_beside_the_canvas(city, design):
    at = selected(do(city, design, "", TARGETS, kind="scale", words="Nilai"))
    page = city.get("admin", f"{root(design)}plan?at={at}").text
    seen = html.unescape(
        re.search(r'name="name" value="levels"><input type="hidden" name="was" value="([^"]*)"', page)[1]
    )
    path, asked = f"{root(design)}plan/items", {"at": at, "name": "levels", "was": seen, "next": f"{root(design)}plan"}
    city.post(
        "admin", path, do="down:0", **{"label-0-id": "Kurang", "label-0-en": "Poor", "help-0-id": "Jarang"}, **asked
    )
    levels = draft(city, design)["plan"]["sections"][0]["fields"][1]["levels"]
    assert [(level["value"], level["label"]["en"]) for level in levels] == [
        ("1", "As expected"), ("2", "Poor"), ("3", "Above expectations"),
    ]  # fmt: skip
    assert levels[1]["help"] == {"id": "Jarang", "en": "Jarang"}
    told = words(city.post("admin", path, 409, do="add", fresh="Bintang lima", **asked))
    assert "Bintang lima" not in json.dumps(draft(city, design)) and "Nilai" in told


def test_a_column_of_figures_is_told_what_it_must_add_up_to(city, design):
    page = city.get("admin", f"{root(design)}plan?at={TARGETS}").text
    assert 'name="sum-weight"' in page and 'name="sum-result"' not in page
    asked = {"at": TARGETS, "name": "totals", "next": f"{root(design)}plan"}
    city.post("admin", f"{root(design)}plan/items", **asked, **{"sum-weight": "100"})
    assert draft(city, design)["plan"]["sections"][0]["fields"][0]["totals"] == {"weight": "100"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_type_and_each_of_its_options_has_a_name_in_words(language):
    texts = shipped().texts[language]
    for entry in CATALOG.entries("field"):
        assert {f"design.entry.field.{entry.name}", f"design.about.field.{entry.name}"} <= texts.keys()
        for option in readings(entry.options):
            name = f"design.option.field.{entry.name}.{option.name}"
            asked = [name, *(f"{name}.word.{word}" for word in option.words)]
            assert option.kind == "raw" or option.name == "columns" or texts.keys() >= set(asked), asked


def test_the_page_stays_inside_the_budget_of_bytes(city, design):
    """Compressed: scripts of the designer 30 kB, our own module 6 kB, style sheets 40 kB, the page 60 kB."""
    client, packed = city.client("admin"), {"headers": {"Accept-Encoding": "gzip"}}
    page = client.get(f"{root(design)}plan?at={TARGETS}", **packed)
    text = gzip.decompress(page.data).decode()
    sizes = {address: len(client.get(address, **packed).data) for address in re.findall(r'"(/static/[^"]+)"', text)}
    of = {
        ending: sum(size for address, size in sizes.items() if address.endswith(ending)) for ending in (".js", ".css")
    }
    assert len(page.data) <= 60_000 and 0 < of[".js"] <= 30_000 and 0 < of[".css"] <= 40_000, of
    assert len(gzip.compress((ROOT / "static/js/builder.js").read_bytes())) <= 6_000


def test_an_error_on_the_canvas_leads_to_what_has_to_be_mended(city, design):
    at = selected(do(city, design, "", TARGETS, kind="text", words="Alasan"))
    put(city, design, f"{at}.shown_when", "nosuch == 1")
    page = city.get("admin", f"{root(design)}plan?at={at}").text
    assert f"{at}#p-{at}.shown_when" in page
    assert re.search(r'<details class="build-group" open><summary>Aturan', page)


def test_a_question_begins_with_one_of_its_choices(city, design):
    at = selected(do(city, design, "", TARGETS, kind="choice", words="Sumber"))
    page = city.get("admin", f"{root(design)}plan?at={at}").text
    assert re.search(rf'<select class="form-select" id="{at}.default".*?value="choice_2"', page, re.DOTALL)
    saved = {"at": at, f"was:{at}.default": "null", f"v:{at}.default": "choice_2", "next": f"{root(design)}plan"}
    city.post("admin", f"/admin/designs/{design}/panel", **saved)
    told = words(city.get("admin", f"{root(design)}plan?at={at}"))
    assert "Ada isian awal" in told
