"""News on an open page: the bell told without a reload, by asking or by listening, and what that may cost."""

from engine import notices, watch
from engine.core.errors import Unavailable
from engine.core.messages import Message
from engine.core.times import to_datetime
from engine.store.queries import notices as queries
from engine.store.refs import new_ref
from portal.news import EXTENSION, PLACES
from tests.portal.house import loaded_house as loaded_house

EVENTS = {"Accept": "text/event-stream"}


def tell(house, name="carol"):
    with house.rt.db.begin() as db:
        body = {"register": "feedback", "name": {"id": "Umpan balik", "en": "Feedback"}, "by": "Erin",
                "day": "2026-03-02", "person": house.ref(name)}  # fmt: skip
        notices.tell(db, to=[house.person(name).id], kind="entry.made", key=new_ref(), at=house.now, body=body)


def heard(house, name):
    """What a page hears that finds no place."""
    news = house.app.extensions[EXTENSION]
    while news.places.acquire(blocking=False):
        continue
    return house.browser(name).client.get("/notices/stream", headers=EVENTS).get_data(as_text=True)


def test_a_page_without_a_place_hears_how_many_are_unread_and_when_to_ask_again(house):
    assert 'data-told="0"' in house.browser("carol").get("/")
    tell(house)
    said = heard(house, "carol")
    assert said.startswith("retry: 4000\nid: 1\ndata: <template") and said.endswith("\n\n")
    assert "1 belum dibaca" in said or "1 pemberitahuan" in said
    assert heard(house, "dan").startswith("retry: 4000\nid: 0\n")


def test_asking_costs_one_statement_and_nothing_is_said_to_what_takes_no_events(house):
    carol = house.browser("carol")
    heard(house, "carol")
    with house.counted() as statements:
        carol.client.get("/notices/stream", headers=EVENTS)
    assert len(statements) == 1
    assert carol.client.get("/notices/stream").status_code == 204


def test_the_notice_says_what_it_is_about_and_leads_to_the_month(house):
    tell(house)
    carol = house.browser("carol")
    assert "Umpan balik dari Erin" in carol.get("/notices")
    with house.rt.db.read() as db:
        refs = [row.ref for row in queries.listed(db, house.actor("carol"), limit=5)]
    assert carol.post(f"/notices/{refs[0]}/open", {}) == "/registers/feedback/?month=2026-03"


def test_a_page_that_asks_by_itself_keeps_no_session_alive(house):
    carol = house.browser("carol")
    before = seen(house)
    house.now = house.now.replace(minute=house.now.minute + 5)
    carol.client.get("/notices/stream", headers=EVENTS)
    assert seen(house) == before
    carol.get("/")
    assert seen(house) > before


def seen(house):
    with house.rt.db.read() as db:
        return max(map(to_datetime, db.exec_driver_sql("SELECT seen_at FROM web_session").scalars()))


def test_whoever_is_signed_out_is_told_nothing(house):
    answer = house.app.test_client().get("/notices/stream", headers=EVENTS)
    assert answer.status_code == 303 and answer.mimetype != "text/event-stream"


def test_events_come_when_something_is_new_and_the_place_is_free_again_afterwards(house, monkeypatch):
    monkeypatch.setattr(watch, "EVERY", 0.01)
    monkeypatch.setattr("portal.news.BEAT", 0.05)
    monkeypatch.setattr("portal.news.LISTENING", 0.5)
    answer = house.browser("carol").client.get("/notices/stream", headers=EVENTS, buffered=False)
    events = iter(answer.response)
    told = [next(events)]
    tell(house)
    told += [each for each in events if each != b":\n\n"]
    answer.close()
    answer.close()
    assert [each.split(b"data")[0] for each in told] == [b"retry: 1000\nid: 0\n", b"retry: 1000\nid: 1\n"]
    places = house.app.extensions[EXTENSION].places
    assert [places.acquire(blocking=False) for _ in range(PLACES + 1)] == [True] * PLACES + [False]


def test_one_question_a_second_serves_all_listeners_and_a_late_commit_is_seen(house):
    at = [0.0]
    news = watch.Watch(house.rt.db, lambda: at[0])
    me = house.person("carol").id
    assert news.count(me) == 0
    with house.counted() as statements:
        assert (news.count(me), news.count(me)) == (0, 0)
    assert statements == []
    tell(house)
    with house.rt.db.begin() as db:
        db.exec_driver_sql("UPDATE notice SET id = id + 5 WHERE person_id = ?", (me,))
    at[0] = 1.5
    assert news.count(me) == 1
    tell(house)
    with house.rt.db.begin() as db:  # it has a lower key, and its transaction took longer
        db.exec_driver_sql("UPDATE notice SET id = 2 WHERE id = (SELECT max(id) FROM notice)")
    at[0] = 3.0
    assert news.count(me) == 2


def test_many_pages_wait_longer_so_that_a_process_answers_no_more_than_its_share():
    at = [0.0]
    pace = watch.Pace(4, 60, 60, lambda: at[0])
    waits = []
    for _ in range(3):
        for _ in range(6000):
            at[0] += waits[-1] / 6000 if waits else 4 / 6000
            last = pace.next()
        waits.append(last)
    assert waits[-1] == 60  # six thousand pages in one process
    few = watch.Pace(4, 60, 60, lambda: at[0])
    for _ in range(200):
        at[0] += 4 / 100
        last = few.next()
    assert last == 4


def test_a_page_that_listens_while_the_database_is_away_hears_the_end_and_the_place_is_free_again(house, monkeypatch):
    monkeypatch.setattr("portal.news.BEAT", 0.01)
    answer = house.browser("carol").client.get("/notices/stream", headers=EVENTS, buffered=False)
    events = iter(answer.response)
    assert next(events).startswith(b"retry: 1000\nid: 0\n")

    def away(person_id):
        raise Unavailable(Message("store.busy"))

    monkeypatch.setattr(house.app.extensions[EXTENSION].watch, "count", away)
    assert [each for each in events if each != b":\n\n"] == []
    answer.close()
    places = house.app.extensions[EXTENSION].places
    assert [places.acquire(blocking=False) for _ in range(PLACES + 1)] == [True] * PLACES + [False]
