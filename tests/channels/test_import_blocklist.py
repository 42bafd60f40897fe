"""`import_blocklist`: files into listings, in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from channels.blocklists import Entry, parse
from channels.imports import ImportReport, import_listings
from channels.models import DirtyChannel, Listing

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
A = "UC" + "a" * 22
REAL_LIST = Path(__file__).parents[2].parent / "shared" / "data" / "aislist_blocklist.txt"


def run(*handles: str, level: str = "block", now: datetime = NOW, **more: Any) -> ImportReport:
    entries = [Entry(None, handle, None, 1) for handle in handles]
    return import_listings(
        **{"source": "list", "entries": entries, "dry_run": False, "progress": lambda _: None}
        | {"level": level, "now": now}
        | more
    )


def state() -> dict[str, tuple[str, datetime, datetime, datetime | None]]:
    return {
        row[0] or row[1]: row[2:]
        for row in Listing.objects.values_list(
            "channel_id", "handle", "level", "first_seen", "last_seen", "removed_at"
        )
    }


def taken_marks() -> list[str]:
    keys = sorted(DirtyChannel.objects.values_list("key", flat=True))
    DirtyChannel.objects.all().delete()
    return keys


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes], str]:
    def write(name: str, data: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def command(capsys: pytest.CaptureFixture[str], *args: str) -> list[list[str]]:
    call_command("import_blocklist", *args, source="list", level="block")
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_importing_again_changes_only_last_seen():
    assert run("a", "b") == ImportReport(new=2, known=0, reopened=0, closed=0)
    assert taken_marks() == ["@a", "@b"]
    assert run("a", "b", now=LATER) == ImportReport(new=0, known=2, reopened=0, closed=0)
    assert taken_marks() == []
    assert state() == {h: ("block", NOW, LATER, None) for h in "ab"}


def test_an_entry_that_is_gone_is_closed_once_and_reopened():
    run("a", "b")
    taken_marks()
    assert run("a", now=LATER) == ImportReport(new=0, known=1, reopened=0, closed=1)
    assert taken_marks() == ["@b"]
    assert run("a", now=LATER + timedelta(1)).closed == 0
    assert state()["b"] == ("block", NOW, NOW, LATER)
    assert taken_marks() == []
    report = run("a", "b", now=LATER + timedelta(2))
    assert report == ImportReport(new=0, known=1, reopened=1, closed=0)
    assert taken_marks() == ["@b"]
    assert state()["b"] == ("block", NOW, LATER + timedelta(2), None)


def test_another_level_is_known_and_marked():
    run("a", "b")
    taken_marks()
    assert run("a", "b", level="warn").known == 2
    assert taken_marks() == ["@a", "@b"]


def test_another_source_is_left_alone():
    run("a", source="other")
    assert run("b").closed == 0


def test_both_keys_are_marked_and_the_entrys_own_level_counts():
    tie = Entry(A, "a", "tie", 1)
    assert run(entries=[tie]).new == 1
    assert state()[A][0] == "tie"
    assert taken_marks() == ["@a", A]


def test_the_stronger_of_two_levels_counts():
    both = [Entry(None, "a", level, 1) for level in ("warn", None, "warn")]
    assert run(entries=both).new == 1
    assert state()["a"][0] == "block"


def test_a_dry_run_reports_and_writes_nothing():
    run("a", "b")
    taken_marks()
    before = state()
    report = run("b", "c", now=LATER, dry_run=True)
    assert report == ImportReport(new=1, known=1, reopened=0, closed=1)
    assert state() == before
    assert taken_marks() == []
    assert run("b", "c", now=LATER) == report


def test_progress_ends_at_the_number_of_channels():
    run("a")
    seen: list[int] = []
    run("a", "b", "b", progress=seen.append)
    assert seen == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_follow_each_other():
    reports: list[ImportReport] = []

    def work() -> None:
        try:
            reports.append(run(*(f"h{n}" for n in range(2000))))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.new for report in reports) == [0, 0, 2000]
    assert Listing.objects.count() == 2000


@pytest.mark.django_db(transaction=True)
def test_an_import_that_waits_too_long_says_so(file):
    other = connection.copy()
    try:
        other.set_autocommit(False)
        other.cursor().execute("LOCK TABLE channels_listing IN SHARE ROW EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(CommandError, match="Another import is running"):
            call_command("import_blocklist", file("a", b"@a\n"), source="list", level="block")
    finally:
        other.close()
        connection.close()


def test_several_files_are_one_import(capsys, file):
    plain = file("a.txt", b"@a\n@A\n@b\nno\n")
    table = file("b.csv", f"handle,channel_id,level\n@b,,warn\n@c,{A},warn\n".encode())
    out = command(capsys, plain, table)
    assert out == [
        ["file", "format", "read", "new", "known", "reopened", "closed", "merged", "rejected"],
        [plain, "plain", "3", "1", "1"],
        [table, "csv", "2", "0", "0"],
        ["total", "5", "3", "0", "0", "0", "2", "1"],
        f"{plain}:4: not an @handle, and no channel id (UC and 22 characters): no".split(),
    ]
    assert {key: row[0] for key, row in state().items()} == {"a": "block", "b": "block", A: "warn"}


def test_only_the_first_rejects_are_shown(capsys, file):
    out = command(capsys, file("a.txt", b"@a\n" + b"no\n" * 25))
    assert len(out) == 3 + 20 + 1
    assert out[-1] == ["and", "5", "more", "rejected"]


def test_a_broken_file_among_several_changes_nothing(file):
    run("a")
    taken_marks()
    before = state()
    good, broken = file("good.txt", b"@b\n"), file("broken.json", b"{")
    with pytest.raises(CommandError, match=r"broken\.json: broken JSON.*nothing was changed"):
        call_command("import_blocklist", good, broken, source="list", level="block")
    assert state() == before
    assert taken_marks() == []


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("missing.txt", "list", "missing.txt: No such file"),
        (".", "list", "Is a directory"),
        ("a.txt", " ", "--source"),
        ("a.txt", "x" * 65, "--source"),
    ],
)
def test_wrong_arguments_are_one_sentence(name, source, message, tmp_path, file):
    file("a.txt", b"@a\n")
    with pytest.raises(CommandError, match=message):
        call_command("import_blocklist", str(tmp_path / name), source=source, level="block")
    assert not Listing.objects.exists()


def test_the_command_can_rehearse(capsys, file):
    out = command(capsys, file("a.txt", b"@a\n"), "--dry-run")
    assert out[-1] == ["dry", "run:", "nothing", "was", "written"]
    assert not Listing.objects.exists()


def test_a_list_of_the_real_size_imports_twice(capsys, file):
    if REAL_LIST.exists():
        name = str(REAL_LIST)
    else:
        name = file(
            "large.txt", b"! list\n" + b"".join(b"@Chan%%C3%%A9%d\n" % n for n in range(21_000))
        )
    lines = Path(name).read_text(encoding="utf-8").splitlines()
    read = sum(bool(line.strip()) and line[0] not in "!#" for line in lines)
    found = parse(Path(name).read_bytes())
    assert len(found.entries) + found.merged + len(found.rejects) == read
    assert len(found.entries) > 0.99 * read
    count = str(len(found.entries))
    # The columns: total, read, new, known, reopened, closed, merged, rejected.
    assert command(capsys, name)[2][2:6] == [count, "0", "0", "0"]
    assert Listing.objects.count() == DirtyChannel.objects.count() == len(found.entries)
    assert command(capsys, name)[2][2:6] == ["0", count, "0", "0"]
    assert DirtyChannel.objects.count() == len(found.entries)
