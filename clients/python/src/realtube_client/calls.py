"""The API's calls as flows (see `realtube_client.wire`), for both clients."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any, TypeVar
from urllib.parse import quote

from realtube_client import proof, shape
from realtube_client.asking import Asking
from realtube_client.errors import Refused, Unreachable
from realtube_client.keys import key_of, prefix_of
from realtube_client.values import Cast, Challenge, Channel, Video
from realtube_client.wire import Answer, Flow, Request, run

PREFIXES_MAX = 100
T = TypeVar("T")


def of(answer: Answer, make: Callable[[Mapping[str, Any]], T]) -> T:
    """The body made something. Raises `Intercepted` where it is not what the server says."""
    try:
        return make(answer.object())
    except ValueError:
        raise answer.strange() from None


def bucket(
    asking: Asking, prefix: str, categories: Sequence[str], min_score: float | None
) -> Flow[list[Video]]:
    """Videos whose hash begins so. Nothing found is an empty list."""
    query: list[tuple[str, str | int]] = []
    if categories:
        query.append(("categories", ",".join(categories)))
    if min_score is not None:
        query.append(("minScore", f"{min_score:g}"))
    path = f"/api/videos/{quote(prefix, safe='')}"
    answer = yield from if_found(asking, Request("GET", path, tuple(query)))
    return [] if answer is None else _videos(answer, answer.json())


def buckets(asking: Asking, prefixes: Iterable[str]) -> Flow[dict[str, list[Video]]]:
    """The same for many prefixes, in as few requests as there can be."""
    found: dict[str, list[Video]] = {}
    wanted = list(dict.fromkeys(prefix.lower() for prefix in prefixes))
    for start in range(0, len(wanted), PREFIXES_MAX):
        part = wanted[start : start + PREFIXES_MAX]
        request = Request("POST", "/api/videos/lookup", body={"prefixes": part})
        answer = yield from asking.ask(request)
        results = answer.object().get("results")
        if not isinstance(results, dict):
            raise answer.strange()
        found |= {prefix: _videos(answer, results.get(prefix, [])) for prefix in part}
    return found


def lookup(asking: Asking, video_ids: Iterable[str]) -> Flow[dict[str, Video]]:
    """What is published of these videos, by id; the server learns prefixes of hashes alone."""
    wanted = set(video_ids)
    prefixes = sorted({prefix_of(video_id) for video_id in wanted})
    if len(prefixes) == 1:
        found = {prefixes[0]: (yield from bucket(asking, prefixes[0], (), None))}
    else:
        found = yield from buckets(asking, prefixes)
    videos = (video for part in found.values() for video in part)
    return {video.video_id: video for video in videos if video.video_id in wanted}


def video(asking: Asking, video_id: str, explain: bool) -> Flow[Video | None]:
    """One video by its id, which tells the server which it is."""
    query: tuple[tuple[str, str | int], ...] = (("videoId", video_id),)
    request = Request("GET", "/api/videos", query + _explained(explain))
    answer = yield from if_found(asking, request)
    return None if answer is None else of(answer, Video.of)


def channel(asking: Asking, name: str, explain: bool) -> Flow[Channel | None]:
    """A channel by its id or `@handle`."""
    path = f"/api/channels/{quote(name, safe='@')}"
    answer = yield from if_found(asking, Request("GET", path, _explained(explain)))
    return None if answer is None else of(answer, Channel.of)


def ballot(
    user_id: str,
    video_id: str,
    category: str,
    channel_id: str | None,
    channel_handle: str | None,
    is_short: bool | None,
    user_agent: str | None,
    signs: Mapping[str, int | None] | None,
    title: str | None,
    channel_name: str | None,
) -> dict[str, object]:
    """The body of a vote. `signs` are seconds, or None, by sign; None leaves those of before."""
    noticed = [_present({"sign": sign, "at": at}) for sign, at in (signs or {}).items()]
    return {
        "videoId": video_id,
        "userId": user_id,
        "category": category,
        "channelId": channel_id,
        "channelHandle": channel_handle,
        "isShort": is_short,
        "userAgent": user_agent,
        "signs": None if signs is None else noticed,
        "title": title,
        "channelName": channel_name,
    }


def vote(asking: Asking, body: Mapping[str, object]) -> Flow[Cast]:
    """Cast a vote, with a proof of work where one is asked for."""
    answer = yield from _proven(
        asking, Request("POST", "/api/votes", body=_present(body), is_named=True)
    )
    return of(answer, Cast.of)


def withdraw(asking: Asking, user_id: str, video_id: str) -> Flow[bool]:
    """Withdraw a vote; whether there was one. The body of a DELETE would get lost in places."""
    headers = {"X-User-ID": user_id}
    request = Request("DELETE", "/api/votes", (("videoId", video_id),), headers, is_named=True)
    return (yield from if_found(asking, request)) is not None


def show_pictures(
    asking: Asking, user_id: str, video_id: str, pictures: Mapping[float, bytes]
) -> Flow[None]:
    """Show moderators what was seen of a video that this voter reported, by second."""
    shots = [
        {"at": at, "picture": b64encode(picture).decode("ascii")}
        for at, picture in pictures.items()
    ]
    path = f"/api/evidence/votes/{quote(video_id, safe='')}/shots"
    body = {"userId": user_id, "shots": shots}
    of((yield from asking.ask(Request("POST", path, body=body, is_named=True))), done)


def report(
    user_id: str,
    category: str,
    video_ids: Iterable[str],
    channel_handle: str | None,
    user_agent: str | None,
) -> dict[str, object]:
    """The body of a report."""
    return {
        "userId": user_id,
        "category": category,
        "videos": [{"videoId": video_id} for video_id in video_ids],
        "channelHandle": channel_handle,
        "userAgent": user_agent,
    }


def report_channel(
    asking: Asking, channel: str, body: Mapping[str, object]
) -> Flow[tuple[Cast, ...]]:
    """Report a channel with votes on some of its videos; what became of these, in their order."""
    request = Request("POST", _reports(channel), body=_present(body), is_named=True)
    return of((yield from _proven(asking, request)), _casts)


def withdraw_report(asking: Asking, user_id: str, channel: str) -> Flow[bool]:
    """Take back a report and its votes; whether there was one."""
    request = Request("DELETE", _reports(channel), headers={"X-User-ID": user_id}, is_named=True)
    return (yield from if_found(asking, request)) is not None


def _reports(channel: str) -> str:
    return f"/api/channels/{quote(channel, safe='@')}/reports"


def _casts(given: Mapping[str, Any]) -> tuple[Cast, ...]:
    said = {name: given[name] for name in ("success", "userTrust") if name in given}
    return tuple(Cast.of({**said, **vote}) for vote in shape.objects(given, "votes"))


def observe(
    asking: Asking,
    user_id: str,
    channel_id: str | None,
    channel_handle: str | None,
    labelled: Iterable[str],
    unlabelled: Iterable[str],
) -> Flow[None]:
    """Say what was seen of YouTube's label on videos of a channel, of which the keys are sent."""
    body = {
        "userId": user_id,
        "channelId": channel_id,
        "channelHandle": channel_handle,
        "labelled": [f"{key_of(video_id):016x}" for video_id in labelled],
        "unlabelled": [f"{key_of(video_id):016x}" for video_id in unlabelled],
    }
    request = Request("POST", "/api/observations", body=_present(body), is_named=True)
    of((yield from _proven(asking, request)), done)


def forget_observations(asking: Asking, user_id: str) -> Flow[bool]:
    """Delete all that a voter observed; whether there was anything."""
    request = Request("DELETE", "/api/observations", body={"userId": user_id}, is_named=True)
    return (yield from if_found(asking, request)) is not None


def challenge(asking: Asking, user_id: str) -> Flow[Challenge]:
    """Whether a voter has to work before voting."""
    request = Request("GET", "/api/challenge", headers={"X-User-ID": user_id}, is_named=True)
    return of((yield from asking.ask(request)), Challenge.of)


def manifest(asking: Asking, only: str = "") -> Flow[tuple[str, dict[str, Any]]]:
    """What the copies are, and whose they are: the origin, and its manifest."""
    answer = yield from asking.ask(Request("GET", "/api/sync/manifest"), only=only)
    return answer.origin, answer.object()


def solved(challenge: Challenge) -> Flow[str]:
    """The proof, found a slice at a time so that the caller can cancel.

    Raises `Unreachable` for one that would take minutes: no server asks for that.
    """
    if challenge.bits > proof.MAX_BITS:
        raise Unreachable(f"The server asks for {challenge.bits} bits of work, which is too much.")
    for start in count(0, proof.SLICE):
        search = partial(proof.search, challenge.challenge, challenge.bits, start, proof.SLICE)
        if found := (yield from run(search)):
            return found
    raise AssertionError("unreachable")


def _proven(asking: Asking, request: Request) -> Flow[Answer]:
    """The answer to what a voter writes. Refused, it is sent again with a proof if that is why."""
    body = dict(request.body or {})
    try:
        return (yield from asking.ask(request))
    except Refused as error:
        if error.code != "FORBIDDEN" or "proof" in body:
            raise
        asked = yield from challenge(asking, str(body["userId"]))
        if not asked.required:
            raise
    body["proof"] = yield from solved(asked)
    return (yield from asking.ask(replace(request, body=body)))


def if_found(asking: Asking, request: Request) -> Flow[Answer | None]:
    """The answer, None if nothing is there."""
    try:
        return (yield from asking.ask(request))
    except Refused as error:
        if error.code == "NOT_FOUND":
            return None
        raise


def _videos(answer: Answer, given: object) -> list[Video]:
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise answer.strange()
    try:
        return [Video.of(entry) for entry in given]
    except ValueError:
        raise answer.strange() from None


def _present(body: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if value is not None}


def _explained(explain: bool) -> tuple[tuple[str, str | int], ...]:
    return (("explain", 1),) if explain else ()


def done(given: Mapping[str, Any]) -> None:
    """Raise `Malformed` for an answer that does not say that it was done."""
    if not shape.flag(given, "success"):
        raise shape.Malformed("success")
