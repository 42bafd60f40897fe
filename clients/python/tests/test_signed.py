"""Copies of a server that signs them: what is refused, and what is held then."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import zstandard
from conftest import vectors
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from writer import snapshot

from realtube_client import Client, Doubt, MemoryStore, Patience, Pin, Untrusted, key_of

KEYS = vectors("signatures")["keys"]
SEEDS = vectors("signatures")["seeds"]
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
OLD, NEW = (snapshot([(key_of(name), 90, 0)]) for name in ("old", "new"))
LINES = b'{"counts": {"videos": 1, "channels": 0}}\n{"videoId": "a"}\n'
FULL = zstandard.ZstdCompressor().compress(LINES)


def signature(name, text):
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SEEDS[name]))
    head = base64.b64decode(KEYS[name])[:10]
    signed = private.sign(text.encode())
    lines = (
        "untrusted comment: x",
        base64.b64encode(head + signed).decode(),
        "trusted comment: y",
        base64.b64encode(private.sign(signed + b"y")).decode(),
    )
    return "\n".join(lines) + "\n"


def signed(*, by="first", time=NOW, keys=("first",), **files):
    """The answer of `/api/sync/signed` about files."""
    statement = json.dumps(
        {
            "format": "realtube-statement-1",
            "time": f"{time:%Y-%m-%dT%H:%M:00Z}",
            "revision": 10,
            "keys": [KEYS[key] for key in keys],
            "files": [
                {
                    "name": {"compact": "compact.bin", "full": "full.ndjson.zst"}[name],
                    "bytes": len(body),
                    "sha256": hashlib.sha256(body).hexdigest(),
                }
                for name, body in files.items()
            ],
        }
    )
    return {"statement": statement, "signatures": [signature(by, statement)]}


@pytest.fixture
def source(server):
    nothing = {"videos": [], "channels": [], "nextCursor": "10-0", "hasMore": False}
    server.says("/api/sync/delta", nothing)
    server.says("/api/sync/compact", OLD)
    server.says("/api/sync/signed", signed(compact=OLD))
    return server


@pytest.fixture
def pin():
    return Pin(KEYS["first"], now=lambda: NOW)


@pytest.fixture
def client(source, pin):
    with Client(source.url, patience=Patience(tries=1), pin=pin) as client:
        yield client


@pytest.fixture
def store(client):
    """What holds yesterday's copy, so that a new one is due."""
    store = MemoryStore()
    client.follow(store)
    age(store)
    return store


def age(store):
    state = store.state()
    store.renew(replace(state, taken_at=0.0))


ALTERED = snapshot([(key_of("forged"), 90, 0)])


@pytest.mark.parametrize(
    ("doubt", "body", "answer"),
    [
        (Doubt.ALTERED, ALTERED, signed(compact=NEW)),
        (Doubt.TRUNCATED, NEW[:-1], signed(compact=NEW)),
        (Doubt.OTHER_KEY, NEW, signed(compact=NEW, by="other")),
        (Doubt.OTHER_KEY, NEW, signed(compact=NEW, by="other", keys=("other",))),
        (Doubt.ROLLED_BACK, OLD, signed(compact=OLD, time=NOW - timedelta(hours=1))),
        (Doubt.MALFORMED, NEW, {"statement": 5}),
    ],
)
def test_a_new_copy_that_is_not_to_be_believed_leaves_what_is_held(
    source, client, store, doubt, body, answer
):
    source.says("/api/sync/compact", body)
    source.says("/api/sync/signed", answer)
    followed = client.follow(store)
    assert (followed.copied, followed.refused[-1]) == (False, ".")
    assert store.video("old") and not store.video("forged")
    with pytest.raises(Untrusted) as untrusted:
        client.follow(MemoryStore())
    assert untrusted.value.doubt is doubt


def test_a_server_that_is_frozen_for_a_week_is_found_out(source, store):
    later = Pin(KEYS["first"], now=lambda: NOW + timedelta(days=7))
    with Client(source.url, patience=Patience(tries=1), pin=later) as client:
        followed = client.follow(store)
    assert "does not change any more" in followed.refused
    assert store.video("old")


@pytest.mark.parametrize(
    ("days", "answer", "why"),
    [
        (7, signed(compact=OLD), "does not change any more"),
        (7, signed(compact=NEW, time=NOW + timedelta(days=7)), "nobody signed it"),
        (0, signed(compact=OLD, by="other"), "another key"),
    ],
)
def test_that_nothing_is_newer_has_to_be_signed_too(source, pin, client, days, answer, why):
    store = MemoryStore()
    source.says("/api/sync/compact", (200, {"ETag": '"a"'}, OLD), (304, {"ETag": '"a"'}, b""))
    client.follow(store)
    age(store)
    source.says("/api/sync/signed", answer)
    pin._now = lambda: NOW + timedelta(days=days)
    followed = client.follow(store)
    assert not followed.copied and why in followed.refused
    assert store.video("old") and store.state().taken_at == 0


def test_a_copy_that_was_altered_once_is_taken_the_second_time(source, client, store):
    source.says("/api/sync/compact", ALTERED, NEW)
    source.says("/api/sync/signed", signed(compact=NEW))
    assert client.follow(store).copied
    assert store.video("new") and not store.video("old")


def test_a_key_that_the_old_one_signed_takes_its_place(source, client, store, pin):
    source.says("/api/sync/signed", signed(compact=OLD, keys=("second", "first")))
    client.follow(store)
    assert pin.key == KEYS["second"]


def test_a_whole_copy_is_held_against_the_signature_too(source, client, tmp_path):
    def manifest(body):
        entry = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        return {"revision": 10, "files": {"full.ndjson.zst": {"identity": entry}}}

    part = tmp_path / "part"
    source.says("/api/sync/manifest", manifest(FULL))
    source.says("/api/sync/full.ndjson.zst", FULL)
    source.says("/api/sync/signed", signed(full=FULL))
    assert client.download_full(part).path.read_bytes() == FULL
    forged = zstandard.ZstdCompressor().compress(LINES.replace(b'"a"', b'"b"'))
    source.says("/api/sync/manifest", manifest(forged))
    source.says("/api/sync/full.ndjson.zst", forged)
    with pytest.raises(Untrusted):
        client.download_full(part)
    assert not part.exists()
