"""A form that is signed by the password as it is sent: checked like a sign-in, bound to the answers, kept nowhere."""

import json

import pytest
from sqlalchemy import inspect, select, text

from engine import accounts, cases
from engine.core.errors import InvalidSubmission, TooManyTries
from engine.core.proof.canonical import digest
from engine.store.tables.cases import Answers
from engine.store.tables.people import SignInAttempt
from tests.portal.house import plain
from tests.portal.naming import nomination
from tests.verbs.town import PASSWORD

RUBRIC = {"clarity": "2", "impact": "1"}
VALUES = {"service": "1", "loyal": "2", "harmonious": "3"}
WRONG = "salah-sekali-7"


@pytest.fixture
def task(house):
    return nomination(house, signed=True)[1]


@pytest.fixture
def carol(house):
    return house.browser("carol")


@pytest.fixture
def answers(house):
    return {"nominee": house.ref("erin"), "values": VALUES, "rubric": RUBRIC}


def body(house):
    with house.rt.db.read() as db:
        return json.loads(db.execute(select(Answers.body)).scalar_one())


def attempts(house):
    with house.rt.db.read() as db:
        return db.execute(select(SignInAttempt.succeeded).order_by(SignInAttempt.id)).scalars().all()


def everything(house):
    """All that the database holds, as text."""
    found = []
    with house.rt.db.read() as db:
        for table in inspect(house.rt.db.engine).get_table_names():
            found += [repr(tuple(row)) for row in db.execute(text(f'SELECT * FROM "{table}"'))]
    return "\n".join(found)


def send(house, task, answers, key="a key of this act", **more):
    return cases.submit(house.rt, task, answers, actor=house.actor("carol"), seen=0, key=key, **more)


def test_the_password_is_asked_when_the_answers_are_checked_and_not_before(carol, task, answers):
    carol.fill(task, answers, 0, "check")
    form, check = carol.get(f"/tasks/{task}"), carol.get(f"/tasks/{task}/check")
    assert 'type="password"' not in form and "Ditandatangani dengan kata sandi Anda" in form
    assert '<input class="form-control chars-24" type="password" id="password" name="password"' in check
    assert "Isian ini benar." in plain(check) and "Tanda tangani dan kirim" in check


def test_what_is_kept_says_who_signed_when_how_and_what(house, carol, task, answers):
    to = carol.fill(task, answers, 0, password=PASSWORD)
    kept = body(house)
    others = {key: value for key, value in kept.items() if key != "approval"}
    assert kept["approval"] == {
        "by": house.ref("carol"), "name": "Carol", "at": "2026-03-02T10:00:00+08:00", "method": "password",
        "answers": digest(others),
    }  # fmt: skip
    page = plain(carol.get(to.removesuffix("/confirmation")))
    assert "Carol , 2 Maret 2026, 10.00 WITA, dengan kata sandi" in page and digest(others)[:16] in page


def test_without_a_password_nothing_is_sent(house, carol, task, answers):
    before = house.count()
    page = carol.fill(task, answers, 0, status=422)
    assert "Masukkan kata sandi Anda untuk menandatangani isian ini." in plain(page) and 'id="password"' in page
    with pytest.raises(InvalidSubmission) as refused:
        send(house, task, answers)
    assert refused.value.errors["approval"].key == "field.signature.needed"
    assert house.count() == before and attempts(house) == []


def test_a_wrong_password_is_told_counts_as_a_try_to_sign_in_and_slows_down(house, carol, task, answers):
    page = carol.fill(task, answers, 0, status=422, password=WRONG)
    assert "Kata sandi tidak cocok. Isian belum dikirim" in plain(page) and WRONG not in page
    for _ in range(4):
        carol.fill(task, answers, 0, status=422, password=WRONG)
    page = carol.fill(task, answers, 0, status=429, password=PASSWORD)
    assert 'id="password"' in page and PASSWORD not in page
    with pytest.raises(TooManyTries):
        accounts.sign_in(house.rt, "199003032015032003", PASSWORD, address="127.0.0.1", agent="")
    house.wait(minutes=1)
    carol.fill(task, answers, 0, password=PASSWORD)
    assert attempts(house) == [False] * 5 + [True]


def test_tries_to_sign_in_count_for_signing_too(house, task, answers):
    for _ in range(5):
        with pytest.raises(Exception, match="sign_in_refused"):
            accounts.sign_in(house.rt, "199003032015032003", WRONG, address="10.0.0.7", agent="")
    with pytest.raises(TooManyTries):
        send(house, task, answers, password=PASSWORD, address="10.0.0.7")


def test_the_same_request_again_is_answered_without_another_look_at_the_password(house, task, answers):
    first = send(house, task, answers, password=PASSWORD, address="10.0.0.7")
    before = attempts(house)
    assert send(house, task, answers, password=WRONG, address="10.0.0.7") == first
    assert send(house, task, answers) == first
    assert attempts(house) == before == [True]


def test_an_account_that_was_shut_signs_nothing(house, task, answers):
    accounts.set_disabled(house.rt, actor=house.actor("alice"), person_ref=house.ref("carol"), disabled=True)
    with pytest.raises(InvalidSubmission):
        send(house, task, answers, password=PASSWORD)


@pytest.mark.parametrize("name", ["erin", "mallory"])
def test_who_may_not_fill_the_form_cannot_even_try_a_password(house, task, answers, name):
    with pytest.raises(Exception, match=r"not_yours|not_found"):
        cases.submit(
            house.rt, task, answers, actor=house.actor(name), seen=0, key="another key", password=PASSWORD, address="x"
        )
    assert attempts(house) == []


def test_a_signature_cannot_be_forged_among_the_answers(house, carol, task, answers):
    forged = {"by": house.ref("erin"), "name": "Erin", "at": "2020", "method": "password", "answers": "0" * 64}
    with pytest.raises(InvalidSubmission):
        send(house, task, {**answers, "approval": forged})
    send(house, task, {**answers, "approval": forged}, password=PASSWORD)
    assert body(house)["approval"]["by"] == house.ref("carol")


def test_a_password_put_among_the_answers_is_refused_and_kept_nowhere(house, carol, task, answers):
    with pytest.raises(InvalidSubmission) as refused:
        send(house, task, {**answers, "approval": PASSWORD}, password=PASSWORD)
    assert refused.value.errors["approval"].key == "field.signature.when_sent"
    cases.save_draft(house.rt, task, {**answers, "approval": PASSWORD}, actor=house.actor("carol"), seen=0)
    carol.fill(task, {**answers, "approval": PASSWORD}, 1, "draft", password=PASSWORD)
    assert "approval" not in cases.draft_of(house.rt, task, actor=house.actor("carol"))
    assert PASSWORD not in everything(house)


def test_the_password_stands_in_no_table_no_page_and_no_log(house, carol, task, answers, caplog):
    caplog.set_level("DEBUG")
    pages = [carol.fill(task, answers, 0, "draft", password=PASSWORD), carol.get(f"/tasks/{task}")]
    pages.append(carol.fill(task, answers, 1, status=422, password=WRONG))
    pages.append(carol.fill(task, {**answers, "nominee": ""}, 1, status=422, password=PASSWORD))
    pages.append(carol.fill(task, answers, 99, status=303, password=PASSWORD))
    pages.append(carol.fill(task, answers, 1, password=PASSWORD))
    held = everything(house) + caplog.text + "".join(pages)
    assert PASSWORD not in held and WRONG not in held


def test_a_request_whose_session_has_ended_does_not_hand_the_password_back(house, carol, task, answers):
    carol.client.delete_cookie("siklus")
    data = {"csrf_token": carol.csrf, "seen": 0, "key": "x" * 12, "password": PASSWORD, "nominee": answers["nominee"]}
    page = carol.client.post(f"/tasks/{task}/submission", data=data).get_data(as_text=True)
    assert PASSWORD not in page


def test_signing_works_on_both_databases(both_houses):
    house = both_houses
    _, task = nomination(house, signed=True)
    answers = {"nominee": house.ref("erin"), "values": VALUES, "rubric": RUBRIC}
    with pytest.raises(InvalidSubmission):
        send(house, task, answers, password=WRONG, address="10.0.0.7")
    send(house, task, answers, password=PASSWORD, address="10.0.0.7")
    assert body(house)["approval"]["name"] == "Carol" and attempts(house) == [False, True]
