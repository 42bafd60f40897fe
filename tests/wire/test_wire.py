"""What clients are answered stays what it was: see README.md in this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from common import throttling
from realtube import health
from tests.wire import files, judging, noting, reading, scenario, writing
from tests.wire.database import own_database
from tests.wire.recording import Recorder, compare

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
Group = Callable[[Recorder, scenario.World], None]


def test_answers_and_published_files_are_those_that_were_recorded(
    request: pytest.FixtureRequest,
    subtests: pytest.Subtests,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: Any,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(health, "REUSE_S", 0.0)
    record = request.config.getoption("--record", default=False)
    with django_db_blocker.unblock(), own_database(START):
        for group, found in _all(tmp_path, monkeypatch):
            with subtests.test(group):
                difference = compare(group, found, record=record)
                if difference:
                    pytest.fail(f"{group}.json: - recorded, + now{difference}", pytrace=False)


def _all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Any]]:
    """Each group with what there is to compare, in the order in which things happen."""
    with _without_limits():
        world = scenario.fill(folder)
    yield "files", files.published()
    # What only reads comes first.
    groups: dict[str, Group] = {
        "videos": reading.videos,
        "channels": reading.channels,
        "users": reading.users,
        "appeals": reading.appeals,
        "sync": reading.sync,
        "lists": reading.lists,
        "database": reading.database,
        "service": reading.service,
        "limits": writing.limits,
        "votes": writing.votes,
        "own_data": writing.own_data,
        "new_appeals": writing.new_appeals,
        "brakes": writing.brakes,
        "mirror": writing.mirror,
        "away": partial(writing.away, empty=folder / "empty"),
        "a_day_later": writing.a_day_later,
        "outside": writing.outside,
        "observations": writing.observations,
        "reports": writing.reports,
        "jurors": judging.jurors,
        "notes": noting.notes,
    }
    seen: dict[str, str] = {}
    client = Client(raise_request_exception=False)
    for number, (name, group) in enumerate(groups.items()):
        if name == "a_day_later":
            with _without_limits():
                scenario.let_a_day_pass(world)
        _forget_limits(monkeypatch, name)
        ask = Recorder(name, number, seen, client)
        group(ask, world)
        yield name, ask.exchanges


@contextmanager
def _without_limits() -> Iterator[None]:
    with override_settings(LIMITS=dict.fromkeys(settings.LIMITS, 10**9)):
        yield


def _forget_limits(monkeypatch: pytest.MonkeyPatch, group: str) -> None:
    """Give a group counters of its own: how many requests are left is not a matter of time."""
    known = throttling.Limit.key.fget
    monkeypatch.setattr(throttling.Limit, "key", property(lambda it: f"{group}:{known(it)}"))
    throttling.forget()
