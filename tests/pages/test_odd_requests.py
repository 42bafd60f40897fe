"""What no browser sends gets a refusal in the 4xx, never a failure of ours."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "application/x-www-form-urlencoded"
FOLLOWER = f"/follow/{'a' * 32}"


def sent(path, body=b"", content_type=FORM):
    return Api().client.generic("POST", path, body, content_type=content_type).status_code


@pytest.mark.parametrize("token", ["%00", "a%00b", "%ff", "..%2f..", "%0d%0aX:1"])
def test_a_token_that_nobody_was_given_leads_nowhere(token, settings):
    settings.EVIDENCE = True
    for path in ("appeal/{}", "appeal/confirm/{}", "follow/{}", "appeal/{}/evidence"):
        assert Api().get(f"/{path.format(token)}").status_code == 404
    for path in ("appeal/{}/answer", "appeal/{}/address", "appeal/confirm/{}"):
        assert sent(f"/{path.format(token)}") in (403, 404)


@pytest.mark.parametrize("path", ["/follow", FOLLOWER])
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        (FORM, b"a=1&" * 5000, 400),
        (FORM, b"target=" + b"a" * 6_000_000, 413),
        ("multipart/form-data; boundary=", b"x", 400),
    ],
)
def test_a_form_that_is_malformed_or_too_large_is_refused(path, content_type, body, status):
    assert sent(path, body, content_type) == status


@pytest.mark.parametrize("charset", ["utf-16", "idna", "hex", '"punycode"', "nonsense"])
def test_text_is_utf_8_whatever_a_client_calls_it(charset):
    from realtube.wsgi import application

    def status(path, body=b"", content_type="text/plain"):
        request = RequestFactory().generic("POST" if body else "GET", path, body)
        typed = f"{content_type}; charset={charset}"
        answers = []
        application(request.environ | {"CONTENT_TYPE": typed}, lambda said, _: answers.append(said))
        return answers

    assert status("/?video=x") == ["200 OK"]
    assert status("/api/lists?a=b") == ["200 OK"]
    assert status("/follow?lang=de", b"way=mail&target=%40maker", FORM) == ["400 Bad Request"]
    part = b'--a\r\nContent-Disposition: form-data; name="way"\r\n\r\nzz\r\n--a--\r\n'
    form = "multipart/form-data; boundary=a"
    assert status("/follow?lang=de", part, form) == ["400 Bad Request"]
