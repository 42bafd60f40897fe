"""Clips for tests: an appeal to send them for, bytes that look like a video, tus over HTTP."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from tests.conftest import Api
from votes.moderation.appeals import file_appeal

VIDEO = "dQw4w9WgXcQ"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
OCTETS = "application/offset+octet-stream"


def film(length: int) -> bytes:
    """Bytes that begin as an MP4 does."""
    return (MP4 + secrets.token_bytes(max(0, length - len(MP4))))[:length]


def appeal(target: str = VIDEO, kind: str = "video") -> str:
    """The token of an open appeal."""
    return file_appeal(target_type=kind, target_id=target, reason="I made it.").token


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def sha1(data: bytes) -> str:
    return f"sha1 {encoded(hashlib.sha1(data).digest())}"


class Tus:
    """A client of the protocol, for the appeal with this token."""

    def __init__(self, token: str, *, api: Api | None = None, base: str = "") -> None:
        self.api = api or Api()
        self.base = base or f"/api/evidence/appeals/{token}/clips"

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        sent = {"Tus-Resumable": "1.0.0"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        kind = sent.pop("Content-Type", OCTETS if body else "")
        sent = {name: value for name, value in sent.items() if value}
        # Django's client leaves it out where there is no body.
        extra = {"CONTENT_TYPE": kind} if kind else {}
        return self.api.client.generic(method, path, body, headers=sent, **extra)

    def announce(self, size: int, name: str = "film.mp4", **headers: str) -> Any:
        metadata = f"filename {encoded(name.encode())},filetype {encoded(b'video/mp4')}"
        given = {"Upload_Length": str(size), "Upload_Metadata": metadata} | headers
        return self.ask("POST", self.base, **given)

    def begin(self, size: int, **more: str) -> str:
        """Where the bytes of a new clip are to go."""
        answer = self.announce(size, **more)
        assert answer.status_code == 201, answer.content
        return answer["Location"]

    def patch(self, path: str, body: bytes, at: int, **headers: str) -> Any:
        return self.ask("PATCH", path, body, Upload_Offset=str(at), **headers)

    def offset(self, path: str) -> int:
        answer = self.ask("HEAD", path)
        assert answer.status_code == 200, answer.content
        return int(answer["Upload-Offset"])

    def clips(self) -> dict[str, Any]:
        answer = self.api.get(self.base)
        assert answer.status_code == 200, answer.content
        return answer.json()


def code(answer: Any) -> tuple[int, str]:
    """Status and code of an error."""
    return answer.status_code, answer.json()["error"]["code"]
