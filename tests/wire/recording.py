"""Answers as they are written down, and compared with what was written down before."""

from __future__ import annotations

import difflib
import gzip
import hashlib
import io
import json
import re
import tarfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow.parquet
import zstandard
from django.test import Client

RECORDED = Path(__file__).parent / "recorded"
_WIDTH = 100
_LONG = 500
_LINES_SHOWN = 12
_BYTES_A_LINE = 32
_DIFF_LINES = 120

# What differs each time, and rightly so, by the name of a member: the rest is compared.
_DIFFERS = {
    "token": "<token>",
    "ownershipToken": "<token of ownership>",
    "nextCursor": "<cursor>",
    "challenge": "<challenge>",
    # Of files: checksums and sizes change with the libraries that compress them.
    "sha256": "<sha256>",
    "bytes": "<bytes>",
    # Of `/health/ready`, and of who made an export.
    "version": "<version>",
    "latency_ms": "<ms>",
    "uptime_seconds": "<seconds>",
    "last_run": "<time>",
    # Pseudonyms of networks, whose key is made at random.
    "ip_pseudonym": "<pseudonym>",
    "prefix_pseudonym": "<pseudonym>",
    "voice": "<pseudonym>",
    "voice_before": "<pseudonym>",
    "period": "<period>",
    # How the log of draws calls a juror, which is made at random.
    "number": "<number>",
}
_TEXTS_DIFFER = (
    (re.compile(r"\Aq[0-9a-f]{31}\Z"), "<question>"),
    (re.compile(r"\An[0-9a-f]{16}\Z"), "<note>"),
    (re.compile(r"after \d\d:\d\d UTC on \w+ \w+\."), "after <time>."),
    (re.compile(r"RealTube \d+\.\d+\.\d+"), "RealTube <version>"),
)
# What every answer has is written down only where it is otherwise, as null where it is missing.
_USUAL = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "content-type": "application/json",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "vary": "origin, Accept-Encoding",
    "x-api-version": "1",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-ratelimit-reset": "in 60 seconds",
    "x-request-id": "<24 hex>",
}
_HEADERS_DIFFER = (
    ("etag", re.compile(r'"[0-9a-f]{24}"'), '"<24 hex>"'),
    ("etag", re.compile(r'"[0-9a-f]{32}"'), '"<32 hex>"'),
    ("x-request-id", re.compile(r"\A[0-9a-f]{24}\Z"), "<24 hex>"),
    # They change with the libraries that compress; a body is counted.
    ("content-range", re.compile(r"/\d+\Z"), "/<size>"),
    ("content-length", re.compile(r"\A[1-9]\d*\Z"), "<size>"),
)


@dataclass
class Recorder:
    """Sends requests, each from an address of its own, and writes down what is answered.

    `number` is that of the group of requests, 0-255. A long body that was `seen` before is not
    written down again, but where it was.
    """

    group: str
    number: int
    seen: dict[str, str]
    client: Client
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    def __call__(
        self,
        what: str,
        path: str,
        *,
        method: str = "GET",
        body: Any = None,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        sender: str = "",
        shown: str = "",
    ) -> Any:
        """Send a request and note its answer under `what`, which it returns.

        A `body` that is bytes is sent as it is, any other as JSON. `shown` is written down instead
        of a path that differs each time.
        """
        assert len(self.exchanges) < 256, "a group has no more addresses"
        raw = body if isinstance(body, bytes) else json.dumps(body) if body is not None else ""
        address = sender or f"10.{self.number}.{len(self.exchanges)}.1"
        response = self.client.generic(
            method, path, raw, content_type=media_type, headers=headers or {}, REMOTE_ADDR=address
        )
        if response.streaming:
            response.streaming_content = [b"".join(response.streaming_content)]
        request: dict[str, Any] = {"method": method, "path": shown or path}
        if headers:
            request["headers"] = {name: _header("etag", text) for name, text in headers.items()}
        if body is not None:
            request["body"] = _sent(body)
        answer = answer_of(response)
        if "body" in answer:
            text = json.dumps(answer["body"], sort_keys=True)
            here = f"as in {self.group}: {what}, {request['path']}"
            first = self.seen.setdefault(text, here)
            if len(text) > _LONG and first != here:
                answer["body"] = first
        self.exchanges.append({"what": what, "request": request, "answer": answer})
        return response


def answer_of(response: Any) -> dict[str, Any]:
    """Status, headers and body of an answer, without what differs each time."""
    raw = response.getvalue() if response.streaming else response.content
    headers = {name.lower(): value for name, value in response.items()}
    if raw:
        assert headers.pop("content-length") == str(len(raw))
    noted: dict[str, Any] = {name: _header(name, value) for name, value in headers.items()}
    limited = response.status_code == 429
    if limited:
        noted["retry-after"] = _window(headers["retry-after"])
    unusual = {name: noted.get(name) for name, value in _USUAL.items() if noted.get(name) != value}
    others = {name: value for name, value in noted.items() if name not in _USUAL}
    answer: dict[str, Any] = {"status": response.status_code, "headers": others | unusual}
    if raw:
        answer["body"] = _body(raw, headers, part=response.status_code == 206, limited=limited)
    return answer


def _sent(body: Any) -> Any:
    if isinstance(body, bytes):
        text = body.decode("utf-8", "backslashreplace")
        return text if len(text) <= _WIDTH else f"{text[:20]}... ({len(body)} bytes)"
    if isinstance(body, dict) and "proof" in body:
        return body | {"proof": "<proof>"}
    if isinstance(body, dict) and set(body.get("question", "")) - set("q0"):
        return body | {"question": "<question>"}  # one that there is
    return body


def _header(name: str, value: str) -> Any:
    if name == "x-ratelimit-reset":
        return f"in {_window(int(value) - time.time())} seconds"
    for concerned, pattern, instead in _HEADERS_DIFFER:
        if concerned == name:
            value = pattern.sub(instead, value)
    return value


def _window(seconds: float | str) -> int:
    """How long a window lasts that ends in so many seconds, as far as its end tells."""
    unit = 3600 if float(seconds) > 600 else 60
    return round(float(seconds) / unit) * unit


def _body(raw: bytes, headers: Mapping[str, str], *, part: bool, limited: bool) -> Any:
    raw = decoded(raw, headers.get("content-encoding", ""))
    media_type = headers["content-type"].partition(";")[0]
    if part:
        return {"part": raw.decode("utf-8", "backslashreplace")}
    if media_type == "application/json":
        return normalised(json.loads(raw), limited=limited)
    if media_type.startswith("text/"):
        return text_of(raw)
    if media_type == "application/zstd":
        return [normalised(json.loads(line)) for line in decoded(raw, "zstd").splitlines()]
    if media_type in ("application/gzip", "application/x-tar"):
        return _archive(raw)
    return in_hex(raw)


def decoded(raw: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.decompress(raw)
    if encoding == "zstd":
        with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as reader:
            return reader.read()
    return raw


def _archive(raw: bytes) -> Any:
    """The text of a `.gz`, or what is in an archive, by name."""
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
        if raw.startswith(b"-- "):
            return text_of(raw)
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        members = {it.name: tar.extractfile(it).read() for it in tar}  # type: ignore[union-attr]
    return {
        name: _table(body) if name.endswith(".parquet") else _shortened(text_of(body))
        for name, body in members.items()
    }


def _table(raw: bytes) -> dict[str, Any]:
    table = pyarrow.parquet.read_table(io.BytesIO(raw))
    rows = [json.dumps(row, default=str, ensure_ascii=False) for row in table.to_pylist()]
    columns = {column.name: str(column.type) for column in table.schema}
    return {"columns": columns, "rows": _shortened(rows)}


def _shortened(lines: list[str]) -> list[str]:
    """The first of many lines, and a checksum of all: the same rows are written down elsewhere."""
    if len(lines) <= 2 * _LINES_SHOWN:
        return lines
    checksum = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return [*lines[:_LINES_SHOWN], f"... {len(lines)} lines with the SHA-256 {checksum}"]


def text_of(raw: bytes) -> list[str]:
    text = raw.decode()
    for pattern, instead in _TEXTS_DIFFER:
        text = pattern.sub(instead, text)
    return text.split("\n")


def in_hex(raw: bytes) -> dict[str, Any]:
    """Bytes, in lines that can be read."""
    lines = [raw[n : n + _BYTES_A_LINE].hex(" ", 4) for n in range(0, len(raw), _BYTES_A_LINE)]
    return {"hex": lines}


def normalised(value: Any, *, name: str = "", limited: bool = False) -> Any:
    """A JSON value without what differs each time: the one place that says what that is.

    `name` is that of the member whose value it is; `limited` whether it is of a 429.
    """
    if isinstance(value, dict):
        if name == "bytes":
            return _DIFFERS[name]
        return {key: normalised(of, name=key, limited=limited) for key, of in value.items()}
    if isinstance(value, list):
        if name == "signatures":
            return ["<signature>"] * len(value)
        return [normalised(of, limited=limited) for of in value]
    if name == "statement":
        return normalised(json.loads(value), limited=limited)
    if name == "retryAfter" and limited:
        return _window(value)
    if name == "version" and isinstance(value, int):
        return value  # of the selectors
    if name in _DIFFERS and value is not None:
        return _DIFFERS[name]
    if isinstance(value, str):
        for pattern, instead in _TEXTS_DIFFER:
            value = pattern.sub(instead, value)
    return value


def compare(group: str, found: Sequence[Any], *, record: bool) -> str:
    """What differs from the recording of a group, as a diff; with `record`, that is written anew.

    Empty if nothing does. Whole numbers and fractions differ, the order of members does not.
    """
    path = RECORDED / f"{group}.json"
    if record:
        path.parent.mkdir(exist_ok=True)
        path.write_text(_pretty(found) + "\n", encoding="utf-8")
        return ""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    lines: list[str] = []
    for before, now in zip_longest(known, found):
        was, is_ = _pretty(before).splitlines(), _pretty(now).splitlines()
        changes = list(difflib.unified_diff(was, is_, n=3, lineterm=""))
        if changes:
            lines += ["", _title(now or before), *changes[2:]]
    left_out = len(lines) - _DIFF_LINES
    return "\n".join(lines[:_DIFF_LINES] + ([f"... {left_out} more lines"] if left_out > 0 else []))


def _title(entry: Mapping[str, Any]) -> str:
    """What an exchange or file is, in a line."""
    if "file" in entry:
        return str(entry["file"])
    request = entry["request"]
    return f"{entry['what']}: {request['method']} {request['path']}"


def _pretty(value: Any, indent: str = "") -> str:
    """JSON for people: what fits into a line is one."""
    short = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(indent) + len(short) <= _WIDTH or not isinstance(value, dict | list):
        return short
    inner = indent + " "
    if isinstance(value, list):
        parts = [_pretty(of, inner) for of in value]
        return f"[\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}]"
    names = {json.dumps(name, ensure_ascii=False): value[name] for name in _in_order(value)}
    parts = [f"{name}: {_pretty(of, inner)}" for name, of in names.items()]
    return f"{{\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}}}"


def _in_order(value: Mapping[str, Any]) -> list[str]:
    """By name; what an exchange is about comes first."""
    first = {name: n for n, name in enumerate(("what", "request", "answer", "status"))}
    return sorted(value, key=lambda name: (first.get(name, len(first)), name))
