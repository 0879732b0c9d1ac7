"""Finds the Chromium that the browser tests drive, and installs it where this machine lets us.

`python -m tests.chromium` is run by `make test` before the tests: it never fails, it says loudly what is missing.
"""

import os
import shutil
import subprocess
import sys

# The headless shell is the same browser without windows: the tests take half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "Chromium: none found; install one (Debian: apt-get install chromium) or set SIKLUS_CHROMIUM to its path"


def find() -> str | None:
    """Answer the path of a Chromium: SIKLUS_CHROMIUM, else the first of the usual names."""
    if named := os.environ.get("SIKLUS_CHROMIUM"):
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install Debian's Chromium with fonts, when we are root on a machine that has apt."""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing Chromium for the browser tests (apt-get, about a minute) ...", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    install = ["apt-get", "install", "-y", "--no-install-recommends", "fonts-dejavu-core"]
    subprocess.run(["apt-get", "update"], check=False, **quiet)
    for name in ("chromium-headless-shell", "chromium"):
        if subprocess.run([*install, name], check=False, **quiet).returncode == 0:
            return


if __name__ == "__main__":
    if find() is None:
        install()
    if find() is None:
        print(f"\n!!! The browser tests will NOT RUN. {REMEDY}\n", file=sys.stderr)
