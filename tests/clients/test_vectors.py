"""The server and the vectors that all clients share (clients/vectors)."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import orjson
import pytest
import zstandard

from common import ids
from realtube_client import key_of
from sync.mirror import mirror
from sync.models import Mirror
from sync.signed.minisign import SigningKey
from tests.conftest import Api
from tests.sync.test_delta import server_state
from tests.sync.test_mirror import NOT_FOUND, PATHS, Recorded
from votes import challenges

FOLDER = Path(__file__).resolve().parents[2] / "clients/vectors"


def vectors(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case["name"])


@pytest.mark.parametrize("case", vectors("identity"))
def test_a_user_id_of_the_vectors_is_one_here(case):
    assert ids.normalise_user_id(case["userId"], min_length=32) == case["userId"]


@pytest.mark.parametrize("case", vectors("prefixes"))
def test_hashes_buckets_and_keys_are_the_same_here(case):
    assert ids.video_hash(case["videoId"]) == case["sha256"]
    assert ids.bucket_of(case["videoId"]) == case["prefix"]
    assert f"{key_of(case['videoId']):016x}" == case["key"]


@pytest.mark.parametrize("case", vectors("proof")["solved"])
def test_a_proof_is_one_here(case):
    digest = hashlib.sha256(case["proof"].encode()).digest()
    assert challenges.zero_bits(digest) >= case["bits"]


@pytest.mark.django_db(transaction=True)
@named(vectors("votes")["refused"])
def test_a_vote_is_refused_as_the_vectors_say(case):
    response = Api().post("/api/votes", case["body"])
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (case["status"], case["code"])
    if "field" in case:
        assert error["field"] == case["field"]


@pytest.mark.django_db(transaction=True)
@named(vectors("votes")["taken"])
def test_a_vote_is_taken_as_the_vectors_say(case):
    response = Api().post("/api/votes", case["body"])
    assert (response.status_code, response.json()) == (200, case["answer"])


@pytest.mark.django_db(transaction=True)
def test_a_limit_says_how_long_in_the_header_as_in_the_body(settings):
    settings.LIMITS = {**settings.LIMITS, "lookup": 1}
    api = Api()
    api.get("/api/videos/5f6b")
    refused = api.get("/api/videos/5f6b")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) == refused.json()["error"]["retryAfter"] >= 1


SIGNED = vectors("signatures")
SEEDS = {SIGNED["keys"][name]: bytes.fromhex(seed) for name, seed in SIGNED["seeds"].items()}


def signature_of(text):
    """The signatures of a signature file: the key's id and that of the text; of the comment."""
    lines = text.splitlines()
    return [base64.b64decode(line) for line in lines[1::2]] if len(lines) == 4 else []


@named([case for case in SIGNED["cases"] if case["outcome"] == "taken"])
def test_the_server_signs_as_the_vectors_do(case):
    key = SigningKey(SEEDS[case["pinned"] or case["pinnedThen"]])
    made = key.sign(case["signed"]["statement"].encode(), "realtube")
    # Ids are as one likes: the server's say which key it is, those of the vectors are by chance.
    expected = map(signature_of, case["signed"]["signatures"])
    own, of_comment = signature_of(made)
    assert [own[10:], of_comment] in [[each[0][10:], each[1]] for each in expected if each]


def copy_of(given):
    """Manifest and file of a vector's copy, as a source sends them."""
    objects = given["objects"]
    videos = sum("videoId" in entry for entry in objects)
    header = {"counts": {"videos": videos, "channels": len(objects) - videos}}
    lines = b"".join(orjson.dumps(line) + b"\n" for line in (header, *objects))
    body = zstandard.ZstdCompressor().compress(lines)
    entry = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    manifest = {"revision": given["revision"], "files": {"full.ndjson.zst": {"identity": entry}}}
    return orjson.dumps(manifest), body


@pytest.fixture
def source():
    recorded = Recorded()
    yield recorded
    recorded.server.shutdown()
    recorded.server.server_close()


@pytest.mark.django_db(transaction=True)
@named(vectors("whole"))
def test_a_mirror_holds_what_the_vectors_say(case, source, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    copies = [copy_of(given) for given in case["copies"]]
    nothing = {"videos": [], "channels": [], "hasMore": False}
    nothing["nextCursor"] = f"{case['copies'][0]['revision']}-0"
    answers = [(each["status"], orjson.dumps(each["body"])) for each in case["answers"]]
    source.answers = {
        PATHS["manifest"]: [(200, manifest) for manifest, _ in copies],
        PATHS["copy"]: [(200, body) for _, body in copies],
        PATHS["delta"]: [(200, orjson.dumps(nothing)), *answers],
        PATHS["signed"]: NOT_FOUND,
    }
    mirror.step(source.url)
    if case["outcome"] == "refused":
        with pytest.raises(mirror.MirrorError):
            mirror.step(source.url)
    else:
        mirror.step(source.url)
    held = {entry.get("videoId") or entry["channelId"]: entry for entry in case["held"]}
    assert orjson.loads(orjson.dumps(server_state())) == held
    assert Mirror.objects.get().cursor == case["cursor"]


def test_every_file_of_vectors_is_explained():
    text = (FOLDER / "README.md").read_text()
    assert [path.name for path in FOLDER.glob("*.json") if f"({path.name})" not in text] == []
