"""`python -m bench.first ADDRESS`: starts as `siklus serve` does, up to the first answer of /healthz, and ends.

It ends without tidying up, as does what it is compared with: the time is that until the server answers.
"""

from __future__ import annotations

import io
import os
import sys

import wsgi
from bench.settings import installation
from engine.store import migrate

ASKED = {
    **{"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/healthz", "QUERY_STRING": ""},
    **{"SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost"},
    **{"wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0)},
    **{"wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, "REMOTE_ADDR": "127.0.0.1"},
}


def main(url: str) -> None:
    """Look whether the database is current, make the application, let it answer."""
    chosen = installation(url)
    rt = wsgi.build_runtime(chosen)
    migrate.upgrade(rt.db)
    app = wsgi.create_app(chosen, rt)
    statuses: list[str] = []
    b"".join(app(ASKED, lambda status, headers, error=None: statuses.append(status)))
    if statuses != ["200 OK"]:
        raise RuntimeError(f"/healthz answers {statuses}")
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
