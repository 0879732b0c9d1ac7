"""The composition root: installation → catalog → runtime → Flask with portal and admin. `siklus` is `main` below.

It imports everything; nothing imports it but the server, the benches and the tests.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from engine.later import postpone

gc.disable()  # what imports make stays: to look for rubbish in it takes a quarter of the start
postpone()  # before the imports that may wait

from flask import Flask

import admin
import api
import portal
import workflows
from engine import (
    activation,
    api_keys,
    bulk_doing,
    case_exports,
    changes,
    cli,
    corrections,
    cycle_opening,
    deadlines,
    demo,
    denials,
    directory_keys,
    doorbell,
    due_days,
    entry_corrections,
    evidence_care,
    expiry,
    extensions,
    fields,
    figures,
    followups,
    handover,
    hashing,
    holders,
    hook_watch,
    indicators,
    jobs,
    library,
    linked_days,
    links,
    midnight,
    notice_mail,
    notice_wordings,
    outbox,
    reach,
    report_files,
    report_schedules,
    safety,
    schedule,
    sessions,
    tidying,
    webhooks,
)
from engine.commands import serving
from engine.core import catalog
from engine.evidence import opening
from engine.imports import entry_running
from engine.imports import running as imports_running
from engine.installation import Installation, read_installation
from engine.runtime import Keys, Runtime
from engine.store import migrate
from engine.store.database import connect
from engine.web import metrics, notice_letters
from engine.web import report_files as report_making
from engine.web.app import create_web
from engine.web.context import Settings, Wiring
from workflows import actions, guards, methods
from workflows.reports import habits, outcomes, progress

gc.freeze()  # and no later collection walks through it again
gc.enable()

SHIPPED = Path(workflows.__file__).parent


def build_works() -> dict[str, outbox.Work]:
    """What runs after commits, by the kind of its row. Lambdas, so that a module waits until it has work."""
    return {
        "holders.reresolve": lambda *asked: holders.reresolve(*asked),
        "holders.rehold": lambda *asked: holders.rehold(*asked),
        "cases.hand_over": lambda *asked: handover.hand_over_case(*asked),
        "verb.correct_entry": lambda *asked: entry_corrections.correct_entry(*asked),
        "verb.correct_superior": lambda *asked: corrections.correct_superior(*asked),
        "notices.worded": lambda *asked: notice_wordings.tell_worded(*asked),
        "notices.remind": lambda *asked: notice_wordings.remind(*asked),
        "notices.mail": outbox.Staged(lambda *found: None, before=lambda *asked: notice_letters.deliver(*asked)),
        "notices.digest_mail": outbox.Staged(lambda *found: None, before=lambda *asked: notice_letters.digest(*asked)),
        "organisation.turn": lambda *asked: changes.turn(*asked),
        "deadlines.recount": lambda *asked: deadlines.recount(*asked),
        "deadlines.recount_cases": lambda *asked: deadlines.recount_cases(*asked),
        "deadlines.act": lambda *asked: expiry.act(*asked),
        "directory.keys": outbox.Staged(
            lambda *asked: directory_keys.keep(*asked), lambda *asked: directory_keys.look(*asked)
        ),
        "accounts.mail": outbox.Staged(lambda *found: None, before=lambda *asked: activation.deliver(*asked)),
        "accounts.asked": lambda *asked: activation.send_asked(*asked),
        "cases.child_ended": lambda *asked: followups.child_ended(*asked),
        "cases.open_due": lambda *asked: followups.open_due(*asked),
        "webhooks.send": outbox.Staged(
            lambda *found: None,
            before=lambda *asked: webhooks.deliver(*asked),
            failed=lambda *told: webhooks.rest(*told),
            lane="programs",
        ),
        "links.check": outbox.Staged(lambda *asked: links.keep(*asked), lambda *asked: links.look(*asked)),
        "files.sweep": lambda *asked: evidence_care.sweep_in(*asked),
        "files.forget": lambda *asked: evidence_care.forget_in(*asked),
        schedule.KIND: lambda *asked: schedule.begin(build_dailies(), *asked),
        **jobs.works(build_jobs()),
    }


def build_jobs() -> dict[str, jobs.Kind]:
    """The kinds of jobs, by name (docs/jobs.md)."""
    return {
        "holders.midnight": jobs.Kind(lambda *asked: midnight.chunk(*asked), lambda *asked: midnight.look(*asked)),
        "deadlines.midnight": jobs.Kind(lambda *asked: due_days.chunk(*asked), lambda *asked: due_days.look(*asked)),
        "deadlines.extend": jobs.Kind(lambda *asked: extensions.chunk(*asked)),
        "linked.midnight": jobs.Kind(lambda *asked: linked_days.chunk(*asked), lambda *asked: linked_days.look(*asked)),
        "notices.digest": jobs.Kind(lambda *asked: notice_mail.chunk(*asked)),
        "cycles.open": jobs.Kind(lambda *asked: cycle_opening.chunk(*asked)),
        "cases.export": jobs.Kind(lambda *asked: case_exports.chunk(*asked), lambda *asked: case_exports.make(*asked)),
        "reports.file": jobs.Kind(lambda *asked: report_files.chunk(*asked), lambda *asked: report_making.make(*asked)),
        "bulk.judge": jobs.Kind(lambda *asked: bulk_doing.judge_chunk(*asked)),
        "bulk.run": jobs.Kind(lambda *asked: bulk_doing.run_chunk(*asked), lambda *asked: bulk_doing.run(*asked)),
        "imports.run": jobs.Kind(lambda *asked: imports_running.chunk(*asked)),
        "figures.compute": jobs.Kind(lambda *asked: indicators.chunk(*asked), lambda *asked: indicators.look(*asked)),
        "entries.file": jobs.Kind(
            lambda *asked: entry_running.chunk(*asked), lambda *asked: entry_running.look(*asked)
        ),
    }


def build_dailies() -> dict[str, schedule.Daily]:
    """What each day begins with, by name."""
    dailies = (
        schedule.Daily("midnight", lambda *asked: midnight.begin(*asked), each_zone=True),
        schedule.Daily("deadlines", lambda *asked: due_days.begin(*asked), each_zone=True),
        schedule.Daily("linked", lambda *asked: linked_days.begin(*asked), each_zone=True),
        schedule.Daily("digest", lambda *asked: notice_mail.begin(*asked), each_zone=True),
        schedule.Daily("reports", lambda *asked: report_schedules.begin(*asked), each_zone=True),
        schedule.Daily("figures", lambda *asked: indicators.begin(*asked)),
        schedule.Daily("directory", lambda *asked: directory_keys.begin(*asked)),
        schedule.Daily("tidy", lambda *asked: tidying.tidy(*asked)),
        schedule.Daily("files", lambda *asked: tidying.sweep_files(*asked)),
    )
    return {daily.name: daily for daily in dailies}


def build_catalog() -> catalog.Catalog:
    """Everything that a definition may name."""
    return catalog.Catalog.collect(*fields.BUILT_IN, actions, guards, methods, progress, outcomes, habits)


def build_runtime(
    installation: Installation,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    queue: Callable[[Sequence[int]], None] = lambda ids: None,
) -> Runtime:
    """Database, library and clock of one process."""
    database = connect(installation.database_url, owner_url=installation.owner_url)
    keys = Keys(session=installation.secret, factors=installation.factor_key)
    files = opening.open_files(installation.files, installation.database_url, installation.scan)
    given = {name: getattr(installation, name) for name in ("access", "mail", "directory", "code_days")}
    if installation.link_hosts:
        given["reach"] = reach.read_allowed(installation.link_hosts)
    if installation.webhook_hosts:
        given["hooks"] = reach.read_allowed(installation.webhook_hosts)
    return Runtime(database, library.Library(build_catalog), clock, keys, queue, files, **given)


def create_app(
    installation: Installation,
    rt: Runtime | None = None,
    *,
    strict_words: bool = False,
    runner: outbox.Runner | None = None,
) -> Flask:
    """The web application over a runtime; `strict_words` makes a missing translation an error.

    `runner`: the thread of this process that does the work after commits, when it has one.
    """
    hashing.require_strength()
    rt = rt or build_runtime(installation)
    settings = Settings(
        https=installation.https,
        proxy_hops=installation.proxies,
        hosts=installation.hosts,
        strict_words=strict_words,
        keep_on_device=installation.keep_on_device,
    )
    wiring = Wiring(
        whoami=lambda *asked, **how: sessions.whoami(rt, *asked, **how),
        record_denial=lambda *asked: denials.record(rt, *asked),
        readiness=partial(_readiness, rt, runner),
        by_key=lambda text, address: api_keys.acts_by(rt, text, address),
    )
    app = create_web(rt, wiring, settings)
    portal.register(app, rt)
    admin.register(app, rt, SHIPPED)
    api.register(app, rt)
    if installation.metrics:
        metrics.add_metrics(app, installation.metrics, rt.version, partial(figures.figures, rt))
    return app


def _readiness(rt: Runtime, runner: outbox.Runner | None) -> Mapping[str, bool | str]:
    facts: dict[str, bool | str] = {
        "migrations_current": migrate.current(rt.db) == migrate.newest(),
        "serving_role": "own" if rt.db.app_role else "owner",
    }
    return facts if runner is None else {**facts, "work_runs": runner.works}


def served() -> Flask:
    """For a server with processes of its own: `gunicorn 'wsgi:served()'`. Work after commits is for `siklus worker`."""
    installation = read_installation(os.environ, Path.cwd())
    serving.begin(installation)
    bell = doorbell.Bell(installation.redis_url).ring if installation.redis_url else lambda ids: None
    rt = build_runtime(installation, queue=bell)
    migrate.upgrade(rt.db)
    safety.require(installation, demo=installation.https and demo.is_loaded(rt))
    return create_app(installation, rt)


def _bell(installation: Installation, runner: outbox.Runner) -> Callable[[Sequence[int]], None]:
    """Who is told of new work: the workers, or the threads of this process."""
    return doorbell.Bell(installation.redis_url).ring if installation.redis_url else runner.ring


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `siklus`."""
    clock, post, watch = schedule.Clock(build_dailies), notice_mail.Post(), hook_watch.Watch()
    runner = outbox.Runner(build_works, lambda rt: (clock.tick(rt), post.tick(rt), watch.tick(rt)))
    tools = cli.Tools(
        installation=lambda: read_installation(os.environ, Path.cwd()),
        catalog=build_catalog,
        runtime=lambda installation: build_runtime(installation, queue=_bell(installation, runner)),
        app=lambda installation, rt: create_app(installation, rt, runner=None if installation.redis_url else runner),
        runner=runner,
        works=build_works,
        dailies=build_dailies,
        shipped=SHIPPED,
    )
    return cli.run(tools, sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
