"""System checks: a wrong configuration fails at the start, with an id and a hint."""

from __future__ import annotations

import shlex
from base64 import b64decode
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction

from channels.models import ListSource

MIN_KEY_LENGTH = 32
PURGE_KEY_BYTES = 24
KEYS = {
    "DJANGO_SECRET_KEY": "SECRET_KEY",
    "REALTUBE_VOTER_KEY": "VOTER_KEY",
    "REALTUBE_ADDRESS_KEY": "ADDRESS_KEY",
}


@checks.register(checks.Tags.security)
def check_keys(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every key is there, long enough, and none serves two purposes."""
    found = {variable: getattr(settings, name) for variable, name in KEYS.items()}
    messages: list[checks.CheckMessage] = [
        checks.Error(
            f"{variable} is missing or shorter than {MIN_KEY_LENGTH} characters.",
            hint="Set it to the output of: python -c 'import secrets; print(secrets.token_hex(32))'"
            " (or use `make run`, which makes its own).",
            id="realtube.E001",
        )
        for variable, value in found.items()
        if len(value) < MIN_KEY_LENGTH
    ]
    if not messages and len(set(found.values())) < len(found):
        messages.append(
            checks.Error(
                "Two of the keys are the same.",
                hint="Give " + ", ".join(KEYS) + " a random value each.",
                id="realtube.E002",
            )
        )
    return messages


@checks.register()
def check_servers(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """The addresses of PostgreSQL and Redis are known."""
    missing = []
    if not settings.DATABASE["HOST"]:
        missing.append("DATABASE_URL")
    if not settings.REDIS_URL:
        missing.append("REDIS_URL")
    return [
        checks.Error(
            f"{variable} is not set and no `make run` is running on VAR_DIR={settings.VAR_DIR}.",
            hint="Start `make run` in another terminal, or set the variable "
            "(docs/configuration.md).",
            id="realtube.E003",
        )
        for variable in missing
    ]


@checks.register()
def check_purges(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Whoever is told what changed in S3 can check that it is us (docs/s3.md#a-cdn)."""
    if not (settings.S3.bucket and settings.S3.purge_url):
        return []
    try:
        key = b64decode(settings.S3.purge_key.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if len(key) >= PURGE_KEY_BYTES:
        return []
    return [
        checks.Error(
            f"REALTUBE_PURGE_KEY is not base64 of at least {PURGE_KEY_BYTES} bytes.",
            hint="Set it to the output of: openssl rand -base64 24",
            id="realtube.E006",
        )
    ]


@checks.register(checks.Tags.security)
def check_identity(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Production accepts no wire user id that could be guessed (docs/contract.md#r14)."""
    if settings.PRODUCTION and settings.USER_ID_MIN_LENGTH < MIN_KEY_LENGTH:
        return [
            checks.Error(
                f"REALTUBE_USER_ID_MIN_LENGTH is {settings.USER_ID_MIN_LENGTH} in production.",
                hint="Short ids can be guessed; leave it at 32.",
                id="realtube.E004",
            )
        ]
    return []


@checks.register(checks.Tags.database)
def check_lists(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Every imported list has an answer to whether it may be passed on (docs/lists.md#licences).

    `migrate` runs this, and `check --database default`.
    """
    if not databases or settings.MIRROR_OF:
        return []
    try:
        with transaction.atomic():
            names = list(ListSource.objects.unanswered().values_list("name", flat=True))
    except DatabaseError:
        return []  # the tables are still to be made
    return [
        checks.Warning(
            f"Nobody has said whether the list {name!r} may be passed on; until then it is.",
            hint=f"manage.py lists --source {shlex.quote(name)} --use passed-on|here|nowhere",
            id="realtube.W001",
        )
        for name in names
    ]


@checks.register(checks.Tags.security)
def check_mail(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Where mail is on, it has a sender, a key of its own, and links that lead here."""
    if settings.MAIL == "off":
        return []
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    wrong = {
        "REALTUBE_MAIL_FROM must have an address.": "@" not in sender,
        f"REALTUBE_MAIL_KEY is shorter than {MIN_KEY_LENGTH} characters, or another key, too.": (
            len(settings.MAIL_KEY) < MIN_KEY_LENGTH
            or settings.MAIL_KEY in {getattr(settings, name) for name in KEYS.values()}
        ),
        "REALTUBE_ORIGIN must be an origin such as https://realtube.example.": (
            urlsplit(settings.ORIGIN).scheme not in ("http", "https")
            or not urlsplit(settings.ORIGIN).netloc
        ),
    }
    return [
        checks.Error(message, hint="See docs/operations.md#mail.", id="realtube.E005")
        for message, is_wrong in wrong.items()
        if is_wrong
    ]


def refuse_misconfiguration() -> None:
    """Raise `ImproperlyConfigured` if any check of this module reports an error.

    Servers call it at their start: gunicorn and Celery do not run Django's checks themselves.
    """
    errors = [*check_keys(None), *check_servers(None), *check_identity(None), *check_mail(None)]
    if errors:
        raise ImproperlyConfigured(
            "; ".join(f"{error.id}: {error.msg} {error.hint}" for error in errors)
        )
