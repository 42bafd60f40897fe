"""Each alert fires when what it warns of happens, and not just short of it (promtool)."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from tests.dev.service import REPOSITORY
from tests.tools import needs

MONITORING = REPOSITORY / "deploy" / "monitoring"
GROUPS = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
RULES = {rule["alert"]: rule for group in GROUPS for rule in group["rules"]}
needs_promtool = needs("promtool", "amtool")
DAY = 1440
VOTES = (
    'realtube_api_request_duration_seconds_count{endpoint="/api/votes",method="POST",status="%s"}'
)
COUNT = 'realtube_api_request_duration_seconds_count{endpoint="/api/stats",status="%s"}'
BUCKET = 'realtube_api_request_duration_seconds_bucket{endpoint="/api/stats",le="%s"}'
REMOVED = 'realtube_evidence_removed_total{outcome="%s"}'
CLIPS = 'realtube_evidence_clips_total{outcome="%s"}'
WAITING = 'realtube_evidence_waiting{state="received"}'
CHECK = 'realtube_check_up{check="%s",instance="a"}'

# For each alert: what makes it fire, what just does not, and after how many minutes to look.
# Values are promtool's: `start+step x times`, one a minute.
CASES = {
    "LookupsDown": (
        {'probe_success{job="site"}': "1x5 0x30"},
        {'probe_success{job="site"}': "1x5 0x1 1x30"},
        8,
    ),
    "WebDown": (
        {'up{job="web",instance="a"}': "0x30"},
        {'up{job="web",instance="a"}': "0x30", 'up{job="web",instance="b"}': "1x30"},
        5,
    ),
    "DatabaseAway": ({CHECK % "database": "0x30"}, {CHECK % "redis": "0x30"}, 5),
    "DatabaseReadOnly": (
        {"realtube_database_read_only": "1x30"},
        {"realtube_database_read_only": "0x30"},
        5,
    ),
    "RedisAway": ({CHECK % "redis": "0x30"}, {CHECK % "redis": "1x5 0x3 1x30"}, 10),
    "ErrorRate": (
        {COUNT % 200: "0+100x30", COUNT % 503: "0+3x30"},
        {COUNT % 200: "0+400x30", COUNT % 503: "0+3x30"},
        15,
    ),
    "SlowRequests": (
        {BUCKET % "0.5": "0+98x40", BUCKET % "1": "0+100x40", BUCKET % "+Inf": "0+100x40"},
        {BUCKET % "0.5": "0+100x40", BUCKET % "1": "0+100x40", BUCKET % "+Inf": "0+100x40"},
        30,
    ),
    "CertificateExpires": (
        {"probe_ssl_earliest_cert_expiry": f"{13 * 86400}x120"},
        {"probe_ssl_earliest_cert_expiry": f"{15 * 86400}x120"},
        70,
    ),
    "CertificateExpiresSoon": (
        {"probe_ssl_earliest_cert_expiry": f"{1 * 86400}x20"},
        {"probe_ssl_earliest_cert_expiry": f"{3 * 86400}x20"},
        10,
    ),
    "WorkerDown": ({'up{job="worker"}': "0x30"}, {'up{job="worker"}': "1x30"}, 5),
    "BeatDown": ({'up{job="web"}': "1x30"}, {'up{job="beat"}': "1x30"}, 5),
    "BeatSilent": (
        {'realtube_celery_task_sent_total{job="beat"}': "90x30"},
        {'realtube_celery_task_sent_total{job="beat"}': "0+30x30"},
        20,
    ),
    "PipelineSilent": (
        {"realtube_pipeline_last_run_timestamp_seconds": "60x30"},
        {
            "realtube_pipeline_last_run_timestamp_seconds": "60+60x30",
            CHECK % "worker": "0x30",
            CHECK % "redis": "0x30",
        },
        15,
    ),
    "TaskOverdue": (
        {'realtube_task_overdue_seconds{task="a"}': "3700x30"},
        {'realtube_task_overdue_seconds{task="a"}': "3500x30"},
        10,
    ),
    "ListFailing": (
        {'realtube_list_failing{source="a"}': "1x400"},
        {'realtube_list_failing{source="a"}': "1x100 0 1x300"},
        370,
    ),
    "QueueLag": (
        {"realtube_score_lag_seconds": "61x30"},
        {"realtube_score_lag_seconds": "300x3 2x30"},
        10,
    ),
    "MailsFail": (
        {
            'realtube_mails_total{state="sent"}': "0+3x90",
            'realtube_mails_total{state="failed"}': "0x15 0+1x75",
            'realtube_mails_total{state="bounced"}': "0+1x90",
        },
        {
            'realtube_mails_total{state="sent"}': "0+9x90",
            'realtube_mails_total{state="failed"}': "0+1x90",
            'realtube_mails_total{state="bounced"}': "0+1x90",
        },
        80,
    ),
    "DeliveriesFail": (
        {
            'realtube_deliveries_total{way="push",state="sent"}': "0+1x90",
            'realtube_deliveries_total{way="push",state="dead"}': "0+1x90",
        },
        {
            'realtube_deliveries_total{way="push",state="sent"}': "0+9x90",
            'realtube_deliveries_total{way="push",state="dead"}': "0+1x90",
            'realtube_deliveries_total{way="push",state="gone"}': "0+30x90",
            'realtube_deliveries_total{way="webhook",state="dead"}': "0x85 0 1 2 3 4",
        },
        80,
    ),
    "DeliveriesLate": (
        {'realtube_delivery_lag_seconds{way="mail"}': "301x30"},
        {'realtube_delivery_lag_seconds{way="mail"}': "400x3 2x30"},
        10,
    ),
    "TaskFails": (
        {'realtube_celery_task_total{task="a",outcome="failure"}': "0 1 2 3 4x30"},
        {
            'realtube_celery_task_total{task="a",outcome="failure"}': "0 1x30",
            'realtube_celery_task_total{task="a",outcome="success"}': "0+30x30",
        },
        10,
    ),
    "PublishLag": (
        {"realtube_sync_log_lag_seconds": "61x30"},
        {"realtube_sync_log_lag_seconds": "59x30"},
        10,
    ),
    "PublisherDown": ({'up{job="publisher"}': "0x30"}, {'up{job="publisher"}': "1x30"}, 10),
    "SnapshotOld": (
        {
            "realtube_snapshot_age_seconds": "7300x90",
            "realtube_score_recalculation_duration_seconds_count": "0+1x90",
        },
        {
            "realtube_snapshot_age_seconds": "7300x90",
            "realtube_score_recalculation_duration_seconds_count": "7x90",
        },
        80,
    ),
    "ExportOld": (
        {"realtube_export_age_seconds": f"{37 * 3600}x40"},
        {"realtube_export_age_seconds": f"{30 * 3600}x40"},
        30,
    ),
    "ExporterDown": ({'up{job="db-exporter"}': "0x40"}, {'up{job="db-exporter"}': "1x40"}, 20),
    "MirrorBehind": (
        {"realtube_mirror_age_seconds": "1000x30"},
        {"realtube_mirror_age_seconds": "300x30"},
        10,
    ),
    "S3Fails": (
        {"realtube_s3_failing_seconds": "901x30"},
        {"realtube_s3_failing_seconds": "60x3 0x30"},
        10,
    ),
    "S3Behind": (
        {"realtube_s3_age_seconds": "7300x40"},
        {"realtube_s3_age_seconds": "5700x40"},
        30,
    ),
    "PurgesWait": (
        {"realtube_purge_oldest_seconds": "901x30"},
        {"realtube_purge_oldest_seconds": "600x30"},
        10,
    ),
    "DiskFillsUp": (
        {"realtube_publish_free_bytes": "14x60", "realtube_publish_size_bytes": "100x60"},
        {"realtube_publish_free_bytes": "16x60", "realtube_publish_size_bytes": "100x60"},
        50,
    ),
    "DiskFull": (
        {"realtube_publish_free_bytes": "3x60", "realtube_publish_size_bytes": "100x60"},
        {"realtube_publish_free_bytes": "5x60", "realtube_publish_size_bytes": "100x60"},
        5,
    ),
    "VotesRefused": (
        {VOTES % 200: "0+10x60", VOTES % 429: "0+20x60"},
        {VOTES % 200: "0+20x60", VOTES % 429: "0+10x60"},
        40,
    ),
    "VoteFlood": (
        {"realtube_votes_total": f"0+6x{DAY} 8640+120x60"},
        {"realtube_votes_total": f"0+60x{DAY} 86400+120x60"},
        DAY + 30,
    ),
    "BurstOfCases": (
        {'realtube_moderation_queue_open{kind="burst"}': "0x60 20x60"},
        {
            'realtube_moderation_queue_open{kind="burst"}': "20x120",
            'realtube_moderation_queue_open{kind="appeal"}': "0x60 20x60",
        },
        90,
    ),
    "ModerationWaits": (
        {'realtube_moderation_oldest_seconds{kind="appeal"}': f"{8 * 86400}x90"},
        {'realtube_moderation_oldest_seconds{kind="appeal"}': f"{6 * 86400}x90"},
        70,
    ),
    "BrakeForgotten": (
        {'realtube_brake_set{brake="read_only"}': f"1x{DAY + 10}"},
        {'realtube_brake_set{brake="read_only"}': f"1x{DAY // 2} 0x{DAY}"},
        DAY + 5,
    ),
    "JuryQueueGrows": (
        {
            "realtube_jury_suspects": f"90x{7 * DAY} 181x{DAY}",
            "realtube_jury_rooted": f"10x{8 * DAY}",
        },
        {  # nor without juries (`ALSO`)
            "realtube_jury_suspects": f"90x{7 * DAY} 179x{DAY}",
            "realtube_jury_rooted": f"10x{8 * DAY}",
        },
        7 * DAY + 400,
    ),
    "JuryResponseFalls": (
        {"realtube_jury_response_ratio": f"0.5x{7 * DAY} 0.29x{DAY}"},
        {"realtube_jury_response_ratio": f"0.4x{7 * DAY} 0.25x{DAY}"},
        7 * DAY + 400,
    ),
    "JurorsAgree": (
        {"realtube_jury_pairs": "1x120"},
        {"realtube_jury_pairs": "1x30 0x90"},
        70,
    ),
    "JuryErrors": (  # 2 of 40 wrong, and 1; 2 of 20 of what is called human
        {'realtube_error_low_ratio{side="ai"}': "0.0138x120"},
        {
            'realtube_error_low_ratio{side="ai"}': "0.0044x120",
            'realtube_error_low_ratio{side="human"}': "0.0279x120",
        },
        70,
    ),
    "SampleOverdue": (
        {
            "realtube_sample_left": "3x120",
            "realtube_sample_age_seconds": f"{22 * 86400}x120",
        },
        {
            "realtube_sample_left": "3x120",
            "realtube_sample_age_seconds": f"{20 * 86400}x120",
        },
        70,
    ),
    "SecretGoldLow": (
        {"realtube_jury_gold_left": "9x120"},
        {"realtube_jury_gold_left": "10x120"},
        70,
    ),
    "MediaQueueDeep": (
        {WAITING: "10x30"},
        {WAITING: "0x5 12x8 2x20", "realtube_evidence_oldest_seconds": "600x30"},
        20,
    ),
    "MediaFails": (
        {CLIPS % "ready": "0+10x90", CLIPS % "too_long": "0+2x90"},
        {CLIPS % "ready": "0+10x90", CLIPS % "too_long": "0+1x90", CLIPS % "again": "0+5x90"},
        80,
    ),
    "MediaSlow": (
        {
            "realtube_evidence_processing_duration_seconds_sum": "0+61x90",
            "realtube_evidence_clip_seconds_total": "0+60x90",
        },
        {
            "realtube_evidence_processing_duration_seconds_sum": "0+59x90",
            "realtube_evidence_clip_seconds_total": "0+60x90",
        },
        80,
    ),
    "EvidenceDiskFull": (
        {"realtube_evidence_free_bytes": "9x60", "realtube_evidence_size_bytes": "100x60"},
        {"realtube_evidence_free_bytes": "11x60", "realtube_evidence_size_bytes": "100x60"},
        10,
    ),
    "EvidenceKept": (
        {"realtube_evidence_expired_kept": "1x120"},
        {"realtube_evidence_expired_kept": "1x30 0x90"},
        70,
    ),
    "EvidenceNotDeleted": (
        {REMOVED % "failed": "0x60 2x120", REMOVED % "deleted": "0x60 9x120"},
        {REMOVED % "failed": "2x180", REMOVED % "deleted": "0x60 9x120"},
        90,
    ),
    "PostgresDown": ({"pg_up": "0x30"}, {"pg_up": "1x30"}, 5),
    "PostgresConnections": (
        {
            'pg_stat_activity_count{state="active"}': "90x30",
            'pg_stat_activity_count{state="idle"}': "80x30",
            "pg_settings_max_connections": "200x30",
        },
        {
            'pg_stat_activity_count{state="active"}': "90x30",
            "pg_settings_max_connections": "200x30",
        },
        10,
    ),
    "PostgresDeadlocks": (
        {"pg_stat_database_deadlocks": "0x10 1x30"},
        {"pg_stat_database_deadlocks": "7x40"},
        15,
    ),
    "ReplicaBehind": (
        {"pg_replication_lag_seconds": "90x30", "pg_replication_is_replica": "1x30"},
        {"pg_replication_lag_seconds": "90x30", "pg_replication_is_replica": "0x30"},
        10,
    ),
    "BackupOld": (
        {"realtube_backup_last_success_timestamp_seconds": f"0x{31 * 60}"},
        {"realtube_backup_last_success_timestamp_seconds": f"0x{24 * 60} 86400x1000"},
        31 * 60,
    ),
    "RedisDown": ({'redis_up{job="redis"}': "0x30"}, {'redis_up{job="redis"}': "1x30"}, 5),
    "RedisFull": (
        {
            'redis_memory_used_bytes{job="redis"}': "95x30",
            'redis_memory_max_bytes{job="redis"}': "100x30",
        },
        {  # A cache is meant to be full, and a Redis without a limit has none to reach.
            'redis_memory_used_bytes{job="redis-cache"}': "99x30",
            'redis_memory_max_bytes{job="redis-cache"}': "100x30",
            'redis_memory_used_bytes{job="redis"}': "95x30",
            'redis_memory_max_bytes{job="redis"}': "0x30",
        },
        10,
    ),
    "RedisErrors": (
        {'realtube_redis_errors_total{op="get"}': "0+12x40"},
        {'realtube_redis_errors_total{op="get"}': "0+1x40"},
        30,
    ),
    "TargetDown": ({'up{job="postgres"}': "0x30"}, {'up{job="postgres"}': "1x30"}, 15),
    "AlertsNotSent": (
        {"alertmanager_notifications_failed_total": "0+1x40"},
        {"alertmanager_notifications_failed_total": "5x40"},
        30,
    ),
    # Always fires.
    "Watchdog": ({}, None, 5),
}


ALSO = {
    "JuryQueueGrows": {
        False: {
            "realtube_jury_suspects": f"90x{7 * DAY} 300x{DAY}",
            "realtube_jury_rooted": f"9x{8 * DAY}",
        },
    },
    "JuryResponseFalls": {True: {"realtube_jury_response_ratio": f"0.19x{8 * DAY}"}},
    "JuryErrors": {True: {'realtube_error_low_ratio{side="human"}': "0.0524x120"}},
}
"""Other ways to fire (True) or to keep silent."""


def test_every_alert_has_its_case():
    assert CASES.keys() == RULES.keys()


@needs_promtool
@pytest.mark.parametrize("alert", CASES)
def test_it_fires_and_keeps_silent(alert, tmp_path):
    firing, silent, minutes = CASES[alert]
    tests = [case_of(alert, firing, minutes, fires=True)]
    if silent is not None:
        tests.append(case_of(alert, silent, minutes, fires=False))
    for fires, values in ALSO.get(alert, {}).items():
        tests.append(case_of(alert, values, minutes, fires=fires))
    file = tmp_path / "test.yml"
    file.write_text(
        yaml.safe_dump(
            {
                "rule_files": [str(MONITORING / "alerts.yml")],
                # Days are looked at in larger steps.
                "evaluation_interval": "5m" if minutes > DAY else "1m",
                "tests": tests,
            }
        )
    )
    done = subprocess.run(
        ["promtool", "test", "rules", file], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def case_of(alert, values, minutes, *, fires):
    expression = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}})'
    return {
        "interval": "1m",
        "input_series": [
            {"series": name, "values": re.sub(r"\b(\d+)x", r"\1+0x", value)}
            if "+" not in value
            else {"series": name, "values": value}
            for name, value in values.items()
        ],
        "promql_expr_test": [
            {
                "expr": expression,
                "eval_time": f"{minutes}m",
                "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
            }
        ],
    }


def test_every_alert_leads_to_its_page():
    anchors = re.findall(r"(?m)^### (\w+)$", (REPOSITORY / "docs" / "alerts.md").read_text())
    assert anchors == list(RULES)
    for name, rule in RULES.items():
        assert rule["annotations"]["runbook"] == f"docs/alerts.md#{name.lower()}"
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["labels"]["severity"] in ("page", "ticket", "none")


@needs_promtool
def test_the_tools_find_no_fault_with_the_files(tmp_path):
    config = (MONITORING / "prometheus.yml").read_text()
    (tmp_path / "prometheus.yml").write_text(config)
    (tmp_path / "alerts.yml").write_text((MONITORING / "alerts.yml").read_text())
    for command in (
        ["promtool", "check", "config", tmp_path / "prometheus.yml"],
        ["amtool", "check-config", MONITORING / "alertmanager.yml"],
    ):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_an_alert_hides_exists():
    config = yaml.safe_load((MONITORING / "alertmanager.yml").read_text())
    named = re.findall(r"[A-Z]\w+", str(config["inhibit_rules"]))
    assert set(named) <= RULES.keys()
