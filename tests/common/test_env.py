"""Settings are read by type, and a wrong one is one clear sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured

from realtube import checks, env


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (lambda: env.integer("RT_X", 1, low=0, high=9, help=""), "ten"),
        (lambda: env.integer("RT_X", 1, low=0, high=9, help=""), "10"),
        (lambda: env.number("RT_X", 1, low=0, high=9, help=""), "-1"),
        (lambda: env.choice("RT_X", "a", ("a", "b"), help=""), "c"),
        (lambda: env.networks("RT_X", help=""), "10.0.0.0/99"),
        (lambda: env.database_url("RT_X", help=""), "mysql://host/name"),
        (lambda: env.redis_url("RT_X", "", help=""), "http://host"),
    ],
)
def test_a_wrong_value_names_its_variable(monkeypatch, reader, value):
    monkeypatch.setenv("RT_X", value)
    try:
        with pytest.raises(ImproperlyConfigured, match="RT_X must be"):
            reader()
    finally:
        env.REGISTRY.pop("RT_X", None)


def test_a_value_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("RT_X_FILE", str(tmp_path / "secret"))
    try:
        from_file = env.text("RT_X", help="")
        monkeypatch.setenv("RT_X", "from the environment")
        assert (from_file, env.text("RT_X", help="")) == ("from the file", "from the environment")
        monkeypatch.delenv("RT_X")
        monkeypatch.setenv("RT_X_FILE", str(tmp_path / "absent"))
        with pytest.raises(ImproperlyConfigured, match="RT_X_FILE must name a file"):
            env.text("RT_X", help="")
    finally:
        env.REGISTRY.pop("RT_X", None)


def test_a_database_url_may_name_a_server_or_a_socket(monkeypatch):
    try:
        monkeypatch.setenv("RT_X", "postgresql://me:p%40ss@db:5433/tube")
        server = env.database_url("RT_X", help="")
        monkeypatch.setenv("RT_X", "postgresql:///tube?host=/run/pg&user=me")
        socket = env.database_url("RT_X", help="")
    finally:
        env.REGISTRY.pop("RT_X", None)
    assert (server["HOST"], server["PORT"], server["PASSWORD"]) == ("db", "5433", "p@ss")
    assert (socket["HOST"], socket["USER"], socket["NAME"]) == ("/run/pg", "me", "tube")


def test_missing_short_and_shared_keys_are_refused(settings):
    assert checks.check_keys(None) == []
    settings.VOTER_KEY = "short"
    assert [message.id for message in checks.check_keys(None)] == ["realtube.E001"]
    settings.VOTER_KEY = settings.ADDRESS_KEY
    assert [message.id for message in checks.check_keys(None)] == ["realtube.E002"]
    with pytest.raises(ImproperlyConfigured, match=r"realtube\.E002"):
        checks.refuse_misconfiguration()


def test_production_refuses_ids_that_can_be_guessed(settings):
    settings.PRODUCTION, settings.USER_ID_MIN_LENGTH = True, 8
    assert [message.id for message in checks.check_identity(None)] == ["realtube.E004"]


@pytest.mark.parametrize(
    ("key", "good"), [("whsec_" + "A" * 32, True), ("A" * 32, True), ("?", False)]
)
def test_what_a_cdn_is_told_is_signed(settings, key, good):
    settings.S3 = replace(settings.S3, bucket="b", purge_url="https://cdn.example/", purge_key=key)
    assert [message.id for message in checks.check_purges(None)] == (
        [] if good else ["realtube.E006"]
    )
    settings.S3 = replace(settings.S3, purge_url="")
    assert checks.check_purges(None) == []


def test_an_address_to_listen_on_has_a_port(monkeypatch):
    try:
        for raw, meant in {
            "": None,
            "0.0.0.0:9464": ("0.0.0.0", 9464),
            "[::1]:9464": ("::1", 9464),
        }.items():
            monkeypatch.setenv("RT_X", raw)
            assert env.listen("RT_X", help="") == meant
        for raw in ("9464", "somewhere:9464", "127.0.0.1:http"):
            monkeypatch.setenv("RT_X", raw)
            with pytest.raises(ImproperlyConfigured, match="RT_X must be an address and a port"):
                env.listen("RT_X", help="")
    finally:
        env.REGISTRY.pop("RT_X", None)
