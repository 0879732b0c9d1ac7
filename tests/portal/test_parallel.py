"""Fifty parallel approvals of one case over HTTP: one is accepted, the others are told that they are late."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.verbs.stage import PLAN

MANY = 50


def test_of_fifty_parallel_approvals_one_is_accepted(both_houses):
    house, case = both_houses, both_houses.case()
    house.send(case, "carol", "write_plan", PLAN)
    browser = house.browser("erin")
    before, start = house.count(), Barrier(MANY)

    def approve(number):
        client = house.app.test_client()
        for name in ("siklus", "siklus_form"):
            client.set_cookie(name, browser.client.get_cookie(name).value)
        data = {"csrf_token": browser.csrf, "transition": "approve", "seen": 1, "key": f"parallel-{number}"}
        start.wait()
        return client.post(f"/cases/{case}/transitions", data=data).status_code

    with ThreadPoolExecutor(MANY) as pool:
        answers = Counter(pool.map(approve, range(MANY)))
    assert answers == {303: 1, 409: MANY - 1}
    assert house.count() == before + 1 and house.see(case).view.version == 2
