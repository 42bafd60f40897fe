"""tus 1.0 (https://tus.io/protocols/resumable-upload): what its headers say. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from common import errors, ids

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
CHECKSUMS = ("sha1", "sha256", "md5")
BODY_TYPE = "application/offset+octet-stream"
NAME_MAX = 200
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_KEY = re.compile(r"[^\s,]+", re.ASCII)


class Hash(Protocol):
    """A hash of `hashlib`."""

    def update(self, data: bytes, /) -> None:
        """Go on with these bytes."""

    def digest(self) -> bytes:
        """What it is so far."""
        ...


@dataclass(frozen=True)
class Checksum:
    """The hash that a part is to have."""

    algorithm: str
    wanted: bytes

    def digest(self) -> Hash:
        """A fresh hash of its kind. SHA-1 and MD5 find broken lines here, not forgers."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def number(headers: Mapping[str, str], name: str) -> int | None:
    """A header that is a whole number from 0; None if it is absent. Raises `InvalidField`."""
    raw = headers.get(name)
    if raw is None:
        return None
    if not _NUMBER.fullmatch(raw.strip()):
        raise errors.InvalidField(f"{name} must be a whole number from 0.", field=name)
    return int(raw)


def checksum(raw: str | None) -> Checksum | None:
    """`Upload-Checksum`; None if there is none. Raises `InvalidField`."""
    if raw is None:
        return None
    algorithm, _, encoded = raw.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        raise errors.InvalidField(
            f"Upload-Checksum knows {', '.join(CHECKSUMS)}.", field="Upload-Checksum"
        )
    wanted = _decoded(encoded, "Upload-Checksum")
    if len(wanted) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise errors.InvalidField(
            "Upload-Checksum has another length than such a hash.", field="Upload-Checksum"
        )
    return Checksum(algorithm, wanted)


def file_name(raw: str | None) -> str:
    """The name of the file in `Upload-Metadata`, as it may be shown; `clip` if there is none.

    Raises `InvalidField` if the header does not have its form.
    """
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in (raw or "").split(","))):
        key, _, encoded = pair.partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise errors.InvalidField("Upload-Metadata is malformed.", field="Upload-Metadata")
        found[key] = _decoded(encoded.strip(), "Upload-Metadata").decode("utf-8", "replace")
    return shown_name(found.get("filename", ""))


def metadata(name: str) -> str:
    """`Upload-Metadata` of a file of this name."""
    return f"filename {base64.b64encode(name.encode()).decode()}"


def shown_name(given: str) -> str:
    """The last part of a file's name without what hides or reorders text; `clip` if none."""
    return (ids.line(given.replace("\\", "/").rpartition("/")[2]) or "")[
        :NAME_MAX
    ].strip() or "clip"


def _decoded(encoded: str, field: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise errors.InvalidField(f"{field} has to be Base64.", field=field) from None
