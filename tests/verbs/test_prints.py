"""Prints: what is on paper, who may have it, and that no altered figure passes for a genuine one."""

import io
import json
import re
from dataclasses import replace

import pypdf
import pytest
from sqlalchemy import select

from engine import cases, ledger, papers, print_checks, prints
from engine.core.errors import NotFound, TooManyTries, Unavailable
from engine.core.printing.seal import code, from_fields
from engine.core.printing.wording import Voice
from engine.press import Press
from engine.store.refs import new_ref
from engine.store.tables.cases import Note
from engine.store.tables.ledger import Event
from engine.web.i18n import shipped
from tests.pdf import squeezed, text_of, voice
from tests.verbs.stage import PLAN, Stage

PLACE = prints.Place("https://siklus.test/prints/")
HERE = "192.0.2.7"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture
def done(stage):
    """A case that went all the way."""
    case = stage.case()
    stage.walk(case)
    return case


def printed(stage, case, key="d_1_1", name="carol", language="id"):
    return prints.print_case(stage.rt, case, key, actor=stage.actor(name), voice=voice(language), place=PLACE)


def code_on(pdf):
    return CODE.search(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text())[0]


def test_every_print_of_a_finished_case_says_what_was_answered(stage, done):
    said = {
        key: text_of(printed(stage, done, key).pdf) for key in ("a_1_6", "b_1_2", "c_1_1", "c_1_2", "d_1_1", "case")
    }
    for key in ("a_1_6", "c_1_1", "c_1_2", "case"):
        assert squeezed("Kunjungan K6") in said[key] and squeezed("Ibu hamil terlayani") in said[key]
    for key in ("b_1_2", "case"):
        assert "97%" in said[key] and squeezed("Register kohort") in said[key]
    for key in ("c_1_1", "c_1_2", "d_1_1"):
        assert squeezed("Predikat kinerja pegawai").upper() in said[key].upper()
    assert squeezed("Pertahankan.") in said["d_1_1"]


def test_a_print_names_who_signed_by_which_act(stage, done):
    found = text_of(printed(stage, done, "a_1_6").pdf)
    assert found.count(squeezed("Ditandatangani secara elektronik")) == 2
    assert "Carol" in found and "Erin" in found


def test_an_approval_of_an_earlier_plan_signs_nothing_newer(stage):
    case = stage.case()
    stage.walk(case, until="approve")
    stage.fire(case, "erin", "reopen_plan", reason="Penugasan berubah.")
    stage.send(case, "carol", "write_plan", PLAN)
    found = text_of(printed(stage, case, "a_1_6").pdf)
    assert found.count(squeezed("Ditandatangani secara elektronik")) == 1


@pytest.mark.parametrize("language", ["id", "en"])
def test_both_languages_are_complete(stage, done, language):
    for key in ("a_1_6", "c_1_2", "d_1_1", "case"):
        assert printed(stage, done, key, language=language).pdf.startswith(b"%PDF")


def test_a_pdf_is_tagged_named_and_tells_its_language(stage, done):
    catalog = pypdf.PdfReader(io.BytesIO(printed(stage, done).pdf)).root_object
    assert catalog["/Lang"].startswith("id") and catalog["/MarkInfo"]["/Marked"]
    metadata = catalog["/Metadata"].get_object().get_data().decode()
    assert "DOKUMEN EVALUASI KINERJA PEGAWAI" in metadata
    assert "pdfaid:part>2<" in metadata and "pdfuaid:part>1<" in metadata


def test_the_same_print_is_the_same_file_under_the_same_reference(stage, done):
    first, again = printed(stage, done), printed(stage, done)
    assert (first.ref, first.pdf) == (again.ref, again.pdf)
    assert printed(stage, done, name="erin").ref != first.ref


def test_a_print_of_a_case_that_somebody_may_not_see_is_not_there(stage, done):
    for key in ("d_1_1", "case", "a_1_6"):
        with pytest.raises(NotFound):
            printed(stage, done, key, "mallory")


def test_a_print_needs_every_form_that_it_shows(stage):
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    for key in ("c_1_1", "c_1_2", "d_1_1"):
        for name in ("carol", "erin"):
            with pytest.raises(NotFound):
                printed(stage, case, key, name)
    offered = {name: [spec.key for spec in papers.offered(stage.see(case, name), stage.actor(name))]
               for name in ("carol", "erin")}  # fmt: skip
    assert offered["carol"] == ["a_1_6", "a_1_8", "b_1_2"] == offered["erin"]


def test_nobody_prints_a_rating_before_he_may_read_it(stage):
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    assert squeezed("Melampaui target.") not in text_of(printed(stage, case, "case", "carol").pdf)
    assert squeezed("Melampaui target.") in text_of(printed(stage, case, "case", "erin").pdf)


def test_a_print_is_an_event_without_personal_data_in_its_leaf_and_the_ledger_holds(stage, done):
    made = printed(stage, done)
    with stage.rt.db.read() as db:
        row = db.execute(select(Event.kind, Event.leaf, Event.n).where(Event.ref == made.ref)).one()
    said = json.loads(row.leaf)
    assert (row.kind, row.n, said["public"]["print"]) == ("print.made", None, "d_1_1")
    assert "Carol" not in row.leaf.decode() and "Baik" not in row.leaf.decode()
    assert ledger.verify(stage.rt.db).events == stage.count()


def test_the_right_code_with_what_stands_on_the_paper_is_genuine(stage, done):
    made = printed(stage, done)
    known = print_checks.look(stage.rt, made.ref)
    assert known.is_current and known.initials == "C." and "Carol" not in repr(known)
    first = print_checks.check(stage.rt, made.ref, code_on(made.pdf), ["Carol"], HERE)
    assert (first.verdict, first.figures[0].text) == ("right_code", "Carol")
    read = [figure.text for figure in first.figures]
    assert print_checks.check(stage.rt, made.ref, code_on(made.pdf), read, HERE).verdict == "genuine"
    assert print_checks.check_file(stage.rt, made.ref, made.pdf).verdict == "same_file"


def test_an_altered_figure_is_not_genuine(stage, done):
    made = printed(stage, done)
    known = print_checks.look(stage.rt, made.ref)
    place = known.labels.index("Predikat kinerja pegawai")
    read = ["" if at != place else "Sangat Kurang" for at in range(len(known.labels))]
    checked = print_checks.check(stage.rt, made.ref, code_on(made.pdf), read, HERE)
    assert (checked.verdict, checked.other) == ("altered", ("Predikat kinerja pegawai",))


def test_a_pdf_made_again_with_an_altered_figure_fits_no_code_and_no_file(stage, done):
    """Somebody sets the same paper with another predicate, and puts the genuine reference and code on it."""
    made = printed(stage, done)
    with stage.rt.db.read() as db:
        found = stage.see(done, "carol")
        draft = papers.of_case(db, found, "d_1_1", stage.actor("carol"), voice())
        note = db.execute(select(Note.seed, Note.body).where(Note.event_ref == made.ref)).one()
    forged = json.loads(
        json.dumps(draft.paper.as_document()).replace("SANGAT BAIK", "BAIK").replace("BAIK", "ISTIMEWA")
    )
    assert forged != draft.paper.as_document()
    stamp = {"link": PLACE.checks + made.ref, "address": made.ref, "epoch": 1, "day": [2027, 1, 1], "made": "",
             "reference": "", "digest": "", "code": code_on(made.pdf)}  # fmt: skip
    pdf = stage.rt.press.pull("official", forged, stamp)
    assert print_checks.check_file(stage.rt, made.ref, pdf).verdict == "other_file"
    figures = from_fields(json.loads(note.body))
    altered = tuple(replace(each, text="Istimewa") if each.label.startswith("Predikat") else each for each in figures)
    document = json.loads(leaf_of(stage, made.ref))["public"]["document"]
    assert code(note.seed, made.ref, document, figures) == code_on(made.pdf)
    assert code(note.seed, made.ref, document, altered) != code_on(made.pdf)


def leaf_of(stage, ref):
    with stage.rt.db.read() as db:
        return db.execute(select(Event.leaf).where(Event.ref == ref)).scalar_one()


def test_one_changed_byte_of_the_file_is_told(stage, done):
    made = printed(stage, done)
    for at in (10, len(made.pdf) // 2, len(made.pdf) - 1):
        changed = bytes([*made.pdf[:at], made.pdf[at] ^ 1, *made.pdf[at + 1 :]])
        assert print_checks.check_file(stage.rt, made.ref, changed).verdict == "other_file"


def test_a_wrong_code_shows_no_figure(stage, done):
    made = printed(stage, done)
    checked = print_checks.check(stage.rt, made.ref, "0000-0000-0000", ["Carol"], HERE)
    assert (checked.verdict, checked.figures) == ("wrong_code", ())


def test_guessing_codes_is_slowed(stage, done):
    made = printed(stage, done)
    with pytest.raises(TooManyTries):
        for at in range(8):
            print_checks.check(stage.rt, made.ref, f"0000-0000-{at:04}", [], HERE)
    # The holder of the paper, somewhere else, is not held back by the first tries of a stranger.
    assert print_checks.check(stage.rt, made.ref, code_on(made.pdf), [], "198.51.100.1").verdict == "right_code"


@pytest.mark.parametrize("ref", ["", "a", "a" * 26, "' OR 1=1 --", "ü" * 26, "a" * 10_000])
def test_an_unknown_reference_is_no_print(stage, ref):
    for ask in (print_checks.look, lambda rt, ref: print_checks.check_file(rt, ref, b"")):
        with pytest.raises(NotFound):
            ask(stage.rt, ref)


def test_another_event_is_no_print(stage, done):
    with stage.rt.db.read() as db:
        ref = db.execute(select(Event.ref).where(Event.kind == "case.moved")).scalars().first()
    with pytest.raises(NotFound):
        print_checks.look(stage.rt, ref)


def test_a_print_is_superseded_when_what_it_shows_is_sent_again(stage):
    case = stage.case()
    stage.walk(case, until="approve")
    made = printed(stage, case, "a_1_6")
    assert print_checks.look(stage.rt, made.ref).is_current
    stage.fire(case, "erin", "reopen_plan", reason="Penugasan berubah.")
    assert print_checks.look(stage.rt, made.ref).is_current
    stage.send(case, "carol", "write_plan", PLAN)
    assert not print_checks.look(stage.rt, made.ref).is_current
    assert print_checks.check(stage.rt, made.ref, code_on(made.pdf), [], HERE).verdict == "right_code"


def test_printing_is_no_reason_to_call_a_page_stale(stage):
    case = stage.case()
    stage.walk(case, until="approve")
    seen = stage.see(case).view.version
    printed(stage, case, "a_1_6", "erin")
    cases.fire(stage.rt, case, "begin_evidence", actor=stage.actor("carol"), seen=seen, key=new_ref())


def test_a_submission_is_printed_as_it_was_sent(stage, done):
    with stage.rt.db.read() as db:
        ref = db.execute(select(Event.ref).where(Event.kind == "form.submitted").order_by(Event.seq)).scalars().first()
    made = prints.print_submission(stage.rt, ref, actor=stage.actor("carol"), voice=voice(), place=PLACE)
    assert squeezed("Kunjungan K6") in text_of(made.pdf)
    with pytest.raises(NotFound):
        prints.print_submission(stage.rt, ref, actor=stage.actor("mallory"), voice=voice(), place=PLACE)


def test_a_press_that_has_no_turn_left_says_so():
    press = Press(replace(Press().typesetter, patience=0.01))
    with press.typesetter.turns, press.typesetter.turns, pytest.raises(Unavailable, match=r"print\.busy"):
        press.pull("plain", {}, {})


def test_a_typesetter_that_takes_too_long_is_stopped():
    press = Press(replace(Press().typesetter, seconds=0.0))
    with pytest.raises(Unavailable, match=r"print\.too_slow"):
        press.pull("plain", {}, {})


def test_words_of_a_paper_are_never_source_of_the_typesetter(stage, done):
    shouting = Voice("id", lambda message: '#panic("x") $ ' + shipped(True).say(message, "id"))
    made = prints.print_case(stage.rt, done, "d_1_1", actor=stage.actor("carol"), voice=shouting, place=PLACE)
    assert squeezed('#panic("x") $') in text_of(made.pdf)
