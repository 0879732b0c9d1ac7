"""Taking away somebody's second factor in the backoffice: the page says what it does, asks why, and shows nothing."""

import pytest
from sqlalchemy import select, update

from engine.store.tables.factors import Passkey
from engine.store.tables.ledger import Event
from engine.store.tables.people import Account, Person
from tests.admin.city import words

REASON = "Ponsel hilang, laporan polisi 12/XI/2026"


@pytest.fixture
def locked(city):
    """The address of an employee who has a key and has lost it."""
    with city.database.begin() as db:
        ref = city.person("employee")
        who = db.execute(select(Person.id).where(Person.ref == ref)).scalar_one()
        about = {
            "credential": b"c" * 16,
            "public_key": b"k" * 32,
            "sign_count": 0,
            "name": "Laptop",
            "transports": "[]",
        }
        db.execute(Passkey.__table__.insert().values(ref="k" * 26, person_id=who, made_at=NOW, **about))
        db.execute(update(Account).where(Account.person_id == who).values(factor_since=NOW))
    return f"/admin/people/{ref}"


NOW = "2026-11-22T03:00:00.000Z"


def test_an_admin_takes_the_factor_away_with_a_reason_and_sees_nothing_of_it(city, locked):
    page = words(city.get("dinkes_admin", locked))
    assert "Faktor kedua aktif" in page and "Hapus faktor kedua" in page
    assert "Tulis alasannya" in words(city.post("dinkes_admin", f"{locked}/second-factor", 422, reason="hilang"))
    answer = city.post("dinkes_admin", f"{locked}/second-factor", reason=REASON)
    assert answer.location == locked
    after = words(city.get("dinkes_admin", locked))
    assert "sudah dihapus" in after and "Faktor kedua aktif" not in after
    assert city.one(select(Passkey.id)) is None
    kinds = city.all(select(Event.kind).where(Event.stream == f"person:{city.person('employee')}"))
    assert kinds[-1] == "account.factors_reset"
    assert "Faktor kedua dihapus admin" in words(city.get("auditor", f"/admin/events/?q={city.person('employee')}"))


def test_the_page_names_nothing_of_the_factors(city, locked):
    assert "Laptop" not in words(city.get("dinkes_admin", f"{locked}/second-factor"))
