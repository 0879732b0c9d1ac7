"""Eleven faults planted in one design: each found, named in words, with a jump to where it is mended."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from engine import design_beginnings
from engine.documents import read_yaml
from tests.admin.city import words
from wsgi import SHIPPED

WORDS = re.compile(r'<li class="design-finding[^>]*>.*?<a href="([^"]+)"[^>]*>(.*?)</a><p>(.*?)</p>', re.DOTALL)
# (what is wrong, words of it in Indonesian, in English, element to open, property)
FAULTS = [
    ("no way to the end", "Dari “Buntu” tidak ada jalan sampai akhir.", "No way leads from “Buntu” to the end.",
     "states.stuck", ""),
    ("unreachable state", "Tidak ada jalan dari awal menuju “Pulau”.", "No way leads from the beginning to “Pulau”.",
     "states.island", ""),
    ("automatic loop", "berputar tanpa akhir: Lingkar satu dan Lingkar dua",
     "go round for ever: Lingkar satu and Lingkar dua", "transitions.there", ""),
    ("role without a rule", "“Cara menemukan orangnya” belum diisi.", "“How the people are found” is still empty.",
     "roles.nobody", "rule"),
    ("rule nobody can hold", "jabatan itu tidak ada, jadi tidak akan ada pemegangnya",
     "there is no such post, so nobody will ever hold it", "roles.mayor", "post"),
    ("weights of 90", "harus 100, sekarang 90", "must total 100; they are 90", "results.score", "parts"),
    ("deleted field in a rule", "sudah tidak ada: “Weight” di formulir “Sasaran Kinerja Pegawai (SKP)”",
     "no longer there: “Weight” of the form “Performance plan (SKP)”", "transitions.approve", "when"),
    ("unlike types", "angka tidak dapat dibandingkan dengan teks", "number cannot be compared with text",
     "transitions.submit_evidence", "when"),
    ("missing translation", "Belum ada dalam bahasa Inggris", "Not there yet in English", "states.evidence", "label"),
    ("decides on himself", "ia mengakhiri evaluasinya sendiri", "who ends the evaluation himself",
     "states.calibrated.tasks.oneself", "role"),
    ("due before it opens", "dapat terlambat sebelum terbuka", "It can be late before it opens",
     "states.rated.tasks.rate", "due"),
]  # fmt: skip


def planted():
    """The basic cycle with all eleven faults."""
    document = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "basic_cycle.yaml")[0]
    states, moves = document["states"], document["transitions"]
    label = lambda said: {"id": said, "en": said}  # noqa: E731
    states["stuck"] = {"label": label("Buntu")}
    states["island"] = {"label": label("Pulau")}
    states["ring_one"], states["ring_two"] = {"label": label("Lingkar satu")}, {"label": label("Lingkar dua")}
    moves["to_stuck"] = {"label": label("Ke buntu"), "from": "approved", "to": "stuck"}
    states["approved"]["tasks"]["begin"]["decide"] += ["to_stuck", "to_ring"]
    moves["from_island"] = {"from": "island", "to": "finalized", "automatic": True}
    moves["to_ring"] = {"label": label("Ke lingkar"), "from": "approved", "to": "ring_one"}
    moves["there"] = {"from": "ring_one", "to": "ring_two", "automatic": True}
    moves["back"] = {"from": "ring_two", "to": "ring_one", "automatic": True}
    moves["out"] = {"from": "ring_two", "to": "finalized", "automatic": True, "when": "plan.total > 0"}
    document["roles"]["nobody"] = {"label": label("Entah siapa")}
    document["roles"]["mayor"] = {"label": label("Wali kota"), "rule": "holder_of_post", "post": "mayor_of_atlantis"}
    parts = {
        "one": {"weight": 50, "value": "plan.total"},
        "two": {"weight": 40, "value": "count(plan.targets)"},
    }
    document["result"]["score"] = {"label": label("Nilai"), "method": "weighted", "parts": parts}
    moves["approve"]["when"] = "sum(plan.totals.weight) == 100"
    moves["submit_evidence"]["when"] = 'plan.total == "seratus"'
    states["evidence"]["label"] = {"id": "Pengumpulan bukti dukung"}
    states["calibrated"]["tasks"]["oneself"] = {"label": label("Sendiri"), "role": "employee", "decide": ["finalize"]}
    states["rated"]["tasks"]["rate"]["due"] = {"on": "03-31", "of": "period"}
    return document


@pytest.fixture
def design(city):
    return design_beginnings.begin(city.rt, planted(), name="Salah", actor=city.actor("admin"), origin="uji")


def found(page):
    """(address, element and property as people read them, words) of each problem."""
    plain = lambda text: " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())  # noqa: E731
    return [(html.unescape(href), plain(title), plain(told)) for href, title, told in WORDS.findall(page.text)]


@pytest.mark.parametrize("language", ["id", "en"])
def test_eleven_faults_are_found_named_and_each_has_its_jump(city, design, language):
    page = city.get("admin", f"/admin/designs/{design}/", language)
    problems = found(page)
    for fault, *told, at, name in FAULTS:
        said = told[("id", "en").index(language)]
        here = [(href, line) for href, _, line in problems if parse_qs(urlsplit(href).query)["at"] == [at]]
        assert here, f"{fault}: no jump to {at} among {problems}"
        anchor = f"p-{at}.{name}" if name else "design-side"
        meant = [each for each in here if urlsplit(each[0]).fragment == anchor and said in each[1]]
        assert meant, f"{fault}: {here}"


def test_each_jump_leads_to_the_place_where_it_is_mended(city, design):
    page = city.get("admin", f"/admin/designs/{design}/")
    for href, _, _ in found(page):
        address = urlsplit(href)
        if address.path.endswith(("/", "/roles")) and "/results/" not in address.path:
            there = city.get("admin", f"{address.path}?{address.query}").text
            assert f'id="{address.fragment}"' in there, href


def test_a_design_with_faults_is_not_handed_in(city, design):
    page = words(city.get("admin", f"/admin/designs/{design}/hand-in"))
    assert "yang harus diperbaiki dahulu" in page and "Ajukan untuk diperiksa" not in page
    city.post("admin", f"/admin/designs/{design}/hand-in", 422)


def test_nothing_is_told_by_key_or_path(city, design):
    for _, title, told in found(city.get("admin", f"/admin/designs/{design}/")):
        assert not re.search(r"\b(states|transitions|roles|forms|results)\.\w", f"{title} {told}"), told
