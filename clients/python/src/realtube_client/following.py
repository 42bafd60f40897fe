"""Keeps a copy up to date: a snapshot, then what changed since. Flows, for both clients."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from realtube_client import calls, compact, delta, full
from realtube_client.asking import Asking
from realtube_client.compact import Compact
from realtube_client.delta import CompactPage, WholePage
from realtube_client.errors import (
    Doubt,
    Expired,
    Refused,
    Unreachable,
    Unreadable,
    Untrusted,
    is_away,
)
from realtube_client.full import FullCopy, Part, Promised
from realtube_client.signatures import STATEMENT_MAX, File, Pin
from realtube_client.stores import State, Store, moved
from realtube_client.wire import JSON_MAX, SNAPSHOT_MAX, Answer, Flow, Request, run

FRESH_AFTER_S = 86_400.0
PAGE = 10_000
COMPACT = "compact.bin"
_SNAPSHOT_WITHIN_S = 600.0
_COPY_WITHIN_S = 86_400.0
# Ten thousand changes, of which a handle each makes more keys, are some 2 MB.
_COMPACT_PAGE_MAX = 8 * 1024 * 1024
# What is seen as altered may have been replaced on its way: once more, from the start.
_AGAIN = frozenset({Doubt.ALTERED, Doubt.TRUNCATED})

CopyT = TypeVar("CopyT")
PageT = TypeVar("PageT")


@dataclass(frozen=True)
class Followed:
    """What a round brought: changes, whether from a new copy as well, and how far the copy is.

    `refused` is the sentence about a new copy that was not believed; what is held stayed and was
    followed on.
    """

    changes: int
    copied: bool
    state: State
    refused: str = ""


@dataclass(frozen=True)
class Form(Generic[CopyT, PageT]):
    """One of the forms that copies come in: how to take one, and a page of its delta."""

    take: Callable[[str, State | None], Flow[tuple[CopyT, State] | None]]
    page: Callable[[str, str], Flow[PageT]]
    # A copy is taken anew after so many seconds; None: only when it has to be.
    fresh_after_s: float | None = FRESH_AFTER_S


def compact_form(asking: Asking, pin: Pin) -> Form[Compact, CompactPage]:
    """Keys, scores and flags."""
    return Form(partial(take_compact, asking, pin), partial(_compact_page, asking))


def full_form(
    asking: Asking, pin: Pin, part: Path, page: int, progress: Callable[[int, int], None]
) -> Form[FullCopy, WholePage]:
    """Whole objects, also at score 0, `page` changes at a time (1-10,000)."""
    return Form(
        partial(_take_full, asking, pin, part, progress),
        partial(_whole_page, asking, page),
        fresh_after_s=None,
    )


def follow(asking: Asking, store: Store[CopyT, PageT], form: Form[CopyT, PageT]) -> Flow[Followed]:
    """Bring a store up to date once; see `Client.follow`."""
    state: State | None = yield from run(store.state)
    if state is not None and state.origin not in asking.origins:
        state = None  # its server is not asked any more
    copied, refused = False, ""
    if state is None or _is_old(state, form):
        before = state
        try:
            state, copied = yield from _copy(asking, store, form, state)
        except (Untrusted, Unreadable) as error:
            if before is None:
                raise
            state, refused = before, str(error)
    assert state is not None, "else it was raised"  # noqa: S101
    changes = 0
    while True:
        try:
            page = yield from form.page(state.origin, state.cursor)
        except (Expired, Unreachable, Refused) as error:
            is_others = len(asking.origins) > 1 and is_away(error)
            if copied or not (isinstance(error, Expired) or is_others):
                raise
            # Another server's cursors are others: its copy is needed, too.
            state, _ = yield from _copy(asking, store, form, None)
            copied = True
            continue
        cursor, has_more, size = _about(page)
        has_more = has_more and cursor != state.cursor
        state = moved(state, cursor)
        yield from run(partial(store.apply, page, state))
        changes += size
        if not has_more:
            return Followed(changes, copied, state, refused)


def _is_old(state: State, form: Form[Any, Any]) -> bool:
    after = form.fresh_after_s
    return after is not None and not 0 <= time.time() - state.taken_at < after


def _about(page: Any) -> tuple[str, bool, int]:
    """Cursor, whether there is more, and the number of changes of a page of either form."""
    size = (
        len(page.entries) if isinstance(page, WholePage) else len(page.videos) + len(page.channels)
    )
    return page.cursor, page.has_more, size


def _copy(
    asking: Asking,
    store: Store[CopyT, PageT],
    form: Form[CopyT, PageT],
    held: State | None,
) -> Flow[tuple[State, bool]]:
    """Take a new copy into the store, from the first server that has a good one.

    `held` is the state of what may be kept if it is the newest; whether it was replaced. Servers
    that have none are passed over, too, but not one whose limit is soon over.
    """
    failure: Exception | None = None
    for origin in asking.in_order():
        own = held if held and held.origin == origin else None
        try:
            taken = yield from form.take(origin, own)
        except (Untrusted, Unreadable, Unreachable, Refused) as error:
            has_none = isinstance(error, Refused) and not error.is_temporary
            if not (isinstance(error, Untrusted | Unreadable) or has_none or is_away(error)):
                raise
            # A server that lies says more than one that is away.
            failure = failure if isinstance(failure, Untrusted) else error
            continue
        if taken is None:
            assert own is not None, "only what is held is unchanged"  # noqa: S101
            state = replace(own, taken_at=time.time())
            yield from run(partial(store.renew, state))
            return state, False
        copy, state = taken
        yield from run(partial(store.replace, copy, state))
        return state, True
    assert failure is not None, "there is at least one origin"  # noqa: S101
    raise failure


def take_compact(
    asking: Asking, pin: Pin, only: str = "", held: State | None = None
) -> Flow[tuple[Compact, State] | None]:
    """The snapshot and where it leads to; None if it is still the one of `held`, and signed."""
    for attempt in (1, 2):
        # Without knowing what the file was, it could not be found among those signed today.
        headers = {"If-None-Match": held.etag} if held and held.etag and held.sha256 else {}
        request = Request(
            "GET",
            "/api/sync/compact",
            headers=headers,
            max_bytes=SNAPSHOT_MAX,
            within_s=_SNAPSHOT_WITHIN_S,
            is_json=False,
        )
        answer = yield from asking.ask(request, only=only)
        if answer.status == 304:
            if held is None or not headers:
                raise answer.strange()
            file = File(COMPACT, held.size, held.sha256)
            if (yield from _is_signed(asking, pin, answer.origin, file, last=attempt == 2)):
                return None
            continue
        if not compact.is_compact(answer.body):
            raise answer.strange()
        digest = yield from run(hashlib.sha256(answer.body).hexdigest)
        file = File(COMPACT, len(answer.body), digest)
        if (yield from _is_signed(asking, pin, answer.origin, file, last=attempt == 2)):
            break
    snapshot = yield from run(partial(compact.read, answer.body))
    etag = answer.headers.get("etag", "")
    taken_at = time.time()
    return snapshot, State(answer.origin, snapshot.cursor, taken_at, etag, file.bytes, file.sha256)


def _take_full(
    asking: Asking,
    pin: Pin,
    path: Path,
    progress: Callable[[int, int], None],
    only: str,
    held: State | None,
) -> Flow[tuple[FullCopy, State] | None]:
    copy, origin = yield from take_full(asking, pin, path, progress, only)
    return copy, State(origin, copy.cursor, time.time())


def take_full(
    asking: Asking,
    pin: Pin,
    path: Path,
    progress: Callable[[int, int], None],
    only: str = "",
) -> Flow[tuple[FullCopy, str]]:
    """The whole copy as a file at `path`, and whose it is."""
    for attempt in (1, 2):
        origin, manifest = yield from calls.manifest(asking, only)
        promised = Promised.of(manifest)
        part = Part(path, promised, progress)
        if not part.is_whole:
            request = Request("GET", f"/api/sync/{full.NAME}", sink=part, within_s=_COPY_WITHIN_S)
            try:
                yield from asking.ask(request, only=origin)
            finally:
                part.close()
        size = path.stat().st_size if path.exists() else 0
        digest = (yield from run(part.sha256)) if size else ""
        if size != promised.bytes or digest != promised.sha256:
            part.remove()
            if attempt == 2:
                text = "The copy's checksum is wrong; it may have been replaced meanwhile."
                raise Untrusted(Doubt.ALTERED, text)
            continue
        file = File(full.NAME, size, digest)
        try:
            if (yield from _is_signed(asking, pin, origin, file, last=attempt == 2)):
                break
        except Untrusted:
            part.remove()
            raise
        part.remove()
    return FullCopy(path, promised.cursor), origin


def _is_signed(asking: Asking, pin: Pin, origin: str, file: File, *, last: bool) -> Flow[bool]:
    """Whether the server vouches for a file; False if another try may tell.

    Raises `Untrusted`; in the `last` try for whatever is wrong.
    """
    request = Request("GET", "/api/sync/signed", max_bytes=4 * STATEMENT_MAX)
    signed: dict[str, Any] | None = None
    try:
        answer: Answer = yield from asking.ask(request, only=origin)
        signed = answer.object()
    except Refused as error:
        if error.code != "NOT_FOUND":
            raise
    try:
        yield from run(partial(pin.check, signed, file))
    except Untrusted as error:
        if last or error.doubt not in _AGAIN:
            raise
        return False
    return True


def _compact_page(asking: Asking, origin: str, cursor: str) -> Flow[CompactPage]:
    query: tuple[tuple[str, str | int], ...] = (("format", "compact"), ("cursor", cursor))
    answer = yield from _page(asking, origin, query, _COMPACT_PAGE_MAX)
    return calls.of(answer, delta.compact_page)


def _whole_page(asking: Asking, limit: int, origin: str, cursor: str) -> Flow[WholePage]:
    query: tuple[tuple[str, str | int], ...]
    query = (("cursor", cursor), ("minScore", 0), ("limit", limit))
    answer = yield from _page(asking, origin, query, JSON_MAX)
    return calls.of(answer, delta.whole_page)


def _page(
    asking: Asking, origin: str, query: tuple[tuple[str, str | int], ...], max_bytes: int
) -> Flow[Answer]:
    request = Request("GET", "/api/sync/delta", query, max_bytes=max_bytes)
    try:
        return (yield from asking.ask(request, only=origin))
    except Refused as error:
        if error.code == "SYNC_EXPIRED":
            raise Expired("The server no longer knows what changed since then.") from None
        raise
