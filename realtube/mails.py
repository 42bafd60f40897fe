"""How mail is sent, from the environment (docs/operations.md#mail), off unless it says how; and how
followers are told without it (docs/pages.md#following)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from realtube import env

PROVIDERS = (
    *("brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark"),
    *("resend", "sendgrid", "sparkpost", "unisender_go"),
)
MAIL = env.choice(
    "REALTUBE_MAIL",
    "off",
    ("off", "smtp", "folder", *PROVIDERS),
    help="How mail is sent: `smtp`, a provider of django-anymail such as `postmark`, `folder` "
    "(written to VAR_DIR/mails, for looking around), or `off`: nobody is asked for an address.",
)
KEY = env.text(
    "REALTUBE_MAIL_KEY",
    help="Encrypts addresses and mails that wait. At least 32 characters, where mail is on; lost, "
    "they cannot be sent any more.",
)
FROM = env.text("REALTUBE_MAIL_FROM", help="Whom mails are from: `RealTube <appeals@example.org>`.")
ORIGIN = env.text(
    "REALTUBE_ORIGIN", help="Origin of this site for links in mails: https://realtube.example."
).rstrip("/")
HOST = env.text("REALTUBE_MAIL_HOST", "localhost", help="Mail server, of `smtp`.")
PORT = env.integer("REALTUBE_MAIL_PORT", 587, low=1, high=65535, help="Its port.")
SECURITY = env.choice(
    "REALTUBE_MAIL_SECURITY",
    "starttls",
    ("starttls", "tls", "none"),
    help="Encryption of the connection to it; `none` only on the same machine.",
)
USER = env.text("REALTUBE_MAIL_USER", help="Name to sign in there with; empty: without.")
PASSWORD = env.text("REALTUBE_MAIL_PASSWORD", help="Password for that.")
ANYMAIL: dict[str, Any] = env.json_object(
    "REALTUBE_MAIL_PROVIDER",
    help="What django-anymail's documentation of the provider wants set, as a JSON object: "
    '`{"POSTMARK_SERVER_TOKEN": "...", "WEBHOOK_SECRET": "name:password"}`.',
)
PUSH_KEY = env.seed(
    "REALTUBE_PUSH_KEY",
    help="Signs notices to followers' browsers (VAPID): 64 hex characters. Changed, browsers have "
    "to follow anew. Unset: browsers cannot follow.",
)
FOLLOW_ORIGINS = env.words(
    "REALTUBE_FOLLOW_ORIGINS",
    help="Origins such as http://10.0.0.7:8080 that anybody may have webhooks posted to, though "
    "they lie inside. Any other has to be https at a public address.",
)
TIMEOUT_S = 30


def backend() -> str:
    """Django's name of what sends mails."""
    named = {
        "off": "django.core.mail.backends.dummy.EmailBackend",
        "smtp": "django.core.mail.backends.smtp.EmailBackend",
        "folder": "django.core.mail.backends.filebased.EmailBackend",
    }
    return named.get(MAIL) or f"anymail.backends.{MAIL}.EmailBackend"


def folder(var_dir: Path) -> Path:
    """Where `folder` writes them."""
    return var_dir / "mails"
