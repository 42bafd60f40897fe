"""Three machines, whose primary dies, freezes, is cut off or has a full disk while people vote."""

from __future__ import annotations

import pytest

from tests.cluster.failover import lost, run
from tests.cluster.machines import PROGRAMS
from tests.tools import needs

pytestmark = [
    needs(*PROGRAMS, "nginx", "openssl"),
    pytest.mark.timeout(1200),
    # Lines of clients whose server was killed.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_no_vote_is_lost_whatever_befalls_the_primary(figures):
    rows, found = run(["killed", "frozen", "killed", "cut off from etcd", "disk full"])
    figures(without_writes_s=[row.without_writes_s for row in rows], **found)
    assert lost(found) == []
    # A full disk is for people to mend: the server is there, and says what is wrong.
    assert [row.fault for row in rows if row.primary == row.then] in ([], ["disk full"])
