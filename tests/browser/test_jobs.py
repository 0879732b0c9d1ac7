"""The page Jobs in a real Chromium: what goes on is seen to go on, with a script and without one."""

import pytest
from playwright.sync_api import expect

from engine import jobs, outbox
from engine.core.jobs import Finished, Made, More
from engine.core.messages import Message
from tests.admin.city import City, copy_of
from tests.serving import serve


@pytest.fixture
def office(loaded_city, tmp_path):
    """The city with a job of an admin that has begun: its address, itself, the job's ref."""
    city = City(copy_of(loaded_city, f"sqlite:///{tmp_path / 'city.sqlite3'}"))
    title = Message("midnight.title", day="2026-11-23", zone="Asia/Jakarta")
    with city.database.begin() as db:
        job = jobs.ask(city.rt, db, kind="count", title=title, body={}, actor=city.actor("admin"), total=4)
    go_on(city)
    with serve(city.app) as url:
        yield url, city, job.ref
    city.database.close()


def go_on(city):
    """One more chunk of the job."""

    def chunk(rt, db, job, found):
        here = job.cursor or 0
        if here == 3:
            return Finished(file=Made("hasil.csv", "text/csv"), part=b"a;b")
        return More(here + 1, done=here + 1)

    outbox.sweep(city.rt, jobs.works({"count": jobs.Kind(chunk)}))


@pytest.mark.parametrize("script", [True, False])
def test_progress_is_seen_without_a_new_page_and_with_one_where_no_script_runs(office, open_page, accessible, script):
    url, city, ref = office
    page = open_page(url, "/healthz", width=360, javascript=script)
    page.context.add_cookies([{"name": "siklus", "value": city.token("admin"), "url": url}])
    page.goto(f"/admin/jobs/{ref}")
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "1")
    if script:
        accessible(page)
    for _ in range(3):
        go_on(city)
    if not script:
        page.get_by_role("link", name="Perbarui").click()
    expect(page.get_by_text("Selesai")).to_be_visible()
    expect(page.get_by_role("link", name="hasil.csv")).to_be_visible()
    expect(page.get_by_role("link", name="Batalkan")).to_have_count(0)
    if script:
        accessible(page)
