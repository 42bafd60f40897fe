"""The soak finds what it looks for: a leak in a log, a vote that is lost, memory that grows."""

from __future__ import annotations

import pytest

from benchmarks import soak
from benchmarks.load import AGENT, Ledger, Load
from benchmarks.soak import Memory


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"client": "127.3.0.9"}', "address"),
        ("connect() to 10.0.0.1:80 failed", "address"),
        ("peer 2001:db8:0:1:2:3:4:5", "address (IPv6)"),
        (f"user {'ab' * 32} voted", "wire id or hash"),
        (f"agent={AGENT}", "user agent"),
    ],
)
def test_a_line_that_tells_too_much_is_found(tmp_path, line, what):
    harmless = (
        '{"time": "2026-01-01T00:00:00Z", "client": "8d946dcb8c77"} at 127.0.0.1:8000 v27.0.1'
    )
    (tmp_path / "web.log").write_text(f"{harmless}\n{line}\n")
    lines, told = soak.scan(tmp_path)
    assert lines.total() == 2
    assert list(told) == [what]


def test_memory_that_grows_is_not_flat():
    memory = object.__new__(Memory)
    memory.samples = {
        "leaks": [(n * 5.0, 100.0 + n) for n in range(180)],
        "flat": [(n * 5.0, 100.0 + n % 7) for n in range(180)],
    }
    report = memory.report()
    assert report["leaks"]["slope_mb_per_hour"] == pytest.approx(720, rel=0.01)
    assert (report["leaks"]["flat"], report["flat"]["flat"]) == (False, True)


def test_no_clear_answer_leaves_a_vote_unsure_until_there_is_one():
    ledger, key = Ledger(), ("user", "video")
    ledger.note(key, "fully_ai", 503)
    assert (ledger.stands, ledger.unsure) == ({}, {key: "fully_ai"})
    ledger.note(key, "fully_ai", 200)
    assert (ledger.stands, ledger.unsure) == ({key: "fully_ai"}, {})
    ledger.note(key, None, 404)
    assert ledger.stands == {key: None}


@pytest.mark.django_db(transaction=True)
def test_a_vote_that_is_not_stored_is_missed(django_db_setup):
    from django.conf import settings
    from django.db import connection

    database = connection.settings_dict
    url = f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}"
    load = Load(1, clients=1)
    load.visitors[0].ledger.note(("ab" * 32, "load1-1"), "fully_ai", 200)
    assert load.differences(url, settings.VOTER_KEY)["lost"] == 1
