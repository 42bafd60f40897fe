"""What is published is signed, so that a copy that somebody changed or kept is found out."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import F

from realtube_client import Pin, signatures
from sync.export import exports
from sync.models import Mirror, Snapshot
from sync.signed.statement import NEWEST, File, remember
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user, whole
from tests.tools import needs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


@pytest.fixture
def some(api: Api):
    """A snapshot with one flagged video."""
    for _ in range(12):
        api.vote("flagged0001", "fully_ai", user=new_user())
    run_pipeline()
    return snapshot.build()


def verified(answer: dict, key: str, *, number: int = 0) -> dict:
    """The statement, if its signature and its comment are right under a minisign key."""
    raw = base64.b64decode(key)
    untrusted, line, trusted, globally = answer["signatures"][number].splitlines()
    signature = base64.b64decode(line)
    assert untrusted.startswith("untrusted comment: ") and trusted.startswith("trusted comment: ")
    assert signature[:10] == raw[:10] == b"Ed" + raw[2:10]
    public = Ed25519PublicKey.from_public_bytes(raw[10:])
    public.verify(signature[10:], answer["statement"].encode())
    comment = trusted.removeprefix("trusted comment: ").encode()
    public.verify(base64.b64decode(globally), signature[10:] + comment)
    return json.loads(answer["statement"])


def key_of(answer: dict) -> str:
    return json.loads(answer["statement"])["keys"][0]


def test_every_published_file_is_in_the_statement(api, some):
    exports.export()
    answer = api.get("/api/sync/signed").json()
    found = {it["name"]: it for it in verified(answer, key_of(answer))["files"]}
    served = {
        "full.json": "/api/sync/full",
        "full.ndjson.zst": "/api/sync/full.ndjson.zst",
        "compact.bin": "/api/sync/compact",
        "lists/channels-plain.txt": "/api/lists/channels.txt",
        "lists/videos-plain.txt": "/api/lists/videos.txt",
        "lists/channels-freetube.json": "/api/lists/channels.txt?format=freetube",
        "export.sql.gz": "/api/database/export?format=sql",
        "export.csv.tar.gz": "/api/database/export?format=csv",
        "export.parquet.tar": "/api/database/export?format=parquet",
        "selectors.json": "/api/client/selectors.json",
    }
    for name, path in served.items():
        body = whole(api.get(path, **{"Accept-Encoding": "identity"}))
        assert found[name]["bytes"] == len(body), name
        assert found[name]["sha256"] == hashlib.sha256(body).hexdigest(), name
    packed = whole(api.get("/api/sync/compact", **{"Accept-Encoding": "gzip"}))
    assert hashlib.sha256(gzip.decompress(packed)).hexdigest() == found["compact.bin"]["sha256"]
    assert found["compact.bin"]["revision"] == some["revision"]


def test_a_changed_statement_does_not_verify(api, some):
    answer = api.get("/api/sync/signed").json()
    key = key_of(answer)
    answer["statement"] = answer["statement"].replace("compact.bin", "compact.bim", 1)
    with pytest.raises(InvalidSignature):
        verified(answer, key)


def test_the_statement_says_when_it_was_made_not_when_the_files_were(api, some):
    Snapshot.objects.update(created_at=F("created_at") - timedelta(days=9))
    statement = json.loads(api.get("/api/sync/signed").json()["statement"])
    made = datetime.strptime(statement["time"], "%Y-%m-%dT%H:%M:%S%z")
    assert timedelta(0) <= datetime.now(UTC) - made < timedelta(minutes=2)
    assert statement["revision"] == some["revision"]


def test_one_file_can_be_asked_for_alone(api, some):
    answer = api.get("/api/sync/signed?file=compact.bin").json()
    assert {it["name"] for it in verified(answer, key_of(answer))["files"]} == {"compact.bin"}


@pytest.mark.parametrize("name", ["nothing.bin", "%00", "compact.bin%00", "%ED%A0%80", "x" * 99])
def test_a_file_of_no_name_of_ours_is_refused(api, some, name):
    refused = api.get(f"/api/sync/signed?file={name}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "INVALID_PARAM")


def test_files_of_other_nodes_and_of_a_moment_ago_are_named_too(api, some):
    remember(File("compact.bin", number, 10, f"{number:064x}") for number in range(50))
    answer = api.get("/api/sync/signed?file=compact.bin").json()
    found = [it["revision"] for it in json.loads(answer["statement"])["files"]]
    assert found == list(range(49, 49 - NEWEST, -1))


def test_files_that_no_statement_names_any_more_are_forgotten_but_never_the_newest(api, some):
    remember(File("compact.bin", number, 10, f"{number:064x}") for number in range(3))
    Snapshot.objects.update(created_at=F("created_at") - timedelta(hours=49))
    remember([File("compact.bin", 9, 10, "9" * 64)])
    kept = Snapshot.objects.filter(format="compact.bin").values_list("revision", flat=True)
    assert list(kept) == [9]
    assert Snapshot.objects.filter(format="full.json").count() == 1


def test_while_keys_change_both_sign_and_the_new_one_comes_first(api, some, settings):
    before = key_of(api.get("/api/sync/signed").json())
    settings.SIGNING_SEEDS = (b"n" * 32, settings.SIGNING_SEEDS[0])
    answer = api.get("/api/sync/signed").json()
    statement = verified(answer, before, number=1)
    assert statement["keys"][1] == before
    assert verified(answer, statement["keys"][0]) == statement


def test_a_clock_that_was_a_year_ahead_locks_no_client_out(api, some):
    now = datetime.now(UTC)
    pin = Pin(now=lambda: now - timedelta(days=365))
    answer = api.get("/api/sync/signed?file=compact.bin").json()
    named = json.loads(answer["statement"])["files"][0]
    file = signatures.File(named["name"], named["bytes"], named["sha256"])
    assert pin.check(answer, file)
    assert pin.warning
    pin = Pin(pin.key, now=lambda: now)
    pin.time = now - timedelta(days=365) + signatures.AHEAD
    assert pin.check(answer, file)


def test_a_source_cannot_name_another_origin(api, some):
    signed = api.get("/api/sync/signed").json() | {"origin": "https://evil.example"}
    Mirror.objects.create(pk=1, source="https://source.example", cursor="1-0", signed=signed)
    statement = json.loads(api.get("/api/sync/signed").json()["statement"])
    assert statement["source"]["origin"] == "https://source.example"


def test_without_a_key_nothing_is_signed_and_it_says_so(api, some, settings):
    settings.SIGNING_SEEDS = (b"", b"")
    refused = api.get("/api/sync/signed")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "NOT_FOUND")
    with pytest.raises(CommandError, match="REALTUBE_SIGNING_KEY"):
        call_command("signing_key")


def test_the_command_prints_the_key_that_signs(api, some, capsys):
    call_command("signing_key")
    answer = api.get("/api/sync/signed").json()
    assert verified(answer, capsys.readouterr().out.strip())


@needs("minisign")
def test_minisign_itself_verifies_it(api, some, tmp_path):
    answer = api.get("/api/sync/signed").json()
    (tmp_path / "statement").write_text(answer["statement"])
    (tmp_path / "statement.minisig").write_text(answer["signatures"][0])
    command = ["minisign", "-V", "-P", key_of(answer), "-m", str(tmp_path / "statement")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Signature and comment signature verified" in told.stdout
    (tmp_path / "statement").write_text(answer["statement"] + " ")
    assert subprocess.run(command, capture_output=True, check=False).returncode
