"""Every Prometheus metric of the service (CONTRACT 6.14); the only place that names one."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

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
RATE_LIMITED = Counter("realtube_rate_limited_total", "Requests refused by a limit.", ["route"])
REDIS_ERRORS = Counter("realtube_redis_errors_total", "Redis calls that failed.", ["op"])
QUEUE_DEPTH = Gauge(
    "realtube_score_queue_depth",
    "Dirty marks waiting, counted up to 10,000.",
    multiprocess_mode="mostrecent",
)
SCORE_LAG_SECONDS = Gauge(
    "realtube_score_lag_seconds",
    "Age of the oldest dirty mark.",
    multiprocess_mode="mostrecent",
)
TASKS = Counter("realtube_celery_task_total", "Background tasks ended.", ["task", "outcome"])
SNAPSHOT_SECONDS = Histogram(
    "realtube_snapshot_build_duration_seconds",
    "Time of building a full snapshot.",
    buckets=(0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300),
)
SNAPSHOT_AGE_SECONDS = Gauge(
    "realtube_snapshot_age_seconds",
    "Time since the published snapshot was built.",
    multiprocess_mode="mostrecent",
)
SNAPSHOT_BYTES = Gauge(
    "realtube_snapshot_bytes",
    "Size of a file of the published snapshot.",
    ["file", "encoding"],
    multiprocess_mode="mostrecent",
)
SYNC_LOG_LAG_SECONDS = Gauge(
    "realtube_sync_log_lag_seconds",
    "Age of the oldest revision that this node has not published.",
    multiprocess_mode="mostrecent",
)
EXPORT_AGE_SECONDS = Gauge(
    "realtube_export_age_seconds",
    "Time since the newest public export.",
    multiprocess_mode="mostrecent",
)
EXPORT_BYTES = Gauge(
    "realtube_export_bytes",
    "Size of the newest public export.",
    ["format"],
    multiprocess_mode="mostrecent",
)
BACKUP_TIME = Gauge(
    "realtube_backup_last_success_timestamp_seconds",
    "Unix time of the last base backup that was restored to see that it can be; 0 for none.",
    multiprocess_mode="mostrecent",
)
MIRROR_AGE_SECONDS = Gauge(
    "realtube_mirror_age_seconds",
    "Time since this mirror last was level with its source.",
    multiprocess_mode="mostrecent",
)
PROGRESS = Gauge(
    "realtube_job_progress_ratio",
    "How far running work is, 0-1; absent when it does not run.",
    ["job"],
    multiprocess_mode="mostrecent",
)
