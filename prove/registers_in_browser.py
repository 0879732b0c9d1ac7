"""Each shipped register in a real Chromium by its people, by a file, by a program; what each of these is: _books.py.

Whoever adds does so on the page (or by a public link, or from paper), corrects, the verifier verifies, a stranger finds
nothing; a file with one planted fault goes through its pages; rows come with a key through the JSON API. axe looks at
each page at 360 px in Indonesian and at 1280 px in English; no page may be wider than the screen. With PROVE_PICTURES,
a folder, pictures of all are kept there, at both widths in both languages.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import func, select

import wsgi
from engine import api_keys, demo, outbox, public_links
from engine.core import apikeys
from engine.public_links import Wish
from engine.runtime import Runtime
from engine.store.database import connect
from engine.store.migrate import upgrade
from engine.store.queries import public
from engine.store.tables import Unit
from engine.store.tables.registers import Entry
from prove._books import BOOKS, HR, Answers, Book, Row
from tests import chromium
from tests.browser.conftest import FLAGS
from tests.browser.watch import Watch, barriers
from tests.product import installation
from tests.servers import new_directory
from tests.serving import serve

SIZES = {"phone": (360, 760), "desk": (1280, 900)}
LOOKS = (("phone", "id"), ("desk", "en"))
ALL_LOOKS = tuple((size, language) for size in SIZES for language in ("id", "en"))
STRANGER = "guru_muda"
SHOWN = Path(__file__).parents[1] / "docs" / "pictures"
KEPT = {
    "attendance new phone-id": "register-new-phone.png",
    "daily_activity month desk-id": "register-month-desk.png",
    "attendance report desk-id": "register-file-desk.png",
    "skm link phone-id": "register-link-phone.png",
}


@dataclass(slots=True)
class Clock:
    """Real time, and what was put before it."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(slots=True)
class House:
    """The demo city behind its server, and the people at their browsers."""

    rt: Runtime
    clock: Clock
    address: str
    browser: Browser
    watch: Watch = field(default_factory=Watch)
    pages: dict[str, Page] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)

    def ref(self, name: str) -> str:
        """The ref of whoever holds a post, or of `unit:…`."""
        if not name.startswith("unit:"):
            return demo.actor_at(self.rt, name).ref
        with self.rt.db.read() as db:
            return str(db.execute(select(Unit.ref).where(Unit.key == name.removeprefix("unit:"))).scalar_one())

    def page(self, post: str = "") -> Page:
        """Whoever holds a post, signed in; a visitor where no post is named."""
        if post not in self.pages:
            width, height = SIZES["desk"]
            context = self.browser.new_context(
                base_url=self.address, locale="id-ID", reduced_motion="reduce",
                viewport={"width": width, "height": height},
            )  # fmt: skip
            context.set_default_timeout(20_000)
            self.pages[post] = self.watch.over(context.new_page())
            if post:
                self._sign_in(self.pages[post], post)
        return self.pages[post]

    def _sign_in(self, page: Page, post: str) -> None:
        with self.rt.db.read() as db:
            row = demo.account_queries.sign_in_name(db, post)
        page.goto("/sign-in")
        page.fill("#name", row.nip or row.email)
        page.fill("#password", demo.PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

    def look(self, page: Page, name: str) -> None:
        """Ask axe about the page as it stands in both languages; keep pictures where they are wanted."""
        folder, where = os.environ.get("PROVE_PICTURES", ""), page.url
        for size, language in ALL_LOOKS:
            wanted = folder or f"{name} {size}-{language}" in KEPT
            if not wanted and (size, language) not in LOOKS:
                continue
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            self._speak(page, language, where)
            self._judge(page, name, size, language)
            if wanted:
                shown = page.screenshot(full_page=True)
                if folder:
                    Path(folder, f"{name} {size}-{language}.png".replace(" ", "_")).write_bytes(shown)
                if (kept := KEPT.get(f"{name} {size}-{language}")) is not None:
                    (SHOWN / kept).write_bytes(shown)
        self._speak(page, "id", where)

    def _speak(self, page: Page, language: str, where: str) -> None:
        if "/s/" in where:
            answer = page.goto(re.sub(r"\?.*", "", where) + f"?lang={language}")
        else:
            page.context.add_cookies([{"name": "siklus_language", "value": language, "url": self.address}])
            answer = page.goto(where)
        assert answer is not None and answer.status == 200, f"{where}: {answer and answer.status}"

    def _judge(self, page: Page, name: str, size: str, language: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} at {size}: {wide} px wider than the screen"
        if (size, language) in LOOKS:
            found = barriers(page)
            assert found == [], f"{name} {page.url}\n" + "\n".join(found)
            self.looked.append(f"{name} {size}")

    def count(self, key: str) -> int:
        """How many entries of a register stand."""
        with self.rt.db.read() as db:
            query = select(func.count()).select_from(Entry).where(Entry.register == key, Entry.ended_ref.is_(None))
            return int(db.execute(query).scalar_one())


def main() -> None:
    """Carry each register, and print what was done with it."""
    began = time.monotonic()
    print("| register | on its pages | a stranger | a file | a program | entries |\n|---|---|---|---|---|---:|")
    with _house() as house:
        for book in BOOKS:
            before = house.count(book.key)
            try:
                told = (_by_hand(house, book), _stranger(house, book), _file(house, book), _program(house, book))
            except Exception as error:
                raise AssertionError(book.key) from error
            print(f"| `{book.key}` | {' | '.join(told)} | {before} → {house.count(book.key)} |", flush=True)
        assert house.watch.complaints == [], house.watch.complaints
        print(f"\n{len(house.looked)} pages looked at by axe, at 360 px in Indonesian and at 1280 px in English:")
        print("0 barriers, 0 pages wider than the screen, 0 complaints of the browser.")
    minutes = (time.monotonic() - began) / 60
    print(f"\n{minutes:.1f} minutes; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


def _by_hand(house: House, book: Book) -> str:
    done = []
    if book.by:
        done.append(_add(house, book))
    if book.public:
        done.append(_visit(house, book))
    if book.paper:
        done.append(_paper(house, book))
    if book.verifier:
        done.append(_verify(house, book))
    if book.corrects:
        done.append(_correct(house, book))
    return ", ".join(done)


def _add(house: House, book: Book) -> str:
    """From Catatan, or from the page of the person, to the entry."""
    page = house.page(book.by)
    person = f"?person={house.ref(book.about)}" if book.about else ""
    page.goto("/registers/")
    house.look(page, "books")
    page.goto(f"/registers/{book.key}/add{person}")
    if book.asked:
        assert page.locator(f"[name={book.asked}]").count() == 0, "asked before it was called for"
    house.look(page, f"{book.key} new")
    _answer(page, book.answers)
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("tersimpan")
    house.look(page, f"{book.key} month")
    return "added" + (f", “{book.asked}” asked once the answer before it was given" if book.asked else "")


def _answer(page: Page, answers: Answers) -> None:
    """Answer in the order of the form: a question that another answer brings is waited for."""
    for name, value in answers.items():
        control = page.locator(f"form:not([role=search]) [name='{name}']").first
        control.wait_for(state="attached")
        kind = control.evaluate("each => each.type")
        if kind in ("radio", "checkbox"):
            page.locator(f"[name='{name}'][value='{value}']").check()
        elif kind.startswith("select"):
            control.select_option(value)
        else:
            control.fill(_written(value))


def _written(value: str) -> str:
    day = {"today": 0, "soon": 9}.get(value)
    return value if day is None else (_local_day() + timedelta(days=day)).isoformat()


def _visit(house: House, book: Book) -> str:
    """A visitor without an account, on a phone, by the link of the person or unit."""
    about, hr = house.ref(book.public), demo.actor_at(house.rt, HR)
    wish = Wish(book.key, about, "Loket 3", house.clock().date() - timedelta(days=1), per_device=20)
    ref = public_links.make(house.rt, wish, actor=hr)
    with house.rt.db.read() as db:
        code = public.link_by_ref(db, ref).code
    page = house.page()
    page.goto(f"/s/{code}")
    house.look(page, f"{book.key} link")
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["phone"], strict=True)))
    house.clock.ahead += timedelta(seconds=20)
    _answer(page, book.said)
    page.wait_for_function("document.querySelector('[name=_proof]').value !== ''")
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_role("heading", name="Terima kasih")).to_be_visible()
    assert page.context.cookies() == [] or all(each["name"] == "siklus_language" for each in page.context.cookies())
    return "answered by link"


def _paper(house: House, book: Book) -> str:
    page = house.page(book.paper)
    page.goto("/voices/")
    house.look(page, "voices")
    page.goto(f"/voices/{book.key}/paper?about={house.ref(book.public)}")
    house.look(page, f"{book.key} paper")
    page.get_by_label("Nomor berkas").fill(f"B-{token_hex(2)}")
    for name, value in book.said.items():
        page.locator(f"#{name}-0").fill(value)
    page.get_by_role("button", name="Simpan semua lembar").click()
    expect(page.locator("#notices")).to_contain_text("1 lembar")
    return "typed from paper"


def _verify(house: House, book: Book) -> str:
    page = house.page(book.verifier)
    page.goto(f"/registers/{book.key}/team")
    house.look(page, f"{book.key} team")
    page.locator("button[name=verdict][value=verified]").click()
    expect(page.locator("#notices")).to_contain_text("dinyatakan benar")
    return "verified"


def _correct(house: House, book: Book) -> str:
    page = house.page(book.corrects)
    person = f"?person={house.ref(book.about)}" if book.about else ""
    page.goto(f"/registers/{book.key}/{person}")
    line = page.locator(".register-line", has_text=_mark(book)).first
    line.locator("a[href$='/correct']").click()
    house.look(page, f"{book.key} correction")
    _answer(page, book.changes)
    page.fill("[name=reason]", "Salah tulis.")
    page.locator("main form button[type=submit]:not([name])").last.click()
    expect(page.locator("#notices")).to_contain_text("dibetulkan")
    return "corrected"


def _mark(book: Book) -> str:
    """Words of the entry by which it is found in its month."""
    return next((value for value in book.answers.values() if " " in value), "")


def _stranger(house: House, book: Book) -> str:
    """Somebody of a school: neither month nor form of whom the entries are about; no entry comes to be."""
    page, before = house.page(STRANGER), house.count(book.key)
    whom = house.ref(book.about or book.by or book.public)
    kinds = ("totals", "paper") if book.closed else ("", "add")
    for kind in kinds:
        place = f"voices/{book.key}/{kind}?about" if book.closed else f"registers/{book.key}/{kind}?person"
        path = f"/{place}={whom}"
        answer = page.goto(path)
        assert answer is not None and answer.status in (403, 404), f"{path}: {answer and answer.status}"
    assert house.count(book.key) == before
    return "refused"


def _file(house: House, book: Book) -> str:
    """Upload, columns, report with the planted fault, agreement, and the job; twice the same does nothing."""
    if not book.file:
        page = house.page(book.paper or book.by)
        answer = page.goto(f"/registers/{book.key}/imports/")
        assert answer is not None and answer.status in (403, 409), answer and answer.status
        return "refused: " + page.locator("main p").first.inner_text()
    page, right = house.page(book.brings), [row for row in book.file if not row.fault]
    report = _uploaded(house, book, page)
    faults = page.locator("#rows ~ * tbody tr, section[aria-labelledby=rows] tbody tr")
    expect(page.locator("section[aria-labelledby=causes]")).to_be_visible()
    assert faults.count() == len(book.file) - len(right), faults.all_inner_texts()
    wrong = {row.fault for row in book.file if row.fault}
    assert all(page.locator(f"a[href*='cause={cause}']").count() for cause in wrong), (wrong, page.inner_text("main"))
    house.look(page, f"{book.key} report")
    page.locator("form[action$='/confirm'] button[type=submit]").click()
    _done(house, page, report)
    _uploaded(house, book, page)
    assert page.locator("form[action$='/confirm']").count() == 0, "the same file again would do something"
    return f"{len(right)} of {len(book.file)} rows, its fault found; again: nothing"


def _uploaded(house: House, book: Book, page: Page) -> str:
    """The report of the file; answers its address."""
    page.goto(f"/registers/{book.key}/imports/")
    house.look(page, "file")
    page.set_input_files("#file", {"name": "catatan.csv", "mimeType": "text/csv", "buffer": _csv(house, book)})
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/columns")
    house.look(page, "file columns")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/columns"))
    return page.url


def _csv(house: House, book: Book) -> bytes:
    """The rows as an office would write them: by NIP or by the code of the unit, days as 2026-01-31."""
    unit = book.file[0].about.startswith("unit:")
    names = list(dict.fromkeys(name for row in book.file for name in row.answers))
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(["Kode unit" if unit else "NIP", "Tanggal", *names])
    for row in book.file:
        writer.writerow([_named(house, row), _date(row), *(_written(row.answers.get(name, "")) for name in names)])
    return kept.getvalue().encode()


def _named(house: House, row: Row) -> str:
    if row.about.startswith("unit:"):
        return row.about.removeprefix("unit:")
    with house.rt.db.read() as db:
        return str(demo.account_queries.sign_in_name(db, row.about).nip)


def _date(row: Row) -> str:
    return (_local_day() - timedelta(days=row.back)).isoformat()


def _done(house: House, page: Page, report: str) -> None:
    """Wait for the job; its page fetches itself, the report says how it ended."""
    for _ in range(240):
        page.goto(report)
        if page.locator(".tag-good").count():
            return
        page.wait_for_timeout(250)
    raise AssertionError(page.inner_text("main"))


def _program(house: House, book: Book) -> str:
    """A key of whoever may add: its rows become entries; with a key of another register they are refused."""
    rows = [{"about": _named(house, row), "day": _date(row), "answers": _said(row.answers)} for row in book.program]
    if not rows:
        answers = dict(book.said or book.answers)
        rows = [{"about": house.ref(book.about or book.public), "day": _today(), "answers": answers}]
    path = f"/api/v1/registers/{book.key}/imports"
    other = "training" if book.key != "training" else "attendance"
    status, said = _posted(house, path, rows, _key(house, book, other))
    assert status == 403, (status, said)
    status, said = _posted(house, path, rows, _key(house, book, book.key))
    if not book.program:
        assert status in (403, 409, 422), (status, said)
        return f"refused: {said['detail']}"
    assert status == 200 and said["created"] == len(rows) and not said["faults"], (status, said)
    status, again = _posted(house, path, rows, _key(house, book, book.key))
    assert status == 200 and again["created"] == 0 and again["unchanged"] == len(rows), (status, again)
    return f"{said['created']} row, again: nothing; another register's key refused"


def _said(answers: Answers) -> dict[str, str]:
    return {name: _written(value) for name, value in answers.items()}


def _today() -> str:
    return _local_day().isoformat()


def _local_day() -> date:
    """The day in the demo city."""
    return datetime.now(ZoneInfo("Asia/Jakarta")).date()


def _key(house: House, book: Book, register: str) -> str:
    actor = demo.actor_at(house.rt, book.speaks)
    with house.rt.db.read() as db:
        unit = db.execute(select(Unit.ref).where(Unit.key == "pemkot")).scalar_one()
    scopes = (apikeys.ENTRIES, apikeys.REGISTERS)
    given = {"name": f"Mesin {token_hex(3)}", "unit_ref": unit, "scopes": scopes, "days": 2, "register": register}
    return api_keys.make(house.rt, actor=actor, **given).text


def _posted(house: House, path: str, rows: list[Mapping[str, object]], key: str) -> tuple[int, Mapping[str, object]]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": token_hex(16)}
    body = json.dumps({"rows": rows}).encode()
    asked = urllib.request.Request(house.address + path, body, {**headers, "Accept-Language": "en"}, method="POST")
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


@contextmanager
def _house() -> Iterator[House]:
    """The demo city over SQLite, its worker, its server, a browser."""
    folder, clock = new_directory(durable=False), Clock()
    settings = installation(f"sqlite:///{folder}/books.sqlite3")
    database = connect(settings.database_url)
    upgrade(database)
    database.close()
    runner = outbox.Runner(wsgi.build_works)
    rt = replace(wsgi.build_runtime(settings), clock=clock, queue=runner.ring)
    try:
        demo.load(rt, wsgi.SHIPPED)
        runner.start(rt)
        with serve(wsgi.create_app(settings, rt, strict_words=True)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
            yield House(rt, clock, address, browser)
            browser.close()
        runner.stop()
    finally:
        rt.db.close()
        shutil.rmtree(folder, ignore_errors=True)
