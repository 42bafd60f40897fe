"""docker-compose.yml: what it promises about every container, and its services as processes."""

from __future__ import annotations

import re
import signal

import pytest
import yaml

from tests.deploy.site import sites
from tests.dev.processes import descendants, running, wait_until
from tests.dev.service import REPOSITORY
from tests.tools import needs

COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_can_do_as_little_as_possible(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "build" in service or service["user"].split(":")[0] != "0"
    assert "healthcheck" in service or service["restart"] == "no"
    for port in service.get("ports", []):
        assert name == "nginx" or port.startswith("127.0.0.1:")
    assert not re.search(r"(KEY|PASSWORD|SECRET)'?: '?\w", str(service.get("environment")))


def test_what_is_named_exists():
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        named = {v.split(":")[0] for v in service.get("volumes", []) if v[0] not in "./"}
        assert named <= set(COMPOSE["volumes"]), name
        assert set(service.get("depends_on", {})) <= set(SERVICES), name


def test_every_image_has_a_version():
    for name, service in SERVICES.items():
        if "build" not in service:
            image = re.sub(r"\$\{\w+:-(.+)\}", r"\1", service["image"])  # unless .env says another
            assert re.fullmatch(r"[a-z0-9_/-]+:v?\d+(\.\d+)*(-\w+)?", image), name


def test_what_is_scraped_is_a_service():
    config = yaml.safe_load((REPOSITORY / "deploy" / "monitoring" / "prometheus.yml").read_text())
    for job in config["scrape_configs"]:
        for sd in job.get("dns_sd_configs", []):
            assert set(sd["names"]) <= set(SERVICES)
        for static in job.get("static_configs", []):
            hosts = {target.partition(":")[0] for target in static["targets"]}
            assert hosts <= {*SERVICES, "localhost"}


def test_nothing_is_evicted_but_the_cache():
    policies = {name: str(SERVICES[name]["command"]) for name in ("redis", "redis-cache")}
    assert "noeviction" in policies["redis"]
    assert "allkeys-lru" in policies["redis-cache"]


@needs("nginx", "envsubst", "openssl")
def test_every_service_becomes_healthy_as_a_process_and_stops_cleanly():
    with sites() as site:
        started = descendants(site.process.pid)
        wait_until(
            lambda: site.ask("/health/ready").json()["status"] == "healthy",
            timeout_s=30,
            what="the site is ready, with its worker",
        )
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(timeout=60) == 0
        assert not running(started)


def test_a_mirror_s_worker_alone_has_a_way_out():
    override = yaml.safe_load((REPOSITORY / "deploy" / "mirror.yml").read_text())
    assert list(override["services"]) == ["worker"]
    assert set(override["services"]["worker"]["networks"]) == {"inside", *override["networks"]}
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "REALTUBE_MIRROR_OF" in SERVICES["worker"]["environment"]
