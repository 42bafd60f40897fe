"""What was found lately: who is shown, in which order, and what a stranger learns."""

from __future__ import annotations

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels.blocklists import Entry
from channels.imports import import_listings
from channels.models import ListSource
from common import errors
from pages.recent import choosing, files, ranking
from pages.recent.choosing import Wanted
from sync.tasks import run_pipeline
from tests.conftest import Api
from votes.moderation import appeals
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)


def listed(order="newest"):
    files.write()
    return [it["key"] for it in files.read().sorted_by(order)]


def test_newer_busier_and_clearer_rises():
    base = {"age_h": 5, "votes_an_hour": 2, "agreement": 0.8}
    rank = ranking.rising(**base)
    assert ranking.rising(**{**base, "age_h": 5 + ranking.HALF_LIFE_H}) == pytest.approx(rank / 2)
    assert ranking.rising(**{**base, "votes_an_hour": 3}) > rank
    assert ranking.rising(**{**base, "agreement": 0.9}) > rank
    assert ranking.agreement(ai=0, disputes=0) == 0.5
    assert ranking.agreement(ai=9, disputes=0) > ranking.agreement(ai=90, disputes=30)


def test_even_sides_and_many_voters_are_most_disputed():
    assert ranking.disputed(ai=10, disputes=10) > ranking.disputed(ai=10, disputes=2)
    assert ranking.disputed(ai=20, disputes=20) > ranking.disputed(ai=10, disputes=10)
    assert ranking.disputed(ai=10, disputes=0) == ranking.disputed(ai=0, disputes=0) == 0


entries = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["video", "channel"]), st.text("ab", max_size=3)),
    unique_by=lambda it: it[1:],
).map(
    lambda rows: [
        {"order": order, "kind": kind, "key": key, "category": "", "by": "votes"}
        for order, kind, key in sorted(rows, reverse=True)
    ]
)


@given(entries, st.integers(1, 4), st.sampled_from(["", "video"]))
def test_pages_have_everything_once_also_when_something_is_new(found, size, of):
    wanted, cursor, seen = Wanted(of=of), "", []
    while True:
        some, cursor = choosing.page(found, wanted, cursor, size=size)
        seen += some
        if not cursor:
            break
        found = [{**found[0], "order": 10, "key": f"new{len(seen)}", "kind": "video"}, *found]
    assert seen == [it for it in found if not of or it["kind"] == of if it["order"] < 10]


@pytest.mark.parametrize("cursor", ["!", "e30", "WzEsMl0", "W1tdLCJhIiwiYiJd"])
def test_a_cursor_of_somebody_elses_is_refused(cursor):
    with pytest.raises(errors.InvalidParam):
        choosing.page([], Wanted(), cursor)
    assert Api().get(f"/recent?cursor={cursor}").status_code == 400


def test_a_suspicion_is_not_shown_and_what_is_flagged_is(crowd):
    crowd(4, "suspected00")
    crowd(9, "flagged0000")
    run_pipeline()
    for order in ("newest", "rising"):
        assert listed(order) == ["flagged0000"]
    assert listed("disputed") == listed("cleared") == []


def test_who_appealed_is_shown_nowhere_until_somebody_has_decided(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    assert listed() == ["dQw4w9WgXcQ"]
    appeal = appeals.file_appeal(target_type="video", target_id="dQw4w9WgXcQ", reason="I paint")
    assert listed() == listed("rising") == []
    decide_video(actor="m", action="lock_human", video_id="dQw4w9WgXcQ", reason="r")
    run_pipeline()
    appeal.refresh_from_db()
    assert listed() == [] and listed("cleared") == ["dQw4w9WgXcQ"]
    page = Api().get("/recent?order=cleared").content.decode()
    assert "A moderator confirmed: human." in page


def test_an_imported_list_does_not_crowd_out_what_viewers_found(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    entries = [Entry(None, f"listed{n}", None, n) for n in range(60)]
    import_listings(
        source="list",
        level="block",
        entries=entries,
        now=timezone.now(),
        dry_run=False,
        progress=lambda _: None,
        use=ListSource.Use.PASSED_ON,
    )
    run_pipeline()
    found = listed()
    assert "dQw4w9WgXcQ" in found and len(found) == 51
    assert Api().get("/recent?of=channel&by=list").content.decode().count("/c/@listed") == 30


def test_a_dispute_is_shown_of_what_was_flagged_alone(crowd):
    crowd(12, "dQw4w9WgXcQ")
    run_pipeline()
    crowd(9, "dQw4w9WgXcQ", "not_ai")
    crowd(6, "suspected00")
    run_pipeline()
    crowd(6, "suspected00", "not_ai")
    run_pipeline()
    assert listed("disputed") == ["dQw4w9WgXcQ"]


def test_the_file_is_written_in_few_statements_whatever_there_is(
    crowd, django_assert_max_num_queries
):
    for n in range(5):
        crowd(9, f"flagged000{n}", channelHandle=f"@maker{n}")
    run_pipeline()
    files.write()
    with django_assert_max_num_queries(14):
        files.write()


def test_a_file_that_is_broken_shows_nothing_and_is_written_anew(crowd):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    assert files.write_if_due() and not files.write_if_due()
    for broken in (b"", b"[1]", b'{"newest": {}, "unknown": 1}'):
        files.path().write_bytes(broken)
        assert files.read() == files.NOTHING
        assert Api().get("/recent").status_code == 200
    assert listed() == ["dQw4w9WgXcQ"]


def test_pages_of_files_ask_the_database_nothing(crowd, django_assert_num_queries):
    crowd(9, "dQw4w9WgXcQ")
    run_pipeline()
    files.write()
    api = Api()
    with django_assert_num_queries(0):
        for path in (
            *("/", "/recent", "/recent?order=rising&kind=fully_ai", "/feeds/recent.atom"),
            *("/feeds/recent.json", "/transparency", "/transparency.csv", "/lists", "/status"),
            *("/about", "/privacy", "/contact", "/install", "/data", "/changelog", "/robots.txt"),
        ):
            assert api.get(path).status_code == 200, path


def test_a_page_of_a_video_or_channel_takes_few_statements(crowd, django_assert_max_num_queries):
    crowd(9, "dQw4w9WgXcQ", channelHandle="@maker")
    run_pipeline()
    for path in ("/v/dQw4w9WgXcQ", "/c/@maker"):
        with django_assert_max_num_queries(7):
            assert Api().get(path).status_code == 200
        with django_assert_max_num_queries(0):  # from the cache
            assert Api().get(path).status_code == 200
