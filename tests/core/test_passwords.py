"""Passwords: what everybody tries first is refused, however it is dressed up; what is hard to guess passes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.messages import Message
from engine.core.passwords import WORDS, judge_password

COMMON = Message("accounts.password.common")
SITI = ("Siti Nurhaliza Rahmadani", "198706252010122001", "siti.rahmadani@mataramkota.go.id")


def test_length_counts_characters_and_says_what_was_found():
    assert judge_password("kx7#mPq9vTz") == Message("accounts.password.short", found=11, least=12)
    assert judge_password("kx7#mPq9vTzw") is None
    assert judge_password("ékx7#mPq9vTz") is None
    assert judge_password("kx7#mPq9vTzw" * 10 + "12345678") is None
    assert judge_password("kx7#mPq9vTzw" * 10 + "123456789") == Message("accounts.password.long", found=129, most=128)


@pytest.mark.parametrize(
    "password",
    [
        "kuda batu lampu hijau",
        "correct horse battery staple",
        "rahasia-banget-loh",
        "Ombak7Pantai-Senggigi",
        "8f3Kq!zLw0Tp",
        "583947160283",
        "  berangkat   kerja   ",
        "пароль-от-сарая",
        "saya suka makan pelecing",
    ],
)
def test_a_password_that_is_hard_to_guess_passes(password):
    assert judge_password(password, SITI) is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password2026!",
        "P@ssw0rd2026!!",
        "rahasia123456",
        "RAHASIA-RAHASIA",
        "katasandi2024",
        "123456789012",
        "098765432109",
        "111111111111",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijkl",
        "qwertyuiop12",
        "poiuytrewq21",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "qazwsxedc123",
        "asdfghjkl;'1",
        "Siklus2026!!",
        "admin@admin1",
        "pemkotmataram1",
        "Mataram-2026-01",
        "indonesia1945",
        "17-08-1945 17-08-1945",
        "BismillahJaya1",
        "iloveyou12345",
        "evaluasikinerja26",
        "puskesmas#2025",
        "1l0v3y0u1l0v3y0u",
    ],
)
def test_a_password_of_common_parts_is_refused(password):
    assert judge_password(password) == COMMON


@pytest.mark.parametrize(
    "password",
    [
        "SitiRahmadani1",
        "nurhaliza_1987",
        "19870625201012",
        "198706252010122001",
        "siti.rahmadani@mataramkota",
        "Rahmadani!!!!",
    ],
)
def test_a_password_made_of_its_owner_is_refused_for_the_owner(password):
    assert judge_password(password, SITI) == COMMON


def test_the_list_stands_for_more_than_three_thousand_common_passwords():
    tails = ("123456789", "2024", "2025", "2026!", "1234567", "!!!", "@123", "12345678901")
    dressed = {
        form(word) + tail for word, tail, form in itertools.product(set(WORDS), tails, (str, str.capitalize, str.upper))
    }
    long_enough = [password for password in dressed if len(password) >= 12]
    assert len(long_enough) > 3000
    assert [password for password in long_enough if judge_password(password) != COMMON] == []


@given(st.text(max_size=140), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_judged_without_an_error(password, context):
    answer = judge_password(password, context)
    assert answer is None or answer.key.startswith("accounts.password.")
