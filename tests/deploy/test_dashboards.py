"""A real Prometheus looks at a real site with what deploy/monitoring has: every query is right."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import ExitStack, contextmanager

import httpx
import pytest
import yaml

from tests.deploy.site import sites
from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY, free_port
from tests.s3 import BUCKET, s3_server
from tests.tools import needs

MONITORING = REPOSITORY / "deploy" / "monitoring"
DASHBOARDS = {
    path.stem: json.loads(path.read_text()) for path in (MONITORING / "dashboards").glob("*.json")
}
PANELS = [
    (name, panel)
    for name, dashboard in DASHBOARDS.items()
    for panel in dashboard["panels"]
    if panel["type"] != "row"
]
QUERIES = [target["expr"] for _, panel in PANELS for target in panel["targets"]]
MARKS = [mark["expr"] for it in DASHBOARDS.values() for mark in it["annotations"]["list"]]
RULES = [
    rule["expr"]
    for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
TOOLS = ("nginx", "promtool", "prometheus-postgres-exporter", "prometheus-redis-exporter")
TOOLS += ("prometheus-blackbox-exporter", "amtool")
needs_tools = needs(*TOOLS, "envsubst", "openssl")
# What a site that has just been started does not have: all of it comes later or never.
LATER = {
    "realtube_backup_last_success_timestamp_seconds",  # 0 until the first
    "realtube_export_age_seconds",
    "realtube_export_bytes",
    "realtube_list_failing",  # only of lists that are subscribed to
    "realtube_job_progress_ratio",  # only while it runs
    "realtube_jury_response_ratio",  # once a panel has ended
    "realtube_jury_gold_left",  # once a juror is rooted
    "realtube_error_ratio",  # once a sample is closed
    "realtube_error_low_ratio",
    "realtube_mirror_age_seconds",  # only on a mirror
    # Only where clips are taken.
    "realtube_evidence_waiting",
    "realtube_evidence_oldest_seconds",
    "realtube_evidence_bytes",
    "realtube_evidence_expired_kept",
    "realtube_evidence_free_bytes",
    "realtube_evidence_size_bytes",
    "realtube_evidence_clips_total",  # once a clip was tried
    "realtube_evidence_removed_total",
    "realtube_rate_limited_total",
    "realtube_redis_errors_total",
    "pg_replication_lag_seconds",  # of newer exporters than the distribution's
    "pg_replication_is_replica",
}
WORDS = {
    *("abs", "absent", "and", "by", "changes", "count", "delta", "histogram_quantile", "increase"),
    *("label_replace", "max", "min", "on", "or", "predict_linear", "rate", "sum", "time", "vector"),
}


def names_in(expression):
    """The metrics of an expression."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(?:by|on) \([^)]*\)', " ", expression)
    bare = re.sub(r"offset \w+", " ", bare)
    return set(re.findall(r"\b[a-zA-Z_]\w+", bare)) - WORDS


@contextmanager
def watched(site, folder):
    """A Prometheus that scrapes the site as the container would; answers its port."""
    ports = {
        name: free_port() for name in ("postgres", "redis", "blackbox", "alertmanager", "self")
    }
    cache = site.ports["redis-cache"]
    database = f"host={site.folder}/postgres/socket user=postgres dbname=realtube sslmode=disable"
    addresses = {
        "postgres": ports["postgres"],
        "redis": ports["redis"],
        "redis-cache": ports["redis"],
        "site": ports["blackbox"],
        "alertmanager": ports["alertmanager"],
        "prometheus": ports["self"],
    }
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    for job in config["scrape_configs"]:
        port = addresses.get(job["job_name"]) or site.ports[job["job_name"]]
        job.pop("dns_sd_configs", None)
        job["static_configs"] = [{"targets": [f"127.0.0.1:{port}"]}]
    text = yaml.safe_dump(config | {"alerting": {}})
    for there, here in {
        "redis://redis:6379": f"redis://127.0.0.1:{site.ports['redis']}",
        "redis://redis-cache:6379": f"redis://127.0.0.1:{cache}",
        "nginx:8443": f"127.0.0.1:{site.ports['https']}",
        "scrape_interval: 15s": "scrape_interval: 2s",
        "evaluation_interval: 15s": "evaluation_interval: 2s",
    }.items():
        assert there in text, there
        text = text.replace(there, here)
    (folder / "prometheus.yml").write_text(text)
    shutil.copy(MONITORING / "alerts.yml", folder)
    commands = [
        ["prometheus-postgres-exporter", f"--web.listen-address=127.0.0.1:{ports['postgres']}"],
        [
            "prometheus-redis-exporter",
            f"-web.listen-address=127.0.0.1:{ports['redis']}",
            "-redis.addr=",
        ],
        [
            "prometheus-blackbox-exporter",
            f"--web.listen-address=127.0.0.1:{ports['blackbox']}",
            f"--config.file={MONITORING / 'blackbox.yml'}",
        ],
        [
            "prometheus-alertmanager",
            f"--web.listen-address=127.0.0.1:{ports['alertmanager']}",
            f"--config.file={MONITORING / 'alertmanager.yml'}",
            f"--storage.path={folder / 'alertmanager'}",
            "--cluster.listen-address=",
        ],
        [
            "prometheus",
            f"--web.listen-address=127.0.0.1:{ports['self']}",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
        ],
    ]
    with ExitStack() as stack:
        for command in commands:
            log = stack.enter_context((folder / command[0]).open("wb"))
            process = subprocess.Popen(
                command, env={"DATA_SOURCE_NAME": database}, stdout=log, stderr=log
            )
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
        client = httpx.Client(base_url=f"http://127.0.0.1:{ports['self']}/api/v1", timeout=20)
        yield Prometheus(stack.enter_context(client))


class Prometheus:
    """Its HTTP API."""

    def __init__(self, client):
        self._client = client

    def ask(self, path, **parameters):
        try:
            answer = self._client.get(path, params=parameters)
        except httpx.TransportError:
            return {}  # not there yet
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def query(self, expression):
        """Its samples."""
        return self.ask("/query", query=expression).get("result", [])


@needs_tools
@pytest.mark.timeout(400)
def test_every_target_is_up_and_every_query_has_an_answer(tmp_path):
    jobs = len(yaml.safe_load((MONITORING / "prometheus.yml").read_text())["scrape_configs"])
    with ExitStack() as stack:
        profiles = {
            "COMPOSE_PROFILES": "evidence,s3",
            "REALTUBE_EVIDENCE": "on",
            "REALTUBE_S3_BUCKET": BUCKET,
            "REALTUBE_S3_ENDPOINT": stack.enter_context(s3_server()),
            "REALTUBE_S3_KEY_ID": "key",
            "REALTUBE_S3_INTERVAL_S": "5",
        }
        site = stack.enter_context(sites(**profiles))
        prometheus = stack.enter_context(watched(site, tmp_path))
        for n in range(8):
            assert site.vote(f"watched{n}") == 200
            site.ask("/api/stats")
            site.ask(f"/api/videos?videoId=watched{n}")
        wait_until(
            # A rate needs two samples.
            lambda: len(prometheus.query("sum_over_time(up[5m]) >= 2")) == jobs,
            timeout_s=60,
            what="all targets were up twice",
            every_s=1,
        )
        wait_until(
            lambda: prometheus.query("max(realtube_snapshot_age_seconds)"),
            timeout_s=120,
            what="a snapshot is there",
            every_s=1,
        )
        wait_until(
            lambda: prometheus.query("max(realtube_s3_age_seconds) < 30"),
            timeout_s=60,
            what="what is published is in S3",
            every_s=1,
        )
        for n in range(8):  # between two scrapes, so that there are rates
            assert site.vote(f"again{n}") == 200
        wait_until(
            lambda: prometheus.query("sum(rate(realtube_votes_total[5m])) > 0"),
            timeout_s=60,
            what="votes have a rate",
            every_s=1,
        )
        # Nobody has sent a mail here, or told a follower anything.
        unseen = {"ALERTS", "realtube_mails_total", "realtube_deliveries_total"}
        known = set(prometheus.ask("/label/__name__/values")) | unseen
        assert {
            name for query in QUERIES + MARKS + RULES for name in names_in(query)
        } - known <= LATER
        for query in MARKS:
            prometheus.query(query)  # which fails the test if it cannot be read
        empty = {query for query in QUERIES if not prometheus.query(query)}
        # Those about what comes later, and the comparison with the day before.
        assert {q for q in empty if not names_in(q) & LATER and "offset" not in q} == set()
        wait_until(
            lambda: prometheus.query('ALERTS{alertname="Watchdog",alertstate="firing"}'),
            timeout_s=30,
            what="the watchdog",
            every_s=1,
        )
        unwell = {alert["labels"]["alertname"] for alert in prometheus.ask("/alerts")["alerts"]} - {
            "Watchdog"
        }
        # The disk may be anything, and the first base backup takes its time.
        assert unwell <= {"DiskFillsUp", "DiskFull", "BackupOld"}


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_whole(name):
    dashboard = DASHBOARDS[name]
    assert dashboard["uid"] == name
    assert dashboard["title"].startswith("RealTube")
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    taken = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
        if panel["type"] == "row":
            continue
        assert panel["type"] in ("timeseries", "stat")
        assert panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        for target in panel["targets"]:
            assert target["datasource"] == panel["datasource"] == source_provisioned()


def source_provisioned():
    text = (MONITORING / "provisioning" / "datasources" / "prometheus.yml").read_text()
    first = yaml.safe_load(text)["datasources"][0]
    return {"type": first["type"], "uid": first["uid"]}
