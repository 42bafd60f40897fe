"""Fetching a list from an address that somebody else controls, without opening anything to it.

Only hosts that the operator allows are asked, at the very address that was checked, so that no
name leads inside (docs/security.md). All of it ends after `DEADLINE_S` seconds and `MAX_BYTES`.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

import httpcore
import httpx
from django.conf import settings

from channels.blocklists import printable
from channels.models import VALIDATOR_MAX
from common.outgoing import Inside, Network
from common.version import VERSION

# A million channels are 30 MB.
MAX_BYTES = 64 * 1024 * 1024
DEADLINE_S = 60.0
REDIRECTS_MAX = 5
_RETRY_MAX_S = 86_400
_SHOWN_MAX = 200
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 503)
_HTTPS_PORT = 443
_SECONDS = re.compile(r"[0-9]{1,9}")


class NotFetched(Exception):
    """The list could not be had; the message is a sentence for the operator.

    `retry_after_s` is how long the server asked us to wait, 0 if it said nothing.
    """

    def __init__(self, message: str, retry_after_s: int = 0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Fetched:
    """What came: `file` is None if the list is what it was (304)."""

    file: BinaryIO | None
    etag: str = ""
    last_modified: str = ""


def check(url: str) -> httpx.URL:
    """The address of a list, without a fragment. Raises `NotFetched` unless it may be asked."""
    _, parsed = _checked(url)
    return parsed


@contextmanager
def fetched(url: str, *, etag: str = "", last_modified: str = "") -> Iterator[Fetched]:
    """The list at `url` in a file of its own, or that it is still what these validators say.

    Redirects are followed by the same rules. Raises `NotFetched`.
    """
    until = time.monotonic() + DEADLINE_S
    headers = {
        "User-Agent": f"RealTube-lists/{VERSION}",
        "Accept": "text/plain, text/csv, application/json, */*;q=0.5",
        # What unpacks to more than it weighs would get past the limit of bytes.
        "Accept-Encoding": "identity",
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    with TemporaryFile() as file:
        for _ in range(REDIRECTS_MAX + 1):
            inside, parsed = _checked(url)
            with _answers(parsed, headers, inside=inside, until=until) as response:
                if response.status in _REDIRECTS:
                    url = _target(parsed, response)
                    continue
                found = _taken(response, file, asked=bool(etag or last_modified))
            yield found
            return
        raise NotFetched(f"It leads on more than {REDIRECTS_MAX} times.")


def _checked(url: str) -> tuple[bool, httpx.URL]:
    """Whether the operator lets this address lie inside, and the address. Raises `NotFetched`."""
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
        named = bool(parsed.host)
    except (httpx.InvalidURL, ValueError) as error:  # also what is no name of a host
        raise NotFetched(f"{_short(url)} is no address of a list.") from error
    if parsed.scheme not in ("http", "https") or not named or parsed.userinfo:
        raise NotFetched(f"{_short(url)} is no address such as https://host/list.txt.")
    origin = f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"
    if origin in settings.LIST_HOSTS:
        return True, parsed
    if parsed.scheme != "https" or parsed.port not in (None, _HTTPS_PORT):
        raise NotFetched(
            f"Lists come from https addresses on port 443, and {_short(origin)} is none. To allow"
            f" it all the same, add {_short(origin)} to REALTUBE_LIST_HOSTS."
        )
    host = parsed.raw_host.decode("ascii")
    if host not in settings.LIST_HOSTS and "*" not in settings.LIST_HOSTS:
        raise NotFetched(
            f"{_short(host)} is not among the hosts that lists may come from. To allow it, add it"
            " to REALTUBE_LIST_HOSTS."
        )
    return False, parsed


@contextmanager
def _answers(
    url: httpx.URL, headers: dict[str, str], *, inside: bool, until: float
) -> Iterator[httpcore.Response]:
    """The answer, whose body is still to come. Raises `NotFetched` for all that goes wrong."""
    host = _short(url.host)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=httpx.create_ssl_context(trust_env=False),
                network_backend=Network(inside=inside, until=until),
            ) as pool,
            pool.stream("GET", str(url), headers=list(headers.items())) as response,
        ):
            yield response
    except Inside as error:
        raise NotFetched(_short(str(error), most=2 * _SHOWN_MAX)) from error
    except httpcore.TimeoutException as error:
        raise NotFetched(
            f"{host} did not send the list within {DEADLINE_S:.0f} seconds."
        ) from error
    except (httpcore.ConnectError, ssl.SSLError) as error:
        raise NotFetched(f"{host} cannot be reached: {_short(str(error))}.") from error
    except (httpcore.ProtocolError, httpcore.NetworkError) as error:
        raise NotFetched(f"{host} broke off before the list was whole.") from error


def _taken(response: httpcore.Response, file: BinaryIO, *, asked: bool) -> Fetched:
    """The body in `file`. Raises `NotFetched` for any status but 200, and 304 where `asked`."""
    if response.status == 304 and asked:
        return Fetched(None)
    if response.status != 200:
        given = _header(response, b"retry-after")
        wait = int(given) if response.status in _BUSY and _SECONDS.fullmatch(given) else 0
        raise NotFetched(
            f"The server answers {response.status} instead of a list.", min(wait, _RETRY_MAX_S)
        )
    if _header(response, b"content-encoding") not in ("", "identity"):
        raise NotFetched("The server sends the list packed, though it was asked not to.")
    promised = _header(response, b"content-length")
    if promised.isascii() and promised.isdigit() and int(promised) > MAX_BYTES:
        raise _too_large()
    size = 0
    for part in response.iter_stream():
        size += len(part)
        if size > MAX_BYTES:
            raise _too_large()
        file.write(part)
    file.seek(0)
    etag, last_modified = _header(response, b"etag"), _header(response, b"last-modified")
    return Fetched(file, *map(_kept, (etag, last_modified)))


def _kept(validator: str) -> str:
    """What is remembered of a validator: nothing that would be cut off, or could not be sent."""
    is_sent = validator.isascii() and validator.isprintable()
    return validator if is_sent and len(validator) <= VALIDATOR_MAX else ""


def _target(url: httpx.URL, response: httpcore.Response) -> str:
    """Where a redirect leads. Raises `NotFetched` if it does not say."""
    given = _header(response, b"location")
    try:
        if given:
            return str(url.join(given))
    except (httpx.InvalidURL, ValueError):
        pass  # the same as none
    raise NotFetched(f"The server answers {response.status} and does not say where to.")


def _header(response: httpcore.Response, name: bytes) -> str:
    found = next((value for key, value in response.headers if key.lower() == name), b"")
    return found.decode("latin-1").strip()


def _too_large() -> NotFetched:
    return NotFetched(f"It is larger than {MAX_BYTES // 1024**2} MB, which no list of channels is.")


def _short(text: str, *, most: int = _SHOWN_MAX) -> str:
    return printable(text[:most])
