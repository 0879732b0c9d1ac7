"""How gunicorn serves Siklus: gunicorn --config docs/operations/gunicorn.conf.py 'wsgi:served()'."""

import os

bind = os.environ.get("SIKLUS_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("SIKLUS_PROCESSES", "2"))  # one a core
worker_class = "gthread"
threads = 16
keepalive = 15  # seconds; longer than the proxy keeps its own connections
timeout = 60  # seconds without a sign of life after which a process is replaced
graceful_timeout = 25  # seconds for requests under way when it leaves; systemd waits for thirty
max_requests = 20_000  # then a process is replaced by a fresh one
max_requests_jitter = 2_000
accesslog = None  # Siklus writes a line of its own for each request
errorlog = "-"
preload_app = False  # a connection to the database must not be shared by processes


def child_exit(server, worker):
    """Forget the gauges of a process that is gone; what it has counted stays."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess  # noqa: PLC0415  (gunicorn reads this file without the library)

        multiprocess.mark_process_dead(worker.pid)
