"""Four people carry the Bidan's evaluation from draft to finalized, posting forms as browsers do."""

import pytest

from engine import demo
from engine.store.queries import accounts
from tests import journey
from tests.portal.house import plain
from tests.product import demo_city, demo_template, product  # noqa: F401  (pytest finds fixtures by name)


@pytest.fixture
def city(product, demo_city):  # noqa: F811
    found = product(demo_city)
    journey.open_cycle(found.rt)
    return found


def test_an_evaluation_goes_from_draft_to_finalized_over_http(city):
    hands = {post: journey.HttpHand(city.app.test_client(), sign_in_name(city.rt, post)) for post in
             (journey.BIDAN, journey.KEPALA, journey.PANEL)}  # fmt: skip
    journey.carry(hands)
    bidan = hands[journey.BIDAN]
    own = next(path for path in cases_of(bidan._get("/")))
    page = bidan._get(own)
    assert journey.trail_of(page) == journey.expected_trail(journey.names(city.rt))
    assert f"Predikat kinerja pegawai {journey.expected_predicate()} " in plain(page)


def sign_in_name(rt, post):
    with rt.db.read() as db:
        account = accounts.by_person(db, demo.actor_at(rt, post).person_id)
    return account.nip or account.email


def cases_of(page):
    """The pages of one's own cases in the cycle of the journey."""
    for part in page.split('<a href="/cases/')[1:]:
        if journey.CYCLE in part.partition("</a>")[0]:
            yield "/cases/" + part.partition('"')[0]
