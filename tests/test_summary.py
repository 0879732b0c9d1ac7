"""The summary cannot hide what was not run."""

import pytest

from tests import chromium, servers, summary


@pytest.fixture
def own_session(monkeypatch, tmp_path):
    monkeypatch.setenv(summary.DIRECTORY, str(tmp_path))


def test_what_is_missing_fails_in_ci(own_session, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        summary.not_run("no browser")


def test_what_is_missing_is_skipped_and_named_elsewhere(own_session, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        summary.not_run("no browser")
    assert summary.notes("not_run") == ["no browser"]


def test_a_browser_that_is_named_but_missing_is_not_replaced_by_another(monkeypatch):
    monkeypatch.setenv("SIKLUS_CHROMIUM", "/nowhere/chromium")
    assert chromium.find() is None


def test_a_server_that_cannot_be_found_names_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "find_spec", lambda name: None)
    with pytest.raises(servers.Unavailable, match="apt-get install redis-server"):
        servers.Servers(tmp_path).valkey()


def test_two_users_of_one_folder_share_its_server(postgresql):
    shared = summary.directory()
    assert servers.Servers(shared).postgresql() == postgresql


def test_a_kind_is_a_folder_or_the_subject_of_a_file():
    assert summary.kind("tests/store/test_apply.py::test_x[sqlite]") == "store"
    assert summary.kind("tests/test_docs.py::test_x") == "docs"
