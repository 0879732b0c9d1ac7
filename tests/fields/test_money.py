"""Amounts: read as people here write them, grouped alike in both languages."""

from decimal import Decimal

import pytest

from tests.core.tiny import problems
from tests.fields.judging import kind, refusal, value

READ = {
    "1250000": "1250000",
    "1.250.000": "1250000",
    "1.250": "1250",
    "1,250": "1250",
    "Rp 1.250.000": "1250000",
    "rp1.250.000,-": "1250000",
    "Rp. 51.727.239.612,00": "51727239612",
    "IDR 5000": "5000",
    "-Rp 500": "-500",
    "0": "0",
}


@pytest.mark.parametrize(("raw", "amount"), READ.items())
def test_an_amount_is_read_as_it_is_written_here(raw, amount):
    assert value("money", raw, minimum=-1000) == Decimal(amount)


@pytest.mark.parametrize(
    ("raw", "key"),
    {
        "lima juta": "field.number.unreadable",
        "US$ 5": "field.number.unreadable",
        "12,5": "field.number.places",
        "-1": "field.number.too_small",
        "1.25.000": "field.number.unreadable",
        True: "field.wrong_type",
    }.items(),
)
def test_anything_else_is_refused_with_its_reason(raw, key):
    assert refusal("money", raw) == key


def test_a_currency_alone_is_no_amount():
    assert value("money", "Rp ") is None


def test_an_amount_is_shown_with_its_currency_and_our_grouping_in_every_language():
    for language in ("id", "en"):
        assert kind("money").format(Decimal(1250000), language) == "Rp 1.250.000"
        assert kind("money").typed(Decimal(1250000), language) == "1.250.000"
        assert kind("money", currency="USD", places=2).format(Decimal("-1250.5"), language) == "-US$ 1.250,50"
        assert kind("money", currency="CHF").format(Decimal(3), language) == "CHF 3"


def test_a_currency_is_a_code_and_limits_stand_in_order():
    def wrong(**options):
        fields = {"x": {"type": "money", **options}}
        return problems({"forms": {"f": {"sections": {"s": {"fields": fields}}}}})

    assert set(wrong(currency="rupiah").values()) == {"bind.not_a_currency"}
    assert wrong(minimum=5, maximum=3) == {"forms.f.sections.s.fields.x.minimum": "bind.reversed"}
    assert wrong(places=3) != {}
