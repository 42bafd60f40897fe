"""Two whole servers, one of them the other's mirror."""

from __future__ import annotations

import json
import signal

import pytest

from common import ids
from tests.conftest import new_user
from tests.dev.processes import wait_until
from tests.dev.service import services

pytestmark = pytest.mark.django_db(transaction=True)


def everything(service):
    """All a server publishes, by way of its delta."""
    found, cursor, more = {}, "0-0", True
    while more:
        page = service.json(f"/api/sync/delta?cursor={cursor}&minScore=0")
        if page is None:
            return None
        for entry in [*page["videos"], *page["channels"]]:
            key = entry.get("videoId") or entry["channelId"]
            found.pop(key, None)
            if entry.pop("action") == "update":
                found[key] = entry
        cursor, more = page["nextCursor"], page["hasMore"]
    return found


@pytest.mark.timeout(240)
def test_two_servers_one_following_the_other_through_restarts_of_each():
    with services() as make:
        origin, copy = make(), make()
        generous = {f"REALTUBE_LIMIT_{name}": "100000" for name in ("SYNC", "STATS", "LOOKUP")}
        follow = generous | {
            "REALTUBE_MIRROR_OF": f"http://127.0.0.1:{origin.port}",
            "REALTUBE_MIRROR_INTERVAL_S": "1",
        }

        def voted(video_id):
            for n in range(4):
                status = origin.vote(
                    video_id,
                    new_user(),
                    address=f"127.{10 + n}.{len(video_id)}.1",
                    channelId="UCmaker",
                )
                assert status == 200

        def followed(video_id):
            def same():
                theirs, ours = everything(origin), everything(copy)
                return theirs is not None and theirs == ours and video_id in theirs

            wait_until(same, timeout_s=60, what=f"the mirror has {video_id}")
            bucket = ids.bucket_of(video_id)
            wait_until(
                lambda: copy.json(f"/api/videos/{bucket}") == origin.json(f"/api/videos/{bucket}"),
                timeout_s=20,
                what="its bucket is the same",
            )

        origin.start_and_wait(**generous)
        voted("before")
        copy.start_and_wait(**follow)
        followed("before")
        voted("while-both")
        followed("while-both")
        assert copy.vote("before", new_user(), address="127.0.0.9") == 503
        theirs, ours = (
            json.loads(it.json("/api/sync/signed")["statement"]) for it in (origin, copy)
        )
        passed_on = json.loads(ours["source"]["statement"])
        assert ours["source"]["origin"] == f"http://127.0.0.1:{origin.port}"
        assert passed_on["keys"] == theirs["keys"] != ours["keys"]

        assert copy.stop(signal.SIGTERM) == 0
        voted("copy-away")
        copy.start_and_wait(**follow)
        followed("copy-away")

        assert origin.stop(signal.SIGKILL) == -signal.SIGKILL
        assert copy.json(f"/api/videos/{ids.bucket_of('copy-away')}")
        origin.start_and_wait(**generous)
        voted("origin-back")
        followed("origin-back")
        assert copy.stop(signal.SIGTERM) == 0
        assert origin.stop(signal.SIGTERM) == 0
