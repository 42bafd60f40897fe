"""What Django refuses by itself says what is wrong, and what to set."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

ELSEWHERE = "tube.example.net"


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def test_under_another_host_name_a_person_reads_what_to_set(stranger, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = stranger.get("/admin/login/", headers={"Host": ELSEWHERE, "Accept": "text/html"})
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/html")
    assert "REALTUBE_ALLOWED_HOSTS" in answer.content.decode()


def test_under_another_host_name_a_program_reads_it_in_the_contracts_form(stranger, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = stranger.get("/admin/login/", headers={"Host": ELSEWHERE})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "INVALID_BODY")
    assert "REALTUBE_ALLOWED_HOSTS" in error["message"]


def test_a_form_from_another_origin_names_it_and_what_to_set(stranger):
    answer = stranger.post(
        "/admin/login/", {"login": "a", "password": "b"}, headers={"Origin": f"https://{ELSEWHERE}"}
    )
    text = answer.content.decode()
    assert answer.status_code == 403
    assert f"https://{ELSEWHERE}" in text and "REALTUBE_CSRF_TRUSTED_ORIGINS" in text


def test_an_origin_is_shown_as_text(stranger):
    answer = stranger.post("/admin/login/", headers={"Origin": "https://<b>.example"})
    assert "<b>" not in answer.content.decode()


def test_a_form_without_its_cookie_says_how_to_send_it_again(stranger):
    answer = stranger.post("/admin/login/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "reload" in answer.content.decode()
