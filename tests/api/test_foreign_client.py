"""A client that a public generator wrote from the document drives a case from its start to its end."""

import importlib
import json
import os
import subprocess
import sys
from secrets import token_hex

import httpx
import pytest

from engine import ledger
from tests.verbs.stage import WALK


@pytest.fixture
def generated(one, tmp_path, monkeypatch):
    """The package of the client, made from what the running API says of itself; `generated("models")`: a part of it."""
    document = one.app.test_client().get("/api/v1/openapi.json").get_data()
    (tmp_path / "openapi.json").write_bytes(document)
    folder = os.path.dirname(sys.executable)
    made = subprocess.run(
        [f"{folder}/openapi-python-client", "generate", "--path", tmp_path / "openapi.json", "--meta", "none",
         "--output-path", tmp_path / "siklus_client", "--fail-on-warning"],
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}, capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda part: importlib.import_module(f"siklus_client.{part}")
    for name in [name for name in sys.modules if name.partition(".")[0] == "siklus_client"]:
        del sys.modules[name]


def test_it_drives_a_case_from_its_start_to_its_end(one, generated):
    case, models = one.case(), generated("models")
    show_case, list_tasks = generated("api.cases.show_case"), generated("api.tasks.list_tasks")
    submit, fire = generated("api.case_acts.submit"), generated("api.case_acts.fire")

    def client(name):
        given = {"transport": httpx.WSGITransport(app=one.app)}
        key = one.key(name, "health")
        return generated("client").AuthenticatedClient(base_url="http://localhost", token=key, httpx_args=given)

    for name, what, answers in WALK:
        with client(name) as program:
            once = token_hex(10)
            if answers is None:
                seen = show_case.sync(case, client=program).version
                body = models.Move(transition=what, seen=seen)
                done = fire.sync(case, client=program, body=body, idempotency_key=once)
            else:
                task = next(each for each in list_tasks.sync(client=program).items if each.key == what)
                sent = models.Answers.from_dict({"seen": task.version, "answers": json.loads(json.dumps(answers))})
                done = submit.sync(task.ref, client=program, body=sent, idempotency_key=once)
            assert isinstance(done, models.Receipt), done.detail
    with client("erin") as program:
        over = show_case.sync(case, client=program)
    assert over.is_over and over.results[0].value and one.see(case).view.state == over.state.key
    ledger.verify(one.rt.db)
