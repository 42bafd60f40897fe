"""What the recorded requests ask about: a small world, the same each time.

It is filled as it would be in life: votes and appeals by HTTP, imported lists, decisions at the
desk, tasks and commands in between. Names are fixed, so ids that are hashes of them are, too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from desk.tasks import run_batches
from sync.tasks import refresh_stats, run_pipeline, watch_bursts
from tests.wire.database import wait
from votes.tasks import find_clusters

REGULARS = [f"regular {n}" for n in range(10)]
"""Voters who earn trust, since they are right about the ten videos that a moderator locks."""
MINE = [f"mine{n:02d}" for n in range(20)]
"""Videos of @contentmine, which is suspected for them."""
SLOP, GARDEN, RIVAL = "UC" + "s" * 22, "UC" + "g" * 22, "UC" + "r" * 22


def user(name: str) -> str:
    """The secret user id of the voter of this name."""
    return hashlib.sha256(f"wire {name}".encode()).hexdigest()


def address(name: str) -> str:
    """The address of the voter of this name, in a network of their own."""
    first, second = hashlib.sha256(name.encode()).digest()[:2]
    return f"10.{first}.{second}.7"


def newcomers(what: str, count: int) -> list[str]:
    """Names of voters who come for one thing."""
    return [f"{what} {n}" for n in range(count)]


class World:
    """The world while it is made, and what came of it: tokens of appeals, by their names."""

    def __init__(self, folder: Path) -> None:
        self.tokens: dict[str, str] = {}
        self._folder = folder
        # One for all voters: each that is made loads all middleware, which takes as long as votes.
        self._anybody = Client()
        self._desk = Client()
        self._moderator = User.objects.create_superuser("moderator")
        Authenticator.objects.create(
            user=self._moderator, type=Authenticator.Type.WEBAUTHN, data={}
        )

    def vote(
        self, voters: Sequence[str], video: str, category: str = "fully_ai", **more: Any
    ) -> None:
        """Votes of these voters on a video, one after the other."""
        for name in voters:
            body = {"videoId": video, "userId": user(name), "category": category, **more}
            self.send("POST", "/api/votes", body, sender=name, expect=200)

    def send(
        self, method: str, path: str, body: Any = None, *, sender: str, expect: int, **headers: str
    ) -> Any:
        """A request from the address of `sender`; what it answers, which has to be `expect`."""
        answer = self._anybody.generic(
            method,
            path,
            json.dumps(body),
            content_type="application/json",
            headers=headers,
            REMOTE_ADDR=address(sender),
        )
        assert answer.status_code == expect, (method, path, answer.content)
        return answer.json()

    def appeal(self, name: str, kind: str, target: str) -> None:
        """Somebody appeals, and remembers the token."""
        body = {"targetType": kind, "targetId": target, "reason": f"This is mine: {name}."}
        answer = self.send("POST", "/api/appeals", body, sender=name, expect=202)
        self.tokens[name] = answer["token"]

    def decide(self, page: str, action: str, **more: str) -> str:
        """A moderator decides on a page of the desk; where that leads."""
        filled = {"action": action, "reason": f"wire: {action}", **more}
        return self._post(page, filled)

    def voter(self, name: str) -> str:
        """The page of the voter of this name."""
        me = {"X-User-ID": user(name)}
        found = self.send("GET", "/api/users/me", sender=name, expect=200, **me)
        return f"/admin/votes/voter/{found['publicId']}/change/"

    def case(self, target: str) -> str:
        """The page of the newest case about a target."""
        return self._page("votes/case", f"q={quote(target)}&state=any")

    def channel(self, key: str) -> str:
        """The page of a channel."""
        return self._page("channels/channel", f"q={quote(key)}")

    def claim(self, case: str) -> None:
        """A moderator takes a case."""
        self._post(case.replace("/change/", "/claim/"), {})

    def _post(self, page: str, filled: dict[str, str]) -> str:
        self._desk.force_login(self._moderator)  # sessions end as time goes by
        answer = self._desk.post(page, filled)
        assert answer.status_code == 302, (page, filled, answer.content)
        return str(answer.url)

    def _page(self, model: str, query: str) -> str:
        self._desk.force_login(self._moderator)
        listed = self._desk.get(f"/admin/{model}/?{query}").content.decode()
        found = re.findall(rf"/admin/{model}/(\d+)/change/", listed)
        assert found, query
        return f"/admin/{model}/{max(found, key=int)}/change/"

    def import_list(self, source: str, level: str, *lines: str, **more: str) -> None:
        """Import a list of these lines."""
        path = self._folder / f"{source}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        call_command("import_blocklist", str(path), source=source, level=level, **more)

    def regulars_vote(self, videos: Sequence[str], category: str, **more: Any) -> None:
        """All regulars vote on all the videos; so far apart that they are nobody's cluster."""
        for name in REGULARS:
            for video in videos:
                self.vote([name], video, category, **more)
            wait(minutes=11)

    def settle(self, **duration: float) -> None:
        """The pipeline runs; then so much time passes."""
        run_pipeline()
        wait(**duration)


def fill(folder: Path) -> World:
    """Make the world; `folder` is for files that are imported."""
    world = World(folder)
    _votes_of_the_first_day(world)
    _regulars_earn_trust(world)
    _people_disagree(world)
    _moderators_decide(world)
    _creators_appeal(world)
    _voters_are_dealt_with(world)
    _a_channel_is_suspected(world)
    _publish(world)
    return world


def let_a_day_pass(world: World) -> None:
    """A moderator flags @contentmine, and new videos of it start so."""
    wait(hours=25)
    world.settle(minutes=1)
    world.decide(world.channel("@contentmine"), "flag_channel")
    world.settle(minutes=1)
    world.vote(newcomers("late", 3), "mine_latest", channelHandle="@contentmine")
    # One that nobody says anything of any more; a moderator has said whose it is.
    voters = newcomers("fickle", 6)
    world.vote(voters[:4], "mine_empty1", channelHandle="@contentmine")
    world.vote(voters[4:], "mine_empty1", channelHandle="@somebody")
    world.settle(minutes=1)
    world.decide("/admin/videos/video/mine_empty1/change/", "name_channel", channel="@contentmine")
    world.settle(minutes=1)
    for name in voters:
        vote = {"videoId": "mine_empty1", "userId": user(name)}
        world.send("DELETE", "/api/votes", vote, sender=name, expect=200)
    _publish(world)


def _publish(world: World) -> None:
    world.settle(minutes=1)
    call_command("snapshot")
    call_command("export_database")
    call_command("release_data")
    refresh_stats()


def _votes_of_the_first_day(world: World) -> None:
    world.import_list("slop-list", "block", "# Licence: CC BY-SA 4.0", "@slopfactory", SLOP)
    world.import_list("maybe-list", "warn", "@Кухня", "@doubtful", licence="CC0-1.0")
    world.vote(["lone"], "lone0000001", "ai_thumbnails", userAgent="RealTube/9.9 Test")
    world.vote(newcomers("few", 3), "suspected01", "ai_voiceover", channelHandle="@Café_Con")
    for category, count in (("fully_ai", 6), ("ai_visuals", 3), ("ai_assisted", 1)):
        names = newcomers(f"flag {category}", count)
        world.vote(names, "flagged0001", category, channelId=GARDEN, channelHandle="@garden")
    world.vote(newcomers("short", 9), "short000001", isShort=True, channelHandle="@slopfactory")
    world.vote(["twice"], "lone0000002", "ai_visuals")
    world.vote(["twice"], "lone0000002", "ai_voiceover")
    world.vote(["sorry"], "withdrawn01")
    withdrawn = {"videoId": "withdrawn01", "userId": user("sorry")}
    world.settle(minutes=5)
    world.send("DELETE", "/api/votes", withdrawn, sender="sorry", expect=200)
    world.settle(hours=1)


def _regulars_earn_trust(world: World) -> None:
    settled = [f"settled{n:04d}" for n in range(10)]
    world.regulars_vote(settled, "fully_ai")
    world.settle(minutes=1)
    for video in settled:
        world.decide(f"/admin/videos/video/{video}/change/", "lock_ai")
    world.settle(days=40)
    call_command("recompute_trust")
    world.settle(minutes=1)


def _a_channel_is_suspected(world: World) -> None:
    world.regulars_vote(MINE, "ai_visuals", channelHandle="@contentmine")
    world.settle(minutes=1)


def _people_disagree(world: World) -> None:
    world.vote(newcomers("pro", 10), "disputed001", channelId=GARDEN)
    world.settle(minutes=10)
    world.vote(newcomers("contra", 4), "disputed001", "not_ai")
    world.vote(REGULARS[:2], "disputed001", "not_ai")
    world.vote(newcomers("one channel", 5), "claims00001", channelHandle="@one")
    world.vote(newcomers("other channel", 4), "claims00001", channelHandle="@other")
    world.vote(newcomers("burst", 26), "burst000001")
    world.settle(minutes=1)
    watch_bursts()
    for n in range(6):
        world.vote(newcomers("together", 3), f"together{n:03d}")
        wait(minutes=1)
    world.settle(minutes=20)
    find_clusters()
    world.settle(minutes=1)


def _moderators_decide(world: World) -> None:
    for video in ("locked_ai01", "locked_hu01", "hidden00001", "quiet000001", "held0000001"):
        world.vote(newcomers(video, 9), video, channelId=RIVAL)
    world.settle(minutes=1)
    for video, action in (
        ("locked_ai01", "lock_ai"),
        ("locked_hu01", "lock_human"),
        ("hidden00001", "hide"),
        ("quiet000001", "shadow_hide"),
        ("held0000001", "hold"),
    ):
        world.decide(f"/admin/videos/video/{video}/change/", action)
    world.decide("/admin/videos/video/claims00001/change/", "name_channel", channel="@one")
    world.decide(world.channel(RIVAL), "flag_channel")
    for n in range(4):
        world.vote(newcomers(f"painter {n}", 9), f"painted000{n}", channelHandle="@painter")
    world.settle(minutes=5)


def _creators_appeal(world: World) -> None:
    world.appeal("granted", "video", "short000001")
    world.appeal("rejected", "video", "disputed001")
    world.appeal("open", "video", "flagged0001")
    world.appeal("in review", "channel", GARDEN)
    world.appeal("settled", "video", "held0000001")
    world.appeal("cleared", "channel", "@painter")
    wait(minutes=10)
    world.decide(world.case("short000001"), "lock_human", answer="We saw how it was made.")
    world.decide(world.case("disputed001"), "reject_appeal", answer="See the credits.")
    world.claim(world.case(GARDEN))
    world.decide(world.case("held0000001"), "release")
    case = re.findall(r"\d+", world.case("@painter"))[0]
    preview = world.decide(f"/admin/desk/batch/clear/?channel=%40painter&case={case}", "")
    world.decide(preview, "", answer="Sorry!")
    run_batches()
    world.settle(minutes=5)


def _voters_are_dealt_with(world: World) -> None:
    for name, action in (
        ("regular 0", "make_vip"),
        ("flag fully_ai 0", "shadowban"),
        ("few 0", "warn"),
        ("few 0", "warn"),
    ):
        world.decide(world.voter(name), action)
        wait(minutes=1)
    me = {"X-User-ID": user("few 0")}
    first = world.send("GET", "/api/users/me", sender="few 0", expect=200, **me)["warnings"][0]
    path = f"/api/users/me/warnings/{first['id']}/acknowledge"
    world.send("POST", path, sender="few 0", expect=200, **me)
    gone = {"X-User-ID": user("flag ai_assisted 0")}
    world.send("DELETE", "/api/users/me", sender="gone", expect=200, **gone)
    world.settle(minutes=1)
