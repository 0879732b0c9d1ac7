"""Whether the time of an answer tells if a name is known: signing in, using a code, asking for a code. 500 of each.

The line of security.md, S-17: the medians differ by less than 5 ms.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine import accounts, activation
from engine.core.errors import SignInRefused
from engine.store import migrate
from engine.store.database import connect
from tests.verbs.opening import LETTERS, give_code
from tests.verbs.town import CAST, Town

TIMES = 500
MOST = 0.005  # seconds
UNKNOWN = "199003032015032999"


def main() -> None:
    """Print the medians as a table; raise SystemExit when they tell too much."""
    with tempfile.TemporaryDirectory() as folder:
        database = connect(f"sqlite:///{Path(folder)}/sign_in.sqlite3")
        migrate.upgrade(database)
        town = Town(database, accounts=("carol",))
        give_code(town.rt, town.actor("alice"), town.ref("mallory"))
        print(f"| act, {TIMES} times each | known, ms | unknown, ms | difference, ms |\n|---|---|---|---|")
        found = [_compared(town, *each) for each in _acts(town)]
        database.dispose()
    if max(found) >= MOST:
        raise SystemExit(f"the medians differ by {max(found) * 1000:.2f} ms")


def _acts(town: Town) -> list[tuple[str, str, Callable[[str, str], object]]]:
    def enter(name: str, address: str) -> object:
        return accounts.sign_in(town.rt, name, "salah-sekali-lagi", address=address, agent="")

    def use(name: str, address: str) -> object:
        return activation.activate(town.rt, name=name, code="7K3M9QXD2WTH", new="x", address=address, agent="")

    def ask(name: str, address: str) -> object:
        return activation.ask(town.rt, name=name, letters=LETTERS, address=address)

    carol, mallory = CAST["carol"], CAST["mallory"]
    return [("sign in", carol, enter), ("use a code", mallory, use), ("ask for a code", carol, ask)]


def _compared(town: Town, what: str, known: str, act: Callable[[str, str], object]) -> float:
    taken: dict[str, list[float]] = {known: [], UNKNOWN: []}
    for at in range(TIMES):
        for name, times in taken.items():
            start = time.perf_counter()
            with suppress(SignInRefused):
                act(name, f"10.{at // 250}.{at % 250}.1")
            times.append(time.perf_counter() - start)
        town.wait(hours=1)
    one, other = (statistics.median(times[1:]) for times in taken.values())
    print(f"| {what} | {one * 1000:.2f} | {other * 1000:.2f} | {abs(one - other) * 1000:.2f} |")
    return abs(one - other)


if __name__ == "__main__":
    main()
