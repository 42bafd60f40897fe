"""Files below PUBLISH_ROOT, as nginx tells their versions apart."""

from __future__ import annotations

import os

from sync.folders import write_atomically


def test_versions_of_one_second_have_different_times(tmp_path):
    path = tmp_path / "bucket.json"
    seconds = []
    for body in (b"[1]", b"[2]", b"[3]"):
        write_atomically(path, body)
        seconds.append(int(path.stat().st_mtime))
    assert seconds == sorted(set(seconds))


def test_a_clock_set_back_does_not_repeat_a_time(tmp_path):
    path = tmp_path / "bucket.json"
    write_atomically(path, b"[1]")
    os.utime(path, (4_000_000_000, 4_000_000_000))
    write_atomically(path, b"[2]")
    assert int(path.stat().st_mtime) == 4_000_000_001
