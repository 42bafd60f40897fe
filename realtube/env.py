"""Typed readers of the process environment; the only place that looks into it for settings.

Every reader registers its variable in `REGISTRY`, which is what documents the configuration
(`docs/configuration.md` is checked against it) and what the system checks walk through.
"""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, default as text, and what it is for."""

    name: str
    default: str
    help: str


REGISTRY: dict[str, Variable] = {}


def load_files(*paths: Path) -> None:
    """Add `KEY=VALUE` lines of the files that exist to the environment; what is set already wins.

    `make run` keeps its secrets and the addresses of its servers in such files, so that
    `manage.py` in a second terminal finds them.
    """
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        for line in lines:
            name, separator, value = line.partition("=")
            if separator and not name.startswith("#"):
                os.environ.setdefault(name.strip(), value.strip())


def _read(name: str, default: str, help_text: str, parse: Callable[[str], T], wanted: str) -> T:
    REGISTRY[name] = Variable(name, default, help_text)
    raw = os.environ.get(name, "").strip() or _from_file(name) or default
    try:
        return parse(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be {wanted}.") from error


def _from_file(name: str) -> str:
    """The content of the file that `NAME_FILE` names, as container secrets are handed over."""
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE must name a file that can be read.") from error


def text(name: str, default: str = "", *, help: str) -> str:
    """A string; empty counts as unset."""
    return _read(name, default, help, str, "text")


def choice(name: str, default: str, options: tuple[str, ...], *, help: str) -> str:
    """One of `options`."""

    def parse(raw: str) -> str:
        if raw not in options:
            raise ValueError(raw)
        return raw

    return _read(name, default, help, parse, "one of " + ", ".join(options))


def integer(name: str, default: int, *, low: int, high: int, help: str) -> int:
    """A whole number with `low <= n <= high`."""

    def parse(raw: str) -> int:
        number = int(raw)
        if not low <= number <= high:
            raise ValueError(raw)
        return number

    return _read(name, str(default), help, parse, f"a whole number from {low} to {high}")


def number(name: str, default: float, *, low: float, high: float, help: str) -> float:
    """A decimal number with `low <= x <= high`."""

    def parse(raw: str) -> float:
        value = float(raw)
        if not low <= value <= high:
            raise ValueError(raw)
        return value

    return _read(name, str(default), help, parse, f"a number from {low} to {high}")


def json_object(name: str, *, help: str) -> dict[str, Any]:
    """A JSON object; empty if unset."""

    def parse(raw: str) -> dict[str, Any]:
        value = json.loads(raw or "{}")
        if not isinstance(value, dict):
            raise ValueError(raw)
        return value

    return _read(name, "", help, parse, "a JSON object")


def seed(name: str, *, help: str) -> bytes:
    """32 bytes, as 64 hex characters; none if unset."""

    def parse(raw: str) -> bytes:
        value = bytes.fromhex(raw)
        if len(value) not in (0, 32):
            raise ValueError(raw)
        return value

    return _read(name, "", help, parse, "64 hex characters")


def words(name: str, default: str = "", *, help: str) -> list[str]:
    """A comma-separated list without empty items."""
    return _read(
        name,
        default,
        help,
        lambda raw: [word.strip() for word in raw.split(",") if word.strip()],
        "a comma-separated list",
    )


def networks(name: str, default: str = "", *, help: str) -> list[Network]:
    """A comma-separated list of addresses or CIDR networks."""
    return _read(
        name,
        default,
        help,
        lambda raw: [
            ipaddress.ip_network(word.strip(), strict=False)
            for word in raw.split(",")
            if word.strip()
        ],
        "a comma-separated list of addresses or networks such as 10.0.0.0/8",
    )


def path(name: str, default: Path, *, help: str, shown: str) -> Path:
    """A folder or file; `shown` is the default as the documentation prints it."""
    value = _read(name, str(default), help, lambda raw: Path(raw).expanduser().resolve(), "a path")
    REGISTRY[name] = Variable(name, shown, help)
    return value


def database_url(name: str, *, help: str) -> dict[str, object]:
    """A `postgresql://user:password@host:port/name?option=value` URL as a Django database.

    A unix socket goes into the query: `postgresql:///realtube?host=/run/postgresql&user=me`.
    Several hosts are separated by commas, `a:5432,b:5432`, and tried in turn until one has the
    `target_session_attrs` of the query.
    Unset gives a database without a host, which system check `realtube.E001` reports.
    """

    def parse(raw: str) -> dict[str, object]:
        parts = urlsplit(raw)
        if raw and (parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2):
            raise ValueError(raw)
        options = dict(parse_qsl(parts.query))
        names, _, hosts = parts.netloc.rpartition("@")
        user, _, password = names.partition(":")
        found = [urlsplit(f"//{host}") for host in hosts.split(",") if host]
        ports = [str(host.port or "") for host in found]
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]) or "realtube",
            "USER": unquote(user or options.pop("user", "")),
            "PASSWORD": unquote(password or options.pop("password", "")),
            "HOST": options.pop("host", "") or ",".join(unquote(it.hostname or "") for it in found),
            "PORT": (",".join(ports) if any(ports) else "") or options.pop("port", ""),
            "OPTIONS": dict(options),
        }

    return _read(name, "", help, parse, "a URL such as postgresql://user:password@host:5432/name")


def listen(name: str, *, help: str) -> tuple[str, int] | None:
    """An `address:port` to listen on, IPv6 in brackets; None when unset."""

    def parse(raw: str) -> tuple[str, int] | None:
        if not raw:
            return None
        address, _, port = raw.rpartition(":")
        return str(ipaddress.ip_address(address.strip("[]"))), int(port)

    return _read(name, "", help, parse, "an address and a port such as 127.0.0.1:9464")


def redis_url(name: str, default: str, *, help: str) -> str:
    """A `redis://`, `rediss://` or `unix://` URL."""

    def parse(raw: str) -> str:
        if raw and urlsplit(raw).scheme not in {"redis", "rediss", "unix"}:
            raise ValueError(raw)
        return raw

    return _read(name, default, help, parse, "a URL such as redis://:password@host:6379/0")
