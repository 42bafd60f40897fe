"""What is said in deploy/nginx as well as in the application is the same."""

from __future__ import annotations

import json
import re

from django.conf import settings

from common import errors, throttling
from realtube.env import REGISTRY
from tests.deploy.proxy import START


def test_what_nginx_says_is_what_the_application_would_say():
    text = (START.parent / "nginx.conf.template").read_text()
    said = {
        entry["code"]: entry["message"]
        for entry in (
            json.loads(body.replace("$limit_retry_s", "1"))["error"]
            for body in re.findall(r"'(\{\"error\".*)';", text)
        )
    }
    known = {error.code: error.message for error in errors.ERRORS}
    assert said.pop("INVALID_BODY") == "The request is malformed."
    assert said == {code: known[code] for code in said}
    exposed = re.search(
        r'Expose-Headers "(.*)" always', (START.parent / "headers.conf").read_text()
    )
    assert exposed and exposed[1].split(", ") == settings.CORS_EXPOSE_HEADERS


def test_the_limits_are_those_of_the_application():
    given = dict(re.findall(r': "\$\{(REALTUBE_LIMIT_\w+):=(\d+)\}"', START.read_text()))
    assert len(given) == 5
    assert given == {name: REGISTRY[name].default for name in given}
    assert f"\nsite_times={throttling.SITE_TIMES}\n" in START.read_text()
