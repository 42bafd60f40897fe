"""The blocking client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from realtube_client import calls, following, jurors, options
from realtube_client.asking import Patience
from realtube_client.compact import Compact
from realtube_client.delta import CompactPage, WholePage
from realtube_client.errors import Cancelled
from realtube_client.following import Followed
from realtube_client.full import FullCopy
from realtube_client.jurors import Juror, Questions, Result
from realtube_client.signatures import Pin
from realtube_client.stores import Store
from realtube_client.values import Cast, Challenge, Channel, Video
from realtube_client.wire import Answer, Effect, Flow, Reading, Send, Sleep, failed

T = TypeVar("T")


class Client:
    """A RealTube server, or several under one key, of which the first that is there answers.

    Every method raises `RealTubeError`: `Refused` when the server says no, `Unreachable` when
    nobody or somebody else answers, `Untrusted` for a copy that was not signed as it has to be.
    May be used from several threads, of which each request waits for itself.
    """

    def __init__(
        self,
        origins: str | Sequence[str],
        *,
        user_agent: str = "",
        timeout_s: float = options.TIMEOUT_S,
        patience: Patience | None = None,
        pin: Pin | None = None,
        cancelled: threading.Event | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Origins such as https://realtube.example, the preferred one first.

        `user_agent` is your program, as `player/1.2`. `cancelled`, once set, ends what is running
        with `Cancelled`. `pin` keeps the key that copies have to be signed with.
        """
        parts = options.Parts(origins, patience, pin)
        self._asking, self._pin, self._cancelled = parts.asking, parts.pin, cancelled
        self._http = httpx.Client(
            headers=options.headers(user_agent),
            timeout=options.timeout(timeout_s),
            follow_redirects=False,  # servers send none; somebody else would hear what is asked
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def lookup(self, video_id: str) -> Video | None:
        """What is published of a video. The server learns 4 characters of a hash, not which."""
        return self.lookup_many([video_id]).get(video_id)

    def lookup_many(self, video_ids: Iterable[str]) -> dict[str, Video]:
        """The same of many videos, by id, in as few requests as there can be."""
        return self.run(calls.lookup(self._asking, video_ids))

    def bucket(
        self, prefix: str, *, categories: Sequence[str] = (), min_score: float | None = None
    ) -> list[Video]:
        """Videos whose SHA-256 begins with 4-8 hex characters, with votes in one of these
        categories and a score of 0-100 or more."""
        return self.run(calls.bucket(self._asking, prefix, categories, min_score))

    def buckets(self, prefixes: Iterable[str]) -> dict[str, list[Video]]:
        """The same for many prefixes."""
        return self.run(calls.buckets(self._asking, prefixes))

    def video(self, video_id: str, *, explain: bool = False) -> Video | None:
        """One video by its id, which tells the server which; `raw["explain"]` says why."""
        return self.run(calls.video(self._asking, video_id, explain))

    def channel(self, name: str, *, explain: bool = False) -> Channel | None:
        """A channel by its id or any of its `@handles`."""
        return self.run(calls.channel(self._asking, name, explain))

    def vote(
        self,
        user_id: str,
        video_id: str,
        category: str,
        *,
        channel_id: str | None = None,
        channel_handle: str | None = None,
        is_short: bool | None = None,
        user_agent: str | None = None,
        signs: Mapping[str, int | None] | None = None,
        title: str | None = None,
        channel_name: str | None = None,
    ) -> Cast:
        """Cast or change a vote, with a proof of work if the server asks for one.

        `user_id` is a secret, see `user_id_of`. Repeating a vote does no harm. `signs` is what
        gives the video away, of `SIGNS`, each with the second of the video or None; they take the
        place of those that were sent before. `title` and `channel_name` are what the voter's page
        calls the video and its channel, 1-200 characters each.
        """
        body = calls.ballot(
            user_id,
            video_id,
            category,
            channel_id,
            channel_handle,
            is_short,
            user_agent,
            signs,
            title,
            channel_name,
        )
        return self.run(calls.vote(self._asking, body))

    def show_pictures(self, user_id: str, video_id: str, pictures: Mapping[float, bytes]) -> None:
        """Show moderators what was seen of a video that this voter reported.

        `pictures` are whole JPEG, PNG or WebP files of 450,000 bytes at most, by the second of the
        video, as many as `Cast.shots` says. They take the place of those sent before; none removes
        them. Raises `Refused` with `NOT_FOUND` where no pictures are taken, or there is no report.
        """
        return self.run(calls.show_pictures(self._asking, user_id, video_id, pictures))

    def withdraw(self, user_id: str, video_id: str) -> bool:
        """Withdraw a vote; whether there was one."""
        return self.run(calls.withdraw(self._asking, user_id, video_id))

    def report_channel(
        self,
        user_id: str,
        channel: str,
        category: str,
        video_ids: Iterable[str],
        *,
        channel_handle: str | None = None,
        user_agent: str | None = None,
    ) -> tuple[Cast, ...]:
        """Report a channel, by id or `@handle`, with a vote on each of 1-5 of its videos.

        It counts as that many votes against limits. What became of the votes, in their order.
        """
        body = calls.report(user_id, category, video_ids, channel_handle, user_agent)
        return self.run(calls.report_channel(self._asking, channel, body))

    def withdraw_report(self, user_id: str, channel: str) -> bool:
        """Take back the report of a channel and its votes; whether there was one."""
        return self.run(calls.withdraw_report(self._asking, user_id, channel))

    def observe(
        self,
        user_id: str,
        *,
        channel_id: str | None = None,
        channel_handle: str | None = None,
        labelled: Iterable[str] = (),
        unlabelled: Iterable[str] = (),
    ) -> None:
        """Say which videos (1-5 ids) of a channel carry YouTube's label and which do not.

        It tells the server that this voter saw them: ask before you share any.
        """
        flow = calls.observe(
            self._asking, user_id, channel_id, channel_handle, labelled, unlabelled
        )
        return self.run(flow)

    def forget_observations(self, user_id: str) -> bool:
        """Delete all that a voter observed; whether there was anything."""
        return self.run(calls.forget_observations(self._asking, user_id))

    def challenge(self, user_id: str) -> Challenge:
        """Whether a voter has to work before voting. `vote` asks by itself when refused."""
        return self.run(calls.challenge(self._asking, user_id))

    def enrol(self, user_id: str) -> Juror:
        """Become a juror: somebody who agreed to be asked, and who works for it. Who is one stays
        one."""
        return self.run(jurors.enrol(self._asking, user_id))

    def juror(self, user_id: str) -> Juror | None:
        """How far a juror is, how good, and what became of their answers; None for who is none."""
        return self.run(jurors.juror(self._asking, user_id))

    def questions(self, user_id: str) -> Questions | None:
        """What a juror is asked now; None for who is none."""
        return self.run(jurors.questions(self._asking, user_id))

    def answer(
        self, user_id: str, question: str, answer: str, kind: str | None = None
    ) -> tuple[Result, ...]:
        """Answer a question by its id: `ai`, `partly`, `human` or `unsure`, the first two with an
        AI category if one is known. How a training round went, if this ends one.

        Repeating an answer does no harm. Another one is `Refused` as `ALREADY_ANSWERED`, and what
        comes too late as `QUESTION_CLOSED`.
        """
        return self.run(jurors.answer(self._asking, user_id, question, answer, kind))

    def leave_jury(self, user_id: str) -> bool:
        """Be no juror any more: the server forgets all answers. Whether they were one."""
        return self.run(jurors.leave(self._asking, user_id))

    def manifest(self) -> dict[str, Any]:
        """Revision, licence, counts and checksums of the copies."""
        return self.run(calls.manifest(self._asking))[1]

    def compact(self) -> Compact:
        """The compact snapshot, checked against the server's signature."""
        taken = self.run(following.take_compact(self._asking, self._pin))
        assert taken is not None, "nothing is held"  # noqa: S101
        return taken[0]

    def follow(self, store: Store[Compact, CompactPage]) -> Followed:
        """Bring a store up to date once: a snapshot if it has none, lost track, or has that of
        yesterday, then what changed. Call it every half hour, not more often than every 30 s.

        A snapshot that is not to be believed is refused (`Followed.refused`, or `Untrusted` if the
        store is empty), and what is held goes on.
        """
        form = following.compact_form(self._asking, self._pin)
        return self.run(following.follow(self._asking, store, form))

    def download_full(
        self, path: Path, *, progress: Callable[[int, int], None] = options.unheard
    ) -> FullCopy:
        """Everything that is published, as a file; goes on where an earlier try was cut."""
        flow = following.take_full(self._asking, self._pin, path, progress)
        return self.run(flow)[0]

    def follow_full(
        self,
        store: Store[FullCopy, WholePage],
        part: Path,
        *,
        page: int = following.PAGE,
        progress: Callable[[int, int], None] = options.unheard,
    ) -> Followed:
        """`follow` with whole objects: a copy comes as a file at `part`, then changes, `page`
        (1-10,000) at a time. A new copy is taken only when track was lost."""
        form = following.full_form(self._asking, self._pin, part, page, progress)
        return self.run(following.follow(self._asking, store, form))

    def run(self, flow: Flow[T]) -> T:
        """What a flow comes to (see `realtube_client.wire`)."""
        try:
            effect = next(flow)
            while True:
                try:
                    result = self._perform(effect)
                except Exception as error:  # the flow knows which it can go on from
                    effect = flow.throw(error)
                else:
                    effect = flow.send(result)
        except StopIteration as end:
            value: T = end.value
            return value
        finally:
            flow.close()

    def _perform(self, effect: Effect) -> Any:
        self._check()
        if isinstance(effect, Send):
            return self._send(effect)
        if isinstance(effect, Sleep):
            return self._sleep(effect.seconds)
        return effect.function()

    def _send(self, send: Send) -> Answer:
        try:
            with self._http.stream(**options.arguments(send)) as response:
                reading = Reading(send, response.status_code, response.headers)
                for chunk in response.iter_raw():
                    self._check()
                    reading.feed(chunk)
                return reading.answer()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise failed(send, error) from error

    def _sleep(self, seconds: float) -> None:
        if self._cancelled is None:
            time.sleep(seconds)
        elif self._cancelled.wait(seconds):
            self._check()

    def _check(self) -> None:
        if self._cancelled is not None and self._cancelled.is_set():
            raise Cancelled("Cancelled.")
