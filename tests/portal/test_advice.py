"""Wording help on the pages of a fill-task: beside the field, with each saving, before sending; it blocks nothing."""

import pytest

from tests.portal.house import as_posted, plain
from tests.verbs.stage import PLAN, ROW

ACTIVITY = "Menyusun laporan yang selalu tepat waktu"
DOUBTFUL = {"targets": [{**ROW, "result": ACTIVITY, "weight": "60"}, {**ROW, "weight": "40"}]}
SAID = "“menyusun”: Ini terbaca sebagai aktivitas."


@pytest.fixture
def carol(house):
    return house.browser("carol")


@pytest.fixture
def task(house):
    return house.task(house.case(), "write_plan").ref


def test_a_doubtful_result_is_advised_beside_its_field_in_the_readers_language(house, carol, task):
    carol.fill(task, DOUBTFUL, 0, "draft")
    page = carol.get(f"/tasks/{task}")
    beside = plain(page.split('id="f-targets-0-result-advice"')[1].split("</div>")[0])
    assert SAID in beside and "“selalu”: Kata mutlak sulit dibuktikan." in beside
    assert SAID not in page.split('id="f-targets-1-result-advice"')[1].split("</div>")[0]
    assert "This reads like an activity." in house.browser("carol", "en").get(f"/tasks/{task}")


def test_a_living_page_gets_the_advice_with_its_saving(carol, task):
    posted = {**as_posted(DOUBTFUL), "seen": 0}
    answer = carol.post(f"/tasks/{task}/draft", posted, 200, headers={"X-Fragment": "1"})
    part = answer.split('data-swap="#f-targets-0-result-advice"')[1].split("</template>")[0]
    assert SAID in part


def test_it_is_said_once_more_before_sending_and_the_form_is_sent_all_the_same(house, carol, task):
    page = carol.get(carol.fill(task, DOUBTFUL, 0, "check"))
    assert f"Baris 1, Rencana hasil kerja: {SAID}" in plain(page)
    carol.fill(task, DOUBTFUL, 1, "submission")


def test_what_reads_like_a_result_is_not_advised(carol, task):
    assert "Ini terbaca sebagai aktivitas" not in carol.get(carol.fill(task, PLAN, 0, "check"))
