"""Printing from the portal, and the open page on which whoever holds a print checks it."""

import io
import re

import pytest

from tests.pdf import squeezed, text_of
from tests.portal.house import plain, value_of
from tests.verbs.test_prints import code_on


@pytest.fixture
def done(house):
    case = house.case()
    house.walk(case, until="send_to_calibration")
    house.fire(case, "bob", "finalize")
    return case


def printed(browser, path, key=""):
    """What a print button answers."""
    return browser.client.post(f"{path}/prints", data={"csrf_token": browser.csrf, "key": key})


@pytest.fixture
def held(house, done):
    """A print that carol made: its file and its reference."""
    pdf = printed(house.browser("carol"), f"/cases/{done}", "d_1_1").data
    return pdf, re.search(r"prints/([a-z2-7]{26})", text_of(pdf))[1]


@pytest.fixture
def stranger(house):
    """A browser of nobody."""
    return house.app.test_client()


def verdict(stranger, ref, data=None, path="", **more):
    page = stranger.get(f"/prints/{ref}").get_data(as_text=True)
    data = {"csrf_token": value_of(page, "csrf_token"), **(data or {})}
    answer = stranger.post(f"/prints/{ref}{path}", data=data, **more)
    found = re.search(r'<h2 id="verdict">(.*?)</h2>', answer.get_data(as_text=True), re.DOTALL)
    return plain(found[1]).strip(), plain(answer.get_data(as_text=True))


def test_the_page_of_a_case_offers_what_may_be_printed_and_each_button_gives_a_pdf(house, done):
    carol = house.browser("carol")
    keys = re.findall(r'name="key" value="(\w+)"><svg', carol.get(f"/cases/{done}"))
    assert keys == ["a_1_6", "a_1_8", "b_1_2", "c_1_1", "c_1_2", "d_1_1", "case"]
    for key in keys:
        answer = printed(carol, f"/cases/{done}", key)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert re.fullmatch(r"attachment; filename=[a-z0-9-]+\.pdf", answer.headers["Content-Disposition"])
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "no-store" in answer.headers["Cache-Control"]


def test_a_form_that_was_sent_is_printed_from_its_page(house, done):
    carol = house.browser("carol")
    sent = re.search(r'href="(/submissions/\w+)"', carol.get(f"/cases/{done}"))[1]
    assert f'action="{sent}/prints"' in carol.get(sent)
    assert squeezed("Melampaui target.") in text_of(printed(carol, sent).data)


@pytest.mark.parametrize(("name", "status"), [("carol", 200), ("erin", 200), ("bob", 200), ("alice", 200),
                                              ("frank", 200), ("mallory", 404)])  # fmt: skip
def test_who_may_read_may_print_and_nobody_else(house, done, name, status):
    browser = house.browser(name)
    sent = re.search(r'href="(/submissions/\w+)"', house.browser("alice").get(f"/cases/{done}"))[1]
    for path, key in ((f"/cases/{done}", "d_1_1"), (f"/cases/{done}", "case"), (sent, "")):
        assert printed(browser, path, key).status_code == status, path


def test_nobody_prints_without_signing_in(stranger, done):
    token = value_of(stranger.get("/sign-in").get_data(as_text=True), "csrf_token")
    assert stranger.post(f"/cases/{done}/prints", data={"csrf_token": token, "key": "case"}).status_code == 401


def test_reading_prints_nothing(house, done):
    for path in (f"/cases/{done}/prints", f"/cases/{done}/prints/case.pdf"):
        assert house.browser("carol").client.get(path).status_code in (404, 405)


def test_an_unknown_print_of_a_case_is_not_there(house, done):
    for key in ("", "nope", "rating", "..", "a_1_6.pdf", "\0", "a" * 5000):
        assert printed(house.browser("carol"), f"/cases/{done}", key).status_code in (400, 404)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_print_is_in_the_language_of_whoever_prints(house, done, language):
    found = text_of(printed(house.browser("carol", language), f"/cases/{done}", "d_1_1").data)
    assert squeezed({"id": "DOKUMEN EVALUASI", "en": "EVALUATION DOCUMENT"}[language]) in found
    assert squeezed({"id": "halaman 1 dari", "en": "page 1 of"}[language]) in found


def test_the_trail_says_that_somebody_printed(house, done, held):
    assert "Carol" in plain(house.browser("erin").get(f"/cases/{done}"))
    assert "Mencetak dokumen" in plain(house.browser("erin").get(f"/cases/{done}"))


def test_the_open_page_tells_no_more_than_that_the_print_was_made(stranger, held):
    answer = stranger.get(f"/prints/{held[1]}")
    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    assert "Cetakan dengan referensi ini pernah dibuat" in page and "Masih berlaku" in page
    assert "Dokumen evaluasi (D.1.1)" in page and "C." in page
    assert "Carol" not in page and "Di atas" not in page


def test_genuine_with_the_code_and_not_genuine_with_an_altered_figure(stranger, held):
    pdf, ref = held
    code = code_on(pdf)
    said, page = verdict(stranger, ref, {"check_code": code})
    assert said == "Kode benar: bandingkan isinya"
    assert "Predikat kinerja pegawai Baik" in page and "Carol" in page
    labels = re.findall(r'<label class="form-label" for="figure-(\d)">([^<]+) <', stranger.get(f"/prints/{ref}").text)
    place = next(at for at, label in labels if label == "Predikat kinerja pegawai")
    said, page = verdict(stranger, ref, {"check_code": code, f"figure-{place}": "Sangat Baik"})
    assert said == "Tidak asli: isi kertas telah diubah" and "Yang berbeda: Predikat kinerja pegawai." in page
    said, page = verdict(stranger, ref, {"check_code": code, f"figure-{place}": "baik"})
    assert said == "Kode benar: bandingkan isinya"
    on_paper = {label: re.search(rf"{label} (.*?) (?:sama|\(bandingkan)", page)[1] for _, label in labels}
    read = {f"figure-{at}": on_paper[label] for at, label in labels}
    said, page = verdict(stranger, ref, {"check_code": code, **read})
    assert said == "Asli"


def test_a_wrong_code_tells_nothing(stranger, held):
    said, page = verdict(stranger, held[1], {"check_code": "0000-0000-0000", "figure-0": "Carol"})
    assert said.startswith("Tidak asli") and "Isi sebagaimana dicetak" not in page


def test_the_file_is_known_byte_for_byte(stranger, held):
    pdf, ref = held
    said, _ = verdict(stranger, ref, {"file": (io.BytesIO(pdf), "x.pdf")}, "/file")
    assert said == "Asli: berkas ini sama persis"
    said, _ = verdict(stranger, ref, {"file": (io.BytesIO(pdf + b" "), "../../x.exe")}, "/file")
    assert said.startswith("Tidak asli")


def test_guesses_are_slowed_and_the_page_still_opens(stranger, held):
    page = stranger.get(f"/prints/{held[1]}").get_data(as_text=True)
    token = value_of(page, "csrf_token")
    tries = [stranger.post(f"/prints/{held[1]}", data={"csrf_token": token, "check_code": f"{at:012}"})
             for at in range(8)]  # fmt: skip
    assert [answer.status_code for answer in tries[:3]] == [200] * 3 and tries[-1].status_code == 429
    assert stranger.get(f"/prints/{held[1]}").status_code == 200


def test_an_unknown_reference_says_so_and_is_no_denial(stranger, house):
    answer = stranger.get(f"/prints/{'b' * 26}")
    assert answer.status_code == 404
    assert "Tidak ada cetakan dengan referensi ini" in plain(answer.get_data(as_text=True))


def test_opening_the_page_asks_the_database_a_bounded_number_of_questions(stranger, house, held):
    with house.counted() as statements:
        stranger.get(f"/prints/{held[1]}")
    assert len(statements) <= 9, statements


def test_a_broken_post_is_answered(stranger, held):
    page = stranger.get(f"/prints/{held[1]}").get_data(as_text=True)
    token = {"csrf_token": value_of(page, "csrf_token")}
    assert stranger.post(f"/prints/{held[1]}", data=token).status_code == 200
    assert stranger.post(f"/prints/{held[1]}/file", data=token).status_code == 200
    assert stranger.post(f"/prints/{held[1]}", data={"check_code": "x"}).status_code == 400
    long = {**token, "check_code": "É" * 100_000, "figure-0": "x" * 100_000}
    assert stranger.post(f"/prints/{held[1]}", data=long).status_code == 200
