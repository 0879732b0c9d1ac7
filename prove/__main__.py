"""`python -m prove [--quick] [NAME…]`: run the proofs of this folder, or all; what each prints is kept in
results/<name>.md. Quick: proofs that load as much as they can stop after QUICK minutes a database (PROVE_MINUTES).

A proof that does not hold raises: nothing is kept of it, the others still run, and the exit status is 1.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path

QUICK = "3"
HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("[a-z]*.py"))


class Kept(io.StringIO):
    """Shows on the terminal what it keeps."""

    def write(self, text: str) -> int:
        sys.__stdout__.write(text)
        sys.__stdout__.flush()
        return super().write(text)


def prove(name: str) -> bool:
    """Run one proof; True when it held."""
    kept = Kept()
    try:
        with redirect_stdout(kept):
            print(f"# {name}\n")
            importlib.import_module(f"prove.{name}").main()
    except Exception:
        traceback.print_exc()
        print(f"\nprove: {name} does not hold", file=sys.stderr)
        return False
    (HERE / "results" / f"{name}.md").write_text(kept.getvalue(), "utf-8")
    return True


def main(asked: list[str]) -> int:
    """Run what was asked for, or everything; answers with the exit status."""
    if "--quick" in asked:
        os.environ.setdefault("PROVE_MINUTES", QUICK)
        asked = [name for name in asked if name != "--quick"]
    if unknown := sorted(set(asked) - set(NAMES)):
        print(f"prove: unknown {', '.join(unknown)}. There are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    held = [prove(name) for name in asked or NAMES]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
