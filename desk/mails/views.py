"""What was mailed: a log, and where mails are written to a folder (`make run`) what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from post.models import Mail

SHOWN = 50
LARGEST = 100_000
"""Bytes of a file that are read; no mail of ours is as long."""


@dataclass(frozen=True)
class Written:
    """A mail in the folder."""

    to: str
    subject: str
    date: str
    body: str


def mails(request: HttpRequest) -> HttpResponse:
    """The log of the last mails, without addresses, and the mails in the folder."""
    if not request.user.has_perm("votes.view_case"):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": "Mails",
        "is_folder": settings.MAIL == "folder",
        "written": list(written()),
        "log": Mail.objects.order_by("-pk")[:SHOWN],
    }
    return TemplateResponse(request, "desk/mails.html", context)


def written() -> Iterator[Written]:
    """The newest mails of the folder; none where mails go elsewhere."""
    folder = Path(settings.EMAIL_FILE_PATH)
    if settings.MAIL != "folder" or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.log"), reverse=True)[:SHOWN]:
        with path.open("rb") as file:
            mail = message_from_bytes(file.read(LARGEST), policy=policy.default)
        if isinstance(mail, EmailMessage):
            # Django ends each with a line of its own.
            body = str(mail.get_content()).rstrip().removesuffix("-" * 79).rstrip()
            yield Written(str(mail["To"]), str(mail["Subject"]), str(mail["Date"]), body)
