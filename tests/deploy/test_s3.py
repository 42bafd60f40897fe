"""nginx answers from S3 what it has no own copy of any more, and asks nobody else."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from pathlib import Path

import pytest

from common import ids
from sync.export import exports
from sync.s3 import run
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api, whole
from tests.deploy.proxy import nginx
from tests.s3 import BUCKET, s3_of, s3_server
from tests.tools import needs

pytestmark = [needs("nginx", "envsubst", "openssl"), pytest.mark.django_db(transaction=True)]
BUCKET_OF_FLAGGED = ids.bucket_of("flagged")


@pytest.fixture(scope="module")
def server():
    with s3_server(public=True) as url:
        yield url


@pytest.fixture
def published(server, settings, crowd):
    """A site with something in S3, and its own files where nginx's workers get to them."""
    folder = Path(tempfile.mkdtemp(prefix="realtube-publish-", dir="/tmp"))
    folder.chmod(0o755)
    settings.PUBLISH_ROOT = folder
    settings.S3 = s3_of(server)
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)
    crowd(3, "flagged", channelId="UCmaker")
    run_pipeline()
    snapshot.build()
    exports.export()
    assert run.publish()
    yield folder
    shutil.rmtree(folder)


def test_what_is_gone_here_comes_from_s3_under_the_same_addresses(published, server, tmp_path):
    site = Api()
    many = {"REALTUBE_LIMIT_SYNC": "100000", "REALTUBE_S3_ORIGIN": f"{server}/{BUCKET}"}
    with nginx(tmp_path / "gone", 1, **many) as proxy:
        answer = proxy.ask(f"/api/videos/{BUCKET_OF_FLAGGED}")
        assert answer.body == whole(site.get(f"/api/videos/{BUCKET_OF_FLAGGED}"))
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age=60" in answer.headers["Cache-Control"]
        assert not [name for name in answer.headers if name.lower().startswith("x-amz-id")]
        packed = proxy.ask(f"/api/videos/{BUCKET_OF_FLAGGED}/", Accept_Encoding="gzip")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.body) == answer.body
        for path in (
            "/api/sync/compact",
            "/api/sync/full",
            "/api/sync/manifest",
            "/api/lists/videos.txt",
            "/api/lists/videos.txt?format=ublock",
            "/api/lists/channels.txt?format=freetube",
            "/api/database/manifest",
        ):
            answer = proxy.ask(path)
            assert (answer.status, answer.body) == (200, whole(site.get(path))), path
        form = proxy.ask("/api/database/export?format=csv")
        assert form.body == exports.newest("csv").path.read_bytes()
        assert "realtube-" in form.headers["Content-Disposition"]
        signed = proxy.ask("/api/sync/signed?file=compact.bin")
        files = json.loads(signed.json()["statement"])["files"]
        assert "compact.bin" in {it["name"] for it in files}
        empty = proxy.ask("/api/videos/0000")
        assert (empty.status, empty.error) == (404, "NOT_FOUND")
        for path in ("/api/sync/delta?since=2026-01-01T00:00:00Z", "/api/sync/full?limit=5"):
            assert (proxy.ask(path).status, proxy.ask(path).error) == (503, "OVERLOADED"), path
    # With files of its own it does not ask.
    with nginx(published, 1, REALTUBE_S3_ORIGIN="http://127.0.0.1:1/none") as proxy:
        assert proxy.ask(f"/api/videos/{BUCKET_OF_FLAGGED}").status == 200
        assert proxy.ask("/api/videos/0000").status == 404
        assert proxy.ask("/api/sync/compact").status == 200


def test_without_either_it_is_said_and_without_s3_nothing_changes(tmp_path):
    with nginx(tmp_path / "gone", 1, REALTUBE_S3_ORIGIN="http://127.0.0.1:1/none") as proxy:
        answer = proxy.ask("/api/videos/0000")
        assert (answer.status, answer.error) == (503, "OVERLOADED")
        assert answer.headers["Retry-After"] == "5"
        assert proxy.ask("/api/sync/full").status == 503
    with nginx(tmp_path / "gone", 1) as proxy:
        assert proxy.ask("/api/videos/0000").status == 404
        assert proxy.ask("/api/sync/full").status == 503
