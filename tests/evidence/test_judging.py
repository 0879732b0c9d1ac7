"""What a file is, by its content: what is taken, what is refused and why. Each runs in the judge's own process."""

import contextlib
import json
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from engine.children import ROOT
from engine.core.errors import FileRefused
from engine.evidence import judging, office, pdf
from engine.evidence.judge import judge as judge_here
from tests.evidence import samples

PAGE = samples.PAGE
TAKEN = {
    "pdf": (samples.pdf(3), "pdf", {"pages": 3}),
    "pdf_with_pages_in_object_streams": (
        samples.hidden_in_objects(b"<< /Type /Page >> << /Type /Pages >>"), "pdf", {"pages": 2}),
    "pdf_that_writes_of_scripts_in_the_data_of_a_stream": (
        samples.pdf(extra=b"9 0 obj\n<< /A (\\)) /B [<28>] >>\nstream\r\n/JS (x) /Encrypt \nendstream\nendobj\n"),
        "pdf", {"pages": 1}),
    "pdf_with_a_line_behind_its_end": (samples.pdf(behind=b"\r\n\0\0"), "pdf", {"pages": 1}),
    "jpeg": (samples.picture(), "jpeg", {"width": 64, "height": 40}),
    "png": (samples.picture("PNG"), "png", {"width": 64, "height": 40}),
    "webp": (samples.picture("WEBP"), "webp", {"width": 64, "height": 40}),
    "large_photo_is_made_smaller": (samples.picture(size=(6000, 3000)), "jpeg", {"width": 4096, "height": 2048}),
    "docx": (samples.office(), "docx", {}),
    "xlsx": (samples.office("xlsx"), "xlsx", {}),
    "pptx": (samples.office("pptx"), "pptx", {}),
    "docx_with_a_chart": (
        samples.office_with({"word/embeddings/Sheet1.xlsx": samples.office("xlsx")}), "docx", {}),
    "odt": (samples.opendocument(), "odt", {}),
    "ods": (samples.opendocument("spreadsheet"), "ods", {}),
    "text": (b"Nama;Capaian\nPuskesmas Ampenan;97%\n", "text", {"lines": 3}),
    "text_with_a_mark_of_order": (b"\xef\xbb\xbfn\xc3\xa9e\n", "text", {"lines": 2}),
    "text_with_less_than": (b"kehadiran < 95% dan x > 3", "text", {"lines": 1}),
}  # fmt: skip
SCRIPT = b"/S /JavaScript /JS (x)"
HIDDEN = {  # each looks like the data of a stream to somebody who reads it otherwise than a reader of PDF does
    "a_stream_in_a_string": b"9 0 obj << /A (>> stream\n) %s /B (\nendstream) >> endobj\n" % SCRIPT,
    "a_stream_in_a_nested_string": b"9 0 obj << /A (\\( (a) >> stream\n) %s /B (\nendstream) >> endobj\n" % SCRIPT,
    "a_stream_in_a_comment": b"9 0 obj << %% >> stream\n%s %% endstream\n >> endobj\n" % SCRIPT,
    "a_stream_in_a_dictionary": b"9 0 obj << /A << >> stream\n %s /B endstream >> endobj\n" % SCRIPT,
    "a_stream_named": b"9 0 obj << /stream\n %s /endstream 1 >> endobj\n" % SCRIPT,
    "a_bracket_in_hexadecimal": b"9 0 obj << /A <(> /B (>> stream\n) %s /C (endstream) >> endobj\n" % SCRIPT,
    "a_comment_before_its_object": b"%% 9 0 obj << /A (\n >> stream\n) %s /B (endstream) >> endobj\n" % SCRIPT,
    "an_object_in_a_string":
        b"9 0 obj << /A endobj /B (8 0 obj << >> stream\n) %s /C (endstream) >> endobj\n" % SCRIPT,
    "an_object_in_data": b"9 0 obj << >> stream\n 8 0 obj << %s >> endobj\nendstream endobj\n" % SCRIPT,
    "an_object_in_data_with_comments": b"9 0 obj << >> stream\n8%%\n0%%\nobj << %s >>\nendstream endobj\n" % SCRIPT,
    "an_object_in_data_far_from_its_number":
        b"9 0 obj << >> stream\n8%s0%s\nobj << %s >>\nendstream endobj\n" % (b" " * 300, b" " * 300, SCRIPT),
    "an_object_in_data_behind_a_long_comment":
        b"9 0 obj << >> stream\n8 0 %%%s\nobj << %s >>\nendstream endobj\n" % (b"%" * 300, SCRIPT),
    "a_trailer_in_data": b"9 0 obj << >> stream\n trailer << /Root << %s >> >>\nendstream endobj\n" % SCRIPT,
}  # fmt: skip
RELATIONS = {
    "behind_a_bracket": b'<Relationship Target="a>b" Type="x/attachedTemplate" TargetMode="External"/>',
    "in_single_quotes": b"<r:Relationship Type='x/attachedTemplate' TargetMode = 'External'/>",
    "written_by_numbers": b'<Relationship Type="x/&#97;ttachedTemplate" TargetMode="&#x45;xternal"/>',
}
REFUSED = {
    "pdf_and_zip": (samples.pdf(behind=samples.archive({"a": b"b"})), "polyglot"),
    "pdf_and_zip_before_its_end": (
        samples.pdf(extra=samples.archive({"a": b"b"})), "polyglot"),
    "pdf_and_page": (samples.pdf(behind=PAGE), "polyglot"),
    "pdf_and_two_thousand_bytes": (samples.pdf(behind=b"x" * 2_000), "polyglot"),
    "pdf_and_a_megabyte": (samples.pdf(behind=b"x" * 1_000_000), "broken"),
    "pdf_cut_short": (samples.pdf()[:200], "broken"),
    "pdf_after_something": (b"\n" + samples.pdf(), "kind"),
    "pdf_with_script": (samples.pdf(extra=b"9 0 obj << /S /JavaScript /JS (x) >> endobj\n"), "pdf_script"),
    "pdf_with_script_written_otherwise": (
        samples.pdf(extra=b"9 0 obj << /S /J#61v#61Script >> endobj\n"), "pdf_script"),
    "pdf_with_script_in_an_object_stream": (samples.hidden_in_objects(b"<< /JS (x) >>"), "pdf_script"),
    "pdf_with_script_in_an_object_stream_called_otherwise": (
        samples.hidden_in_objects(b"<< /JS (x) >>").replace(b"/ObjStm", b"/Obj#53tm"), "pdf_script"),
    "pdf_with_an_object_stream_that_readers_mend": (
        samples.hidden_in_objects(b"<< /JS (x) >>").replace(zlib.compress(b"<< /JS (x) >>")[-4:], bytes(4)), "broken"),
    **{f"pdf_with_script_behind_{name}": (samples.pdf(extra=hidden), "pdf_script") for name, hidden in HIDDEN.items()},
    "pdf_with_an_object_stream_of_no_type": (
        samples.hidden_in_objects(b"<< /JS (x) >>").replace(b"/Type /ObjStm", b""), "pdf_script"),
    "pdf_with_an_object_stream_of_a_long_head": (
        samples.hidden_in_objects(b"<< /JS (x) >>").replace(b"/N 1", b"/N 1 /X (%s)" % (b"x" * 9_000)), "pdf_script"),
    "pdf_with_an_object_stream_after_a_name_of_an_object": (
        samples.hidden_in_objects(b"<< /JS (x) >>").replace(b"/Filter", b"/X (1 0 obj) /Filter"), "pdf_script"),
    "pdf_with_an_object_stream_cut_short": (
        samples.hidden_in_objects(b"x" * 90 + b"/JS").replace(b"\nendstream", b"endstream\nendstream")
        .replace(zlib.compress(b"x" * 90 + b"/JS")[-6:], b""), "broken"),
    "pdf_of_a_stream_that_does_not_end": (samples.pdf(extra=b"9 0 obj << >> stream\nx"), "broken"),
    "pdf_that_starts_a_program": (samples.pdf(extra=b"9 0 obj << /S /Launch >> endobj\n"), "pdf_launch"),
    "pdf_with_a_file_inside": (samples.pdf(extra=b"9 0 obj << /EmbeddedFiles 1 0 R >> endobj\n"), "pdf_inside"),
    "pdf_with_a_password": (samples.pdf(extra=b"9 0 obj << /Encrypt 1 0 R >> endobj\n"), "pdf_password"),
    "pdf_whose_objects_explode": (samples.hidden_in_objects(bytes(70_000_000)), "bomb"),
    "png_and_page": (samples.picture("PNG") + PAGE, "polyglot"),
    "png_and_page_and_padding": (samples.picture("PNG") + PAGE + bytes(5_000), "polyglot"),
    "jpeg_and_zip": (samples.picture() + samples.archive({"a": b"b"}), "polyglot"),
    "webp_and_page": (samples.picture("WEBP") + PAGE, "polyglot"),
    "png_of_900_million_pixels": (samples.pixel_bomb(), "pixels"),
    "jpeg_cut_short": (samples.picture(size=(400, 400))[:700], "broken"),
    "png_with_nothing_in_it": (samples.picture("PNG")[:20], "broken"),
    "gif_and_script": (samples.GIF_AND_SCRIPT, "kind"),
    "gif": (samples.picture("GIF"), "kind"),
    "bmp": (samples.picture("BMP"), "kind"),
    "exe": (samples.EXE, "kind"),
    "old_word_document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_office"),
    "photo_of_an_iphone": (b"\0\0\0\x24ftypheic" + bytes(600), "heic"),
    "svg": (samples.SVG, "page"),
    "html": (b"<!DOCTYPE html><p>x", "page"),
    "html_far_behind": (b"Laporan\n" * 20_000 + b"< script>x", "page"),
    "html_across_two_pieces": (b"x" * (64 * 1024 - 4) + b"<script>x", "page"),
    "shell_script": (b"#!/bin/sh\nrm -rf /\n", "program"),
    "batch_file": (b"@echo off\r\ndel *.*\r\n", "program"),
    "text_in_utf_16": ("Nama".encode("utf-16"), "kind"),
    "text_with_nul": (b"Nama\0", "kind"),
    "plain_zip": (samples.archive({"a.txt": b"b"}), "kind"),
    "zip_bomb": (samples.zip_bomb(), "bomb"),
    "zip_of_4500_members": (samples.many_members(), "bomb"),
    "zip_whose_directory_lies": (samples.lying_bomb(), "broken"),
    "docx_with_macros": (samples.office(word__vbaProject=b"", **{"word__vbaProject.bin": b"x"}), "macros"),
    "docx_that_says_macros": (
        samples.archive({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml",
                         "word/document.xml": b""}), "macros"),
    "odt_with_macros": (samples.opendocument(Basic__Standard=b"x"), "macros"),
    "docx_with_a_program": (samples.office_with({"word/media/run.exe": b"MZ"}), "inside"),
    "docx_with_an_archive": (samples.office_with({"word/media/x.png": samples.archive({"a": b""})}), "inside"),
    "docx_in_docx_in_docx": (
        samples.office_with({"word/embeddings/a.docx": samples.office_with(
            {"word/embeddings/b.docx": samples.office()})}), "inside"),
    "docx_with_a_bomb_inside": (
        samples.office_with({"word/embeddings/a.docx": samples.zip_bomb()}), "bomb"),
    "docx_that_climbs": (samples.office_with({"../../etc/passwd": b"x"}), "path"),
    "docx_with_an_absolute_name": (samples.office_with({"/etc/passwd": b"x"}), "path"),
    "docx_that_fetches_a_template": (
        samples.office_with({"word/_rels/settings.xml.rels": b'<Relationship Type="http://x/attachedTemplate" '
                             b'Target="http://evil/x.dotm" TargetMode="External"/>'}), "fetched"),
    **{f"docx_that_fetches_a_template_{name}": (samples.office_with({"word/_rels/x.RELS": relation}), "fetched")
       for name, relation in RELATIONS.items()},
    "docx_whose_relations_are_in_utf_16": (
        samples.office_with({"word/_rels/x.rels": '<Relationship Type="x/frame"/>'.encode("utf-16")}), "broken"),
    "docx_whose_relations_have_words_of_their_own": (
        samples.office_with({"word/_rels/x.rels": b'<!DOCTYPE x [<!ENTITY e "External">]><x/>'}), "broken"),
    "docx_with_a_password": (samples.encrypted(), "password"),
    "docx_and_page": (samples.office() + PAGE, "polyglot"),
    "docx_cut_short": (samples.office()[:-30], "broken"),
}  # fmt: skip


def given(tmp_path, content):
    path = tmp_path / "part"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", TAKEN)
def test_a_good_file_is_taken_for_what_it_is(name, tmp_path):
    content, kind, facts = TAKEN[name]
    found = judging.judge(given(tmp_path, content))
    assert (found.kind, dict(found.facts)) == (kind, facts)


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_its_reason(name, tmp_path):
    content, why = REFUSED[name]
    with pytest.raises(FileRefused) as refused:
        judging.judge(given(tmp_path, content))
    assert refused.value.message.key == f"file.refused.{why}"


@pytest.mark.parametrize(
    ("content", "name"),
    [(samples.picture("GIF"), "GIF"), (samples.EXE, "EXE"), (b"SQLite format 3\0" + bytes(500), "DB")],
)
def test_what_is_not_taken_is_called_by_its_name(tmp_path, content, name):
    with pytest.raises(FileRefused) as refused:
        judging.judge(given(tmp_path, content))
    assert refused.value.message.params["found"] == name


def test_a_photo_is_turned_upright_and_says_nothing_of_its_maker(tmp_path):
    found = judging.judge(given(tmp_path, samples.photo()))
    fresh = found.fresh.read_bytes()
    with Image.open(BytesIO(fresh)) as image:
        assert image.size == (40, 64), "turned by a quarter, as its EXIF asked"
        assert not image.getexif() and "icc_profile" not in image.info and "comment" not in image.info
        red, green, _ = image.getpixel((20, 10))
        assert red > 200 and green < 60, "the red half is the upper one now"
    assert b"ahasia" not in fresh


def test_a_motion_photo_keeps_the_photo_alone(tmp_path):
    found = judging.judge(given(tmp_path, samples.picture() + b"ftypmp42" + bytes(9_000)))
    assert found.fresh.stat().st_size < 9_000


def test_each_image_has_a_small_picture_of_its_own(tmp_path):
    found = judging.judge(given(tmp_path, samples.picture("PNG", size=(2_000, 1_000))))
    with Image.open(found.preview) as image:
        assert (image.format, image.size) == ("JPEG", (480, 240))


def test_whatever_the_judge_breaks_on_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(judging, "JUDGE", replace(judging.JUDGE, seconds=0.01))
    with pytest.raises(FileRefused, match=r"file\.refused\.bomb"):
        judging.judge(given(tmp_path, samples.pdf()))


def test_the_judge_may_take_no_more_memory_than_it_gave_itself(tmp_path):
    """Sabotage of itself: asked for more than its limit, the process says so and lives no longer than that."""
    code = (
        "import sys; from engine.evidence import judge, pdf\n"
        "pdf.check = lambda path: bytearray(2 * judge.MEMORY)\n"
        "sys.exit(judge.main(sys.argv[1:]))"
    )
    path = given(tmp_path, samples.pdf())
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(path) + "f", str(path) + "p"],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == {"refused": {"key": "file.refused.bomb", "params": {}}}


def test_every_sample_is_judged_alike_without_the_other_process(tmp_path):
    for content, kind, _ in TAKEN.values():
        assert judge_here(given(tmp_path, content), tmp_path / "f", tmp_path / "p")["kind"] == kind


@pytest.mark.parametrize(
    "piece", [b"(", b"1 0 obj <<", b"1 0 obj (", b"1 0 obj endobj ", b"<", b"%", b"1 0%", b" obj"], ids=repr
)
def test_a_pdf_made_to_keep_the_judge_busy_is_answered_soon(piece, tmp_path):
    path = given(tmp_path, samples.pdf(extra=b"9 0 obj " + piece * (3_000_000 // len(piece)) + b" endobj\n"))
    began = time.process_time()
    with contextlib.suppress(FileRefused):
        pdf.check(path)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "piece",
    [b'<Relationship Type="x/image" Target="y" TargetMode="External"/>', b"<Relationship ", b"<Relationship frame" * 2,
     b" attachedTemplate"],
)  # fmt: skip
def test_relations_of_five_megabytes_are_read_once(piece, tmp_path):
    path = given(tmp_path, samples.office_with({"word/_rels/x.rels": b"<x " + piece * (5_000_000 // len(piece))}))
    began = time.process_time()
    assert office.check(path) == ("docx", {})
    assert time.process_time() - began < 2


def test_relations_that_nobody_needs_are_refused_by_their_size(tmp_path):
    with pytest.raises(FileRefused, match=r"file\.refused\.bomb"):
        office.check(given(tmp_path, samples.office_with({"word/_rels/x.rels": bytes(21_000_000)})))
