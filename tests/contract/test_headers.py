"""Headers that tell browsers what an answer may do."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Api

pytestmark = pytest.mark.django_db

NOTHING = {"default-src": "'none'", "frame-ancestors": "'none'"}


def policy(response):
    rules = response["Content-Security-Policy"].split(";")
    return dict(rule.strip().split(" ", 1) for rule in rules)


@pytest.mark.parametrize(
    "path", ["/api/stats", "/api/openapi.json", "/api/videos/ab", "/api/nowhere", "/health/live"]
)
def test_data_may_do_nothing_at_all(path):
    response = Api().get(path)
    assert policy(response) == NOTHING
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/recent", "/transparency", "/lists", "/data", "/privacy", "/contact", "/about"),
        *("/install", "/changelog", "/status", "/appeal", "/jury", "/admin/login/", "/api/docs"),
    ],
)
def test_pages_load_their_own_files_only_and_nobody_frames_them(path):
    response = Api().get(path)
    assert response.status_code == 200
    rules = policy(response)
    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert response["X-Frame-Options"] == "DENY"
    inline = [name for name, value in rules.items() if "unsafe" in value]
    assert inline == (["style-src"] if path == "/api/docs" else [])
    # What the policy forbids is not tried either.
    body = response.content.decode()
    assert not re.search(r"<script>|<style|\son\w+=|(src|href)=.?https?:", body) or inline


def test_the_desk_has_no_inline_code(desk):
    for path in ("", "votes/voter/", "votes/decision/", "votes/case/", "videos/video/"):
        response = desk("administrator", f"a{len(path)}").get(f"/admin/{path}")
        assert response.status_code == 200
        assert "unsafe" not in response["Content-Security-Policy"]
        # For thumbnails, which moderators see when they ask for them.
        assert "https://i.ytimg.com" in policy(response)["img-src"]
        assert not re.search(r"<script>|<style|\sstyle=|\sonclick=", response.content.decode())
