"""The list of accounts: who has what, narrowed by unit and state, with as many statements for many as for few."""

from sqlalchemy import event, select

from engine import accounts
from engine.core.errors import SignInRefused
from engine.store.tables import Person
from tests.admin.city import words


def listed(city, **narrowed):
    query = "&".join(f"{name}={value}" for name, value in narrowed.items())
    return words(city.get("admin", f"/admin/accounts/?{query}"))


def test_each_state_finds_its_people(city):
    unit = city.unit("dinkes")
    assert "Siti Rohmah" in listed(city, unit=unit, account="open")
    assert "Siti Rohmah" not in listed(city, unit=unit, account="none")
    city.post("admin", f"/admin/people/{city.person('employee')}/account/status", disabled="yes")
    assert "Siti Rohmah" in listed(city, unit=unit, account="shut")


def test_whoever_waits_after_failed_tries_is_found(city):
    nip = city.one(select(Person.nip).where(Person.ref == city.person("employee")))
    for _ in range(5):
        try:
            accounts.sign_in(city.rt, nip, "salah-sekali-lagi", address="203.0.113.9", agent="")
        except SignInRefused:
            continue
    assert "Siti Rohmah" in listed(city, account="held")
    assert "Menunggu setelah gagal" in listed(city, q=nip)


def test_the_list_asks_as_often_for_many_people_as_for_few(city):
    counts = []
    for narrowed in ({"q": "Siti Rohmah"}, {}):
        said = []
        engine = city.rt.db.engine

        def note(connection, cursor, statement, *more, said=said):
            said.append(statement)

        listed(city, **narrowed)
        event.listen(engine, "before_cursor_execute", note)
        listed(city, **narrowed)
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(said))
    assert counts[0] <= counts[1] <= 12
