"""The signed statement of which files this server publishes (docs/contract.md#r66).

One statement names the newest files of every node, so that a client that got a file from one node
and the statement from another finds it there. Its time is that of the answer, so that a copy that
somebody keeps serving is found out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db.models import F, Window
from django.db.models.functions import Now, RowNumber

from common.db import rows
from common.errors import InvalidParam, NotFound
from sync import sql
from sync.models import ClientSelectors, Mirror, Snapshot
from sync.signed.minisign import SigningKey

FORMAT = "realtube-statement-1"
SELECTORS = "selectors.json"
_NAME = re.compile(r"[a-z][a-z0-9./-]{0,63}")
KEPT = timedelta(hours=48)
# Twelve web nodes, the most of deploy/k8s, each with its last three files of a name.
NEWEST = 36


@dataclass(frozen=True)
class File:
    """A file that was made: its name, size and SHA-256, without any content encoding.

    Statements have these members under these names.
    """

    name: str
    revision: int
    bytes: int
    sha256: str


def remember(files: Iterable[File]) -> None:
    """Have statements name these files, and forget those that none names any more."""
    Snapshot.objects.bulk_create(
        Snapshot(
            revision=file.revision,
            format=file.name,
            checksum=file.sha256,
            bytes=file.bytes,
            path=file.name,
        )
        for file in files
    )
    newest = Snapshot.objects.order_by("format", "-id").distinct("format").values("pk")
    Snapshot.objects.filter(created_at__lt=Now() - KEPT).exclude(pk__in=newest).delete()


def signed(name: str = "") -> dict[str, Any]:
    """The statement with its signatures, about all files or those called `name`.

    Raises `NotFound` where this server has no key, `InvalidParam` for a name of none of its files.
    """
    keys = signing_keys()
    if not keys:
        raise NotFound("This server does not sign what it publishes.")
    # Names are ours; what cannot be one is not looked up.
    files = _files(name) if not name or _NAME.fullmatch(name) else []
    if name and not files:
        raise InvalidParam("file must be the name of a file that is published.", field="file")
    _, newest, _, now = rows(sql.STANDING)[0]
    minute = now.replace(second=0, microsecond=0)
    statement: dict[str, Any] = {
        "format": FORMAT,
        "time": minute.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "revision": newest or 0,
        "keys": [key.public for key in keys],
        "files": files,
    }
    if source := Mirror.objects.exclude(signed=None).first():
        statement["source"] = (source.signed or {}) | {"origin": source.source}
    text = orjson.dumps(statement)
    comment = f"timestamp:{int(minute.timestamp())}\trevision:{newest or 0}"
    return {
        "statement": text.decode(),
        "signatures": [key.sign(text, comment) for key in keys],
    }


def signing_keys() -> list[SigningKey]:
    """The key in use, then the one before it, while there is one."""
    return [SigningKey(seed) for seed in settings.SIGNING_SEEDS if seed]


def _files(name: str) -> list[File]:
    """The newest files of each name, the newest first; the selectors last."""
    found = Snapshot.objects.filter(format=name) if name else Snapshot.objects.all()
    newest = (
        found.annotate(
            rank=Window(RowNumber(), partition_by=[F("format")], order_by=F("pk").desc())
        )
        .filter(rank__lte=NEWEST)
        .order_by("-pk")
    )
    entries: dict[tuple[str, str], File] = {}
    for row in newest:
        entry = File(row.format, row.revision, row.bytes, row.checksum)
        entries.setdefault((entry.name, entry.sha256), entry)
    files = list(entries.values())
    if name in ("", SELECTORS):
        selectors = ClientSelectors.objects.current()
        body = orjson.dumps(selectors)
        sha256 = hashlib.sha256(body).hexdigest()
        files.append(File(SELECTORS, selectors["version"], len(body), sha256))
    return files
