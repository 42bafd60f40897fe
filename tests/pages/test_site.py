"""The operator's look, small files, errors for people, and languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from PIL import Image

from pages import cards, words
from pages.verdicts import Verdict
from realtube import looks
from sync.tasks import run_pipeline
from tests.conftest import Api, whole

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(settings, tmp_path):
    """Changes what the operator says of the site."""

    def say(**changes):
        words._paragraphs.cache_clear()
        settings.SITE = replace(settings.SITE, **changes)
        return tmp_path

    yield say
    words._paragraphs.cache_clear()


def test_the_operators_name_colours_logo_and_words_are_on_the_pages(site, tmp_path):
    (tmp_path / "privacy.txt").write_text("Ours.\n\n<b>Really</b>.")
    (tmp_path / "privacy.de.txt").write_text("Unsere.")
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    site(name="Slop & Co", colour="#112233", texts=tmp_path, logo=tmp_path / "logo.svg")
    page = Api().get("/privacy").content.decode()
    assert "Slop &amp; Co" in page and "<p>&lt;b&gt;Really&lt;/b&gt;.</p>" in page
    assert 'href="/look.css"' in page and 'src="/logo"' in page
    assert "Unsere." in Api().get("/privacy?lang=de").content.decode()
    assert "--accent: #112233" in Api().get("/look.css").content.decode()
    assert Api().get("/logo")["Content-Type"] == "image/svg+xml"
    site(logo=tmp_path / "privacy.txt")
    assert Api().get("/logo").status_code == 404


def test_a_colour_that_is_none_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("REALTUBE_SITE_COLOUR", "red; }")
    with pytest.raises(ImproperlyConfigured, match="REALTUBE_SITE_COLOUR"):
        looks.read(tmp_path)


def test_contact_and_security_txt_say_what_the_operator_says(site):
    assert Api().get("/.well-known/security.txt").status_code == 404
    site(operator="Ada, 1 Lovelace Road", contact="ada@example.org")
    assert 'href="mailto:ada@example.org"' in Api().get("/contact").content.decode()
    said = Api().get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:ada@example.org\n" in said
    (expires,) = re.findall("Expires: (.*)", said)
    left = datetime.fromisoformat(expires) - timezone.now()
    assert 140 < left.days < 366  # RFC 9116 recommends less than a year
    site(security="https://example.org/report")
    assert "Contact: https://example.org/report" in (
        Api().get("/.well-known/security.txt").content.decode()
    )


def test_search_engines_keep_pages_of_findings_only_where_the_operator_says_so(site, crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    page = Api().get("/v/dQw4w9WgXcQ")
    assert page["X-Robots-Tag"] == "noindex" and 'content="noindex"' in page.content.decode()
    assert "Disallow: /v/" in Api().get("/robots.txt").content.decode()
    site(indexed=True)
    page = Api().get("/v/dQw4w9WgXcQ")
    assert "X-Robots-Tag" not in page and "noindex" not in page.content.decode()
    assert "Disallow: /v/" not in Api().get("/robots.txt").content.decode()


def test_the_extension_is_offered_by_stores_or_as_the_archive_that_is_here(site, tmp_path):
    site(extension=tmp_path)
    assert "no copy of the extension" in Api().get("/install").content.decode()
    (tmp_path / "realtube-1.0-chrome.zip").write_bytes(b"PK")
    (tmp_path / "realtube-1.0-sources.zip").write_bytes(b"PK")
    page = Api().get("/install").content.decode()
    assert "/install/realtube-1.0-chrome.zip" in page and "sources" not in page
    archive = Api().get("/install/realtube-1.0-chrome.zip")
    assert archive["Content-Type"] == "application/zip" and whole(archive) == b"PK"
    assert Api().get("/install/..%2Fsecret.zip").status_code == 404
    site(stores={"firefox": "https://addons.example/x"})
    assert 'href="https://addons.example/x"' in Api().get("/install").content.decode()


def test_a_card_for_sharing_is_drawn_once_and_says_what_was_found(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    page = Api().get("/v/dQw4w9WgXcQ").content.decode()
    (address,) = re.findall(r'property="og:image" content="http://testserver([^"]+)"', page)
    assert address == "/card/video-ai-votes.png"
    response = Api().get(address)
    picture = Image.open(BytesIO(whole(response)))
    assert picture.size == (cards.WIDTH, cards.HEIGHT)
    path, _ = cards.file_of("video-ai-votes")
    drawn = path.stat().st_mtime_ns
    Api().get(address)
    assert path.stat().st_mtime_ns == drawn
    assert Api().get("/card/video-ai-nobody.png").status_code == 404


@pytest.mark.slow
def test_each_verdict_has_a_card():
    for kind in ("video", "channel"):
        for verdict in (Verdict("ai", "votes"), Verdict("ai", "robots"), Verdict("", "")):
            assert cards.name_of(kind, verdict) in cards.NAMES
        for what, by in cards._SAID:
            assert len(cards.draw(cards.name_of(kind, Verdict(what, by)), "X", "#b3261e")) < 60_000


def test_people_get_pages_for_errors_and_programs_json():
    person = {"Accept": "text/html,*/*"}
    for path in ("/nowhere", "/v/a%20b", "/feeds/nothing.atom"):
        page = Api().get(path, **person)
        assert page.status_code == 404 and "There is nothing here" in page.content.decode()
    assert Api().get("/nowhere").json()["error"]["code"] == "NOT_FOUND"
    assert Api().get("/api/nowhere", **person).json()["error"]["code"] == "NOT_FOUND"


def test_too_many_pages_of_videos_are_refused_in_words(settings):
    settings.LIMITS = {**settings.LIMITS, "lookup": 1}
    api = Api()
    api.get("/v/dQw4w9WgXcQ")
    refused = api.get("/v/dQw4w9WgXcQ")
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
    assert "That was a lot at once" in refused.content.decode()
    assert api.get("/recent").status_code == 200


def test_a_page_speaks_the_language_of_the_address_or_else_of_the_browser(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    german = Api().get("/v/dQw4w9WgXcQ", **{"Accept-Language": "de-AT,en;q=0.5"})
    assert '<html lang="de">' in german.content.decode()
    assert "Accept-Language" in german["Vary"] and "private" in german["Cache-Control"]
    arabic = Api().get("/v/dQw4w9WgXcQ?lang=ar", **{"Accept-Language": "de"})
    body = arabic.content.decode()
    assert '<html lang="ar" dir="rtl">' in body and "public" in arabic["Cache-Control"]
    # Its links stay in that language; its others lead to each of the rest.
    assert 'href="/recent?lang=ar"' in body
    assert {f"lang={code}" for code, _ in configured.LANGUAGES} <= set(
        re.findall(r"lang=[a-z-]+", body)
    )
    assert '<html lang="en">' in Api().get("/?lang=xx").content.decode()


def test_pages_are_served_by_any_name_but_nothing_of_a_strangers_name_is_kept(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    for path in ("/", "/v/dQw4w9WgXcQ", "/feeds/recent.atom", "/robots.txt"):
        response = Api().get(path, Host="evil.example")
        assert response.status_code == 200
        assert "evil.example" not in response.content.decode() + str(response.headers)
