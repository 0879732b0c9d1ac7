"""Answers by a link: nobody's, once a ticket, not too many a day; totals from the floor up; comments; sheets."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import (
    entry_cites,
    entry_imports,
    entry_lists,
    entry_offers,
    entry_rights,
    ledger,
    paper_batches,
    public_comments,
    public_entries,
    public_links,
    public_promises,
    public_totals,
    registers,
)
from engine.core.errors import (
    BadRequest,
    InvalidDefinition,
    InvalidSubmission,
    NotAllowed,
    NotFound,
    Refused,
    TooManyTries,
)
from engine.core.messages import Message
from engine.core.workproof import solve
from engine.imports import entry_acts
from engine.public_entries import Sender
from engine.public_links import Wish
from engine.public_tickets import Shown
from engine.store.queries import public as queries
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from engine.store.tables.public import EntrySource, PublicCount
from engine.store.tables.registers import Entry
from tests.verbs.stage import Stage
from tests.verbs.test_indicators import move

VOICES = (Path(__file__).parents[1] / "corpus/definitions/valid/counter_voices.yaml").read_text(encoding="utf-8")
OF_OFFICER = VOICES.replace("counter_voices", "officer_voices").replace("about: unit", "about: person")
OF_OFFICER = OF_OFFICER.replace("{rule: members_of_unit, ", "{rule: members_of_unit, ")
GOOD = {"friendly": "4", "quick": "2"}


class Hall(Stage):
    """The stage with a survey of each unit and one of officers, and what a visitor does."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        self.publish(VOICES)
        self.publish(OF_OFFICER)

    def link(self, by="dan", register="counter_voices", about=None, **changes):
        about = self.unit("health").ref if about is None else about
        wish = Wish(register, about, "Loket 1", self.now.date(), per_device=50)
        return public_links.make(self.rt, replace(wish, **changes), actor=self.actor(by), once=new_ref())

    def code(self, ref):
        with self.rt.db.read() as db:
            return queries.link_by_ref(db, ref).code

    def ticket(self, code):
        at = self.rt.clock()
        with self.rt.db.read() as db:
            return public_entries.ticket(self.rt, db, public_entries.opened(self.rt, db, code, at), at)

    def shown(self, code, wait=5):
        """A ticket whose work is done, some seconds later."""
        given = self.ticket(code)
        self.now += timedelta(seconds=wait)
        return Shown(given.text, solve(given.text, given.bits))

    def answer(self, code, shown=None, sender=None, **changes):
        shown = shown or self.shown(code)
        sender = sender or Sender("203.0.113.7", "Phone")
        public_entries.answer(self.rt, code, {**GOOD, **changes}, shown=shown, sender=sender)

    def totals(self, about=None, register="counter_voices", year=2026):
        with self.rt.db.read() as db:
            found = entry_rights.published(self.rt, db, register).register
            subject = entry_rights.subject(db, found, about or self.unit("health").ref, self.now.date())
            totals = public_totals.of_year(db, found, subject, year, self.now.date())
            return totals, public_comments.shown(self.rt, db, found, subject, totals.groups)

    def waiting(self, name="dan"):
        with self.rt.db.read() as db:
            return public_comments.waiting(self.rt, db, self.actor(name))

    def rows(self, table):
        with self.rt.db.read() as db:
            return list(db.execute(select(table.__table__)))


@pytest.fixture
def hall(filled_db):
    return Hall.over(filled_db("public_hall", Hall))


def test_an_answer_is_by_nobody_told_to_the_hour_and_names_its_link_alone(hall):
    ref = hall.link()
    hall.answer(hall.code(ref), say="Cepat dan ramah")
    (entry,) = hall.rows(Entry)
    assert (entry.how, entry.by_id, entry.unit_id, entry.person_id) == ("public", None, hall.unit("health").id, None)
    assert entry.at.endswith(":00:00.000Z")
    event = next(each for each in hall.rows(Event) if each.ref == entry.event_ref)
    assert (event.stream, event.actor_ref, event.actor_id) == (f"link:{ref}", "public", None)
    assert b"ramah" not in event.leaf
    assert b"203.0.113" not in b"".join(str(row).encode() for row in hall.rows(PublicCount))
    assert [row.comments for row in hall.rows(EntrySource)] == [1]
    ledger.verify(hall.rt.db)


def test_a_ticket_is_good_once_for_its_own_link_and_not_for_ever(hall):
    code, other = hall.code(hall.link()), hall.code(hall.link(label="Loket 2"))
    shown = hall.shown(code)
    with pytest.raises(BadRequest):
        hall.answer(other, shown)
    hall.answer(code, shown)
    with pytest.raises(Refused) as again:
        hall.answer(code, shown, friendly="1")
    assert again.value.message.key == "public.had_it"
    late = hall.shown(code, wait=4 * 3600)
    with pytest.raises(Refused):
        hall.answer(code, late)
    assert len(hall.rows(Entry)) == 1


def test_a_robot_is_refused_by_what_it_fills_in_by_its_haste_and_by_work_that_it_has_not_done(hall):
    code = hall.code(hall.link())
    for robot in (
        replace(hall.shown(code), trap="https://example.com"),
        replace(hall.shown(code), proof="1"),
        replace(hall.shown(code), ticket="forged"),
        replace(hall.shown(code), ticket=hall.ticket(code).text.replace(f".{hall.ticket(code).bits}.", ".0.")),
    ):
        with pytest.raises(BadRequest):
            hall.answer(code, robot)
    with pytest.raises(TooManyTries):
        hall.answer(code, hall.shown(code, wait=0))
    assert hall.rows(Entry) == []


def test_without_work_one_waits_and_few_are_taken_from_one_network(hall):
    code = hall.code(hall.link())
    with pytest.raises(TooManyTries) as soon:
        hall.answer(code, replace(hall.shown(code), proof=""))
    assert soon.value.message.key == "public.wait" and 30 <= soon.value.seconds <= 40
    for _ in range(public_entries.SLOW_PER_NETWORK):
        hall.answer(code, replace(hall.shown(code, wait=60), proof=""))
    with pytest.raises(TooManyTries):
        hall.answer(code, replace(hall.shown(code, wait=60), proof=""))
    hall.answer(code)


def test_one_device_answers_so_often_a_day_and_the_network_does_not_suffer_for_it(hall):
    code = hall.code(hall.link(per_device=2))
    hall.answer(code)
    hall.answer(code)
    with pytest.raises(TooManyTries):
        hall.answer(code)
    hall.answer(code, sender=Sender("203.0.113.7", "Other phone"))
    hall.now += timedelta(days=1)
    hall.answer(code)
    assert len(hall.rows(Entry)) == 4


def test_a_home_with_many_addresses_is_one_network():
    addresses = ("2001:db8:1:2::a", "2001:db8:1:2:ffff::b", "::ffff:1.2.3.4", "1.2.3.4")
    networks = [public_entries._network(address) for address in addresses]
    assert networks == ["2001:db8:1:2::/64", "2001:db8:1:2::/64", "1.2.3.4", "1.2.3.4"]


def test_the_work_gets_harder_when_many_come_and_easy_again(hall):
    code = hall.code(hall.link(per_device=500))
    easy = hall.ticket(code).bits
    with hall.rt.db.begin() as db:
        link = queries.link_by_code(db, code)
        for _ in range(45):
            queries.count_up(db, "2026-03-02", link.id, [public_entries._slot(hall.now)])
    assert hall.ticket(code).bits == easy + 2
    hall.now += timedelta(minutes=25)
    assert hall.ticket(code).bits == easy


def test_what_is_wrong_is_said_at_its_field_and_the_ticket_stays_good(hall):
    code = hall.code(hall.link())
    shown = hall.shown(code)
    with pytest.raises(InvalidSubmission) as wrong:
        hall.answer(code, shown, friendly="9")
    assert list(wrong.value.errors) == ["friendly"]
    hall.answer(code, shown)


@pytest.mark.parametrize(
    ("name", "error"), [("carol", NotAllowed), ("erin", NotAllowed), ("frank", NotAllowed), ("mallory", NotAllowed)]
)
def test_links_are_made_by_who_administers_alone(hall, name, error):
    with pytest.raises(error):
        hall.link(name)


def test_an_administrator_makes_no_link_outside_his_units_nor_about_himself(hall):
    with pytest.raises(NotFound):
        hall.link("dan", about=hall.unit("south").ref)
    with pytest.raises(NotAllowed):
        hall.link("dan", register="officer_voices", about=hall.ref("dan"))
    assert hall.link("dan", register="officer_voices", about=hall.ref("carol"))


def test_a_link_opens_on_its_days_and_never_again_once_it_was_ended(hall):
    today = hall.now.date()
    later = hall.code(hall.link(starts_on=today + timedelta(days=2)))
    over = hall.code(hall.link(ends_on=today + timedelta(days=1)))
    ref = hall.link()
    hall.answer(over)
    hall.now += timedelta(days=1)
    for code in (later, over):
        with pytest.raises(Refused):
            hall.ticket(code)
    public_links.end(hall.rt, ref, actor=hall.actor("dan"))
    with pytest.raises(Refused):
        hall.ticket(hall.code(ref))
    with pytest.raises(Refused):
        public_links.end(hall.rt, ref, actor=hall.actor("dan"))
    ledger.verify(hall.rt.db)


def test_neither_the_officer_nor_his_unit_reads_verifies_corrects_or_withdraws_an_answer(hall):
    hall.answer(hall.code(hall.link("dan", register="officer_voices", about=hall.ref("carol"))))
    (entry,) = hall.rows(Entry)
    for name in ("carol", "erin", "bob", "dan"):
        for act in (
            lambda actor: registers.withdraw_entry(hall.rt, entry.ref, actor=actor, reason="Tidak suka"),
            lambda actor: registers.correct_entry(hall.rt, entry.ref, GOOD, actor=actor, reason="x", key=new_ref()),
            lambda actor: registers.judge_entries(hall.rt, [entry.ref], "verified", actor=actor),
        ):
            with pytest.raises((NotAllowed, NotFound)):
                act(hall.actor(name))


def test_nothing_is_shown_below_the_floor_nor_before_the_month_is_over(hall):
    code = hall.code(hall.link())
    for mark in ("4", "4", "3", "2"):
        hall.answer(code, friendly=mark)
    hall.now += timedelta(days=45)
    totals, _ = hall.totals()
    assert (totals.groups, totals.at_least, totals.floor) == ((), 0, 5)
    hall.answer(code, friendly="2", quick="")
    totals, _ = hall.totals()
    assert (totals.groups, totals.at_least, totals.open_from) == ((), 5, date(2026, 4, 1))
    hall.now += timedelta(days=30)
    (group,) = hall.totals()[0].groups
    assert (group.first, group.last, group.count) == (date(2026, 3, 1), date(2026, 4, 1), 5)
    assert [str(mean) for mean in group.means] == ["3.00", "None"]  # four answered the other one


def test_links_are_told_apart_only_where_each_has_enough(hall):
    one, two = (hall.code(hall.link(label=label)) for label in ("Loket 1", "Loket 2"))
    for code, times in ((one, 6), (two, 3)):
        for _ in range(times):
            hall.answer(code)
    hall.now += timedelta(days=45)
    (group,) = hall.totals()[0].groups
    assert (group.count, group.parts) == (9, ())
    assert hall.totals(year=2025)[0].groups == ()


def test_a_comment_is_shown_once_who_administers_the_unit_has_released_it(hall):
    code = hall.code(hall.link())
    for words in ("Ramah sekali", "Si Carol malas", "", "", ""):
        hall.answer(code, say=words)
    assert hall.waiting() == ()  # new words would be those of whoever has just left
    (said, *_) = (entry.ref for entry in hall.rows(Entry) if entry.how == "public")
    with pytest.raises(BadRequest):
        public_comments.release(hall.rt, said, "say", actor=hall.actor("dan"))
    hall.now += timedelta(days=1)
    assert sorted(each.words for each in hall.waiting()) == ["Ramah sekali", "Si Carol malas"]
    assert [hall.waiting(name) for name in ("alice", "dan") if not hall.waiting(name)] == []
    good, bad = sorted(hall.waiting(), key=lambda each: each.words)
    for name in ("carol", "erin", "frank"):
        with pytest.raises(NotAllowed):
            public_comments.release(hall.rt, good.ref, good.field, actor=hall.actor(name))
    public_comments.release(hall.rt, good.ref, good.field, actor=hall.actor("dan"))
    with pytest.raises(BadRequest):
        public_comments.hold_back(hall.rt, bad.ref, bad.field, actor=hall.actor("dan"), reason=" ")
    public_comments.hold_back(hall.rt, bad.ref, bad.field, actor=hall.actor("dan"), reason="Menyebut nama")
    assert hall.waiting() == ()
    assert hall.totals()[1] == ()
    hall.now += timedelta(days=45)
    assert [each.words for each in hall.totals()[1]] == ["Ramah sekali"]
    ledger.verify(hall.rt.db)


def sheets(*marks):
    return [{"friendly": mark, "quick": "1"} for mark in marks]


def test_a_clerk_enters_a_batch_of_twenty_sheets_as_one_act(hall):
    batch = paper_batches.Batch("counter_voices", hall.unit("health").ref, hall.now.date(), "B-12", sheets(*"4321" * 5))
    key = new_ref()
    assert len({paper_batches.enter(hall.rt, batch, actor=hall.actor("carol"), key=key) for _ in range(2)}) == 1
    rows = hall.rows(Entry)
    assert [(len(rows), {row.how for row in rows}, {row.by_id for row in rows})] == [
        (20, {"paper"}, {hall.person("carol").id})
    ]
    assert sorted(row.sheet for row in hall.rows(EntrySource)) == list(range(1, 21))
    ledger.verify(hall.rt.db)


def test_of_a_batch_with_a_fault_nothing_is_taken_and_each_fault_is_named(hall):
    batch = paper_batches.Batch("counter_voices", hall.unit("health").ref, hall.now.date(), "", sheets("4", "9", ""))
    with pytest.raises(InvalidSubmission) as wrong:
        paper_batches.enter(hall.rt, batch, actor=hall.actor("carol"), key=new_ref())
    assert sorted(wrong.value.errors) == ["1.friendly", "2.friendly", "number"]
    assert hall.rows(Entry) == []


def test_nobody_is_the_clerk_of_his_own_survey_nor_of_another_units(hall):
    for name, about, register in (
        ("carol", hall.ref("carol"), "officer_voices"),
        ("mallory", hall.unit("health").ref, "counter_voices"),
    ):
        batch = paper_batches.Batch(register, about, hall.now.date(), "1", sheets("4"))
        with pytest.raises((NotAllowed, NotFound)):
            paper_batches.enter(hall.rt, batch, actor=hall.actor(name), key=new_ref())


def writing(hall, monkeypatch):
    """How often a transaction that writes has begun, as a list that grows."""
    begun, begin = [], type(hall.rt.db).begin
    monkeypatch.setattr(
        type(hall.rt.db), "begin", lambda db, *args, **more: begun.append(1) or begin(db, *args, **more)
    )
    return begun


def test_what_is_refused_begins_no_transaction_that_writes(hall, monkeypatch):
    code = hall.code(hall.link(per_device=1))
    hall.answer(code)
    slow, shown = replace(hall.shown(code, wait=60), proof=""), hall.shown(code)
    begun = writing(hall, monkeypatch)
    for ticket, wrong, error in ((slow, {}, TooManyTries), (shown, {"friendly": "9"}, InvalidSubmission)):
        with pytest.raises(error):
            hall.answer(code, ticket, **wrong)
    assert begun == []
    hall.answer(code, shown, Sender("203.0.113.7", "Other phone"))
    with pytest.raises(Refused):
        hall.answer(code, shown, friendly="1")
    assert len(begun) == 1


def test_work_pays_for_one_try_also_where_too_many_came(hall, monkeypatch):
    code = hall.code(hall.link(per_device=1))
    hall.answer(code)
    early, late = hall.shown(code), hall.shown(code)
    with pytest.raises(TooManyTries):
        hall.answer(code, early)
    with monkeypatch.context() as patch:  # others were counted between the look and the writing
        patch.setattr(queries, "counts_under", lambda *_: {})
        with pytest.raises(TooManyTries):
            hall.answer(code, late)
    for spent in (early, late):
        with pytest.raises(Refused) as again:
            hall.answer(code, spent, Sender("203.0.113.7", "Other phone"))
        assert again.value.message.key == "public.had_it"
    assert len(hall.rows(Entry)) == 1


def test_a_ticket_from_a_quiet_hour_is_not_taken_in_a_busy_one(hall):
    code = hall.code(hall.link(per_device=500))
    shown = hall.shown(code)
    with hall.rt.db.begin() as db:
        link = queries.link_by_code(db, code)
        for _ in range(20 * 2**3):
            queries.count_up(db, "2026-03-02", link.id, [public_entries._slot(hall.now)])
    with pytest.raises(Refused) as late:
        hall.answer(code, shown)
    assert late.value.message.key == "public.lapsed"
    hall.answer(code)


def test_answers_come_by_links_and_sheets_alone_so_that_no_file_of_guesses_finds_one(hall):
    about = hall.ref("carol")
    hall.answer(hall.code(hall.link("dan", register="officer_voices", about=about)))
    clerk, today = hall.actor("erin"), hall.now.date()
    guess = {"about": about, "day": today.isoformat(), "answers": GOOD}
    with pytest.raises(Refused) as file:
        entry_imports.add_rows(hall.rt, "officer_voices", [guess], actor=clerk, key=new_ref())
    with pytest.raises(Refused):
        entry_acts.take(hall.rt, "officer_voices", actor=clerk, name="a.csv", content=b"nip,day\n1,2026-03-02\n")
    with pytest.raises(Refused) as one:
        registers.add_entry(hall.rt, "officer_voices", about, today, GOOD, actor=clerk, key=new_ref())
    assert file.value.message == one.value.message == Message("public.by_link_or_paper")
    with hall.rt.db.read() as db:
        found = entry_offers.offered(hall.rt, db, clerk, today).people
        assert not any(each.brings for each in found)


def months(hall, register="officer_voices"):
    """The answers about Carol that each of them reads."""
    found = {}
    with hall.rt.db.read() as db:
        asked = entry_rights.published(hall.rt, db, register).register
        about = entry_lists.person(db, asked, hall.ref("carol"), hall.now.date())
        for name in ("carol", "erin", "bob", "dan"):
            given = (asked, about, date(2026, 3, 1), hall.actor(name), hall.now.date())
            try:
                found[name] = [row.body for day in entry_lists.month(hall.rt, db, *given).days for row in day.rows]
            except NotFound:
                found[name] = []
    return found


def test_the_officer_reads_no_answer_about_himself_though_he_types_in_sheets_of_his_unit(hall):
    hall.answer(hall.code(hall.link("dan", register="officer_voices", about=hall.ref("carol"))), say="Rahasia")
    assert not any(months(hall).values())


OPENED = (
    OF_OFFICER.replace("totals: head}", "totals: head, read: head}").replace("public: {", "public: {single: true, "),
    OF_OFFICER.replace("public: {", "public: {floor: 2, "),
    OF_OFFICER.replace("add: [visitor, clerk]", "add: clerk, read: head").replace("  visitor: {rule: public,", "  #")
    .replace("public: {", "#"),
)  # fmt: skip


@pytest.mark.parametrize("later", OPENED)
def test_no_later_version_takes_back_what_was_promised_to_those_who_have_answered(hall, later):
    hall.publish(later)
    hall.publish(OF_OFFICER.replace("Suara warga", "Suara"))
    hall.answer(hall.code(hall.link("dan", register="officer_voices", about=hall.ref("carol"))), say="Rahasia")
    with pytest.raises(Refused) as taken_back:
        hall.publish(later.replace("Suara warga", "Kata warga"))
    assert taken_back.value.message.key.startswith("public.promised_")
    hall.publish(OF_OFFICER.replace("public: {", "public: {floor: 9, "))


def test_an_answer_is_read_by_the_version_that_took_it(hall, monkeypatch):
    hall.answer(hall.code(hall.link("dan", register="officer_voices", about=hall.ref("carol"))), say="Rahasia")
    monkeypatch.setattr(public_promises, "require_kept", lambda db, wanted: None)
    hall.publish(OPENED[0])
    hall.answer(hall.code(hall.link("dan", register="officer_voices", about=hall.ref("carol"))), say="Terbuka")
    found = months(hall)
    assert any(found.values())
    assert not any("Rahasia" in each for some in found.values() for each in some)


CITING = """kind: register
format: 1
key: own_notes
name: {id: N, en: N}
about: person
roles:
  me: {rule: subject, label: {id: S, en: S}}
rights: {add: me, read: me}
cites: {registers: [%s]}
forms:
  f:
    label: {id: F, en: F}
    sections:
      s:
        title: {id: S, en: S}
        fields:
          note: {type: text, label: {id: N, en: N}}
"""
BOOK = CITING.replace("own_notes", "head_notes").replace("cites: {registers: [%s]}\n", "")
BOOK = BOOK.replace("{rule: subject,", "{rule: head_of_unit,")


def test_whoever_cites_must_be_able_to_read_and_answers_of_people_are_never_cited(hall):
    with pytest.raises(InvalidDefinition) as wrong:
        hall.publish(CITING % "officer_voices")
    assert [each.message.key for each in wrong.value.problems] == ["bind.cites_totals"]
    hall.publish(BOOK)
    hall.publish(CITING % "head_notes")
    hall.publish(CITING.replace("own_notes", "my_notes") % "own_notes")
    day = hall.now.date()
    for register, by in (("head_notes", "erin"), ("own_notes", "carol")):
        given = (register, hall.ref("carol"), day, {"note": register})
        registers.add_entry(hall.rt, *given, actor=hall.actor(by), key=new_ref())
    with hall.rt.db.read() as db:
        for key, seen in (("own_notes", []), ("my_notes", ["own_notes"])):
            register = entry_rights.published(hall.rt, db, key).register
            about = entry_rights.subject(db, register, hall.ref("carol"), day)
            found = entry_cites.offered(hall.rt, db, register, about, day, hall.actor("carol"))
            assert [each.label for each in found] == seen


def test_an_answer_about_an_officer_counts_where_he_sits_by_his_own_clock(hall):
    """17:00 of UTC is the next day in his office."""
    code = hall.code(hall.link(register="officer_voices", about=hall.ref("carol")))
    for name in ("mallory", "carol"):
        move(hall, name, "clerk_south", date(2026, 3, 3))
    for moment, unit in ((15, "health"), (17, "south")):
        hall.now = datetime(2026, 3, 2, moment, tzinfo=UTC)
        hall.answer(code)
        entry = hall.rows(Entry)[-1]
        assert (entry.day, entry.unit_id) == (f"2026-03-0{2 + (moment > 16)}", hall.unit(unit).id)
    ledger.verify(hall.rt.db)
