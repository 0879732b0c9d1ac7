"""Settings of how people get in: read from the environment, refused when they cannot be, keys of their own on disk."""

import stat

import pytest

from engine.access import FOR_RIGHTS, OFFERED, Access, ProviderSettings, is_safe_address, read_access
from engine.core.errors import BadRequest
from engine.installation import read_installation

PROVIDER = {
    "SIKLUS_OIDC_ISSUER": "https://sso.kota.go.id/realms/asn/",
    "SIKLUS_OIDC_CLIENT_ID": "siklus",
    "SIKLUS_PUBLIC_URL": "https://kinerja.kota.go.id/",
}


def test_without_settings_a_second_factor_is_offered_and_nobody_else_signs_in():
    assert read_access({}) == Access(OFFERED, None, None)


def test_all_settings_are_read():
    more = {"SIKLUS_SECOND_FACTOR": "required-for-rights", "SIKLUS_OIDC_TRUST_SECOND_FACTOR": "yes"}
    found = read_access({**PROVIDER, **more, "SIKLUS_OIDC_NAME": "SSO ASN", "SIKLUS_OIDC_CLIENT_SECRET": "s"})
    settings = ProviderSettings(PROVIDER["SIKLUS_OIDC_ISSUER"], "siklus", "s", "SSO ASN", trusted_factor=True)
    assert found == Access(FOR_RIGHTS, "https://kinerja.kota.go.id", settings)


WRONG = {
    "an unknown policy": {"SIKLUS_SECOND_FACTOR": "sometimes"},
    "an address over http": {"SIKLUS_PUBLIC_URL": "http://kinerja.kota.go.id"},
    "an address with a path": {"SIKLUS_PUBLIC_URL": "https://kota.go.id/kinerja"},
    "no address": {"SIKLUS_PUBLIC_URL": "kinerja.kota.go.id"},
    "a provider without a client": {**PROVIDER, "SIKLUS_OIDC_CLIENT_ID": ""},
    "a provider that cannot send people back": {**PROVIDER, "SIKLUS_PUBLIC_URL": ""},
    "a provider over http": {**PROVIDER, "SIKLUS_OIDC_ISSUER": "http://sso.kota.go.id"},
}


@pytest.mark.parametrize("settings", WRONG.values(), ids=WRONG.keys())
def test_settings_that_cannot_be_stop_the_start(settings):
    with pytest.raises(BadRequest):
        read_access(settings)


UNSAFE = [
    "http://a.example",
    "https://",
    "ftp://a",
    "https://u@a",
    "https://a#b",
    "https://a:x",
    "",
    "https://[::1",
    "//a",
]


@pytest.mark.parametrize("url", UNSAFE)
def test_what_could_be_read_on_the_way_is_no_safe_address(url):
    assert not is_safe_address(url)


@pytest.mark.parametrize("url", ["https://a.example/x", "http://127.0.0.1:9/x", "http://localhost", "http://[::1]:9"])
def test_https_and_this_machine_are_safe(url):
    assert is_safe_address(url)


def test_the_key_of_second_factors_is_its_own_and_readable_by_one_user(tmp_path):
    first = read_installation({}, tmp_path)
    assert first.factor_key != first.secret and len(first.factor_key) >= 32
    path = tmp_path / "var/factors.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_installation({}, tmp_path).factor_key == first.factor_key
    path.chmod(0o644)
    with pytest.raises(BadRequest):
        read_installation({}, tmp_path)


def test_a_short_key_stops_the_start(tmp_path):
    with pytest.raises(BadRequest) as short:
        read_installation({"SIKLUS_FACTOR_KEY": "short"}, tmp_path)
    assert short.value.message.params["name"] == "SIKLUS_FACTOR_KEY"
