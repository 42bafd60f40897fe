"""The requests that change something, or meet a service that is held back; by groups, in order."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from channels.cache import LISTS_KEY
from channels.creators import questions
from common.cache import forget
from tests.wire.database import database_away
from tests.wire.reading import BROWSER, NONE, malformed, prefix
from tests.wire.recording import Recorder
from tests.wire.scenario import GARDEN, World, user

VOTES = "/api/votes"
OBSERVATIONS = "/api/observations"
JURORS, ANSWERS = "/api/jurors", "/api/jurors/me/answers"
NOTES, NO_NOTE = "/api/jurors/me/notes", "/api/jurors/me/notes/n0123456789abcdef"
REPORTS = f"/api/channels/{GARDEN}/reports"


def ballot(voter: str, video: str, category: str = "fully_ai", **more: Any) -> dict[str, Any]:
    """The body of a vote."""
    return {"videoId": video, "userId": user(voter), "category": category, **more}


def votes(ask: Recorder, world: World) -> None:
    """Casting and withdrawing votes."""
    ask("a first vote", VOTES, method="POST", body=ballot("anna", "new00000001"))
    ask("the same again", VOTES, method="POST", body=ballot("anna", "new00000001"))
    ask("another category", VOTES, method="POST", body=ballot("anna", "new00000001", "ai_visuals"))
    everything = ballot(
        "berta",
        " new00000001 ",
        "ai_voiceover",
        channelId=GARDEN,
        channelHandle="https://www.youtube.com/@Garden",
        isShort=True,
        userAgent="RealTube/1.2.3 Mozilla/5.0",
    )
    ask("a handle that is none", VOTES, method="POST", body=everything)
    everything["channelHandle"] = "@Garden"
    ask("all that can be said", VOTES, method="POST", body=everything, headers=BROWSER)
    ask("of a trusted voter", VOTES, method="POST", body=ballot("regular 1", "suspected01"))
    ask(
        "of somebody who is banned",
        VOTES,
        method="POST",
        body=ballot("flag fully_ai 0", "suspected01"),
    )
    ask(
        "against what is flagged",
        VOTES,
        method="POST",
        body=ballot("anna", "flagged0001", "not_ai"),
    )
    ask("about what is locked", VOTES, method="POST", body=ballot("anna", "locked_hu01"))
    ask("with a slash", f"{VOTES}/", method="POST", body=ballot("clara", "new00000002"))
    _signs(ask)
    ask("seen before the pipeline runs", "/api/videos?videoId=new00000001&explain=1")
    _refused(ask)
    malformed(ask, VOTES)
    _withdrawals(ask)


def _signs(ask: Recorder) -> None:
    mark, voice = {"sign": "watermark", "at": 12}, {"sign": "voice"}
    for voter, signs in (("anna", [mark, voice]), ("clara", [mark])):
        body = ballot(voter, "new00000001", "ai_visuals", signs=signs)
        ask(f"with what {voter} noticed", VOTES, method="POST", body=body)
    for what, bad in (("a sign that is none", [{"sign": "ears"}]), ("one twice", [voice, voice])):
        body = ballot("anna", "new00000001", signs=bad)
        ask(f"refused: {what}", VOTES, method="POST", body=body)
    body = ballot("anna", "new00000001", signs="voice")
    ask("refused: signs that are no list", VOTES, method="POST", body=body)


def _refused(ask: Recorder) -> None:
    dora, new = user("dora"), "new00000003"
    for what, body in (
        ("nothing to dispute", ballot("dora", "lone0000001", "not_ai")),
        ("an unknown category", ballot("emil", new, "nonsense")),
        ("an empty category", ballot("emil", new, "")),
        ("a category that is no text", ballot("emil", new) | {"category": 1}),
        ("no category", {"videoId": new, "userId": dora}),
        ("an empty video", ballot("dora", "")),
        ("no video", {"userId": dora, "category": "fully_ai"}),
        ("a video that is none", ballot("dora", "what is this")),
        ("a user that is none", ballot("emil", new) | {"userId": "xyz"}),
        ("a short user", ballot("emil", new) | {"userId": "a" * 31}),
        ("no user", {"videoId": new, "category": "fully_ai"}),
        ("a channel that is none", ballot("emil", new, channelId="no channel")),
        ("a short that is a text", ballot("emil", new, isShort="yes")),
        ("a proof that is none", ballot("emil", new) | {"proof": "xyz"}),
    ):
        ask(f"refused: {what}", VOTES, method="POST", body=body)


def _withdrawals(ask: Recorder) -> None:
    mine = {"videoId": "new00000001", "userId": user("anna")}
    ask("a withdrawal", VOTES, method="DELETE", body=mine)
    ask("a withdrawal again", VOTES, method="DELETE", body=mine)
    me = {"X-User-ID": user("berta")}
    ask("a withdrawal without a body", f"{VOTES}?videoId=new00000001", method="DELETE", headers=me)
    ask("the same by nobody", f"{VOTES}?videoId=new00000001", method="DELETE")
    ask("of what is no video", VOTES, method="DELETE", body=mine | {"videoId": "no video"})
    malformed(ask, VOTES, "DELETE")


def own_data(ask: Recorder, world: World) -> None:
    """Warnings that are read, and voters that are erased."""
    me = {"X-User-ID": user("few 0")}
    warning = ask("a voter with warnings", "/api/users/me", headers=me).json()["warnings"][1]["id"]
    path = "/api/users/me/warnings/{}/acknowledge"
    for what in ("a warning is read", "and again"):
        ask(what, path.format(warning), method="POST", headers=me)
    other = {"X-User-ID": user("lone")}
    ask("somebody else's warning", path.format(warning), method="POST", headers=other)
    ask("a warning that there is not", path.format(999), method="POST", headers=me)
    ask("a warning that is none", path.format("xyz"), method="POST", headers=me)
    ask("a warning of nobody", path.format(warning), method="POST")
    ask("the voter afterwards", "/api/users/me", headers=me)
    ask("an erasure", "/api/users/me", method="DELETE", headers=me)
    ask("an erasure again", "/api/users/me", method="DELETE", headers=me)
    ask("an erasure of nobody", "/api/users/me", method="DELETE")
    ask("what is left", "/api/users/me/data", headers=me)


def observation(voter: str, **more: Any) -> dict[str, Any]:
    """The body of an observation."""
    keys = [hashlib.sha256(f"seen {n}".encode()).hexdigest()[:16] for n in range(3)]
    return {"userId": user(voter), "channelId": GARDEN, "labelled": keys, **more}


def observations(ask: Recorder, world: World) -> None:
    """What voters saw of YouTube's label, and that they take it back."""
    names = {"channelId": GARDEN, "channelHandle": "@Garden"}
    ask("a new voter's", OBSERVATIONS, method="POST", body=observation("clara", **names))
    ask("of a known voter", f"{OBSERVATIONS}/", method="POST", body=observation("regular 1"))
    keys = observation("clara")["labelled"]
    for what, body in (
        ("no channel", {"userId": user("clara"), "labelled": keys}),
        ("a channel that is none", observation("clara", channelId="no channel")),
        ("no video", observation("clara", labelled=[])),
        ("one video twice", observation("clara", unlabelled=keys)),
        ("what is no key", observation("clara", labelled=["xyz"])),
        ("a text for keys", observation("clara", labelled="xyz")),
        ("a user that is none", observation("clara", userId="xyz")),
    ):
        ask(f"refused: {what}", OBSERVATIONS, method="POST", body=body)
    malformed(ask, OBSERVATIONS)
    ask("what is stored", "/api/users/me/data", headers={"X-User-ID": user("clara")})
    mine = {"userId": user("clara")}
    for what in ("taken back", "and again"):
        ask(what, OBSERVATIONS, method="DELETE", body=mine)
    ask("by a user that is none", OBSERVATIONS, method="DELETE", body={"userId": "xyz"})
    malformed(ask, OBSERVATIONS, "DELETE")


def report(voter: str, **more: Any) -> dict[str, Any]:
    """The body of a report of a channel."""
    videos = [{"videoId": "reported001", "isShort": True}, {"videoId": "reported002"}]
    return {"userId": user(voter), "category": "fully_ai", "videos": videos, **more}


def reports(ask: Recorder, world: World) -> None:
    """Channels reported in one step, and reports that are taken back."""
    ask("by id and handle", REPORTS, method="POST", body=report("dora", channelHandle="@Garden"))
    ask("by handle", "/api/channels/@Garden/reports/", method="POST", body=report("dora"))
    for voter, what, more in (
        ("dora", "no video", {"videos": []}),
        ("dora", "one video twice", {"videos": [{"videoId": "reported001"}] * 2}),
        ("dora", "a video that is none", {"videos": [{"videoId": "reported001"}, {}]}),
        ("erin", "no category", {"category": ""}),
        ("erin", "a dispute", {"category": "not_ai"}),
        ("erin", "another handle", {"channelHandle": "?"}),
    ):
        ask(f"refused: {what}", REPORTS, method="POST", body=report(voter, **more))
    path = "/api/channels/no channel/reports"
    ask("refused: no channel", path, method="POST", body=report("erin"))
    malformed(ask, REPORTS)
    me = {"X-User-ID": user("dora")}
    ask("what is stored", "/api/users/me/data", headers=me)
    ask("taken back", REPORTS, method="DELETE", headers=me)
    other = {"X-User-ID": user("erin")}
    ask("where there is none", REPORTS, method="DELETE", headers=other)
    ask("by nobody", REPORTS, method="DELETE")


def new_appeals(ask: Recorder, world: World) -> None:
    """Appeals that are taken and refused."""
    path = "/api/appeals"

    def appeal(kind: str, target: Any, **more: Any) -> dict[str, Any]:
        return {"targetType": kind, "targetId": target, "reason": "I made this.", **more}

    ask("about a video", path, method="POST", body=appeal("video", "claims00001", contact="me@x.y"))
    ask("about a channel", f"{path}/", method="POST", body=appeal("channel", "@Doubtful"))
    ask("about what was granted", path, method="POST", body=appeal("video", "short000001"))
    ask("that joins another", path, method="POST", body=appeal("video", "flagged0001"))
    for what, body in (
        ("about what nobody knows", appeal("video", "nobodyknows")),
        ("about what is not flagged", appeal("video", "lone0000002")),
        ("about a channel that nobody knows", appeal("channel", "@nobodyknows")),
        ("about neither", appeal("voter", "flagged0001")),
        ("about what is no video", appeal("video", "no video")),
        ("about what is no channel", appeal("channel", "no channel")),
        ("about nothing", appeal("video", "")),
        ("about a number", appeal("video", 1)),
        ("without a reason", appeal("video", "flagged0001") | {"reason": " "}),
        ("with too long a reason", appeal("video", "flagged0001") | {"reason": "a" * 2001}),
        ("with too long a contact", appeal("video", "flagged0001", contact="a" * 255)),
    ):
        ask(f"refused: {what}", path, method="POST", body=body)
    malformed(ask, path)
    for n in range(6):
        body = appeal("video", f"settled000{n}")
        ask(
            f"number {n + 1} of a network today",
            path,
            method="POST",
            body=body,
            sender="10.255.1.1",
        )
    ask(
        "one more begins a review",
        path,
        method="POST",
        body=appeal("video", "mine00"),
        sender="10.255.2.1",
    )
    token = world.tokens["open"]
    questions.ask(token, actor="mod", text="Who painted it?")
    answer, shown = f"{path}/{token}/answer", f"{path}/<token>/answer"
    mine = {"answer": "I did."}
    ask("an answer without words", answer, method="POST", body={"answer": " "}, shown=shown)
    ask("an answer", answer, method="POST", body=mine, shown=shown)
    ask("answered already", answer, method="POST", body=mine, shown=shown)
    malformed(ask, f"{path}/{NONE}/answer")
    call_command("brakes", set=["read_only=true"], reason="wire")
    ask("while nothing is taken", path, method="POST", body=appeal("video", "flagged0001"))
    ask("an answer then", answer, method="POST", body=mine, shown=shown)
    call_command("brakes", set=["read_only=false"], reason="wire")


def brakes(ask: Recorder, world: World) -> None:
    """What administrators hold back."""
    strangers = itertools.count()

    def vote(what: str, name: str = "", **more: Any) -> Any:
        body = ballot(name or f"stranger {next(strangers)}", "braked00001", **more)
        return ask(what, VOTES, method="POST", body=body)

    _set("new_voters=delay", "delay_minutes=30")
    vote("a new voter's vote counts later")
    _set("new_voters=refuse")
    vote("new voters are refused")
    vote("known voters are not", "anna")
    ask("nor what they see", OBSERVATIONS, method="POST", body=observation("a stranger"))
    ask("nor whole channels", REPORTS, method="POST", body=report("a stranger"))
    _set("new_voters=none", "dispute_age_hours=24")
    ask("too new to dispute", VOTES, method="POST", body=ballot("clara", "flagged0001", "not_ai"))
    _set("dispute_age_hours=0", "new_voters_per_minute=1")
    vote("one new voter a minute")
    vote("one new voter too many")
    _set("new_voters_per_minute=-", "challenge_bits=4")
    _proofs(ask)
    _set("challenge_bits=0", "read_only=true")
    vote("nothing is taken", "anna")
    me = {"X-User-ID": user("anna")}
    ask("nothing is withdrawn", f"{VOTES}?videoId=new00000001", method="DELETE", headers=me)
    ask("nobody is erased", "/api/users/me", method="DELETE", headers=me)
    ask("no warning is read", "/api/users/me/warnings/1/acknowledge", method="POST", headers=me)
    ask("but voters are told", "/api/users/me", headers=me)
    _set("read_only=false")


def _set(*changes: str) -> None:
    call_command("brakes", set=list(changes), reason="wire")


def _proofs(ask: Recorder) -> None:
    me = {"X-User-ID": user("worker")}
    asked = ask("what a new voter has to prove", "/api/challenge", headers=me).json()
    ask("what a known voter has to", "/api/challenge", headers={"X-User-ID": user("anna")})
    ask("without a proof", VOTES, method="POST", body=ballot("worker", "braked00001"))
    proof = solved(asked["challenge"], asked["bits"])
    for what, voter, given in (
        ("with a wrong proof", "worker", proof.rpartition(":")[0] + ":" + _wrong(asked)),
        ("with another's proof", "idler", proof),
        ("with a proof", "worker", proof),
    ):
        body = ballot(voter, "braked00001", proof=given)
        ask(what, VOTES, method="POST", body=body)


def solved(challenge: str, bits: int) -> str:
    counters = (n for n in itertools.count() if _zero_bits(f"{challenge}:{n}") >= bits)
    return f"{challenge}:{next(counters)}"


def _wrong(asked: dict[str, Any]) -> str:
    said = asked["challenge"]
    return str(next(n for n in itertools.count() if _zero_bits(f"{said}:{n}") < asked["bits"]))


def _zero_bits(text: str) -> int:
    digest = hashlib.sha256(text.encode()).digest()
    return 256 - int.from_bytes(digest, "big").bit_length()


def every_endpoint(world: World) -> list[tuple[str, str, Any, dict[str, str]]]:
    """One request to each that may be limited or fail: method, path, body, headers."""
    me, nobody = {"X-User-ID": user("lone")}, {"X-User-ID": user("nobody")}
    body = {"targetType": "video", "targetId": "settled0006", "reason": "I made this."}
    reads = (
        "/api/videos?videoId=nobodyknows",
        f"/api/videos/{prefix('flagged0001')}",
        "/api/videos/flagged0001/history",
        "/api/channels/@nobodyknows",
        "/api/channels/@contentmine/history",
        "/api/users/me",
        "/api/users/me/data",
        f"/api/users/{user('lone')}",
        f"/api/appeals/{world.tokens['open']}",
        "/api/challenge",
        "/api/client/selectors.json",
        "/api/database/export",
        "/api/database/manifest",
        "/api/database/releases",
        "/api/database/releases/2026-04/realtube-2026-04.parquet.tar",
        "/api/lists",
        "/api/lists/videos.txt",
        "/api/stats",
        "/api/sync/compact",
        "/api/sync/delta?cursor=1-0",
        "/api/sync/full",
        "/api/sync/full?limit=1",
        "/api/sync/full.ndjson.zst",
        "/api/sync/manifest",
        "/api/sync/signed",
        "/api/jurors/me",
        "/api/jurors/me/questions",
        NOTES,
        "/api/videos/flagged0001/notes",
        "/api/channels/@contentmine/notes",
    )
    return [
        *(("GET", path, None, me) for path in reads),
        ("POST", "/api/videos/lookup", {"prefixes": ["abcd"]}, {}),
        ("POST", VOTES, ballot("lone", "lone0000001"), {}),
        ("DELETE", VOTES, {"videoId": "nobodyknows", "userId": user("lone")}, {}),
        ("POST", OBSERVATIONS, observation("lone"), {}),
        ("DELETE", OBSERVATIONS, {"userId": user("nobody")}, {}),
        ("POST", REPORTS, report("regular 1", videos=[{"videoId": "reported003"}]), {}),
        ("DELETE", REPORTS, None, nobody),
        ("POST", "/api/appeals", body, {}),
        ("POST", f"/api/appeals/{world.tokens['open']}/answer", {"answer": "I did."}, {}),
        ("POST", "/api/users/me/warnings/999/acknowledge", None, nobody),
        ("DELETE", "/api/users/me", None, nobody),
        ("POST", JURORS, {"userId": user("lone"), "agreed": True}, {}),
        ("POST", ANSWERS, {"userId": user("lone"), "question": "q" + "0" * 31, "answer": "ai"}, {}),
        ("DELETE", f"{JURORS}/me", None, nobody),
        ("POST", NOTES, {"userId": user("lone"), "text": "Why."}, {}),
        ("POST", f"{NO_NOTE}/ratings", {"userId": user("lone"), "helpful": True}, {}),
        ("DELETE", NO_NOTE, None, nobody),
    ]


def limits(ask: Recorder, world: World) -> None:
    """The second request is one too many."""
    with override_settings(LIMITS=dict.fromkeys(settings.LIMITS, 1)):
        for number, (method, path, body, headers) in enumerate(every_endpoint(world)):
            for what in ("what is allowed", "one too many"):
                ask(
                    what,
                    path,
                    method=method,
                    body=body,
                    headers=headers,
                    sender=f"10.254.{number}.1",
                    shown=_shown(path, world),
                )
        part = {"Range": "bytes=0-2"}
        for what in ("a part", "one part too many"):
            path = "/api/database/export?format=csv"
            ask(what, path, headers=part, sender="10.253.1.1")
    lookup = "/api/videos/lookup"
    many = {"prefixes": [f"{n:04x}" for n in range(100)]}
    for n in range(7):
        ask(f"batch {n + 1}", lookup, method="POST", body=many, sender="10.253.2.1")
    for n in range(3):
        sender = f"2001:db8:1:{n}::1"
        ask(f"line {n + 1} of a customer", "/api/stats", sender=sender)


def _shown(path: str, world: World) -> str:
    return path.replace(world.tokens["open"], "<token>")


def away(ask: Recorder, world: World, empty: Path) -> None:
    """With the database away: first what is published still answers, then nothing is published."""
    with database_away():
        for path in (f"/api/videos/{prefix('flagged0001')}", "/api/sync/manifest", "/api/stats"):
            ask("what is published", path, method="HEAD")
        ask("whether it is ready", "/health/ready")
    with override_settings(PUBLISH_ROOT=empty):
        _set("challenge_bits=4")  # so that the brakes are read anew, too
        # Or the answers of a moment ago would do.
        forget([LISTS_KEY, "page:video:flagged0001", "page:channel:@contentmine"])
        with database_away():
            for method, path, body, headers in every_endpoint(world):
                ask(
                    "nothing is published",
                    path,
                    method=method,
                    body=body,
                    headers=headers,
                    shown=_shown(path, world),
                )
        _set("challenge_bits=0")


def mirror(ask: Recorder, world: World) -> None:
    """A node that copies another takes no votes."""
    with override_settings(MIRROR_OF="https://source.example"):
        for method, path, body, headers in every_endpoint(world):
            if method != "GET":
                ask(
                    "a write",
                    path,
                    method=method,
                    body=body,
                    headers=headers,
                    shown=_shown(path, world),
                )
        ask("a read", "/api/videos?videoId=flagged0001&explain=1")


def outside(ask: Recorder, world: World) -> None:
    """An export whose manifest names a file outside its folder."""
    for path in (settings.PUBLISH_ROOT / "exports").glob("*/manifest.json"):
        manifest = json.loads(path.read_bytes())
        for entry in manifest["files"].values():
            entry["name"] = "../../outside"
        path.write_text(json.dumps(manifest))
    ask("an export outside its folder", "/api/database/export")


def a_day_later(ask: Recorder, world: World) -> None:
    """A channel that a moderator has flagged, and a new video of it."""
    for path in (
        "/api/channels/@contentmine?explain=1",
        "/api/channels/@contentmine/history",
        "/api/videos?videoId=mine_latest&explain=1",
        "/api/videos?videoId=mine00",
        "/api/videos?videoId=mine_empty1&explain=1",
        "/api/videos/mine_empty1/history",
        "/api/videos/mine_latest/history",
        f"/api/videos/{prefix('mine_latest')}",
        "/api/sync/compact",
        "/api/lists/channels.txt",
        "/api/stats",
    ):
        ask("as it is now", path)
    built = ask("what the copy is", "/api/sync/manifest").json()["builtAt"]
    for form in ("", "&format=compact", "&minScore=0"):
        ask("what has changed", f"/api/sync/delta?since={built[:10]}T00:00:00Z{form}")
