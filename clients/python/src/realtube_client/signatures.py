"""Whether a file is what the server signed: minisign's signatures over a statement of all files
(docs/clients.md#signatures). No connection here.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from realtube_client import shape
from realtube_client.errors import Doubt, Untrusted

FORMAT = "realtube-statement-1"
FROZEN = timedelta(hours=48)
AHEAD = timedelta(hours=1)
# Servers under one key, and caches before them, may be some minutes apart.
BACK = timedelta(minutes=5)
STATEMENT_MAX = 1024 * 1024
_ALGORITHM = b"Ed"
_ID_BYTES, _KEY_BYTES, _SIGNATURE_BYTES = 8, 32, 64
_TRUSTED = "trusted comment: "


@dataclass(frozen=True)
class File:
    """A file as it was signed, or as it came: its name, and bytes and SHA-256 (hex) of it
    without content encoding."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Statement:
    """What a server says of its files at `time`; `keys` are minisign's, the first is in use."""

    time: datetime
    revision: int
    keys: tuple[str, ...]
    files: tuple[File, ...]

    @classmethod
    def of(cls, text: str) -> Statement:
        """From its JSON. Raises `Untrusted` if it is none."""
        try:
            given = json.loads(text)
            if not isinstance(given, dict) or given.get("format") != FORMAT:
                raise shape.Malformed("format")
            files = [
                File(shape.text(it, "name"), shape.count(it, "bytes"), shape.text(it, "sha256"))
                for it in shape.objects(given, "files")
            ]
            return cls(
                time=shape.moment(given, "time"),
                revision=shape.count(given, "revision"),
                keys=shape.texts(given, "keys"),
                files=tuple(files),
            )
        except (ValueError, RecursionError):
            raise _malformed() from None


class Pin:
    """The key that a server has to sign with, and the newest statement of it that was taken.

    The key is given (`key`, as minisign writes it, "RW..."), or that of first contact. With a
    `path` both are kept in that file, and what is kept there goes before `key`.
    """

    def __init__(
        self,
        key: str = "",
        *,
        path: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises ValueError if `key` is no public key of minisign."""
        if key:
            _public(key)
        self._path, self._now = path, now
        self.key = key
        self.time: datetime | None = None
        self.signed: Mapping[str, Any] | None = None
        """What was last taken here, as it was answered."""
        self.warning = ""
        """A sentence for a person about something that was let pass, or empty."""
        if path is not None and path.exists():
            self._load(path)

    def check(self, signed: Mapping[str, Any] | None, file: File) -> Statement | None:
        """The statement that vouches for `file`, or None from a server that never signed.

        `signed` is the answer of `/api/sync/signed`, None where there is none. Raises `Untrusted`;
        the pin is then what it was.
        """
        if signed is None:
            if self.key:
                raise Untrusted(
                    Doubt.UNSIGNED, "This server signed its files before and does not any more."
                )
            return None
        text, signatures = _parts(signed)
        statement = Statement.of(text)
        if not statement.keys:
            raise _malformed()
        pinned = self.key or statement.keys[0]
        if not any(verifies(pinned, text.encode(), signature) for signature in signatures):
            raise Untrusted(Doubt.OTHER_KEY, "What this server has is signed by another key.")
        _public_or_malformed(statement.keys[0])
        self._check_time(statement)
        _check_file(statement, file)
        # A new first key that the pinned one signed has taken its place.
        self.key = statement.keys[0]
        # A clock that was far ahead must not have all that follows taken for older.
        self.time = min(statement.time, self._now() + AHEAD)
        self.signed = {"statement": text, "signatures": list(signatures)}
        self._save()
        return statement

    def _check_time(self, statement: Statement) -> None:
        now, said = self._now(), statement.time
        self.warning = ""
        if self.time is not None and said < self.time - BACK:
            raise Untrusted(
                Doubt.ROLLED_BACK,
                f"What this server has is of {_shown(said)}, older than what was here already "
                f"({_shown(self.time)}).",
            )
        if said < now - FROZEN:
            raise Untrusted(
                Doubt.FROZEN,
                f"What this server has is of {_shown(said)} and does not change any more, or the "
                f"clock here is wrong: it says {_shown(now)}.",
            )
        if said > now + AHEAD:
            self.warning = (
                f"The clock here is wrong: it says {_shown(now)}, the server {_shown(said)}."
            )

    def _load(self, path: Path) -> None:
        try:
            given = json.loads(path.read_text())
            key = shape.text(given, "key")
            _public(key)
            self.time = shape.maybe_moment(given, "time")
            self.key = key
        except (ValueError, AttributeError) as error:
            raise ValueError(f"{path} does not have a pinned key; is it a file of ours?") from error

    def _save(self) -> None:
        if self._path is None:
            return
        part = self._path.with_name(f"{self._path.name}.part")
        time = None if self.time is None else self.time.isoformat()
        part.write_text(json.dumps({"key": self.key, "time": time}))
        os.replace(part, self._path)


def verifies(key: str, data: bytes, signature: str) -> bool:
    """Whether a signature file of minisign (legacy form, not hashed before) is `key`'s over
    `data`, and its trusted comment, too. Raises ValueError if `key` is no public key."""
    key_id, public = _public(key)
    lines = signature.splitlines()
    if len(lines) < 4 or not lines[2].startswith(_TRUSTED):
        return False
    try:
        own, of_all = _decoded(lines[1]), _decoded(lines[3])
    except ValueError:
        return False
    start = len(_ALGORITHM) + _ID_BYTES
    if own[:start] != _ALGORITHM + key_id or len(own) != start + _SIGNATURE_BYTES:
        return False
    try:
        public.verify(own[start:], data)
        public.verify(of_all, own[start:] + lines[2].removeprefix(_TRUSTED).encode())
    except InvalidSignature:
        return False
    return True


def _check_file(statement: Statement, file: File) -> None:
    named = [it for it in statement.files if it.name == file.name]
    if any((it.bytes, it.sha256) == (file.bytes, file.sha256) for it in named):
        return
    if named and file.bytes < min(it.bytes for it in named):
        raise Untrusted(
            Doubt.TRUNCATED,
            f"{file.name} is cut short: {file.bytes} bytes came, and {named[0].bytes} were signed.",
        )
    raise Untrusted(
        Doubt.ALTERED, f"{file.name} was altered on its way, or is too old: nobody signed it."
    )


def _parts(signed: Mapping[str, Any]) -> tuple[str, Sequence[str]]:
    try:
        text, signatures = shape.text(signed, "statement"), shape.texts(signed, "signatures")
        if len(text) > STATEMENT_MAX:
            raise shape.Malformed("statement")
        text.encode()
    except ValueError:
        raise _malformed() from None
    return text, signatures


def _public(key: str) -> tuple[bytes, Ed25519PublicKey]:
    """Id and key. Raises ValueError."""
    raw = _decoded(key)
    start = len(_ALGORITHM) + _ID_BYTES
    if not raw.startswith(_ALGORITHM) or len(raw) != start + _KEY_BYTES:
        raise ValueError("This is no public key of minisign.")
    return raw[len(_ALGORITHM) : start], Ed25519PublicKey.from_public_bytes(raw[start:])


def _public_or_malformed(key: str) -> None:
    try:
        _public(key)
    except ValueError:
        raise _malformed() from None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError("This is no base64.") from error


def _malformed() -> Untrusted:
    return Untrusted(Doubt.MALFORMED, "What this server says of its signatures is malformed.")


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
