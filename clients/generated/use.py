"""What a client made of docs/openapi.yaml gets: `python use.py ORIGIN PREFIX` prints JSON."""

import asyncio
import hashlib
import json
import sys

from generated import Client
from generated.api.sync import compact_get, everything_get
from generated.api.videos import lookup_post, prefix_get
from generated.api.votes import votes_post
from generated.models.error_answer import ErrorAnswer
from generated.models.lookup import Lookup
from generated.models.lookup_answer import LookupAnswer
from generated.models.vote import Vote
from generated.models.vote_category_enum import VoteCategoryEnum
from generated.types import File


def of_file(answer: File | ErrorAnswer | None) -> str:
    """The SHA-256 of a binary answer."""
    if not isinstance(answer, File):
        raise TypeError(f"no file: {answer}")
    return hashlib.sha256(answer.payload.read()).hexdigest()


def code(answer: object) -> str:
    """That of an error answer."""
    if not isinstance(answer, ErrorAnswer):
        raise TypeError(f"no error: {answer}")
    return answer.error.code.value


async def main(origin: str, prefix: str) -> None:
    """Ask for a look-up, copies and errors, blocking and not."""
    vote = Vote(video_id="dQw4w9WgXcQ", user_id="short", category=VoteCategoryEnum.FULLY_AI)
    async with Client(base_url=origin, raise_on_unexpected_status=True) as client:
        looked = await lookup_post.asyncio(client=client, body=Lookup(prefixes=[prefix]))
        refused = await votes_post.asyncio(client=client, body=vote)
    if not isinstance(looked, LookupAnswer):
        raise TypeError(f"no look-up: {looked}")
    with Client(base_url=origin, raise_on_unexpected_status=True) as client:
        found = {
            "videos": [video.video_id for video in looked.results[prefix]],
            "compact": of_file(compact_get.sync(client=client)),
            "everything": of_file(everything_get.sync(client=client)),
            "errors": [code(prefix_get.sync("xyz", client=client)), code(refused)],
        }
    print(json.dumps(found))  # noqa: T201


asyncio.run(main(*sys.argv[1:3]))
