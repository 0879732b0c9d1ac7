"""An administrator at the pages of the designer, by mouse or by keyboard alone: what is done, whatever hand does it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing_hands import DrawingKeys, DrawingMouse


@dataclass
class Board:
    """One design in one browser. `keep(name)` is called where a picture is worth having."""

    page: Page
    hand: DrawingMouse | DrawingKeys
    keep: Callable[[str], None] = field(default=lambda name: None)

    def begin(self, words: str, english: str) -> None:
        """A design from nothing, from the page that somebody sees first."""
        for name in ("Administrasi", "Perancang", "Mulai rancangan baru"):
            self.hand.press(self.page.get_by_role("link", name=name, exact=True).first)
        self.hand.pick(self.page.get_by_label("Alur kosong"))
        self._both("#start-name", words, english)
        self.hand.press(self.page.get_by_role("button", name="Mulai merancang"))
        expect(self.page.locator("h1")).to_have_text(words)

    def tab(self, name: str) -> None:
        """Open a tab of the design."""
        self.hand.press(self.page.get_by_role("navigation", name="Bagian rancangan").get_by_role("link", name=name))
        expect(self.page.locator(".design [aria-current=page]")).to_have_text(name)

    def add(self, box: str, words: str, english: str, **choices: str) -> None:
        """Fill in a folded box that adds something: its names in both languages, and choices by their words."""
        details = self._opened(box)
        with self.saving():
            self._both_in(details, words, english)
            for name, label in choices.items():
                self.choose(details.locator(f"[name='{name}']"), label)
            self.hand.press(details.get_by_role("button", name=box, exact=True))

    def choose(self, target: Locator, label: str) -> None:
        """Select what is called so in a list."""
        options = target.locator("option").evaluate_all("all => all.map(o => [o.text.trim(), o.value])")
        exact = [value for text, value in options if text == label] or [v for text, v in options if label in text]
        assert exact, f"{label} is not among {options}"
        self.hand.select(target, exact[0])

    def saving(self) -> "Saving":
        """Within: something that is saved by itself; waits until it is."""
        return Saving(self.page)

    def set(self, label: str, value: str) -> None:
        """Set a property of what is selected: choose it in a list, or write it."""
        target = self.side.get_by_label(label, exact=": " not in label).first
        with self.saving():
            if target.evaluate("e => e.tagName") == "SELECT":
                self.choose(target, value)
            else:
                self.hand.write(target, value)
            self.hand.leave()

    def tick(self, label: str, inside: str = "") -> None:
        """Tick a box of what is selected."""
        place = self.side.get_by_role("group", name=inside, exact=True) if inside else self.side
        with self.saving():
            self.hand.pick(place.get_by_label(label, exact=True))

    def named(self, words: str) -> None:
        """Give the box or arrow that was just drawn its name, in the field that opens over it."""
        expect(self.page.locator(".canvas-rename")).to_be_focused()
        self.hand.write(self.page.locator(".canvas-rename"), words)
        self.hand.enter()
        expect(self.page.locator(f'.canvas-item[data-name="{words}"]').first).to_be_focused()

    def draw(self, states: Sequence[str]) -> None:
        """Draw states one after the other, each led to from the one before."""
        self.hand.press(self.page.get_by_role("button", name="Tambah tahap", exact=True).first)
        self.named(states[0])
        for words in states[1:]:
            self.hand.append(self.page.locator(".stage.is-selected"))
            self.named(words)

    def name_moves(self, old: str, moves: Sequence[str]) -> None:
        """Give the arrows of this name others, one by one."""
        for words in moves:
            self.hand.rename(self.page.locator(f'.move-link[data-name="{old}"]').first)
            self.named(words)

    def connect(self, source: str, target: str, words: str) -> None:
        """Draw an arrow between two states."""
        self.hand.connect(self.stage(source), self.stage(target))
        self.named(words)

    def stage(self, words: str) -> Locator:
        """The box of a state."""
        return self.page.locator(f'.stage-link[data-name="{words}"]')

    def open(self, words: str) -> None:
        """Open the panel of the first state, task or transition that is called so."""
        self.hand.open(words)
        expect(self.side.locator("h2")).to_have_text(words)

    def new_form(self, words: str) -> None:
        """A form, and its canvas."""
        self.tab("Formulir")
        self.hand.write(self.page.get_by_label("Formulir baru"), words)
        self.hand.press(self.page.get_by_role("button", name="Buat formulir"))
        expect(self.page.locator("#build-title")).to_have_text(words)

    def ask(self, words: str, group: str, kind: str) -> None:
        """A question of a type of the palette."""
        self.hand.write(self.page.locator("#build-words"), words)
        folded = self.page.locator(".build-palette details", has=self.page.get_by_text(group, exact=True))
        if folded.get_attribute("open") is None:
            self.hand.press(folded.locator("summary"))
        self.hand.press(folded.get_by_role("button", name=kind).first)
        expect(self.page.locator(".build-here .build-pick").first).to_contain_text(f"{kind}: {words}")
        expect(self.page.locator("#build-words")).to_have_value("")

    def column(self, table: str, words: str) -> None:
        """A column, whose type is guessed from its words."""
        with self.saving():
            self.hand.write(self.page.get_by_label(f"Nama kolom baru untuk {table}"), words)
            self.hand.press(self.page.get_by_role("button", name="Tambah kolom"))

    def pick(self, words: str) -> None:
        """Select a question on the canvas of its form."""
        self.hand.press(self.page.locator(".build-pick", has_text=words).first)
        expect(self.page.locator(".build-here .build-pick").first).to_contain_text(words)

    def total(self, column: str, wanted: str) -> None:
        """What a column of figures must add up to."""
        with self.saving():
            self.hand.write(self.page.locator(f"#sum-{column}"), wanted)
            self.hand.leave()

    def tick_required(self) -> None:
        """The selected question must be answered."""
        self.unfold("Aturan")
        self.tick("Wajib diisi")

    def unfold(self, words: str) -> None:
        """Open a folded group of the panel."""
        details = self.side.locator("details", has=self.page.locator("summary", has_text=words)).first
        if details.get_attribute("open") is None:
            self.hand.press(details.locator("summary").first)

    def rule(self, name: str) -> None:
        """Go to the rule builder for a property of what is selected."""
        self.hand.press(self.side.get_by_role("link", name=re.compile(f": {re.escape(name)}$")).first)
        self.page.wait_for_url("**/rule?**")

    def compare(self, what: str, value: str) -> None:
        """The first line of a rule: a field, the operator that is offered first, a value."""
        self.choose(self.page.locator("[id='what:0']"), what)
        target = self.page.locator("[id='0:0:typed']")
        expect(target).to_be_visible()
        if target.evaluate("e => e.tagName") == "SELECT":
            self.choose(target, value)
        else:
            self.hand.write(target, value)
            self.hand.leave()

        expect(self.page.locator(".rule-says")).not_to_contain_text("belum lengkap")

    def take(self, what: str) -> None:
        """The only operand of a formula: a field."""
        self.choose(self.page.locator("[id='what:0']"), what)

    def save_rule(self) -> None:
        """Save, and come back to where the rule belongs."""
        expect(self.page.locator("[data-design-status]")).to_have_text("Belum disimpan")
        self.hand.press(self.page.get_by_role("button", name="Simpan aturan"))
        self.page.wait_for_url(lambda url: "/rule" not in url)

    def decides(self, old: str, words: str, role: str, days: str, after: str = "", shows: Sequence[str] = ()) -> None:
        """Give the first task that is called so still its name, who does it, its deadline, and what it waits for."""
        self.open(old)
        self.set("Nama tugas: Bahasa Indonesia", words)
        if role != "Pegawai":
            self.set("Dikerjakan oleh (wajib)", role)
        self.set("Jumlah hari kerja", days)
        if after:
            self.tick(after, "Setelah tugas")
        for form in shows:
            self.tick(form, "Formulir yang ikut ditampilkan")

    def part(self, words: str, english: str, weight: str) -> None:
        """A part of a weighted score, and what it weighs."""
        box = self._opened("Tambah bagian")
        with self.saving():
            self._both("#new-part", words, english)
            self.hand.press(box.get_by_role("button", name="Tambah bagian"))
        box = self.page.get_by_label(f"Bobot: {words}")
        if box.input_value() != weight:  # the last one counts what the others leave
            with self.saving():
                self.hand.write(box, weight)
                self.hand.leave()

    def part_from(self, words: str, question: str) -> None:
        """Which question a part of a score takes."""
        self.hand.press(self.page.get_by_role("link", name=f": {words}").last)
        self.page.wait_for_url("**/rule?**")
        self.take(question)
        self.save_rule()

    def band(self, words: str, english: str, begins: str) -> None:
        """A step of the scale, by where it begins."""
        box = self._opened("Tambah rentang")
        with self.saving():
            self._both("#new-band", words, english)
            if begins:
                self.hand.write(self.page.locator("#new-from"), begins)
            self.hand.press(box.get_by_role("button", name="Tambah rentang"))

    def _opened(self, box: str) -> Locator:
        details = self.page.locator("details.design-add", has=self.page.locator("summary", has_text=box)).first
        if details.get_attribute("open") is None:
            self.hand.press(details.locator("summary"))
        return details

    def guard(self, words: str) -> None:
        """A further condition of the selected transition."""
        self.choose(self.side.get_by_label("Tambah pada Syarat"), words)
        with self.saving():
            group = self.side.get_by_role("group", name="Syarat", exact=True)
            self.hand.press(group.get_by_role("button", name="Tambah", exact=True))

    def sees(self, form: str, role: str, states: Sequence[str]) -> None:
        """Who reads a form, and when: boxes of the table."""
        table = self.page.get_by_role("table", name=f"Siapa membaca {form}")
        for state in states:
            with self.saving():
                self.hand.pick(table.get_by_label(f"{role} membaca pada tahap {state}"))

    def step(self, button: str) -> None:
        """One step of the simulation."""
        told = self.page.locator(".play-lines > li")
        before = told.count()
        self.hand.press(self.page.get_by_role("button", name=button).first)
        expect(told).to_have_count(before + 1)

    @property
    def side(self) -> Locator:
        """The panel of what is selected."""
        return self.page.locator("#design-side")

    def _both(self, id: str, words: str, english: str) -> None:
        self.hand.write(self.page.locator(f"{id}-id"), words)
        self.hand.write(self.page.locator(f"{id}-en"), english)

    def _both_in(self, place: Locator, words: str, english: str) -> None:
        self.hand.write(place.locator("input[lang=id]").first, words)
        self.hand.write(place.locator("input[lang=en]").first, english)


class Saving:
    """Waits until the design has taken a further step."""

    def __init__(self, page: Page) -> None:
        self.design = page.locator(".design")

    def __enter__(self) -> None:
        self.before = self.design.get_attribute("data-number") or ""

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            expect(self.design).not_to_have_attribute("data-number", self.before)
