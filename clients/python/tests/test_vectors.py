"""The kit and the vectors that all clients share (clients/vectors)."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import datetime

import pytest
from conftest import VECTORS, vectors
from writer import from_vector

from realtube_client import (
    Client,
    Intercepted,
    MemoryStore,
    Patience,
    Pin,
    Refused,
    Untrusted,
    Video,
    key_of,
    normalise_handle,
    prefix_of,
    user_id_of,
)
from realtube_client import compact as compact_form
from realtube_client.asking import refusal
from realtube_client.calls import Challenge, solved
from realtube_client.errors import Unreachable
from realtube_client.proof import is_proof, solve
from realtube_client.signatures import File
from realtube_client.values import Cast
from realtube_client.wire import Answer

DOCS = VECTORS.parents[1] / "docs"
IMPATIENT = Patience(tries=1)


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case["name"])


@pytest.mark.parametrize("case", vectors("identity"))
def test_identities(case):
    assert user_id_of(case["identity"]) == case["userId"]


@pytest.mark.parametrize("case", vectors("prefixes"))
def test_prefixes_and_keys(case):
    assert prefix_of(case["videoId"]) == case["prefix"]
    assert f"{key_of(case['videoId']):016x}" == case["key"]


@pytest.mark.parametrize("case", vectors("proof")["solved"])
def test_proofs(case):
    assert solve(case["challenge"], case["bits"]) == case["proof"]
    assert is_proof(case["proof"], case["bits"])


@pytest.mark.parametrize("bits", vectors("proof")["tooHard"])
def test_work_that_would_take_minutes_is_not_begun(bits):
    with pytest.raises(ValueError, match="more work"):
        solve("c", bits)
    with pytest.raises(Unreachable, match="too much"):
        next(solved(Challenge(True, "c", bits)))


@pytest.mark.parametrize("case", json.loads((DOCS / "address-vectors.json").read_text())["handles"])
def test_handles(case):
    handle = case.get("handle")
    assert normalise_handle(case["text"]) == handle
    if handle and "key" in case:
        assert f"{key_of(f'@{handle}'):016x}" == case["key"]


@named(json.loads((DOCS / "compact-vectors.json").read_text())["snapshots"])
def test_compact_snapshots(case):
    found = compact_form.read(bytes.fromhex(case["hex"]))
    assert (found.revision, found.generated_at_us) == (case["revision"], case["generatedAtUs"])
    for table, items in ((found.videos, case["videos"]), (found.channels, case["channels"])):
        assert [[f"{key:016x}", score, flags] for key, score, flags in table] == items
        for key, score, flags in items:
            assert table.find(int(key, 16)) == (score, flags)


def test_who_decided_is_in_the_flags():
    cases = json.loads((DOCS / "compact-vectors.json").read_text())["decidedBy"]
    for kind, read in (
        ("videos", compact_form.video_decided_by),
        ("channels", compact_form.channel_decided_by),
    ):
        assert [read(case["flags"]) for case in cases[kind]] == [
            case["decidedBy"] for case in cases[kind]
        ]


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ({}, None),
        ({"decidedBy": "votes"}, None),
        ({"decidedBy": "jury"}, "jury"),
        ({"decidedBy": "court"}, "court"),
        ({"locked": True}, "moderator"),
        ({"channelBy": "list"}, "list"),
    ],
)
def test_who_decided_is_told_by_newer_and_older_servers(said, by):
    given = {"videoId": "a", "score": 60, "totalVotes": 0, "locked": False, "categories": {}}
    assert Video.of(given | {"lastUpdated": "2026-11-21T08:00:00Z"} | said).decided_by == by


def answer_of(case):
    body = case["body"]
    headers = {name.lower(): value for name, value in case.get("headers", {}).items()}
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer("https://realtube.example", case["status"], headers, text.encode())


def outcome(answer):
    """What a client makes of an answer to a vote."""
    if (error := refusal(answer)) is not None:
        return ("refused" if isinstance(error, Refused) else "intercepted"), error
    from realtube_client.calls import of

    try:
        of(answer, Cast.of)
    except Intercepted as error:
        return "intercepted", error
    return "cast", None


@named(vectors("votes")["answers"])
def test_answers_to_votes(case):
    assert outcome(answer_of(case))[0] == case["outcome"]


@named(vectors("limits"))
def test_limits(case):
    found, error = outcome(answer_of(case))
    assert (found, error.retry_after_s) == (case["outcome"], case["waitS"])


def moment(text):
    return None if text is None else datetime.fromisoformat(text)


SIGNED = vectors("signatures")


@named(SIGNED["cases"])
def test_signatures(case):
    pin = Pin(case["pinned"] or "", now=lambda: moment(case["now"]))
    pin.time = moment(case["last"])
    try:
        found = pin.check(case["signed"], File(**case["file"]))
    except Untrusted as error:
        assert error.doubt == case["outcome"]
        assert str(error).endswith(".")
        assert pin.time == moment(case["last"])
    else:
        said = "taken" if found else "unsigned allowed"
        assert said + (" with a warning" if pin.warning else "") == case["outcome"]
    assert pin.key == (case.get("pinnedThen") or "")


@pytest.mark.skipif(not shutil.which("minisign"), reason="minisign is not here")
@named([case for case in SIGNED["cases"] if case["outcome"] == "taken" and case["pinned"]])
def test_minisign_agrees(case, tmp_path):
    statement, texts = tmp_path / "statement", case["signed"]["signatures"]
    statement.write_bytes(case["signed"]["statement"].encode())
    statuses = []
    for text in texts:
        (tmp_path / "signature").write_text(text)
        command = ["minisign", "-V", "-q", "-P", case["pinned"], "-m", statement]
        done = subprocess.run(
            [*command, "-x", tmp_path / "signature"], check=False, capture_output=True
        )
        statuses.append(done.returncode)
    assert 0 in statuses


@named(vectors("delta"))
def test_deltas(case, server):
    server.says("/api/sync/compact", *map(from_vector, case["snapshots"]))
    answers = [(answer["status"], answer["body"]) for answer in case["answers"]]
    here = case["snapshots"][0]["revision"]
    nothing = {"videos": [], "channels": [], "nextCursor": f"{here}-0", "hasMore": False}
    server.says("/api/sync/delta", (200, nothing), *answers)
    store = MemoryStore()
    with Client(server.url, patience=IMPATIENT) as client:
        client.follow(store)
        if case["outcome"] == "refused":
            with pytest.raises(Intercepted):
                client.follow(store)
        else:
            client.follow(store)
    held = {
        name: [[f"{key:016x}", score, flags] for key, score, flags in items]
        for name, items in (("videos", store.videos()), ("channels", store.channels()))
    }
    assert held == case["held"]
    assert store.state().cursor == case["cursor"]
