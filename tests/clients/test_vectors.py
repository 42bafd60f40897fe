"""The server and the vectors that all clients share (clients/vectors)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from common import ids
from realtube_client import key_of
from tests.conftest import Api
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


def test_every_file_of_vectors_is_explained():
    text = (FOLDER / "README.md").read_text()
    assert [path.name for path in FOLDER.glob("*.json") if f"({path.name})" not in text] == []
