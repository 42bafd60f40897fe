"""Text lists: what they hold, and that our own importer reads them back."""

from __future__ import annotations

import gzip
import json

import pytest
import zstandard
from django.core.management import call_command

from channels import blocklists
from channels.models import Channel, DirtyChannel, Listing, ListSource
from sync.models import Revision
from sync.snapshot import lists, snapshot
from sync.tasks import run_pipeline
from tests.conftest import whole
from tests.sync.test_snapshot import made_up

pytestmark = pytest.mark.django_db(transaction=True)


def unzstd(data):
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


UNPACKED = {"gzip": gzip.decompress, "zstd": unzstd}
FORMATS = sorted(lists.FORMS["channels"])
CHANNELS = {
    ("UC" + "a" * 22, None): 100,
    ("UC" + "b" * 22, "some.handle"): 95,
    (None, "only-handle"): 80,
    (None, "日本語ハンドル"): 80,
    ("UC-_" + "c" * 20, "œuvre"): 79.99,
    (None, "quiet"): 10,
}


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)


@pytest.fixture
def channels():
    Revision.objects.create()
    Channel.objects.bulk_create(
        Channel(channel_id=channel_id, handle=handle, score=score)
        for (channel_id, handle), score in CHANNELS.items()
    )
    snapshot.build()


def names(min_score):
    found = set()
    for (channel_id, handle), score in CHANNELS.items():
        if score >= min_score:
            found |= {name for name in (channel_id, handle and f"@{handle}") if name}
    return found


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("min_score", [1, 79, 80, 100])
def test_every_format_is_read_back_by_the_importer(api, channels, form, min_score):
    answer = api.get(f"/api/lists/channels.txt?format={form}&minScore={min_score}")
    parsed = blocklists.parse(whole(answer))
    assert parsed.format == {"ublock": "adblock"}.get(form, form)
    assert parsed.rejects == []
    assert {e.channel_id or f"@{e.handle}" for e in parsed.entries} == names(min_score)


@pytest.mark.parametrize("form", FORMATS)
def test_a_list_survives_the_round_trip_through_import_blocklist(api, channels, form, tmp_path):
    body = whole(api.get(f"/api/lists/channels.txt?format={form}&minScore=1"))
    (tmp_path / "list").write_bytes(body)
    Channel.objects.all().delete()
    call_command("import_blocklist", str(tmp_path / "list"), "--source=s", "--level=block")
    assert Listing.objects.count() == len(names(1))
    run_pipeline()
    assert not DirtyChannel.objects.exists()
    again = Channel.objects.filter(score=80, auto_flag_new=True)
    assert {channel.key for channel in again} == names(1)
    snapshot.build()
    second = whole(api.get(f"/api/lists/channels.txt?format={form}&minScore=80"))
    assert {e.channel_id or f"@{e.handle}" for e in blocklists.parse(second).entries} == names(1)


@pytest.mark.parametrize("form", ["plain", "ublock", "blocktube"])
def test_the_header_says_what_it_is(api, channels, form):
    answer = api.get(f"/api/lists/channels.txt?format={form}&minScore=80")
    text = whole(answer).decode()
    revision = Revision.objects.get().number
    assert "Also from" not in text
    for fact in ("Count: 4", f"Revision: {revision} of 20", "Licence: ODbL-1.0"):
        assert fact in text
    assert answer["Cache-Control"] == "public, max-age=900"
    again = api.get(
        f"/api/lists/channels.txt?format={form}&minScore=80", **{"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    other = api.get(f"/api/lists/channels.txt?format={form}&minScore=81")
    assert other["ETag"] != answer["ETag"]


@pytest.mark.parametrize("form", ["plain", "ublock", "blocktube"])
def test_the_header_names_imported_lists_with_their_licences(api, form):
    ListSource.objects.create(name="list", licence="CC BY-NC 4.0")
    Listing.objects.create(source="list", level="block", handle="slop")
    Channel.objects.create(handle="slop", score=80)
    Revision.objects.create()
    snapshot.build()
    body = whole(api.get(f"/api/lists/channels.txt?format={form}"))
    assert blocklists.parse(body).licence == "ODbL-1.0; list: CC BY-NC 4.0"
    assert b"Also from list, licence CC BY-NC 4.0" in body
    assert api.get("/api/sync/manifest").json()["lists"] == [
        {"name": "list", "licence": "CC BY-NC 4.0"}
    ]


def test_the_default_is_plain_from_80_on(api, channels):
    given = api.get("/api/lists/channels.txt")
    body = whole(given)
    assert body == whole(api.get("/api/lists/channels.txt?format=plain&minScore=80"))
    assert given["Content-Type"] == "text/plain; charset=utf-8"
    rows = [line for line in body.decode().splitlines() if line[0] != "#"]
    assert set(rows) == names(80)
    assert rows[0] == "UC" + "a" * 22


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_list_is_whole(api, form):
    answer = api.get(f"/api/lists/channels.txt?format={form}")
    assert answer.status_code == 200
    if "json" in answer["Content-Type"]:
        json.loads(whole(answer))


def test_a_ublock_rule_matches_the_handle_alone(api, channels):
    text = whole(api.get("/api/lists/channels.txt?format=ublock&minScore=80")).decode()
    assert 'a[href="/@only-handle" i]' in text
    assert 'a[href^="/@only-handle/" i]' in text
    assert "%E6%97%A5%E6%9C%AC%E8%AA%9E" in text  # as YouTube writes it in links


def test_videos_by_score(api):
    made_up(300)
    rows = whole(api.get("/api/lists/videos.txt?minScore=99")).decode().splitlines()
    assert sorted(r for r in rows if r[0] != "#") == sorted(
        f"made{n:06}" for n in range(300) if n % 101 >= 99
    )
    blocktube = json.loads(whole(api.get("/api/lists/videos.txt?format=blocktube")))
    ids = [v for v in blocktube["filterData"]["videoId"] if not v.startswith("//")]
    assert len(ids) == sum(n % 101 >= 50 for n in range(300))


def test_no_more_than_the_cap_and_it_says_so(api, monkeypatch):
    monkeypatch.setattr(lists, "CAP", 20)
    made_up(300)
    text = whole(api.get("/api/lists/videos.txt?minScore=1")).decode()
    assert sum(line[0] != "#" for line in text.splitlines()) == 20
    assert "Only the 20 highest scores" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("channels.txt?format=xml", 400),
        ("channels.txt?minScore=0", 400),
        ("channels.txt?minScore=101", 400),
        ("channels.txt?minScore=a", 400),
        ("videos.txt?format=freetube", 400),
        ("voters.txt", 404),
    ],
)
def test_what_there_is_not_is_refused(api, path, status):
    assert api.get(f"/api/lists/{path}").status_code == status


@pytest.mark.parametrize("query", ["", "?format=ublock", "?format=blocktube&minScore=10"])
@pytest.mark.parametrize("accepted", UNPACKED)
def test_a_list_comes_compressed_with_a_strong_tag_of_its_bytes(api, channels, query, accepted):
    """A node without nginx: the same list has the same contents in each encoding."""
    path = f"/api/lists/channels.txt{query}"
    plain, answer = api.get(path), api.get(path, **{"Accept-Encoding": accepted})
    assert answer["Content-Encoding"] == accepted
    assert "Accept-Encoding" in answer["Vary"]
    assert UNPACKED[accepted](whole(answer)) == whole(plain)
    tags = {plain["ETag"], answer["ETag"]}
    assert len(tags) == 2 and not any(tag.startswith("W/") for tag in tags)
    again = api.get(path, **{"Accept-Encoding": accepted, "If-None-Match": answer["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, answer["ETag"])
