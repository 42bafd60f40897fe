"""The copy in S3: what changed and nothing else, each view of it whole, whatever happens."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from standardwebhooks.webhooks import Webhook

from common import ids
from common.locks import Lock, try_transaction_lock
from sync import publish, schedule
from sync.export import exports
from sync.models import Change, Purge, Revision, S3Copy
from sync.s3 import purges, run
from sync.snapshot import snapshot
from sync.tasks import publish_to_s3, run_pipeline
from tests.conftest import Api, whole
from tests.s3 import BUCKET, View, client_of, s3_of, s3_server
from tests.sync.test_delta import in_thread
from tests.sync.test_snapshot import made_up
from tests.sync.test_status import metric
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)
PURGE_KEY = "whsec_" + "A" * 32


@pytest.fixture(scope="module")
def server():
    with s3_server(public=True) as url:
        yield url


@pytest.fixture
def s3(server, settings):
    """An empty bucket, and a site that publishes there."""
    client = client_of(server)
    for it in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=it["Key"])
    settings.S3 = s3_of(server)
    return client


@pytest.fixture
def view(s3, server):
    return View(server)


def keys(s3, prefix=""):
    return {
        it["Key"] for it in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    }


def bucket(video_id):
    return ids.bucket_of(video_id)


def test_the_first_batch_is_everything_under_the_addresses_of_the_site(s3, view, crowd):
    crowd(3, "flagged", channelId="UCmaker")
    run_pipeline()
    snapshot.build()
    exports.export()
    done = run.publish()
    assert done.revision == publish.latest_revision()
    assert view.bucket(bucket("flagged")) == Api().get(f"/api/videos/{bucket('flagged')}").json()
    assert view.whole().keys() == keys(s3, "api/") - {
        f"api/videos/{bucket('flagged')}",
        *("api/sync/manifest", "api/sync/signed", "api/database/manifest"),
    }
    site = Api()
    for key in ("api/sync/full", "api/sync/compact", "api/lists/videos.txt", "api/sync/manifest"):
        assert view.get(key).content == whole(site.get(f"/{key}")), key
    assert view.get("api/lists/videos-ublock.txt").content == (
        whole(site.get("/api/lists/videos.txt?format=ublock"))
    )
    csv = view.get("api/database/export-csv")
    assert csv.content == exports.newest("csv").path.read_bytes()
    assert json.loads(view.get("api/sync/signed").json()["statement"])["revision"] == done.revision
    assert view.get("manifest.json").json()["revision"] == done.revision


def test_objects_have_the_headers_that_a_cdn_needs(s3, view, crowd):
    crowd(3, "flagged")
    run_pipeline()
    snapshot.build()
    exports.export()
    run.publish()
    answer = view.get(f"api/videos/{bucket('flagged')}")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == (
        "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
    )
    again = view._client.get(answer.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    compact = view.get("api/sync/compact")
    assert compact.headers["Content-Encoding"] == "gzip"
    assert compact.headers["Cache-Control"] == "public, max-age=900, stale-if-error=86400"
    named = view.get("manifest.json").json()["files"]
    kept = view.get(named["api/sync/compact"]["file"])
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert kept.content == compact.content
    export = view.get("api/database/export")
    assert export.headers["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in export.headers
    assert exports.newest("sql").path.name in export.headers["Content-Disposition"]
    everything = view.get("api/sync/full.ndjson.zst").headers
    assert everything["Content-Type"] == "application/zstd"


def test_what_has_not_changed_costs_three_requests(s3, view, crowd):
    crowd(3, "flagged")
    crowd(3, "other")
    run_pipeline()
    snapshot.build()
    run.publish()
    before = {key: s3.head_object(Bucket=BUCKET, Key=key)["LastModified"] for key in keys(s3)}
    # The manifest read and written, and two statements.
    assert run.publish().requests == 4
    crowd(1, "other")
    run_pipeline()
    done = run.publish()
    assert (done.changed, done.requests) == (1, 5)
    assert view.bucket(bucket("other"))[0]["totalVotes"] == 4
    assert {key for key in before if not key.startswith(("api/sync", "manifest"))} <= keys(s3)


def test_a_bucket_that_empties_is_deleted_as_are_files_that_nobody_names_any_more(
    s3, view, crowd, monkeypatch
):
    crowd(3, "flagged")
    run_pipeline()
    snapshot.build()
    run.publish()
    first = view.whole()
    decisions.decide_video(actor="m", video_id="flagged", action="hide", reason="r")
    run_pipeline()
    snapshot.build()
    run.publish()
    assert view.bucket(bucket("flagged")) is None
    second = view.whole()
    assert first["api/sync/full"] != second["api/sync/full"]
    # Who has read the manifest before can still take what it named.
    assert view.get(f"files/{first['api/sync/full']}").status_code == 200
    monkeypatch.setattr(run, "KEPT", timedelta(seconds=-1))
    crowd(3, "another")
    run_pipeline()
    snapshot.build()
    run.publish()
    assert {f"files/{it}" for it in view.whole().values()} == keys(s3, "files/")
    assert S3Copy.objects.get().retired == {}


def test_what_somebody_did_to_the_bucket_is_mended(s3, view, crowd):
    crowd(3, "flagged")
    crowd(3, "other")
    run_pipeline()
    snapshot.build()
    run.publish()
    s3.put_object(Bucket=BUCKET, Key=f"api/videos/{bucket('flagged')}", Body=b"[]")
    s3.delete_object(Bucket=BUCKET, Key=f"api/videos/{bucket('other')}")
    s3.put_object(Bucket=BUCKET, Key="api/videos/zzzz", Body=b"[]")
    call_command("publish_to_s3", "--compare", verbosity=0)
    assert view.bucket(bucket("flagged"))[0]["videoId"] == "flagged"
    assert view.bucket(bucket("other"))[0]["videoId"] == "other"
    assert view.bucket("zzzz") is None
    # Emptied, or another one under the same name: the manifest is not there.
    for key in keys(s3):
        s3.delete_object(Bucket=BUCKET, Key=key)
    run.publish()
    assert view.bucket(bucket("flagged"))[0]["videoId"] == "flagged"
    assert view.whole()
    assert view.get("api/sync/full").status_code == 200


def test_another_bucket_begins_anew(s3, view, crowd, settings, server):
    crowd(3, "flagged")
    run_pipeline()
    run.publish()
    S3Copy.objects.update(target="https://elsewhere.example/b")
    assert run.publish().changed >= 0
    assert S3Copy.objects.get().target == settings.S3.target


def test_a_copy_away_for_longer_than_changes_are_kept_is_compared(s3, view, crowd):
    crowd(3, "flagged")
    run_pipeline()
    run.publish()
    crowd(3, "missed")
    run_pipeline()
    Change.objects.all().delete()
    newest = publish.latest_revision()
    Revision.objects.filter(number__lt=newest + 1).delete()
    for _ in range(2):
        Revision.objects.create()
    run.publish()
    assert view.bucket(bucket("missed"))[0]["totalVotes"] == 3


def test_while_s3_is_away_all_else_goes_on_and_is_made_up_for(s3, view, crowd, settings):
    crowd(3, "flagged")
    run_pipeline()
    run.publish()
    here = settings.S3
    settings.S3 = s3_of("http://127.0.0.1:1")
    S3Copy.objects.update(target=settings.S3.target)
    crowd(2, "flagged")
    assert run_pipeline() > 0
    assert publish_to_s3() == 0
    assert Api().get(f"/api/videos/{bucket('flagged')}").json()[0]["totalVotes"] == 5
    S3Copy.objects.update(failing_since=F("failing_since") - timedelta(hours=1))
    assert 3599 < metric("realtube_s3_failing_seconds") < 3700
    with pytest.raises(CommandError, match="S3 did not take it"):
        call_command("publish_to_s3")
    assert view.bucket(bucket("flagged"))[0]["totalVotes"] == 3
    settings.S3 = here
    S3Copy.objects.update(target=here.target, next_at=Now())
    assert publish_to_s3() == 1
    assert view.bucket(bucket("flagged"))[0]["totalVotes"] == 5
    assert metric("realtube_s3_failing_seconds") == 0
    assert 0 <= metric("realtube_s3_age_seconds") < 60


def test_two_do_not_publish_at_once(s3, view, crowd):
    crowd(3, "flagged")
    run_pipeline()
    refused = []
    with transaction.atomic():
        assert try_transaction_lock(Lock.S3)
        in_thread(lambda: refused.append(run.publish())).join()
    assert refused == [None]
    assert view.bucket(bucket("flagged")) is None
    assert run.publish() is not None


def test_what_a_batch_took_has_to_fit_into_the_requests_of_a_day(s3, crowd, settings):
    made_up(40)
    exports.export(["sql"])
    settings.S3 = s3_of(settings.S3.endpoint, requests_a_day=1000)
    done = run.publish()
    assert done.requests > 40
    assert run.publish() is None
    waits = S3Copy.objects.annotate(s=F("next_at") - F("published_at")).get().s.total_seconds()
    assert waits == pytest.approx(done.requests * 86.4, rel=0.01)


def test_it_is_due_as_often_as_is_said_and_only_where_a_bucket_is_named(settings):
    assert "sync.tasks.publish_to_s3" not in schedule.plan()
    settings.S3 = s3_of("http://127.0.0.1:1", interval_s=300)
    assert schedule.plan()["sync.tasks.publish_to_s3"].seconds == 300
    settings.S3 = s3_of("http://127.0.0.1:1", bucket="")
    with pytest.raises(CommandError, match="REALTUBE_S3_BUCKET"):
        call_command("publish_to_s3")


@contextmanager
def receiver(status=200):
    """What a CDN's purging is called through; `status` may be changed meanwhile."""
    said = {"status": status, "calls": []}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            said["calls"].append((dict(self.headers), body))
            self.send_response(said["status"])
            self.end_headers()

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", said
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_cdn_is_told_what_changed_signed_and_until_it_has_heard(s3, crowd, settings):
    with receiver(503) as (url, said):
        settings.S3 = s3_of(settings.S3.endpoint, purge_url=url, purge_key=PURGE_KEY)
        crowd(3, "flagged")
        run_pipeline()
        snapshot.build()
        publish_to_s3()
        assert len(said["calls"]) == 1
        assert Purge.objects.get().tries == 1
        Purge.objects.update(created_at=F("created_at") - timedelta(minutes=11), next_at=Now())
        assert 660 <= metric("realtube_purge_oldest_seconds") < 720
        said["status"] = 200
        assert purges.send_due() == 1
    headers, body = said["calls"][1]
    event = Webhook(PURGE_KEY).verify(body, {k.lower(): v for k, v in headers.items()})
    assert event["type"] == "published.changed"
    assert f"/api/videos/{bucket('flagged')}" in event["data"]["paths"]
    assert {"/api/sync/full", "/api/lists/videos.txt", "/api/lists/videos.txt?format=plain"} <= {
        *event["data"]["paths"]
    }
    assert not Purge.objects.exists()
    assert metric("realtube_purge_oldest_seconds") == 0
    assert (
        "s-maxage=3600"
        in View(settings.S3.endpoint)
        .get(f"api/videos/{bucket('flagged')}")
        .headers["Cache-Control"]
    )


def test_a_cdn_that_does_not_hear_for_hours_is_not_told_what_it_has_forgotten_itself(
    s3, crowd, settings
):
    settings.S3 = s3_of(settings.S3.endpoint, purge_url="http://127.0.0.1:1", purge_key=PURGE_KEY)
    crowd(3, "flagged")
    run_pipeline()
    publish_to_s3()
    assert Purge.objects.count() == 1
    Purge.objects.update(created_at=F("created_at") - timedelta(hours=3))
    assert purges.send_due() == 0
    assert not Purge.objects.exists()
