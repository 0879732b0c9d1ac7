"""One-time codes: the vectors of RFC 4226 and RFC 6238, the tolerance, and that a code is good once."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.core import recovery, totp

SECRET = b"12345678901234567890"
COUNTED = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
TIMED = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
NOW = totp.step_of(NOON)


@pytest.mark.parametrize(("counter", "code"), list(enumerate(COUNTED)))
def test_codes_by_number_are_those_of_rfc_4226_appendix_d(counter, code):
    assert totp.code_at(SECRET, counter) == code


@pytest.mark.parametrize(("seconds", "code"), list(TIMED.items()))
def test_codes_by_time_are_those_of_rfc_6238_appendix_b(seconds, code):
    assert totp.code_at(SECRET, totp.step_of(datetime.fromtimestamp(seconds, UTC)), digits=8) == code


@pytest.mark.parametrize(("away", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_early_and_one_step_late(away, fits):
    found = totp.matching_step(SECRET, totp.code_at(SECRET, NOW + away), NOON, None)
    assert found == (NOW + away if fits else None)


def test_a_code_is_good_once_and_so_are_those_before_it():
    used = totp.matching_step(SECRET, totp.code_at(SECRET, NOW), NOON, None)
    assert totp.matching_step(SECRET, totp.code_at(SECRET, NOW), NOON, used) is None
    assert totp.matching_step(SECRET, totp.code_at(SECRET, NOW - 1), NOON, used) is None
    later = NOON + timedelta(seconds=totp.PERIOD)
    assert totp.matching_step(SECRET, totp.code_at(SECRET, NOW + 1), later, used) == NOW + 1


@pytest.mark.parametrize("grouped", ["{}{}", "{} {}", " {}{} ", "{}\t{}\n"])
def test_a_code_may_be_typed_in_groups(grouped):
    code = totp.code_at(SECRET, NOW)
    assert totp.matching_step(SECRET, grouped.format(code[:3], code[3:]), NOON, None) == NOW


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "½23456", "١٢٣٤٥٦", "-12345", "1" * 100_000])
def test_what_is_no_code_fits_nothing(typed):
    assert totp.matching_step(SECRET, typed, NOON, None) is None


def test_the_address_says_who_and_how():
    found = totp.address(SECRET, issuer="Siklus Kota", account="1990 0303")
    assert found == (
        "otpauth://totp/Siklus%20Kota:1990%200303?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Siklus%20Kota&algorithm=SHA1&digits=6&period=30"
    )
    assert totp.typed_secret(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


@pytest.mark.parametrize(
    "typed", ["GEZD-GNBV-GY3T-QOJQ", "gezdgnbvgy3tqojq", " gezd gnbv gy3t qojq ", "GEZD–GNBV–GY3T–Q0JQ"]
)
def test_a_recovery_code_is_read_however_it_was_copied(typed):
    assert recovery.written(SECRET[:10]) == "GEZD-GNBV-GY3T-QOJQ"
    assert recovery.plain(typed) == "GEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize("typed", ["", "GEZD", "GEZDGNBVGY3TQOJQG", "123456", "GEZD GNBV GY3T ÅOJQ"])
def test_what_is_no_recovery_code_is_not_read_as_one(typed):
    assert recovery.plain(typed) is None


def test_a_recovery_code_is_hashed_for_its_owner_alone():
    assert recovery.hashed(b"k", "a", "X") != recovery.hashed(b"k", "b", "X") != recovery.hashed(b"l", "b", "X")
