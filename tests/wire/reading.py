"""The requests that change nothing, by groups."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import override_settings

from tests.wire.recording import Recorder
from tests.wire.scenario import GARDEN, RIVAL, SLOP, World, user

BROWSER = {"Origin": "chrome-extension://abcdefghijklmnop"}
NONE = "1" * 32


def prefix(video: str, length: int = 4) -> str:
    """How the hash of a video's id begins."""
    return hashlib.sha256(video.encode()).hexdigest()[:length]


def videos(ask: Recorder, world: World) -> None:
    """Lookups, by id and by prefix, and histories."""
    for video in (
        "lone0000001",
        "suspected01",
        "flagged0001",
        "disputed001",
        "claims00001",
        "burst000001",
        "locked_ai01",
        "locked_hu01",
        "held0000001",
        "short000001",
        "painted0000",
        "settled0000",
        "mine00",
    ):
        ask(f"{video}, with what its score is made of", f"/api/videos?videoId={video}&explain=1")
        ask(f"the history of {video}", f"/api/videos/{video}/history")
    ask("a video by its id", "/api/videos?videoId=flagged0001")
    ask("the same with a slash and spaces", "/api/videos/?videoId=%20flagged0001%20")
    for video in ("hidden00001", "quiet000001", "withdrawn01", "nobodyknows"):
        ask(f"{video} is told to nobody", f"/api/videos?videoId={video}")
        ask(f"{video} explained", f"/api/videos?videoId={video}&explain=1")
        ask(f"{video} by prefix", f"/api/videos/{prefix(video)}")
        ask(f"the history of {video}", f"/api/videos/{video}/history")
    ask("no id", "/api/videos")
    ask("an id that is none", "/api/videos?videoId=what%20is%20this%3F")
    ask("the history of what is no id", "/api/videos/what%20is%20this/history")
    _prefixes(ask)
    _batches(ask)


def _prefixes(ask: Recorder) -> None:
    four = f"/api/videos/{prefix('flagged0001')}"
    found = ask("by four characters", four)
    ask("by four with a slash, in capitals", f"/api/videos/{prefix('flagged0001').upper()}/")
    ask("by eight", f"/api/videos/{prefix('flagged0001', 8)}")
    ask("by eight that nothing has", f"/api/videos/{prefix('flagged0001')}0000")
    ask("with a category it has", f"{four}?categories=ai_visuals,ai_assisted")
    ask("with a category it does not have", f"{four}?categories=ai_thumbnails")
    ask("with a category that is none", f"{four}?categories=nonsense")
    ask("from a score on", f"{four}?minScore=50.5")
    ask("from a score on that it does not have", f"{four}?minScore=99")
    ask("from a score on that is none", f"{four}?minScore=101")
    ask("by three characters", "/api/videos/abc")
    ask("by what is no hexadecimal", "/api/videos/wxyz")
    ask("only its headers", four, method="HEAD")
    for tag in (found["ETag"], found["ETag"].removeprefix("W/"), "*", f'"x", {found["ETag"]}'):
        ask("what the client has already", four, headers={"If-None-Match": tag})
    ask("what the client does not have", four, headers={"If-None-Match": '"x"'})


def _batches(ask: Recorder) -> None:
    path = "/api/videos/lookup"
    known = [prefix("flagged0001"), prefix("lone0000001", 6), prefix("hidden00001"), "0000"]
    ask("many prefixes", path, method="POST", body={"prefixes": known})
    ask(
        "one prefix twice, in capitals",
        path,
        method="POST",
        body={"prefixes": [known[0].upper(), f" {known[0]} "]},
    )
    for what, prefixes in (
        ("none", []),
        ("too many", [f"{n:04x}" for n in range(101)]),
        ("one that is none", ["wxyz"]),
        ("one that is no text", [1234]),
        ("no list", "abcd"),
        ("nothing", None),
    ):
        ask(f"a batch of {what}", path, method="POST", body={"prefixes": prefixes})
    malformed(ask, path)


def malformed(ask: Recorder, path: str, method: str = "POST") -> None:
    """Bodies that no endpoint takes."""
    for what, body in (
        ("no body", b""),
        ("no JSON", b"{"),
        ("no object", b"[]"),
        ("a member twice", b'{"videoId": "a", "videoId": "b"}'),
        ("a number that is none", b'{"videoId": NaN}'),
        ("no UTF-8", b'{"videoId": "\xff"}'),
        ("more than is read", b'{"videoId": "' + b"a" * 16_384 + b'"}'),
    ):
        ask(f"a body of {what}", path, method=method, body=body)
    ask("a body that is no JSON", path, method=method, body=b"a=b", media_type="text/plain")


def channels(ask: Recorder, world: World) -> None:
    """Channels by id and handle, and their histories."""
    for key in (
        GARDEN,
        SLOP,
        RIVAL,
        "@contentmine",
        "@painter",
        "@doubtful",
        "@one",
        "@slopfactory",
    ):
        ask(f"{key}, with what its score is made of", f"/api/channels/{key}?explain=1")
        ask(f"the history of {key}", f"/api/channels/{key}/history")
    found = ask("a channel", f"/api/channels/{RIVAL}")
    ask("only its headers", f"/api/channels/{RIVAL}", method="HEAD")
    ask(
        "what the client has already",
        f"/api/channels/{RIVAL}",
        headers={"If-None-Match": found["ETag"]},
    )
    ask("by a handle as it is written", "/api/channels/@CAF%C3%89_con/")
    ask("by a handle in another script", "/api/channels/@%D0%9A%D1%83%D1%85%D0%BD%D1%8F")
    ask("a channel that nobody knows", "/api/channels/UCnobodyknows")
    ask("that explained", "/api/channels/UCnobodyknows?explain=1")
    ask("its history", "/api/channels/UCnobodyknows/history")
    ask("what is no channel", "/api/channels/what%20is%20this")
    ask("what is no handle", "/api/channels/@")
    ask("the history of what is no channel", "/api/channels/what%20is%20this/history")


def users(ask: Recorder, world: World) -> None:
    """What voters may see of themselves."""
    names = ("regular 0", "few 0", "flag fully_ai 0", "contra 0", "nobody", "flag ai_assisted 0")
    for name in names:
        me = {"X-User-ID": user(name)}
        ask(f"{name}", "/api/users/me", headers=me)
        ask(f"{name}, with what trust is made of", "/api/users/me?explain=1", headers=me)
    for name in ("few 0", "twice", "nobody", "flag ai_assisted 0"):
        ask(f"all about {name}", "/api/users/me/data", headers={"X-User-ID": user(name)})
    ask("by the path", f"/api/users/{user('few 0').upper()}?explain=1")
    ask("by a path that is no id", "/api/users/xyz")
    ask(
        "the headers of a voter",
        "/api/users/me",
        method="HEAD",
        headers={"X-User-ID": user("lone")},
    )
    for path in ("/api/users/me", "/api/users/me/data", "/api/challenge"):
        ask("without an id", path)
        ask("with an id that is none", path, headers={"X-User-ID": "xyz"})
    ask("whether a proof is needed", "/api/challenge", headers={"X-User-ID": user("nobody")})


def sync(ask: Recorder, world: World) -> None:
    """The full copy in its forms, and what changed."""
    files = (
        ("the full copy", "/api/sync/full"),
        ("the compact copy", "/api/sync/compact"),
        ("everything", "/api/sync/full.ndjson.zst"),
    )
    for what, path in files:
        found = ask(what, path, headers={"Accept-Encoding": "identity"})
        a_file(ask, what, path, found)
    for what, path in files[:2]:
        for accept in ("gzip", "zstd, gzip", "gzip;q=1.0, zstd;q=0.5", "br, *;q=0.1"):
            ask(f"{what}, packed", path, headers={"Accept-Encoding": accept})
    found = ask("what the copy is", "/api/sync/manifest/")
    tag = {"If-None-Match": found["ETag"]}
    ask("what the copy is, once more", "/api/sync/manifest", headers=tag)
    ask("what is signed", "/api/sync/signed")
    ask("what is signed of a file", "/api/sync/signed/?file=compact.bin")
    ask("what is signed of no file", "/api/sync/signed?file=compact.bim")
    with override_settings(SIGNING_SEEDS=()):
        ask("what nobody signs", "/api/sync/signed")
    _pages(ask)
    _deltas(ask, found.json())


def a_file(ask: Recorder, what: str, path: str, found: Any) -> None:
    """Conditional requests for a file, and for parts of it."""
    tag, date = found["ETag"], found["Last-Modified"]
    ask(f"{what}: headers", path, method="HEAD")
    ask(f"{what}: known by its tag", path, headers={"If-None-Match": tag})
    ask(f"{what}: known by its date", path, headers={"If-Modified-Since": date})
    old = {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}
    ask(f"{what}: headers, changed since", path, method="HEAD", headers=old)
    for wanted in ("bytes=0-2", "bytes=2-2"):
        ask(f"{what}: a part", path, headers={"Range": wanted})
    ask(f"{what}: a part of the same", path, headers={"Range": "bytes=0-2", "If-Range": tag})
    ask(f"{what}: a part that is not there", path, headers={"Range": "bytes=99999999-"})


def _pages(ask: Recorder) -> None:
    path = "/api/sync/full"
    ask("from a score on", f"{path}?minScore=90")
    ask("with what has no score", f"{path}?minScore=0")
    page = ask("a page", f"{path}?limit=20")
    number = 1
    while page.json()["hasMore"]:
        number += 1
        cursor = page.json()["nextCursor"]
        page = ask(
            f"page {number}",
            f"{path}?limit=20&cursor={cursor}",
            shown=f"{path}?limit=20&cursor=<cursor>",
        )
    of_another = ask("a page from a score on", f"{path}?limit=2&minScore=80").json()["nextCursor"]
    ask(
        "a cursor of another score",
        f"{path}?cursor={of_another}",
        shown=f"{path}?cursor=<cursor>",
    )
    ask(
        "a cursor without a limit",
        f"{path}?minScore=80&cursor={of_another}",
        shown=f"{path}?minScore=80&cursor=<cursor>",
    )
    ask("a cursor of a copy that is gone", f"{path}?cursor=999999-1-0")
    for query in ("cursor=x", "limit=0", "limit=10001", "limit=x", "minScore=101", "minScore=-1"):
        ask(f"a page with {query}", f"{path}?{query}")


def _deltas(ask: Recorder, manifest: dict[str, Any]) -> None:
    path = "/api/sync/delta"
    now = manifest["builtAt"]
    day = now[:10]
    for form in ("", "&format=json", "&minScore=0", "&format=compact"):
        ask(f"today's changes{form}", f"{path}?since={day}T00:00:00Z{form}")
    ask("with an offset and a space for its plus", f"{path}?since={day}T02:00:00.5 02:00&limit=1")
    ask("nothing new", f"{path}?since={now}")
    ask("too long ago", f"{path}?since=2026-03-02T08:00:00Z")
    page = ask("a page of changes", f"{path}?since={day}T00:00:00Z&limit=15").json()
    number = 1
    while page["hasMore"]:
        number += 1
        for form in ("", "&format=compact"):
            query = f"{path}?limit=15{form}&cursor="
            found = ask(
                f"page {number} of changes{form}",
                query + page["nextCursor"],
                shown=f"{query}<cursor>",
            )
        page = found.json()
    for query in (
        "",
        "since=",
        "since=yesterday",
        "since=2026-13-01T00:00:00Z",
        "since=2026-03-02T08:00:00",
        "since=2999-01-01T00:00:00Z",
        "cursor=",
        "cursor=x",
        "cursor=999999-0",
        "cursor=1-0&limit=0",
        "cursor=1-0&limit=10001",
        "cursor=1-0&format=xml",
        "cursor=1-0&minScore=1",
        "cursor=1-0&minScore=0&format=compact",
    ):
        ask(f"changes with {query or 'nothing'}", f"{path}?{query}")


def lists(ask: Recorder, world: World) -> None:
    """Text lists in their forms."""
    for kind, forms in (
        ("channels", ("plain", "ublock", "blocktube", "freetube")),
        ("videos", ("plain", "ublock", "blocktube")),
    ):
        for form in forms:
            for score in ("", "&minScore=1", "&minScore=100"):
                ask(f"{kind} for {form}{score}", f"/api/lists/{kind}.txt?format={form}{score}")
    which = ask("which lists there are", "/api/lists")
    ask("which lists, once more", "/api/lists/", headers={"If-None-Match": which["ETag"]})
    path = "/api/lists/channels.txt"
    found = ask("a list", path)
    a_file(ask, "a list", path, found)
    made = ask("a list that is made", f"{path}?minScore=60", headers={"Accept-Encoding": "gzip"})
    ask(
        "a list that is made, packed otherwise",
        f"{path}?minScore=60",
        headers={"Accept-Encoding": "zstd"},
    )
    known = {"If-None-Match": made["ETag"], "Accept-Encoding": "gzip"}
    ask("a list that is made, known", f"{path}?minScore=60", headers=known)
    ask("packed", path, headers={"Accept-Encoding": "zstd"})
    ask("a form that is none", f"{path}?format=xml")
    ask("FreeTube's list of videos", "/api/lists/videos.txt?format=freetube")
    for score in ("0", "101", "x"):
        ask("from a score on that is none", f"{path}?minScore={score}")
    ask("a list that there is not", "/api/lists/voters.txt")


def database(ask: Recorder, world: World) -> None:
    """Exports."""
    found = ask("what the export is", "/api/database/manifest")
    tag = {"If-None-Match": found["ETag"]}
    ask("what the export is, once more", "/api/database/manifest", headers=tag)
    sql = ask("as SQL, without a format", "/api/database/export/")
    for form in ("csv", "spreadsheets", "parquet"):
        ask(f"as {form}", f"/api/database/export?format={form}")
    a_file(ask, "as SQL", "/api/database/export?format=sql", sql)
    ask("a format that is none", "/api/database/export?format=xml")
    releases = "/api/database/releases"
    (release,) = ask("which releases there are", releases).json()["releases"]
    folder = f"{releases}/{release['month']}"
    for name in ("CITATION.cff", "SHA256SUMS", "manifest.json"):
        ask("about a release", f"{folder}/{name}")
    path = f"{folder}/{release['files']['csv']['name']}"
    a_file(ask, "a release as CSV", path, ask("a release as CSV", path))
    for path in (f"{folder}/.lock", f"{releases}/2020-01/SHA256SUMS"):
        ask("what no release has", path)


def service(ask: Recorder, world: World) -> None:
    """Numbers, health, selectors; paths and methods that there are not; browsers elsewhere."""
    _give_a_sign_of_life()
    for path in ("/health/live", "/health/ready/", "/api/stats", "/api/client/selectors.json"):
        found = ask("as it is", path)
        ask("its headers", path, method="HEAD")
        if found.has_header("ETag"):
            ask("known already", path, headers={"If-None-Match": found["ETag"]})
        ask("from a page elsewhere", path, headers=BROWSER)
    for path in ("/api/nowhere", "/api", "/api/videos/abcd/efgh", "/nowhere", "/health"):
        ask("a path that there is not", path)
        ask("the same from a page elsewhere", path, headers=BROWSER)
    for path in (
        "/api/videos/abcd",
        "/api/votes",
        "/api/users/me",
        "/api/sync/full",
        "/api/appeals",
    ):
        ask("a method that there is not", path, method="PUT", body={})
        ask("what may be done", path, method="OPTIONS")
        wanted = {"Access-Control-Request-Method": "POST"}
        headers = {"Access-Control-Request-Headers": "content-type,x-user-id"}
        ask(
            "whether a page elsewhere may",
            path,
            method="OPTIONS",
            headers=BROWSER | wanted | headers,
        )
    ask("a method that nobody knows", "/api/stats", method="BREW")
    ask("the name of a request", "/health/live", headers={"X-Request-ID": "my.name_1-2"})
    ask("a name that is none", "/health/live", headers={"X-Request-ID": "no name"})
    ask(
        "a found video from a page elsewhere",
        f"/api/videos/{prefix('flagged0001')}",
        headers=BROWSER,
    )
    ask("an error from a page elsewhere", "/api/videos/xyz", headers=BROWSER)


def _give_a_sign_of_life() -> None:
    """Run the pipeline, and have health checks see it.

    They look from threads of their own, whose cache has the names of the settings.
    """
    own = cache.key_prefix  # type: ignore[attr-defined]
    cache.key_prefix = settings.CACHES["default"]["KEY_PREFIX"]  # type: ignore[attr-defined]
    call_command("advance")
    cache.key_prefix = own  # type: ignore[attr-defined]


def appeals(ask: Recorder, world: World) -> None:
    """Where appeals stand."""
    for name, token in world.tokens.items():
        ask(f"{name}", f"/api/appeals/{token}", shown="/api/appeals/<token>")
    ask("a token that nobody was given", f"/api/appeals/{NONE}")
    ask("a token that is none", "/api/appeals/xyz")
