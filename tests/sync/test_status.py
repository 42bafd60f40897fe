"""Ages, sizes and progress of what is published, on the stats endpoint and in metrics."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from sync import pipeline, progress, stats
from sync.export import exports
from sync.models import Mirror, Revision
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)


def metric(name):
    text = Api("127.0.0.1").get("/metrics").content.decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else None


def told(api):
    stats.refresh()
    return api.get("/api/stats").json()["published"]


def test_an_empty_node_tells_only_of_its_log(api):
    Revision.objects.all().delete()
    assert told(api) == {
        "log": {"oldestRevision": 0, "newestRevision": 0, "lagSeconds": 0, "retentionHours": 48},
        "running": {},
    }


def test_snapshot_and_export_are_told_with_age_and_size(api, crowd):
    crowd(3, "flagged")
    run_pipeline()
    snapshot.build()
    exports.export()
    found = told(api)
    assert found["snapshot"]["counts"] == {"videos": 1, "channels": 0}
    assert found["snapshot"]["revision"] == found["log"]["newestRevision"]
    assert 0 <= found["snapshot"]["ageSeconds"] < 60
    assert found["export"]["bytes"]["csv"] == exports.newest("csv").path.stat().st_size
    sizes = found["snapshot"]["bytes"]["full.json"]
    assert metric('realtube_snapshot_bytes{encoding="gzip",file="full.json"}') == sizes["gzip"]
    assert metric('realtube_export_bytes{format="sql"}') == found["export"]["bytes"]["sql"]
    assert 0 <= metric("realtube_snapshot_age_seconds") < 60
    assert 0 <= metric("realtube_export_age_seconds") < 60


def test_the_lag_is_that_of_the_oldest_unpublished_revision(api, crowd):
    crowd(1, "first")
    run_pipeline()
    assert told(api)["log"]["lagSeconds"] == metric("realtube_sync_log_lag_seconds") == 0
    crowd(1, "second")
    pipeline.advance()
    newest = Revision.objects.order_by("-number").first()
    Revision.objects.filter(pk=newest.pk).update(created_at=F("created_at") - timedelta(minutes=2))
    assert 119 < metric("realtube_sync_log_lag_seconds") < 200
    run_pipeline()
    assert metric("realtube_sync_log_lag_seconds") == 0


def test_a_mirror_says_how_far_behind_it_is(api):
    Mirror.objects.create(pk=1, source="https://realtube.example", cursor="5-0", synced_at=None)
    assert "mirror" not in told(api)
    Mirror.objects.update(synced_at=Now() - timedelta(seconds=90))
    found = told(api)["mirror"]
    assert (found["of"], found["cursor"]) == ("https://realtube.example", "5-0")
    assert 90 <= found["ageSeconds"] < 150
    assert 90 <= metric("realtube_mirror_age_seconds") < 150


def test_running_work_is_told_while_it_runs(api, monkeypatch):
    monkeypatch.setattr(progress, "EVERY_S", 0)
    with progress.tracked("export") as report:
        report("sql votes", 250, 1000)
        assert told(api)["running"]["export"] == {"stage": "sql votes", "done": 250, "total": 1000}
        assert metric('realtube_job_progress_ratio{job="export"}') == 0.25
    assert told(api)["running"] == {}
    assert metric('realtube_job_progress_ratio{job="export"}') is None


def test_work_that_was_killed_is_not_told_for_ever(api, publish_root, monkeypatch):
    monkeypatch.setattr(progress, "SILENT_S", -1)
    (publish_root / "progress").mkdir(parents=True)
    (publish_root / "progress" / "export.json").write_text(
        '{"stage":"x","done":1,"total":2,"at":0}'
    )
    (publish_root / "progress" / "mirror.json").write_text("{")
    assert told(api)["running"] == {}
