"""The asynchronous client: `Client` with `await`. What either does is in the same flows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import anyio
import anyio.to_thread
import httpx

from realtube_client import calls, following, jurors, options
from realtube_client.asking import Patience
from realtube_client.compact import Compact
from realtube_client.delta import CompactPage, WholePage
from realtube_client.following import Followed
from realtube_client.full import FullCopy
from realtube_client.jurors import Juror, Questions, Result
from realtube_client.signatures import Pin
from realtube_client.stores import Store
from realtube_client.values import Cast, Challenge, Channel, Video
from realtube_client.wire import Answer, Effect, Flow, Reading, Send, Sleep, failed

T = TypeVar("T")


class AsyncClient:
    """`Client`, for asyncio and trio. Cancelling a task ends what it runs.

    Every method raises `RealTubeError`: `Refused` when the server says no, `Unreachable` when
    nobody or somebody else answers, `Untrusted` for a copy that was not signed as it has to be.
    Stores are called on other threads, and so is what takes long.
    """

    def __init__(
        self,
        origins: str | Sequence[str],
        *,
        user_agent: str = "",
        timeout_s: float = options.TIMEOUT_S,
        patience: Patience | None = None,
        pin: Pin | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Origins such as https://realtube.example, the preferred one first.

        `user_agent` is your program, as `player/1.2`. `pin` keeps the key that copies have to be
        signed with.
        """
        parts = options.Parts(origins, patience, pin)
        self._asking, self._pin = parts.asking, parts.pin
        self._http = httpx.AsyncClient(
            headers=options.headers(user_agent),
            timeout=options.timeout(timeout_s),
            follow_redirects=False,  # servers send none; somebody else would hear what is asked
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def lookup(self, video_id: str) -> Video | None:
        """See `Client.lookup`."""
        return (await self.lookup_many([video_id])).get(video_id)

    async def lookup_many(self, video_ids: Iterable[str]) -> dict[str, Video]:
        """See `Client.lookup_many`."""
        return await self.run(calls.lookup(self._asking, video_ids))

    async def bucket(
        self, prefix: str, *, categories: Sequence[str] = (), min_score: float | None = None
    ) -> list[Video]:
        """See `Client.bucket`."""
        return await self.run(calls.bucket(self._asking, prefix, categories, min_score))

    async def buckets(self, prefixes: Iterable[str]) -> dict[str, list[Video]]:
        """See `Client.buckets`."""
        return await self.run(calls.buckets(self._asking, prefixes))

    async def video(self, video_id: str, *, explain: bool = False) -> Video | None:
        """See `Client.video`."""
        return await self.run(calls.video(self._asking, video_id, explain))

    async def channel(self, name: str, *, explain: bool = False) -> Channel | None:
        """See `Client.channel`."""
        return await self.run(calls.channel(self._asking, name, explain))

    async def vote(
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
        """See `Client.vote`."""
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
        return await self.run(calls.vote(self._asking, body))

    async def show_pictures(
        self, user_id: str, video_id: str, pictures: Mapping[float, bytes]
    ) -> None:
        """See `Client.show_pictures`."""
        return await self.run(calls.show_pictures(self._asking, user_id, video_id, pictures))

    async def withdraw(self, user_id: str, video_id: str) -> bool:
        """See `Client.withdraw`."""
        return await self.run(calls.withdraw(self._asking, user_id, video_id))

    async def report_channel(
        self,
        user_id: str,
        channel: str,
        category: str,
        video_ids: Iterable[str],
        *,
        channel_handle: str | None = None,
        user_agent: str | None = None,
    ) -> tuple[Cast, ...]:
        """See `Client.report_channel`."""
        body = calls.report(user_id, category, video_ids, channel_handle, user_agent)
        return await self.run(calls.report_channel(self._asking, channel, body))

    async def withdraw_report(self, user_id: str, channel: str) -> bool:
        """See `Client.withdraw_report`."""
        return await self.run(calls.withdraw_report(self._asking, user_id, channel))

    async def observe(
        self,
        user_id: str,
        *,
        channel_id: str | None = None,
        channel_handle: str | None = None,
        labelled: Iterable[str] = (),
        unlabelled: Iterable[str] = (),
    ) -> None:
        """See `Client.observe`."""
        flow = calls.observe(
            self._asking, user_id, channel_id, channel_handle, labelled, unlabelled
        )
        return await self.run(flow)

    async def forget_observations(self, user_id: str) -> bool:
        """See `Client.forget_observations`."""
        return await self.run(calls.forget_observations(self._asking, user_id))

    async def challenge(self, user_id: str) -> Challenge:
        """See `Client.challenge`."""
        return await self.run(calls.challenge(self._asking, user_id))

    async def enrol(self, user_id: str) -> Juror:
        """See `Client.enrol`."""
        return await self.run(jurors.enrol(self._asking, user_id))

    async def juror(self, user_id: str) -> Juror | None:
        """See `Client.juror`."""
        return await self.run(jurors.juror(self._asking, user_id))

    async def questions(self, user_id: str) -> Questions | None:
        """See `Client.questions`."""
        return await self.run(jurors.questions(self._asking, user_id))

    async def answer(
        self, user_id: str, question: str, answer: str, kind: str | None = None
    ) -> tuple[Result, ...]:
        """See `Client.answer`."""
        return await self.run(jurors.answer(self._asking, user_id, question, answer, kind))

    async def leave_jury(self, user_id: str) -> bool:
        """See `Client.leave_jury`."""
        return await self.run(jurors.leave(self._asking, user_id))

    async def manifest(self) -> dict[str, Any]:
        """See `Client.manifest`."""
        return (await self.run(calls.manifest(self._asking)))[1]

    async def compact(self) -> Compact:
        """See `Client.compact`."""
        taken = await self.run(following.take_compact(self._asking, self._pin))
        assert taken is not None, "nothing is held"  # noqa: S101
        return taken[0]

    async def follow(self, store: Store[Compact, CompactPage]) -> Followed:
        """See `Client.follow`."""
        form = following.compact_form(self._asking, self._pin)
        return await self.run(following.follow(self._asking, store, form))

    async def download_full(
        self, path: Path, *, progress: Callable[[int, int], None] = options.unheard
    ) -> FullCopy:
        """See `Client.download_full`."""
        flow = following.take_full(self._asking, self._pin, path, progress)
        return (await self.run(flow))[0]

    async def follow_full(
        self,
        store: Store[FullCopy, WholePage],
        part: Path,
        *,
        page: int = following.PAGE,
        progress: Callable[[int, int], None] = options.unheard,
    ) -> Followed:
        """See `Client.follow_full`."""
        form = following.full_form(self._asking, self._pin, part, page, progress)
        return await self.run(following.follow(self._asking, store, form))

    async def run(self, flow: Flow[T]) -> T:
        """See `Client.run`."""
        try:
            effect = next(flow)
            while True:
                try:
                    result = await self._perform(effect)
                except Exception as error:  # the flow knows which it can go on from
                    effect = flow.throw(error)
                else:
                    effect = flow.send(result)
        except StopIteration as end:
            value: T = end.value
            return value
        finally:
            flow.close()

    async def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return await self._send(effect)
        if isinstance(effect, Sleep):
            return await anyio.sleep(effect.seconds)
        return await anyio.to_thread.run_sync(effect.function)

    async def _send(self, send: Send) -> Answer:
        try:
            async with self._http.stream(**options.arguments(send)) as response:
                reading = Reading(send, response.status_code, response.headers)
                async for chunk in response.aiter_raw():
                    reading.feed(chunk)
                return reading.answer()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise failed(send, error) from error
