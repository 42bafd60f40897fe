"""The settings of a site in production."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.dev.service import REPOSITORY


def test_django_finds_nothing_to_warn_of_in_production():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=REPOSITORY,
        env={
            # Without what tests in a browser set for this process.
            **{n: v for n, v in os.environ.items() if n != "DJANGO_ALLOW_ASYNC_UNSAFE"},
            "REALTUBE_ENVIRONMENT": "production",
            "REALTUBE_ALLOWED_HOSTS": "realtube.example",
            "REALTUBE_TRUSTED_PROXIES": "10.0.0.0/8",
            "DJANGO_SECRET_KEY": "a7" * 32 + "-of-this-test",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
