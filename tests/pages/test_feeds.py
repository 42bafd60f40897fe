"""Feeds that readers can keep: Atom and JSON, of all, of filters, videos, channels and lists."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from channels.models import Listing, ListSource
from pages.recent import files
from sync.tasks import run_pipeline
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def flagged(crowd):
    crowd(9, "dQw4w9WgXcQ", channelHandle="@maker")
    run_pipeline()
    files.write()
    return "dQw4w9WgXcQ"


def titles(response):
    assert response["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(response.content)
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def test_the_site_each_filter_video_and_channel_has_a_feed_in_both_forms(flagged):
    said = "dQw4w9WgXcQ: Flagged as fully AI, by 9 votes of 9 independent viewers."
    for path in ("/feeds/recent.atom", "/feeds/recent.atom?order=rising&kind=fully_ai"):
        (title,) = titles(Api().get(path))
        assert title.startswith(said)
    assert titles(Api().get("/feeds/recent.atom?kind=ai_music")) == []
    assert titles(Api().get("/feeds/video/dQw4w9WgXcQ.atom")) == ["dQw4w9WgXcQ: flagged"]
    assert titles(Api().get("/feeds/channel/@maker.atom")) == []
    feed = Api().get("/feeds/recent.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = feed["items"]
    assert item["url"].endswith("/v/dQw4w9WgXcQ") and item["id"].startswith("tag:")
    assert item["tags"] == ["fully_ai"]


def test_readers_ask_again_cheaply_and_may_keep_them(flagged):
    for path in ("/feeds/recent.atom", "/feeds/recent.json", "/feeds/video/dQw4w9WgXcQ.atom"):
        first = Api().get(path)
        assert first["Cache-Control"].startswith("public, max-age=300")
        again = Api().get(path, **{"If-None-Match": first["ETag"]})
        assert again.status_code == 304 and not again.content
        assert Api().get(path, **{"Accept-Language": "de"}).content == first.content


def test_an_empty_feed_is_the_same_every_time(video_id):
    first, second = (Api().get(f"/feeds/video/{video_id}.atom") for _ in range(2))
    assert first.status_code == 200 and first.content == second.content


def test_a_hub_is_named_where_there_is_one(flagged, settings):
    assert 'rel="hub"' not in Api().get("/feeds/recent.atom")["Link"]
    settings.SITE = replace(settings.SITE, hub="https://hub.example/")
    response = Api().get("/feeds/recent.atom")
    assert '<https://hub.example/>; rel="hub"' in response["Link"]
    assert 'rel="self"' in response["Link"]
    assert '<link href="https://hub.example/" rel="hub"' in response.content.decode()
    hubs = Api().get("/feeds/recent.json").json()["hubs"]
    assert hubs == [{"type": "WebSub", "url": "https://hub.example/"}]


def test_a_list_has_a_feed_of_what_is_new_on_it():
    ListSource.objects.create(name="a list/of ours", licence="CC0-1.0")
    Listing.objects.create(source="a list/of ours", level="block", handle="slop")
    files.write()
    assert "a list/of ours" in Api().get("/lists").content.decode()
    assert titles(Api().get("/feeds/list.atom?name=a%20list/of%20ours")) == ["@slop"]
    assert Api().get("/feeds/list.atom?name=nowhere").status_code == 404


@pytest.mark.parametrize(
    "path", ["/feeds/video/!.atom", "/feeds/channel/UC!.atom", "/feeds/video/a.rss", "/v/a%20b"]
)
def test_what_is_no_id_has_none(path):
    assert Api().get(path).status_code == 404


def test_a_suspicion_is_in_no_feed(crowd):
    crowd(4, "dQw4w9WgXcQ")
    run_pipeline()
    files.write()
    for path in ("/feeds/recent.atom", "/feeds/video/dQw4w9WgXcQ.atom"):
        assert not re.search("<entry>", Api().get(path).content.decode())
