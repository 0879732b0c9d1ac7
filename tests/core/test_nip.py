"""The number of a civil servant: what it says, and every way in which it cannot be true."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.messages import Message
from engine.core.nip import Nip, plain_nip, read_nip


def test_a_number_tells_birth_appointment_and_sex():
    assert read_nip("198706252010121001", "pns") == Nip(
        "198706252010121001", date(1987, 6, 25), date(2010, 12, 1), "male"
    )


def test_a_number_is_printed_in_its_four_groups_and_read_back():
    nip = read_nip("19870625 201012 1 001", "pns")
    assert str(nip) == "19870625 201012 1 001"
    assert read_nip(str(nip), "pns") == nip


def test_the_month_of_appointment_is_a_marker_for_contract_employees():
    assert read_nip("199203142023212010", "pppk") == Nip(
        "199203142023212010", date(1992, 3, 14), date(2023, 1, 1), "female"
    )
    assert read_nip("199203142023212010", "pns") == Message("people.nip.appointed", found="202321")


def test_a_civil_servant_s_number_is_often_none_of_a_contract_employee():
    assert read_nip("198706252010121001", "pppk") == Message("people.nip.contract", found="2010", since="2019")
    assert isinstance(read_nip("198706252019131001", "pppk"), Nip), "no month is asked of a contract"


WRONG = {
    "too short": ("19870625201012100", Message("people.nip.digits", found="19870625201012100", length=17)),
    "too long": ("1987062520101210011", Message("people.nip.digits", found="1987062520101210011", length=19)),
    "a letter": ("19870625201012100A", Message("people.nip.digits", found="19870625201012100A", length=18)),
    "digits of another script": (
        "١٩٨٧٠٦٢٥٢٠١٠١٢١٠٠١",
        Message("people.nip.digits", found="١٩٨٧٠٦٢٥٢٠١٠١٢١٠٠١", length=18),
    ),
    "nothing": ("", Message("people.nip.digits", found="", length=0)),
    "no such day": ("198702302010121001", Message("people.nip.born", found="19870230")),
    "no such month of birth": ("198713252010121001", Message("people.nip.born", found="19871325")),
    "no such month of appointment": ("198706252010131001", Message("people.nip.appointed", found="201013")),
    "a child": ("198706251999121001", Message("people.nip.age", born="1987", appointed="1999")),
    "before birth": ("198706251980121001", Message("people.nip.age", born="1987", appointed="1980")),
    "no such sex": ("198706252010123001", Message("people.nip.sex", found="3")),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_number_is_told_with_what_was_found(text, message):
    assert read_nip(text, "pns") == message


@given(st.text(max_size=40), st.sampled_from(["pns", "pppk"]))
def test_any_text_is_either_a_number_or_a_message(text, kind):
    answer = read_nip(text, kind)
    assert isinstance(answer, Message) or answer.digits == plain_nip(text)


@given(st.text(alphabet="0123456789", min_size=18, max_size=18))
def test_eighteen_digits_are_read_or_told_apart(digits):
    answer = read_nip(digits, "pns")
    if isinstance(answer, Nip):
        assert f"{answer.born:%Y%m%d}{answer.appointed:%Y%m}" == digits[:14]


def test_vector_t32_of_the_domain_a_valid_number_tells_sex_birth_and_appointment():
    found = read_nip("198706252010121001", "pns")
    assert (found.sex, found.born, found.appointed) == ("male", date(1987, 6, 25), date(2010, 12, 1))


def test_vector_t33_of_the_domain_month_13_and_17_digits_are_refused():
    for wrong in ("198713252010121001", "198706252010131001", "19870625201012100"):
        assert isinstance(read_nip(wrong, "pns"), Message)
