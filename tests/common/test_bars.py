"""Progress bars of commands: shown on a terminal, and nowhere else."""

from __future__ import annotations

import pytest

from common.processes import bars


@pytest.mark.parametrize(("total", "shown"), [(10, "3/10"), (0, "3/?")])
def test_a_terminal_shows_each_stage_and_how_far_it_is(total, shown, monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes it for a terminal
    monkeypatch.setenv("NO_COLOR", "1")
    with bars.shown() as progress:
        progress("videos", 3, total)
        progress("channels", 5, 5)
    out, err = capsys.readouterr()
    assert out == ""
    assert "videos" in err and shown in err
    assert "channels" in err and "5/5" in err


def test_nothing_is_written_where_nobody_looks(monkeypatch, capsys):
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    with bars.shown() as progress:
        progress("videos", 3, 10)
    assert capsys.readouterr() == ("", "")
