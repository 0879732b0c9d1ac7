"""The evaluation of the Bidan Penyelia, told once: who does what, in which order, with the words of the regulation.

A hand does it: `HttpHand` posts forms, the hands of tests/browser/hands.py click or type. Nothing is asserted here but
that each page is the one that the next step needs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any, Protocol

from engine import cycles, demo
from engine.documents import read_yaml
from engine.store.queries import definitions
from engine.store.refs import new_ref
from tests.portal.house import as_posted, plain, value_of
from wsgi import SHIPPED

BIDAN, KEPALA, PANEL, HR = "bidan_penyelia", "kepala_puskesmas", "kabag_organisasi", "analis_sdm_muda"
CYCLE = "Evaluasi kinerja perjalanan uji"
RETURNED = "Target komplain layanan ANC belum terukur: sebutkan jumlahnya pada tahun sebelumnya."
CONCLUDED = "Rating sejalan dengan realisasi dan umpan balik."


@dataclass(frozen=True)
class Step:
    """One act: `task` is the title on the list; either a form is filled and sent, or a transition is pressed."""

    who: str
    task: str
    fill: Mapping[str, Any] | None = None
    press: str = ""
    reason: str = ""


class Hand(Protocol):
    """Somebody at a keyboard, signed in as the holder of a post."""

    def open_task(self, title: str) -> None:
        """Go to my tasks and open the one of this title in the cycle of the journey."""

    def fill_and_send(self, answers: Mapping[str, Any]) -> None:
        """Fill in the open form, check it, send it."""

    def press(self, label: str, reason: str) -> None:
        """Decide on the page of the case."""


def story() -> dict[str, Any]:
    """The evaluated year as the forms take it: what the regulation prints as a list is one text of several lines."""
    told, _ = read_yaml((SHIPPED / "demo" / "bidan_penyelia.yaml").read_bytes(), "bidan_penyelia.yaml")
    plan = {name: _text(value) for name, value in told["plan"].items()}
    return {"plan": plan, "evidence": told["evidence"], "rating": told["rating"]}


def steps() -> Sequence[Step]:
    """From draft to finalized, with one return for rework."""
    told = story()
    return (
        Step(BIDAN, "Susun SKP", fill=_with_target(told["plan"], "menurun")),
        Step(KEPALA, "Putuskan SKP", press="Kembalikan SKP", reason=RETURNED),
        Step(BIDAN, "Susun SKP", fill=_with_target(told["plan"], "menurun dari 9 pada tahun sebelumnya")),
        Step(KEPALA, "Putuskan SKP", press="Tetapkan SKP"),
        Step(BIDAN, "Mulai mengumpulkan bukti dukung", press="Mulai kumpulkan bukti dukung"),
        Step(BIDAN, "Catat realisasi dan bukti dukung", fill=told["evidence"]),
        Step(BIDAN, "Ajukan untuk dinilai", press="Ajukan untuk dinilai"),
        Step(KEPALA, "Beri rating", fill=told["rating"]),
        Step(KEPALA, "Ajukan rating ke panel kalibrasi", press="Ajukan ke panel kalibrasi"),
        Step(PANEL, "Tetapkan hasil evaluasi", press="Tetapkan predikat", reason=CONCLUDED),
    )


def carry(hands: Mapping[str, Hand]) -> None:
    """Let each person do his steps."""
    for step in steps():
        hand = hands[step.who]
        hand.open_task(step.task)
        if step.fill is None:
            hand.press(step.press, step.reason)
        else:
            hand.fill_and_send(step.fill)


def open_cycle(rt) -> None:
    """The HR officer opens a cycle for the Bidan Penyelia alone."""
    with rt.db.read() as db:
        (version,) = definitions.published_versions(db, "workflow", "basic_cycle")
    cycles.open_cycle(
        rt,
        actor=demo.actor_at(rt, HR),
        name=CYCLE,
        version_ref=version.ref,
        period_start=date(2026, 1, 1),
        period_end=date(2026, 12, 31),
        population=f"post == '{BIDAN}'",
        key=new_ref(),
    )


def names(rt) -> dict[str, str]:
    """Post → the name of its holder."""
    return {post: demo.actor_at(rt, post).name for post in (BIDAN, KEPALA, PANEL, HR)}


def expected_trail(who: Mapping[str, str]) -> list[str]:
    """The history as its page tells it, oldest first, without times: person, role, act, reason."""
    bidan, kepala = f"{who[BIDAN]} (Pegawai)", f"{who[KEPALA]} (Pejabat Penilai Kinerja)"
    plan = f"{bidan} mengirim Sasaran Kinerja Pegawai (SKP)"
    return [
        f"{who[HR]} membuka evaluasi ini pada tahap Penyusunan SKP",
        plan,
        f"{kepala} Kembalikan SKP: Penyusunan SKP → Penyusunan SKP {RETURNED}",
        plan,
        f"{kepala} Tetapkan SKP: Penyusunan SKP → SKP ditetapkan",
        f"{bidan} Mulai kumpulkan bukti dukung: SKP ditetapkan → Pengumpulan bukti dukung",
        f"{bidan} mengirim Realisasi dan bukti dukung",
        f"{bidan} Ajukan untuk dinilai: Pengumpulan bukti dukung → Penilaian oleh atasan",
        f"{kepala} mengirim Rating kinerja",
        f"{kepala} Ajukan ke panel kalibrasi: Penilaian oleh atasan → Kalibrasi oleh panel",
        f"{who[PANEL]} (Panel kalibrasi) Tetapkan predikat: Kalibrasi oleh panel → Selesai {CONCLUDED}",
    ]


def expected_predicate() -> str:
    """What the matrix says to the two ratings of the story, read off the code list itself."""
    table, _ = read_yaml((SHIPPED / "codelists" / "predicate_matrix.yaml").read_bytes(), "predicate_matrix.yaml")
    rating = story()["rating"]
    found = table["matrix"]["cells"][rating["result"]][rating["behaviour"]]
    return next(item["label"]["id"] for item in table["items"] if item["key"] == found)


def trail_of(page: str) -> list[str]:
    """The history on the page of a case, oldest first, each entry without its time and its link."""
    entries = re.findall(r'<li class="event.*?</li>', page, re.DOTALL)
    kept = (re.sub(r'<p class="event-at">.*?</p>|<p><a .*?</p>', "", entry, flags=re.DOTALL) for entry in entries)
    return [plain(entry).strip() for entry in reversed(list(kept))]


class HttpHand:
    """Posts what a browser without JavaScript would post."""

    def __init__(self, client, sign_in: str) -> None:
        self.client, self.page, self.path = client, "", ""
        token = value_of(self._get("/sign-in"), "csrf_token")
        self._post("/sign-in", {"csrf_token": token, "name": sign_in, "password": demo.PASSWORD, "next": "/"})

    def open_task(self, title: str) -> None:
        sections = re.findall(r"<section.*?</section>", self._get("/"), re.DOTALL)
        section = next(each for each in sections if CYCLE in each and title in each)
        (path,) = re.findall(rf'href="([^"]+)">{re.escape(title)}<', section)[:1]
        self._get(path)

    def fill_and_send(self, answers: Mapping[str, Any]) -> None:
        task = self.path
        hidden = {name: value_of(self.page, name) for name in ("csrf_token", "seen")}
        self._post(f"{task}/check", {**as_posted(answers), **hidden})
        fields = re.findall(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', self.page, re.DOTALL)
        data = {name: value_of(self.page, name) for name in ("csrf_token", "seen", "key")}
        for name, value in fields:
            data.setdefault(name, []).append(unescape(value))
        self._post(f"{task}/submission", data)
        assert "sudah dikirim" in self.page

    def press(self, label: str, reason: str) -> None:
        forms = re.findall(r'<form class="move".*?</form>', self.page, re.DOTALL)
        form = next(each for each in forms if f">{label}</button>" in each)
        data = {name: value_of(form, name) for name in ("csrf_token", "transition", "seen", "key")}
        self._post(f"{self.path}/transitions", {**data, "reason": reason})
        assert "Keputusan Anda sudah dicatat" in self.page

    def _get(self, path: str) -> str:
        answer = self.client.get(path, follow_redirects=True)
        self.page, self.path = answer.get_data(as_text=True), answer.request.path
        assert answer.status_code == 200, plain(self.page)
        return self.page

    def _post(self, path: str, data: Mapping[str, Any]) -> None:
        answer = self.client.post(path, data=data, follow_redirects=True)
        self.page, self.path = answer.get_data(as_text=True), answer.request.path
        assert answer.status_code == 200, plain(self.page)


def _text(value: Any) -> Any:
    return "\n".join(value) if value and all(isinstance(line, str) for line in value) else value


def _with_target(plan: Mapping[str, Any], target: str) -> dict[str, Any]:
    """The plan with another target in its third row: the one that is sent back."""
    rows = [*plan["targets"]]
    rows[2] = {**rows[2], "target": target}
    return {**plan, "targets": rows}
