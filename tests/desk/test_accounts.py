"""Signing in: a second factor for everybody, few tries, and the first administrator."""

from __future__ import annotations

import io
import re
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.test import Client

from desk import accounts
from desk.accounts import TRIES
from tests.conftest import PASSWORD, staff
from tests.dev.authenticator import code_of

pytestmark = pytest.mark.django_db(transaction=True)
LOGIN = "/admin/login/"


def type_password(client, name="administrator", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": name, "password": password, **more})


def create(name="root", password=PASSWORD, *, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    call_command("create_administrator", name, stdout=io.StringIO())


def activate(client):
    """Set up an authenticator app; its secret."""
    page = client.get("/admin/2fa/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{16,})"', page)[1]
    assert client.post("/admin/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


def test_a_name_in_another_form_of_the_same_letters_can_sign_in(monkeypatch, client):
    """A form field reads `ﬁ` as `fi`, and so must whoever makes the account."""
    create("ﬁlmoﬃce", monkeypatch=monkeypatch)
    answer = client.post("/admin/login/", {"login": "ﬁlmoﬃce", "password": PASSWORD})
    assert answer.status_code == 302


def test_the_first_administrator_sets_up_an_app_and_needs_it_from_then_on(monkeypatch):
    create(monkeypatch=monkeypatch)
    client = Client()
    assert type_password(client, "root").status_code == 302
    assert client.get("/admin/").url.startswith(LOGIN)
    assert client.get(LOGIN).url == "/admin/2fa/totp/activate/"
    activate(client)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/auth/user/").status_code == 200
    client.post("/admin/logout/")

    again = Client()
    assert type_password(again, "root").url == "/admin/2fa/authenticate/"
    assert again.get("/admin/").url.startswith(LOGIN)
    assert again.post("/admin/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert again.get("/admin/").status_code == 302
    # The same code is good once only; a recovery code is, too.
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert again.post("/admin/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert again.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("root", "short", "too short"),
        ("a b", PASSWORD, "valid username"),
        ("taken", PASSWORD, "already exists"),
    ],
)
def test_a_bad_administrator_is_not_created(monkeypatch, name, password, message):
    User.objects.create_user("taken")
    with pytest.raises(CommandError, match=message):
        create(name, password, monkeypatch=monkeypatch)
    assert User.objects.count() == 1


@pytest.mark.parametrize("redis_away", [False, True])
def test_an_account_is_locked_after_some_tries_from_anywhere(settings, redis_away):
    if redis_away:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
    staff("administrator")
    for n in range(TRIES):
        client = Client(REMOTE_ADDR=f"10.9.{n}.1")
        assert type_password(client, password="wrong").status_code == 200
    locked = type_password(Client(REMOTE_ADDR="10.9.99.1"), name="Administrator ")
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 0
    assert "Too many tries" in locked.content.decode()
    # The code counts against the account too.
    assert type_password(Client(REMOTE_ADDR="10.9.99.2"), name="other").status_code == 200


def test_a_network_has_thirty_tries_whatever_the_accounts():
    cache = caches["local"]
    cache.clear()
    client = Client(REMOTE_ADDR="10.7.0.1")
    for n in range(30):
        assert type_password(client, name=f"guess{n}").status_code == 200
    locked = type_password(client, name="guess30")
    assert locked.status_code == 429 and "Too many tries" in locked.content.decode()
    assert type_password(Client(REMOTE_ADDR="10.7.0.2"), name="guess31").status_code == 200
    cache.clear()


def test_nor_has_a_48_more_than_eight_of_its_lines(monkeypatch):
    cache = caches["local"]
    cache.clear()
    monkeypatch.setattr(accounts, "TRIES_OF_NETWORK", 1)
    answers = [
        type_password(Client(REMOTE_ADDR=f"2001:db8:1:{n:x}::1"), name=f"guess{n}").status_code
        for n in range(9)
    ]
    assert answers == [200] * 8 + [429]
    other = Client(REMOTE_ADDR="2001:db8:2::1")
    assert type_password(other, name="guess9").status_code == 200
    cache.clear()


def test_codes_count_against_the_account_as_passwords_do(monkeypatch):
    create(monkeypatch=monkeypatch)
    first = Client()
    type_password(first, "root")
    activate(first)
    client = Client(REMOTE_ADDR="10.8.0.1")
    type_password(client, "root")
    answers = [
        client.post("/admin/2fa/authenticate/", {"code": "000000"}).status_code
        for _ in range(TRIES)
    ]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_who_is_not_staff_or_not_active_never_enters():
    user = staff("viewer")
    for change in ({"is_staff": False}, {"is_staff": True, "is_active": False}):
        User.objects.filter(pk=user.pk).update(**change)
        client = Client()
        client.force_login(user)
        assert client.get("/admin/").status_code == 302
        assert client.get("/admin/votes/case/").status_code == 302


def test_nobody_signs_up_and_there_is_no_page_for_it(api):
    for path in ("/admin/signup/", "/accounts/signup/", "/admin/password/reset/"):
        assert api.get(path).status_code in (302, 404), path
    assert "account_signup" not in api.get(LOGIN).content.decode()


def test_administrators_make_accounts_but_no_superusers(desk):
    browser = desk("administrator")
    root = User.objects.create_superuser("root")
    made = browser.post(
        "/admin/auth/user/add/",
        {
            "username": "new",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "usable_password": "true",
        },
    )
    new = User.objects.get(username="new")
    assert (made.status_code, new.is_staff, new.is_superuser) == (302, True, False)
    url = f"/admin/auth/user/{new.pk}/change/"
    browser.post(url, {"username": "new", "is_active": "on", "is_superuser": "on"})
    assert not User.objects.get(pk=new.pk).is_superuser
    assert new.password not in browser.get(url).content.decode()
    browser.post(url, {"username": "new", "is_active": "on", "password": "plain"})
    assert User.objects.get(pk=new.pk).check_password(PASSWORD)
    assert browser.post(f"/admin/auth/user/{root.pk}/password/", {}).status_code in (302, 403, 404)
    assert browser.get(f"/admin/auth/user/{root.pk}/change/").status_code == 302
    assert browser.post(f"/admin/auth/user/{new.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "reset_second_factor", "_selected_action": [new.pk]}
    Authenticator.objects.create(user=new, type="webauthn", data={})
    browser.post("/admin/auth/user/", chosen)
    assert not Authenticator.objects.filter(user=new).exists()
    for role in ("viewer", "moderator"):
        assert desk(role).get("/admin/auth/user/").status_code == 403


def test_cookies_and_sessions_are_strict(settings):
    assert settings.SESSION_COOKIE_AGE <= 12 * 3600
    client = Client()
    staff("viewer", "v")
    Authenticator.objects.all().delete()
    cookie = type_password(client, "v").cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert int(cookie["max-age"]) <= 12 * 3600
