"""What a request may say: no NUL anywhere, short numbers, days of our centuries."""

import io
from datetime import date

import pytest

from engine.web.reading import day, host, whole


@pytest.mark.parametrize("path", ["/nowhere%00", "/look?q=%00", "/look?%00=q", "/fail/stale%00"])
def test_an_address_with_a_nul_is_a_bad_request(client, path):
    answer = client.get(path)
    assert answer.status_code == 400 and "NUL" in answer.text


@pytest.mark.parametrize(
    "sent",
    [{"plan": "a\0b"}, {"pl\0an": "a"}, {"file": (io.BytesIO(b"x"), "a\0.yaml")}, {"fi\0le": (io.BytesIO(b"x"), "a")}],
    ids=["value", "name", "file name", "name of a file"],
)
def test_a_form_with_a_nul_is_a_bad_request(client, token_of, sent):
    answer = client.post("/echo", data={"csrf_token": token_of(client), "other": "tetap ada", **sent})
    assert answer.status_code == 400
    assert "NUL" in answer.text and "tetap ada" in answer.text


@pytest.mark.parametrize("text", ["", "²", "٣", "-1", "+1", "1_0", " 1", "9" * 5000, "1" * 10, "x"])
def test_no_number_is_read_from_anything_but_a_few_ascii_digits(text):
    assert whole(text) is None


def test_a_whole_number_is_read():
    assert [whole("0"), whole("007"), whole("9" * 9)] == [0, 7, 999_999_999]


@pytest.mark.parametrize("text", ["", "x", "0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_outside_our_centuries_is_none(text):
    assert day(text) is None


def test_a_day_is_read():
    assert day("2026-02-28") == date(2026, 2, 28)


@pytest.mark.parametrize("header", ["Origin", "Referer"])
@pytest.mark.parametrize("address", ["http://[", "http://[::1", "http://]", "//"])
def test_an_address_that_is_none_belongs_to_nobody(client, token_of, header, address):
    assert host("http://[") is None
    token = token_of(client)
    status = 400 if header == "Origin" else 200
    assert client.post("/echo", data={"csrf_token": token}, headers={header: address}).status_code == status
    assert client.get("/look", headers={header: address}).status_code == 200
    assert client.get("/nowhere", headers={header: address}).status_code == 404
