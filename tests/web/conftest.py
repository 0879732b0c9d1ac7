"""The small site of site.py, and clients who are signed in as somebody.

site        the Flask application          client      a browser of a stranger
as_(token)  a browser with that session    denials     what the site recorded as refused
"""

import pytest

from tests.web.site import Denials, make_site

HOST = "http://localhost"


@pytest.fixture
def denials():
    return Denials()


@pytest.fixture
def site(denials):
    app = make_site(record_denial=denials)
    app.testing = True
    return app


@pytest.fixture
def as_(site):
    def as_(token=None):
        client = site.test_client()
        client.environ_base["HTTP_HOST"] = "localhost"
        if token:
            client.set_cookie("siklus", token)
        return client

    return as_


@pytest.fixture
def client(as_):
    return as_()


@pytest.fixture
def token_of(site):
    """token_of(client): the CSRF token that a page gave this browser."""

    def token_of(client):
        page = client.get("/look").text
        return page.split('name="csrf_token" value="')[1].split('"')[0]

    return token_of
