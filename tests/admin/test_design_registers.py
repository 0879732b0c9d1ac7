"""A register is designed by labels and choices alone: from an empty page until somebody adds the first entry."""

import pytest

from engine import design_beginnings, designs
from engine.documents import read_yaml
from tests.admin.city import words
from tests.admin.test_design_pages import Hands
from tests.portal.pages import Fields
from wsgi import SHIPPED

MOST = 15  # statements of a page: one for each kind that is published, to know what may be named
PAGES = ("", "?at=measures.minutes", "roles", "roles?at=roles.superior", "forms/activity", "try",
         "rule?at=measures.minutes.value", "book", "compare", "history", "hand-in")  # fmt: skip


def begun(city, **form):
    answer = city.post("admin", "/admin/designs/new", **form)
    return Hands(city, answer.headers["Location"].rstrip("/").rpartition("/")[2])


def both(name, said):
    return {f"{name}:id": said, f"{name}:en": said}


def saved(hands, page, **changed):
    """Post the first form of a page that goes to the panel, some of its controls changed."""
    form = {}
    for name, value in Fields(hands.open(page).text, f"{hands.root}/panel").pairs:
        form.setdefault(name, []).append(value)
    form |= {name.replace("__", ":"): value for name, value in changed.items()}
    return hands.post("panel", **{name: value for name, value in form.items() if name != "next"})


@pytest.fixture
def daily(city):
    document = read_yaml((SHIPPED / "registers/daily_activity.yaml").read_text(), "daily_activity.yaml")[0]
    return Hands(
        city, design_beginnings.begin(city.rt, document, name="Aktivitas", actor=city.actor("admin"), origin="uji")
    )


def test_every_page_of_a_register_opens_with_few_statements(city, daily):
    daily.open("compare")  # what a version says is read once by a process
    for path in PAGES:
        with city.counted() as statements:
            daily.open(path)
        assert len(statements) <= MOST, (path, statements)
    assert "Tidak ada yang salah. Rancangan dapat diajukan." in words(daily.open())


def test_one_begins_by_saying_what_to_make(city):
    page = words(city.get("admin", "/admin/designs/new"))
    assert "Apa yang ingin Anda buat?" in page and "Wawancara" in page
    page = words(city.get("admin", "/admin/designs/new?kind=register"))
    assert "Presensi" in page and "Wawancara" not in page and "Evaluasi kinerja tahunan" not in page
    shipped = begun(city, **{"from": "shipped:attendance", **both("name", "Presensi kota")})
    assert shipped.document["key"] == "presensi_kota" and shipped.document["a_day"] == "one"


def test_a_register_is_made_from_an_empty_page_by_labels_and_choices_and_published(city):
    hands = begun(city, **{"from": "empty:register", **both("name", "Kunjungan")})
    assert "kind" in hands.document and hands.at("rights.add") == ["officer"]
    assert hands.city.client("admin").get(f"{hands.root}/forms/").headers["Location"].endswith("/forms/entry")
    at = "forms.entry.sections.main"
    for kind, label in (("time", "Berangkat"), ("time", "Pulang"), ("text", "Tujuan")):
        hands.post("forms/entry/do", do="add", kind=kind, words=label, at=at)
    saved(hands, "", **{"v__a_day": "many", "v__span.start": "berangkat", "v__span.end": "pulang", "v__days.back": "7",
                        "v__days.lock": "14", "v__about": "person", "v__keep_years": "5"})  # fmt: skip
    assert hands.at("span") == {"start": "berangkat", "end": "pulang"}
    assert hands.at("days") == {"back": 7, "lock": 14}
    hands.post("add", to="measures", **both("label", "Pulang"))
    path = "measures.pulang_2"  # a question has the other name already
    assert "Pulang" in words(hands.open()) and hands.at(path) is not None
    assert "wajib" in words(hands.open(f"?at={path}"))
    rule = {"was": "", "text": "pulang.minutes - berangkat.minutes", "mode": "text", "do": "save"}
    hands.post(f"rule?at={path}.value", **rule)
    assert "jumlah menit dari “Pulang” dikurangi jumlah menit dari “Berangkat”" in words(hands.open())
    saved(hands, "roles", **{"v__rights.verify": ["superior"], "v__rights.correct": []})
    assert hands.at("rights") == {"add": ["officer"], "read": ["officer", "superior"], "verify": ["superior"]}
    tried = {"try.day": "", "berangkat": "08:00", "pulang": "10:30", "tujuan": "Dinas", "do": "try"}
    assert "150" in words(hands.post("try", 200, **tried))
    wrong = words(hands.post("try", 200, **{**tried, "pulang": "07:00"}))
    assert "harus sesudah waktu mulai" in wrong
    book = words(hands.open("book"))
    assert "Setiap catatan berlangsung dari “Berangkat” sampai “Pulang”" in book
    hands.post("hand-in")
    assert "Sedang diperiksa" in words(city.get("admin", "/admin/designs/"))


def test_what_is_wrong_is_told_with_the_way_to_where_it_is_mended(daily):
    daily.post("edits", edits='[{"do": "put", "path": "days.lock", "value": 3, "was": 14}]')
    page = daily.open().text
    assert f'href="{daily.root}/?at=definition#p-days"' in page and 'id="p-days"' in page
    daily.post("add", to="measures", **both("label", "X"))
    assert f'href="{daily.root}/?at=measures.x#p-measures.x.value"' in daily.open().text
    daily.post("edits", edits='[{"do": "put", "path": "rights.add", "was": ["officer"]}]')
    page = daily.open().text
    assert f'href="{daily.root}/roles?at=definition#p-rights"' in page and 'id="p-rights"' in daily.open("roles").text


def test_a_question_that_the_span_and_a_measure_name_is_not_removed_but_may_be_renamed(daily):
    at = "forms.activity.sections.what.fields.ended"
    told = words(daily.post("remove", 200, path=at))
    assert "Belum dapat dihapus" in told and "Menit kerja" in told
    daily.post("rename", path=at, key="selesai")
    assert daily.at("span.end") == "selesai" and daily.at("measures.minutes.value") == "selesai.minutes - begun.minutes"


def test_steps_are_undone_and_what_changed_is_told_in_sentences(city, daily):
    daily.post("edits", edits='[{"do": "put", "path": "keep_years", "value": 6, "was": 5}]')
    version = designs.hand_in(city.rt, daily.ref, actor=city.actor("admin"))
    next_one = Hands(city, design_beginnings.begin_from_version(city.rt, version.ref, actor=city.actor("admin")))
    saved(next_one, "roles", **{"v__rights.verify": []})
    saved(next_one, "", **{"v__days.lock": "30"})
    told = words(next_one.open("compare"))
    assert (
        "yang memeriksa tidak lagi memuat “Atasan”" in told and "hari sampai dikunci berubah dari 14 menjadi 30" in told
    )
    next_one.post("undo")
    assert next_one.at("days.lock") == 14
