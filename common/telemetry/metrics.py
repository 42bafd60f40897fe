"""Every Prometheus metric of the service (docs/metrics.md); the only place that names one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily


@dataclass(frozen=True)
class Observed:
    """A gauge read anew at each scrape; absent while its value is not known."""

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def of(self, value: float) -> GaugeMetricFamily:
        """The only sample of a gauge without labels."""
        return GaugeMetricFamily(self.name, self.help, value=value)

    def by(self, values: Mapping[tuple[str, ...], float]) -> GaugeMetricFamily:
        """Samples by the values of `labels`."""
        family = GaugeMetricFamily(self.name, self.help, labels=self.labels)
        for labels, value in values.items():
            family.add_metric(labels, value)
        return family


UNMATCHED = "unmatched"

REQUEST_SECONDS = Histogram(
    "realtube_api_request_duration_seconds",
    "Time from the first middleware to the response.",
    ["endpoint", "method", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
IN_FLIGHT = Gauge(
    "realtube_requests_in_flight", "Requests being answered.", multiprocess_mode="livesum"
)
VOTES = Counter("realtube_votes_total", "Votes stored.", ["category"])
CACHE_HITS = Counter("realtube_cache_hits_total", "Lookups answered from the cache.")
CACHE_MISSES = Counter("realtube_cache_misses_total", "Lookups the cache could not answer.")
RECALCULATION_SECONDS = Histogram(
    "realtube_score_recalculation_duration_seconds", "Time of one run of the pipeline with work."
)
POOL_ACTIVE = Gauge(
    "realtube_db_connection_pool_active",
    "Database connections in use.",
    multiprocess_mode="livesum",
)
POOL_IDLE = Gauge(
    "realtube_db_connection_pool_idle", "Database connections waiting.", multiprocess_mode="livesum"
)
MAILS = Counter("realtube_mails_total", "Mails that ended so: sent, failed, bounced.", ["state"])
DELIVERIES = Counter(
    "realtube_deliveries_total",
    "Tries at telling a follower that ended so: sent, failed, dead, gone.",
    ["way", "state"],
)
EVIDENCE_REMOVED = Counter(
    "realtube_evidence_removed_total",
    "Clips, or what is left of them, that the nightly sweep deleted, and failed to.",
    ["outcome"],
)
RATE_LIMITED = Counter("realtube_rate_limited_total", "Requests refused by a limit.", ["route"])
REDIS_ERRORS = Counter("realtube_redis_errors_total", "Redis calls that failed.", ["op"])
TASKS = Counter("realtube_celery_task_total", "Background tasks ended.", ["task", "outcome"])
TASK_SECONDS = Histogram(
    "realtube_celery_task_duration_seconds",
    "Time of background tasks.",
    ["task"],
    buckets=(0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 3600),
)
TASKS_SENT = Counter("realtube_celery_task_sent_total", "Tasks sent to the workers.", ["task"])
BUCKETS_WRITTEN = Counter("realtube_buckets_written_total", "Bucket files written or removed.")
SNAPSHOT_SECONDS = Histogram(
    "realtube_snapshot_build_duration_seconds",
    "Time of building a full snapshot.",
    buckets=(0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300),
)
S3_RUNS = Counter("realtube_s3_runs_total", "Batches to S3 that ended so.", ["outcome"])
S3_REQUESTS = Counter("realtube_s3_requests_total", "Requests to S3, each of which is paid for.")
PURGES = Counter("realtube_purges_total", "Calls of REALTUBE_PURGE_URL that ended so.", ["outcome"])
EVIDENCE_CLIPS = Counter(
    "realtube_evidence_clips_total",
    "Tries at a clip that ended so: ready, again (a pause, then another), lost, or why it failed.",
    ["outcome"],
)
EVIDENCE_PROCESSING_SECONDS = Histogram(
    "realtube_evidence_processing_duration_seconds",
    "Time of one try at a clip.",
    buckets=(1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 43_200),
)
EVIDENCE_SECONDS = Counter(
    "realtube_evidence_clip_seconds_total", "Length of the clips that were processed."
)

# What `/metrics` of the web service looks up whenever it is asked.
BUILD = Observed("realtube_build_info", "1 for the version that runs.", ("version",))
CHECK_UP = Observed(
    "realtube_check_up", "Whether a check of /health/ready passes: 1 or 0.", ("check",)
)
DATABASE_READ_ONLY = Observed(
    "realtube_database_read_only", "Whether the database refuses writes: 1 or 0."
)
QUEUE_DEPTH = Observed("realtube_score_queue_depth", "Dirty marks waiting, counted up to 10,000.")
SCORE_LAG_SECONDS = Observed("realtube_score_lag_seconds", "Age of the oldest dirty mark.")
PIPELINE_LAST_RUN = Observed(
    "realtube_pipeline_last_run_timestamp_seconds", "When the pipeline last ran, Unix time."
)
TASK_OVERDUE_SECONDS = Observed(
    "realtube_task_overdue_seconds",
    "For how long a background task has been due and not begun.",
    ("task",),
)
QUEUE_OPEN = Observed("realtube_moderation_queue_open", "Cases that wait for a person.", ("kind",))
QUEUE_OLDEST_SECONDS = Observed(
    "realtube_moderation_oldest_seconds", "Age of the oldest of these cases.", ("kind",)
)
MAIL_WAITING = Observed("realtube_mails_waiting", "Mails that wait to be sent.")
MAIL_OLDEST_SECONDS = Observed(
    "realtube_mail_oldest_seconds", "Age of the oldest of these mails; 0 if there is none."
)
DELIVERIES_WAITING = Observed(
    "realtube_deliveries_waiting", "Followers who are still to be told of something.", ("way",)
)
DELIVERY_LAG_SECONDS = Observed(
    "realtube_delivery_lag_seconds",
    "For how long the oldest of these has waited that was not tried yet; 0 if there is none.",
    ("way",),
)
FOLLOWERS = Observed("realtube_followers", "Followers who have confirmed.", ("way",))
LIST_AGE_SECONDS = Observed(
    "realtube_list_age_seconds",
    "Time since a list by URL was last fetched whole, or subscribed to if it never was.",
    ("source",),
)
LIST_FAILING = Observed(
    "realtube_list_failing",
    "Whether the last fetch of a list by URL failed, or may have been cut off: 1 or 0.",
    ("source",),
)
S3_AGE_SECONDS = Observed(
    "realtube_s3_age_seconds", "Time since the copy in S3 was last level with the database."
)
S3_FAILING_SECONDS = Observed(
    "realtube_s3_failing_seconds", "For how long no batch to S3 has succeeded; 0 if the last did."
)
PURGE_OLDEST_SECONDS = Observed(
    "realtube_purge_oldest_seconds", "Age of the oldest purge that waits; 0 if there is none."
)
JURY_PANELS_OPEN = Observed("realtube_jury_panels_open", "Panels that are not decided.")
JURY_ROOTED = Observed("realtube_jury_rooted", "Jurors who can be drawn.")
JURY_RESPONSE = Observed(
    "realtube_jury_response_ratio",
    "Share of those drawn who said AI or human, of panels that ended within 7 days.",
)
JURY_SUSPECTS = Observed(
    "realtube_jury_suspects", "Videos that are suspected and not decided, counted up to 20,000."
)
JURY_PAIRS = Observed(
    "realtube_jury_pairs", "Pairs of jurors who agree more often than their accuracies explain."
)
JURY_GOLD_LEFT = Observed(
    "realtube_jury_gold_left", "Secret items that the rooted juror who has seen most has left."
)
SAMPLE_LEFT = Observed(
    "realtube_sample_left", "Items of blind samples that wait for moderators' answers."
)
SAMPLE_AGE_SECONDS = Observed(
    "realtube_sample_age_seconds", "Time since the oldest sample with such items was drawn."
)
ERROR_RATE = Observed(
    "realtube_error_ratio",
    "Share of juries' decisions that the last sample with a rate found wrong.",
    ("side",),
)
ERROR_RATE_LOW = Observed(
    "realtube_error_low_ratio", "The low end of its 95 % interval.", ("side",)
)
BRAKE_SET = Observed("realtube_brake_set", "Whether a brake is on: 1 or 0.", ("brake",))
SYNC_LOG_LAG_SECONDS = Observed(
    "realtube_sync_log_lag_seconds",
    "Age of the oldest revision that this node has not published.",
)
SNAPSHOT_AGE_SECONDS = Observed(
    "realtube_snapshot_age_seconds", "Time since the published snapshot was built."
)
SNAPSHOT_BYTES = Observed(
    "realtube_snapshot_bytes", "Size of a file of the published snapshot.", ("file", "encoding")
)
EXPORT_AGE_SECONDS = Observed("realtube_export_age_seconds", "Time since the newest public export.")
EXPORT_BYTES = Observed("realtube_export_bytes", "Size of the newest public export.", ("format",))
BACKUP_TIME = Observed(
    "realtube_backup_last_success_timestamp_seconds",
    "Unix time of the last base backup that was restored to see that it can be; 0 for none.",
)
MIRROR_AGE_SECONDS = Observed(
    "realtube_mirror_age_seconds", "Time since this mirror last was level with its source."
)
PROGRESS = Observed(
    "realtube_job_progress_ratio",
    "How far running work is, 0-1; absent when it does not run.",
    ("job",),
)
EVIDENCE_WAITING = Observed(
    "realtube_evidence_waiting", "Clips that are not at their end, by their state.", ("state",)
)
EVIDENCE_OLDEST_SECONDS = Observed(
    "realtube_evidence_oldest_seconds",
    "For how long the clip has been due that has waited longest for a worker.",
)
EVIDENCE_BYTES = Observed("realtube_evidence_bytes", "Size of the clips that are kept.")
EVIDENCE_EXPIRED_KEPT = Observed(
    "realtube_evidence_expired_kept", "Clips that should have been deleted a day ago."
)
EVIDENCE_FREE_BYTES = Observed(
    "realtube_evidence_free_bytes", "Room left where clips are received and processed."
)
EVIDENCE_SIZE_BYTES = Observed("realtube_evidence_size_bytes", "Size of the file system of clips.")
PUBLISH_FREE_BYTES = Observed(
    "realtube_publish_free_bytes", "Room left where published files are written."
)
PUBLISH_SIZE_BYTES = Observed(
    "realtube_publish_size_bytes", "Size of the file system of published files."
)
