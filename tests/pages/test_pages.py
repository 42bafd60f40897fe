"""What a visitor reads on the pages, without a script."""

from __future__ import annotations

import pytest

from common import ids
from pages.recent import files
from sync.tasks import run_pipeline
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)

EVERY = (
    *("/", "/recent", "/transparency", "/lists", "/data", "/privacy", "/contact", "/about"),
    *("/install", "/changelog", "/status", "/jury", "/appeal"),
)


def text(path, api=None, **headers):
    response = (api or Api()).get(path, **headers)
    assert response.status_code == 200, (path, response.content[:300])
    return response.content.decode()


@pytest.mark.parametrize("path", EVERY)
def test_every_page_answers_on_a_new_site(path):
    assert "<h1" in text(path) or path == "/jury"


def test_a_flagged_video_has_a_page_that_says_why(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    page = text("/v/dQw4w9WgXcQ")
    assert "Flagged as fully AI, by 9 votes of 9 independent viewers." in page
    assert "100 × 2.7 / (2.7 + 0 + 1.5) = 64.29" in page
    assert "tells this server which video" in page
    assert 'aria-label="How its standing changed"' in page
    assert "/appeal?target=dQw4w9WgXcQ" in page


def test_a_video_that_is_merely_suspected_is_no_suspect(crowd):
    crowd(3, "dQw4w9WgXcQ")
    run_pipeline()
    page = text("/v/dQw4w9WgXcQ")
    assert "Not flagged." in page
    for hint in ("37.5", "fully AI", "suspected", 'aria-label="How its standing'):
        assert hint not in page


def test_what_nobody_spoke_of_says_so(video_id):
    for path in (f"/v/{video_id}", "/c/@nobody"):
        response = Api().get(path)
        assert response.status_code == 404
        assert "Nobody has reported this" in response.content.decode()
        assert response["X-Robots-Tag"] == "noindex"


def test_the_look_up_answers_in_words_and_learns_four_characters(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    found = Api().get(f"/look/{ids.video_hash('dQw4w9WgXcQ')[:4]}").json()["videos"]
    said = found["dQw4w9WgXcQ"]["said"]
    assert said.startswith("Flagged as fully AI, by 9 votes of 9 independent viewers.")
    assert Api().get("/look/5f6b5").status_code == 404


def test_without_a_script_the_first_page_answers(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    page = text("/?video=https://youtu.be/dQw4w9WgXcQ")
    assert "Flagged as fully AI" in page and 'href="/v/dQw4w9WgXcQ"' in page
    assert "Nobody has reported this channel." in text("/?video=@somebody")
    assert "Only YouTube knows" in text("/?video=youtube.com/c/maker")


def test_what_was_flagged_is_on_the_first_page_and_in_recent(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    files.write()
    for path in ("/", "/recent", "/recent?order=rising", "/recent?of=video&kind=fully_ai&by=votes"):
        assert 'href="/v/dQw4w9WgXcQ"' in text(path), path
    assert 'href="/v/dQw4w9WgXcQ"' not in text("/recent?by=jury")
    assert Api().get("/recent?order=best").status_code == 400
