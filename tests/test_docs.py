"""The documentation is true: its examples run, and no setting or metric is missing."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client import Counter, Gauge, Histogram

from common.telemetry import metrics
from realtube.env import REGISTRY
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.tools import PACKAGES

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def curls(page):
    for block in BLOCK.findall((ROOT / page).read_text()):
        for command in block.replace("\\\n", " ").strip().split("\ncurl "):
            if command.startswith("curl") or "http://127" in command:
                yield shlex.split(command.removeprefix("curl"))


def perform(api, words):
    method, headers, body, url = "", {}, None, ""
    given = iter(words)
    for word in given:
        if word == "-X":
            method = next(given)
        elif word == "-H":
            name, _, value = next(given).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(given)
        elif word.startswith("http"):
            url = word
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    method = method or ("POST" if body else "GET")
    headers.pop("Content-Type", None)
    return api.client.generic(
        method, path, body or "", content_type="application/json", headers=headers
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["README.md", "docs/api.md"])
def test_the_examples_work(page, crowd):
    crowd(3, "dQw4w9WgXcQ")  # an appeal takes something to appeal against
    api, commands = Api(), list(curls(page))
    assert len(commands) >= 2
    for words in commands:
        response = perform(api, words)
        assert response.status_code in (200, 202), words
        response.close()
        run_pipeline()


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "configuration.md").read_text()
    assert [name for name in REGISTRY if f"`{name}`" not in text] == []


def test_every_metric_is_documented():
    text = (ROOT / "docs" / "metrics.md").read_text()
    names = {
        metric.describe()[0].name + ("_total" if isinstance(metric, Counter) else "")
        for metric in vars(metrics).values()
        if isinstance(metric, Counter | Gauge | Histogram)
    } | {metric.name for metric in vars(metrics).values() if isinstance(metric, metrics.Observed)}
    assert len(names) > 30
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []
    assert set(re.findall(r"`(realtube_\w+)`", text)) == names


def test_every_make_target_named_in_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(
        re.findall(r"(?m)(?:^|`| )make ([a-z]+)(?:`| )(?!git)", (ROOT / "README.md").read_text())
    ):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_ci_installs_every_program_that_a_test_needs():
    installs = (ROOT / ".ci/run").read_text().partition("apt-get install")[2].split("fi\n")[0]
    assert {*PACKAGES.values()} <= {*installs.split()}
