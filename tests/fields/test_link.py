"""Web addresses: their form alone."""

import pytest

from tests.fields.judging import refusal, value

KEPT = {
    "https://www.bkn.go.id/berita?id=1&x=2#atas": "https://www.bkn.go.id/berita?id=1&x=2#atas",
    " HTTPS://WWW.BKN.GO.ID/Berita ": "https://www.bkn.go.id/Berita",
    "http://10.20.30.40:8080/a": "http://10.20.30.40:8080/a",
    "https://bücher.example/": "https://xn--bcher-kva.example/",
    "https://mеnpan.go.id/": "https://xn--mnpan-zwe.go.id/",  # its second letter is Cyrillic
    "https://go.id/surat%20tugas": "https://go.id/surat%20tugas",
}
REFUSED = {
    "javascript:alert(1)": "field.link.scheme",
    "JaVaScRiPt:alert(1)": "field.link.scheme",
    "data:text/html,x": "field.link.scheme",
    "ftp://bkn.go.id": "field.link.scheme",
    "//bkn.go.id/a": "field.link.scheme",
    "www.bkn.go.id": "field.link.scheme",
    "https://user:secret@bkn.go.id/": "field.link.credentials",
    "https://bkn.go.id@evil.example/": "field.link.credentials",
    "https://bkn.go.id\\@evil.example/": "field.link.character",
    "https:\\\\bkn.go.id": "field.link.character",
    "https://bkn.go.id/a b": "field.link.character",
    "https://bkn.go.id/\u200bx": "field.link.character",
    "https://bkn.go.id/<script>": "field.link.character",
    "https://bkn.go.id/\x01": "field.forbidden_character",
    "https://bkn.go.id/\u202ex": "field.forbidden_character",
    "https://": "field.link.host",
    "https:///etc": "field.link.host",
    "https://localhost/": "field.link.host",
    "https://-a.go.id/": "field.link.host",
    "https://a..go.id/": "field.link.host",
    "https://1.2/": "field.link.host",
    "https://999.1.1.1/": "field.link.host",
    "https://0x7f.1/": "field.link.host",
    "https://[::1]/": "field.link.host",
    "https://" + "a" * 64 + ".id/": "field.link.host",
    "https://" + "a." * 130 + "id/": "field.link.host",
    "https://" + "é" * 5000 + ".id/": "field.too_long",
    "https://bkn.go.id:99999/": "field.link.unreadable",
    "https://[bkn.go.id/": "field.link.unreadable",
    "https://bkn.go.id/" + "a" * 2000: "field.too_long",
}


@pytest.mark.parametrize(("raw", "kept"), KEPT.items())
def test_an_address_is_kept_with_its_host_in_plain_letters(raw, kept):
    assert value("link", raw) == kept


@pytest.mark.parametrize(("raw", "key"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_is_no_address_of_the_web_is_refused_with_its_reason(raw, key):
    assert refusal("link", raw) == key
