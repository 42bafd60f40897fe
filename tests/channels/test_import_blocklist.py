"""`import_blocklist`: files into listings, in one transaction."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from channels.blocklists import Entry, UnreadableList, parse
from channels.imports import BATCH, ImportReport, import_listings
from channels.management.commands.import_blocklist import NOT_CLOSED
from channels.models import DirtyChannel, Listing, ListSource

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


def test_progress_counts_the_entries_that_are_read():
    seen: list[int] = []
    run(*(f"h{n}" for n in range(BATCH + 2)), progress=seen.append)
    assert seen == [BATCH, BATCH + 2]


def test_entries_keep_their_places_in_the_list():
    run("a", "b", "c")
    run("c", "b", "d", "b", "a", now=LATER)
    placed = Listing.objects.filter(last_seen=LATER).order_by("place")
    assert list(placed.values_list("handle", "place")) == [("c", 1), ("d", 3), ("b", 4), ("a", 5)]


def test_the_report_ends_with_where_what_the_list_says_may_go(capsys, file):
    name = file("a.txt", b"! License: CC BY-NC 4.0\n@a\n")
    told = " ".join(command(capsys, name)[-1])
    assert told.startswith("list, licence CC BY-NC 4.0: not published; to say otherwise:")

    told = " ".join(command(capsys, name, "--use", "here")[-1])
    assert told == "list, licence CC BY-NC 4.0: this site alone may serve it"
    assert ListSource.objects.get().use == "here"


def test_a_licence_is_kept_until_another_is_stated():
    for licence, kept in (("", ""), ("CC0-1.0", "CC0-1.0"), ("", "CC0-1.0"), ("MIT", "MIT")):
        run("a", licence=licence)
        assert ListSource.objects.get().licence == kept
    run("a", licence="CC-BY-4.0", dry_run=True)
    assert ListSource.objects.get().licence == "MIT"


HUNDRED = [f"slop{n:03}" for n in range(100)]


def open_now(source: str = "list") -> set[str]:
    return set(
        Listing.objects.filter(source=source, removed_at=None).values_list("handle", flat=True)
    )


def test_a_list_with_less_than_half_of_what_is_open_closes_nothing_but_opens():
    run(*HUNDRED)
    taken_marks()
    report = run(*HUNDRED[:49], "new", now=LATER)
    assert (report.new, report.known, report.closed, report.left_open) == (1, 49, 0, 51)
    assert report.why == "it has only 49 of the 100 channels that are open"
    assert open_now() == {*HUNDRED, "new"}
    assert taken_marks() == ["@new"]
    assert run(*HUNDRED[:49], "new", now=LATER, accept_shrink=True).closed == 51


def test_a_list_of_other_channels_of_the_same_length_closes_nothing():
    run(*HUNDRED)
    assert run(*(f"other{n}" for n in range(100))).left_open == 100


def test_half_of_what_is_open_is_enough():
    run(*HUNDRED)
    assert run(*HUNDRED[:50]).closed == 50


def test_only_what_is_open_under_the_same_source_counts():
    run(*HUNDRED)
    run(*HUNDRED[:50])
    run(*HUNDRED, source="other")
    report = run(*HUNDRED[:25])
    assert (report.closed, report.why) == (25, "")


def unended(*handles: str, cut: str = "", **more: Any) -> ImportReport:
    """An import of a list whose last line has no end, and is an entry if `cut` is one."""
    entries = [Entry(None, handle, None, 1) for handle in handles]
    entries += [Entry(None, cut, None, 1, cut=True)] if cut else []
    return run(entries=entries, ended=False, now=LATER, **more)


def test_a_cut_list_that_is_shorter_closes_nothing_and_its_last_line_is_not_taken():
    run(*HUNDRED)
    report = unended(*HUNDRED[:90], cut="slo")
    assert (report.known, report.closed, report.left_open) == (90, 0, 10)
    assert report.withheld == ("@slo",)
    assert "no line end" in report.why
    assert open_now() == set(HUNDRED)


def test_a_cut_list_that_is_shorter_may_end_with_what_is_no_entry():
    run(*HUNDRED)
    report = unended(*HUNDRED[:99])
    assert (report.closed, report.left_open, report.withheld) == (0, 1, ())


def test_the_beginning_of_a_handle_that_is_open_is_not_taken_from_a_last_line_without_end():
    run(*HUNDRED)
    report = unended(*HUNDRED, "new", cut="slop09")
    assert (report.new, report.withheld) == (1, ("@slop09",))
    assert open_now() == {*HUNDRED, "new"}


def test_nor_is_the_beginning_of_a_handle_that_the_list_has_itself():
    report = unended("slop0000", "slop0001", cut="slop")
    assert (report.new, report.withheld) == (2, ("@slop",))
    assert open_now() == {"slop0000", "slop0001"}


def test_a_last_line_without_end_is_taken_where_nothing_speaks_against_it():
    run(*HUNDRED[:50])
    report = unended(*HUNDRED[1:], cut="other")
    assert (report.new, report.closed, report.withheld, report.why) == (51, 1, (), "")
    assert unended(*HUNDRED[1:], cut="other").why == ""
    run("slop", source="first")
    assert unended(cut="slop", source="first").why == ""


def test_the_operator_may_say_that_a_cut_list_is_whole():
    run(*HUNDRED)
    report = unended(*HUNDRED[:90], cut="slo", accept_shrink=True)
    assert (report.new, report.closed, report.withheld, report.why) == (1, 10, (), "")


def test_a_rehearsal_says_that_nothing_would_be_closed():
    run(*HUNDRED)
    assert run(*HUNDRED[:10], dry_run=True) == run(*HUNDRED[:10])


def test_what_the_entries_raise_undoes_everything():
    def broken() -> Iterator[Entry]:
        yield Entry(None, "a", None, 1)
        raise UnreadableList("no more")

    with pytest.raises(UnreadableList, match="no more"):
        run(entries=broken())
    assert not Listing.objects.exists() and not ListSource.objects.exists()


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
    plain = file("a.txt", b"# a list\n@a\n@A\n\n@b\nno\n")
    table = file("b.csv", f"handle,channel_id,level,since\n@b,,warn,1\n@c,{A},warn,2\n".encode())
    *out, _ = command(capsys, plain, table)
    counts = "5 entries: 3 new, 0 known, 0 reopened, 2 merged, 0 withheld; 0 closed, 0 left open"
    assert out == [
        ["file", "format", "lines", "taken", "rejected", "comments", "blank"],
        [plain, "plain", "6", "3", "1", "1", "1"],
        [table, "csv", "3", "2", "0", "1", "0"],
        counts.split(),
        f"{plain}: 1 rejected: not an @handle, and no channel id (UC and 22 characters)".split(),
        [f"{plain}:6:", "no"],
        f"{table}: columns of which only a clear no is heard: since".split(),
    ]
    assert {key: row[0] for key, row in state().items()} == {"a": "block", "b": "block", A: "warn"}


def test_each_reason_is_told_with_its_count_and_the_first_lines(capsys, file):
    rule = 'youtube.com##ytd-video-renderer:has(a[href="/@{}"])'
    lines = [rule.format("slop") + ':not(:has(a[href="/@honest"]))', *["||ads.example^"] * 25]
    name = file("a.txt", "\n".join([*lines, "# " + rule.format("x"), ""]).encode())
    out = command(capsys, name)
    told = [" ".join(words).removeprefix(f"{name}: ") for words in out[3:-1]]
    assert told == [
        "1 left out of lines that were taken: excepted by :not()",
        f"{name}:1: @honest",
        "25 rejected: a rule about requests or sources, not about what a page shows",
        *(f"{name}:{n}: ||ads.example^" for n in (2, 3, 4)),
        "1 rejected: commented out",
        f"{name}:27: # {rule.format('x')}",
    ]


def test_as_many_reasons_as_lines_are_told_in_bounds(capsys, file):
    rows = [f"@h{n},word{n}\n" for n in range(200)]
    out = command(capsys, file("a.csv", "".join(["handle,status\n", *rows, "@a,\n"]).encode()))
    assert len(out) < 100
    assert any("other reasons" in " ".join(words) for words in out)


def test_a_list_that_may_not_be_whole_ends_with_a_status_of_its_own(capsys, file):
    lines = [f"@slop{n:04}\n" for n in range(100)]
    command(capsys, file("whole.txt", "".join(lines).encode()))
    half = file("half.txt", "".join(lines[:40]).encode())
    with pytest.raises(CommandError, match=r"40 of the 100.*Nothing was closed.*--accept") as told:
        command(capsys, half)
    assert told.value.returncode == NOT_CLOSED
    assert "60 left open" in capsys.readouterr().out
    cut = file("cut.txt", "".join(lines).encode()[:-3])
    with pytest.raises(CommandError, match=r"no line end.*@slop00 was not taken") as told:
        command(capsys, cut)
    assert told.value.returncode == NOT_CLOSED
    assert len(open_now()) == 100
    command(capsys, half, "--accept-shrink")
    assert len(open_now()) == 40


def test_a_list_through_a_pipe_is_read_as_a_file_is(capsys):
    reading, writing = os.pipe()
    os.write(writing, b"@a\n@b\n")
    os.close(writing)
    try:
        assert command(capsys, f"/dev/fd/{reading}")[1][1:] == ["plain", "2", "2", "0", "0", "0"]
    finally:
        os.close(reading)
    assert open_now() == {"a", "b"}


def test_the_licence_is_that_of_the_files_or_of_the_operator(capsys, file):
    name = file("a.txt", b"# Licence: CC BY-NC 4.0\n@a\n")
    command(capsys, name)
    assert str(ListSource.objects.get()) == "list (CC BY-NC 4.0)"
    command(capsys, name, "--licence", "CC0-1.0")
    assert ListSource.objects.get().licence == "CC0-1.0"


def test_columns_can_be_ignored(capsys, file):
    name = file("a.csv", b"handle,verified\n@a,no\n")
    command(capsys, name, "--ignore-column", "verified")
    assert open_now() == {"a"}


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
        ("a.txt", "x\n@y", "--source"),
        ("empty.txt", "list", "the file is empty; nothing was changed"),
        ("names.txt", "list", "no channel in it"),
        ("page.html", "list", "a web page, not a list"),
    ],
)
def test_wrong_arguments_are_one_sentence(name, source, message, tmp_path, file):
    file("a.txt", b"@a\n")
    file("empty.txt", b"")
    file("names.txt", b"Some Name\n")
    file("page.html", b"\n<!doctype html>\n<title>502</title>\n@media\n")
    run("a")
    with pytest.raises(CommandError, match=message) as told:
        call_command("import_blocklist", str(tmp_path / name), source=source, level="block")
    assert told.value.returncode == 1
    assert open_now() == {"a"}


def test_the_command_can_rehearse(capsys, file):
    out = command(capsys, file("a.txt", b"@a\n"), "--dry-run")
    assert out[-1] == ["dry", "run:", "nothing", "was", "written"]
    assert not Listing.objects.exists()


@pytest.mark.slow
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
    assert len(found.rejects) < 0.01 * read  # of some, accents are all that tells two lines apart
    count = str(len(found.entries))
    assert command(capsys, name)[2][2:6] == [count, "new,", "0", "known,"]
    assert Listing.objects.count() == DirtyChannel.objects.count() == len(found.entries)
    assert command(capsys, name)[2][2:6] == ["0", "new,", count, "known,"]
    assert DirtyChannel.objects.count() == len(found.entries)
