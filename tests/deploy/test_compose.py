"""docker-compose.yml: what it promises about every container, and its services as processes."""

from __future__ import annotations

import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import orjson
import pytest
import yaml

from tests.dev.processes import descendants, running, wait_until
from tests.dev.service import REPOSITORY

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
    assert ("ports" in service) == (name == "nginx")
    assert not re.search(r"(KEY|PASSWORD|SECRET)'?: '?\w", str(service.get("environment")))


def test_what_is_named_exists():
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        named = {v.split(":")[0] for v in service.get("volumes", []) if v[0] not in "./"}
        assert named <= set(COMPOSE["volumes"]), name
        assert set(service.get("depends_on", {})) <= set(SERVICES), name


def test_nothing_is_evicted_but_the_cache():
    policies = {name: str(SERVICES[name]["command"]) for name in ("redis", "redis-cache")}
    assert "noeviction" in policies["redis"]
    assert "allkeys-lru" in policies["redis-cache"]


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_every_service_becomes_healthy_as_a_process_and_stops_cleanly():
    folder = Path(tempfile.mkdtemp(prefix="realtube-compose-", dir="/tmp"))
    folder.chmod(0o755)
    output = folder / "output"
    with output.open("wb") as file:
        runner = subprocess.Popen(
            [sys.executable, "deploy/run-as-processes", str(folder / "site")],
            cwd=REPOSITORY,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        while "All services are healthy" not in output.read_text():
            assert runner.poll() is None, output.read_text()
            time.sleep(0.2)
        started = descendants(runner.pid)
        url = re.search("https://[0-9.:]+/", output.read_text())[0]
        context = ssl._create_unverified_context()

        def ready():
            with urllib.request.urlopen(f"{url}health/ready", context=context) as answer:
                return orjson.loads(answer.read())["status"] == "healthy"

        wait_until(ready, timeout_s=30, what="the site is ready, with its worker")
        runner.send_signal(signal.SIGTERM)
        assert runner.wait(timeout=60) == 0
        assert not running(started)
    finally:
        if runner.poll() is None:
            runner.terminate()
            runner.wait(timeout=60)
        shutil.rmtree(folder)


def test_a_mirror_s_worker_alone_has_a_way_out():
    override = yaml.safe_load((REPOSITORY / "deploy" / "mirror.yml").read_text())
    assert list(override["services"]) == ["worker"]
    assert set(override["services"]["worker"]["networks"]) == {"inside", *override["networks"]}
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "REALTUBE_MIRROR_OF" in SERVICES["worker"]["environment"]
