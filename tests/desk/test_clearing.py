"""One decision clears a channel and its videos, after a preview, and can be taken back as one."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Channel
from common.db import execute
from desk import batches, clearing
from desk import services as desk_services
from desk.models import Batch
from sync import pipeline
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.desk.test_pages import page, text
from videos.models import Video
from votes.models import Case, Decision
from votes.moderation import appeals, cases, decisions
from votes.moderation.actions import Refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def appealed(farm):
    """A channel with ten flagged videos, and its creator's appeal."""
    farm(10)
    assert set(scores().values()) > {60} or min(scores().values()) >= 50
    appeal = appeals.file_appeal(target_type="channel", target_id="@farm", reason="I paint")
    return Case.objects.get(pk=appeal.case_id)


def finish():
    """Let the worker go on until nothing is left, however long one of its runs may take."""
    while batches.run():
        pass


def scores():
    run_pipeline()
    return dict(Video.objects.order_by("pk").values_list("pk", "score"))


def begin(browser, case=None, **written):
    """Ask for the clearing of @farm; the address of its preview."""
    query = f"?channel=%40farm{f'&case={case.pk}' if case else ''}"
    return browser.post(f"/admin/desk/batch/clear/{query}", written)


def confirm(actor="mod", **more):
    """Draft and confirm the clearing of @farm without a page; its decision."""
    batch = clearing.draft(actor=actor, key="@farm")
    return clearing.confirm(batch.pk, actor=actor, reason="a painter", also=(), **more)


def groups(browser, url):
    """What the preview says of how many videos: now, how many, then."""
    found = text(browser.get(url)).split("What becomes of its videos")[1].split("</table>")[0]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", found)
    return [tuple(cells[n : n + 3]) for n in range(0, len(cells), 3)]


def test_a_granted_appeal_frees_the_channel_and_its_videos(desk, appealed):
    browser = desk()
    shown = text(browser.get(page(appealed)))
    assert "Clear channel and its videos…" in shown
    draft = begin(browser, appealed, reason="I saw the brushes.")
    assert groups(browser, draft.url) == [
        ("Flagged by votes", "10", "locked as human, score 0"),
    ]
    preview = text(browser.get(draft.url))
    assert "nothing has been changed yet" in preview
    assert "I saw the brushes." in preview
    assert preview.count("locked as human</td>") == 10
    assert not Decision.objects.exists()
    filled = {"reason": "I saw the brushes.", "answer": "Sorry!"}
    assert browser.post(draft.url, filled).status_code == 302
    made = Decision.objects.get()
    assert (made.action, made.after) == ("clear_channel", {"standing": "cleared", "videos": 10})
    appealed.refresh_from_db()
    assert (appealed.state, appealed.outcome, appealed.decision) == (
        "closed",
        "clear_channel",
        made,
    )
    assert appealed.appeals.get().answer == "Sorry!"
    finish()
    assert set(scores().values()) == {0}
    channel = Channel.objects.get()
    assert (channel.score, channel.flagged_videos, channel.locked) == (0, 0, True)
    assert "10 of 10" in text(browser.get(draft.url))
    parts = Decision.objects.filter(part_of=made)
    assert set(parts.values_list("action", "reason", "actor")) == {
        ("lock_human", "I saw the brushes.", "moderator")
    }
    one = text(browser.get(f"/admin/votes/decision/{parts.first().pk}/change/"))
    assert f'Part of <a href="/admin/votes/decision/{made.pk}/change/">' in one


def test_what_moderators_locked_and_what_is_disputed_stays_unless_it_is_ticked(desk, farm, crowd):
    farm(3)
    decisions.decide_video(actor="m", action="lock_ai", video_id="farm000000", reason="r")
    decisions.decide_video(actor="m", action="lock_human", video_id="farm000001", reason="r")
    crowd(2, "farm000002", channelHandle="@other")
    farm(1, name="quiet", voters=3)
    Video.objects.filter(pk="farm000001").update(locked=True, verdict="human")
    run_pipeline()
    browser = desk()
    draft = begin(browser)
    assert groups(browser, draft.url) == [
        ("Reported, but not flagged", "1", "locked as human, score 0"),
        ("Locked as AI by a moderator", "1", "as it is, unless you tick it below"),
        ("Rival claims about whose it is", "1", "as it is, unless you tick it below"),
        ("Locked as human already", "1", "as it is"),
    ]
    before = scores()
    browser.post(draft.url, {"reason": "r"})
    finish()
    assert scores() == before | {"quiet000000": 0}
    again = begin(browser)
    assert "Also what moderators locked as AI (1)" in text(browser.get(again.url))
    browser.post(again.url, {"reason": "r", "locked": "on", "contested": "on"})
    finish()
    assert set(scores().values()) == {0}


def test_cleared_videos_stay_clear_and_later_ones_are_judged_by_themselves(farm, crowd):
    videos = farm(2)
    confirm()
    finish()
    crowd(9, videos[0], channelHandle="@another")  # whose it is decides nothing
    crowd(9, videos[1])
    farm(1, name="slop")  # nor is what voters claim for the channel cleared with it
    found = scores()
    assert (found[videos[0]], found[videos[1]]) == (0, 0)
    assert found["slop000000"] >= 50
    before = list(Video.objects.order_by("pk").values())
    Video.objects.all().delete()
    Channel.objects.all().delete()
    pipeline.rebuild(lambda done: None)
    assert [row | {"revision": 0} for row in Video.objects.order_by("pk").values()] == [
        row | {"revision": 0} for row in before
    ]


def test_it_is_taken_back_as_one_and_that_is_taken_back_too(desk, appealed):
    before = scores()
    decisions.decide_video(actor="m", action="lock_ai", video_id="farm000003", reason="r")
    batch = clearing.draft(actor="mod", key="@farm", case_id=appealed.pk)
    run_pipeline()
    batch = clearing.draft(actor="mod", key="@farm", case_id=appealed.pk)
    made = clearing.confirm(batch.pk, actor="mod", reason="r", also=["locked"])
    finish()
    assert set(scores().values()) == {0}
    browser = desk()
    log = f"/admin/votes/decision/{made.pk}/change/"
    assert "10 of 10 are through" in text(browser.get(log))
    assert browser.post(log, {"reason": "a mistake"}).status_code == 302
    undone = Decision.objects.get(reverses=made)
    assert undone.action == "unlock_channel"
    finish()
    assert scores() == before | {"farm000003": 95}
    assert set(undone.parts.values_list("action", flat=True)) == {"unlock", "lock_ai"}
    appealed.refresh_from_db()
    assert appealed.state == "open"
    desk_services.reverse(actor="m", decision_id=undone.pk, reason="r")
    finish()
    assert set(scores().values()) == {0}


def test_what_was_decided_later_about_a_video_stays(appealed):
    made = confirm()
    finish()
    decisions.decide_video(actor="m", action="lock_ai", video_id="farm000003", reason="new")
    desk_services.reverse(actor="m", decision_id=made.pk, reason="r")
    finish()
    found = scores()
    assert found.pop("farm000003") == 95
    assert all(50 <= score < 95 for score in found.values())
    assert list(Batch.objects.latest("pk").failed) == ["farm000003"]


def test_what_is_locked_as_ai_after_the_preview_stays_so(appealed):
    batch = clearing.draft(actor="mod", key="@farm")
    decisions.decide_video(actor="m", action="lock_ai", video_id="farm000003", reason="seen")
    clearing.confirm(batch.pk, actor="mod", reason="a painter", also=())
    decisions.decide_video(actor="m", action="lock_ai", video_id="farm000004", reason="seen")
    finish()
    found = scores()
    assert (found.pop("farm000003"), found.pop("farm000004")) == (95, 95)
    assert set(found.values()) == {0}
    assert list(Batch.objects.get().failed) == ["farm000003", "farm000004"]


def test_taking_it_back_while_it_runs_stops_it(desk, appealed):
    before = scores()
    made = confirm()
    for _ in range(7):
        batches._step()
    desk_services.reverse(actor="m", decision_id=made.pk, reason="r")
    stopped = Batch.objects.get(decision=made)
    finish()
    stopped.refresh_from_db()
    assert stopped.done == 7
    assert scores() == before
    shown = text(desk().get(f"/admin/desk/batch/{stopped.pk}/change/"))
    assert "Stopped, because the decision was taken back: 7 of 10" in shown


def test_a_case_that_another_has_is_not_granted(desk, appealed):
    browser = desk()
    draft = begin(browser, appealed)
    cases.claim(appealed.pk, actor="other")
    refused = browser.post(draft.url, {"reason": "r"})
    assert refused.status_code == 409
    assert "Other is working on this case" in text(refused)
    assert not Decision.objects.exists()
    assert batches.run() == 0
    assert not Decision.objects.exists()


def test_only_those_clear_who_may_decide_about_both_and_about_many(desk, appealed):
    viewer = desk("viewer")
    assert "and its videos…" not in text(viewer.get(page(appealed)))
    assert begin(viewer).status_code == 403
    moderator = desk()
    assert moderator.get("/admin/desk/batch/clear/?channel=@farm").status_code == 403
    draft = begin(moderator)
    assert desk(name="second").post(draft.url, {"reason": "r"}).status_code == 302
    assert not Decision.objects.exists()
    for query in ("", "?channel=@nobody", "?channel=%00", "?channel=@farm&case=x"):
        assert moderator.post(f"/admin/desk/batch/clear/{query}").status_code == 302


def test_a_draft_answers_only_a_case_about_its_channel(appealed, farm):
    farm(1, handle="other", name="other")
    batch = clearing.draft(actor="m", key="@other", case_id=appealed.pk)
    assert batch.case is None


def test_a_channel_that_is_cleared_already_can_still_have_its_videos_cleared(appealed):
    desk_services.decide_case(
        actor="m", action="clear_channel", case_id=appealed.pk, reason="the channel alone"
    )
    run_pipeline()
    assert min(scores().values()) >= 50
    made = confirm()
    assert made.before == {"standing": "cleared"}
    finish()
    assert set(scores().values()) == {0}
    desk_services.reverse(actor="m", decision_id=made.pk, reason="r")
    finish()
    assert min(scores().values()) >= 50
    assert Channel.objects.get().locked


# Django's own way of writing so many takes fifteen seconds.
COPIES = """
INSERT INTO videos_video
SELECT (jsonb_populate_record(v, jsonb_build_object(
  'video_id', 'large' || lpad(n::text, 6, '0'), 'hash', lpad(to_hex(n), 64, '0')))).*
FROM videos_video v, generate_series(0, %(n)s - 1) n
"""


@pytest.fixture
def large(farm):
    """A channel of ten thousand videos and twelve."""
    farm(1)
    Video.objects.update(score=60, evidence_score=60)
    execute(COPIES, {"n": 10_011})


def test_ten_thousand_videos_cost_the_request_no_more_statements(desk, large):
    browser = desk()
    asked = []
    for url in ("?channel=%40farm", None):
        with CaptureQueriesContext(connection) as seen:
            if url:
                draft = browser.post(f"/admin/desk/batch/clear/{url}")
            else:
                shown = text(browser.get(draft.url))
        asked.append(len(seen))
    assert max(asked) <= 20, asked
    assert "One decision takes 10000 videos at most" in shown
    assert "12 are left as they are" in shown
    assert "1–50 of 10000" in shown
    assert "9951–10000 of 10000" in text(browser.get(f"{draft.url}?page=200"))
    with CaptureQueriesContext(connection) as seen:
        assert browser.post(draft.url, {"reason": "r"}).status_code == 302
    assert len(seen) <= 40, len(seen)
    assert Decision.objects.count() == 1
    with CaptureQueriesContext(connection) as first:
        batches._step()
    Batch.objects.update(done=9_999)
    with CaptureQueriesContext(connection) as last:
        batches._step()
    assert len(first) == len(last)
    assert Decision.objects.count() == 3


def test_a_reversal_of_a_part_is_refused_nobody(appealed):
    made = confirm()
    finish()
    part = Decision.objects.get(part_of=made, target_id="farm000000")
    desk_services.reverse(actor="m", decision_id=part.pk, reason="this one is AI")
    assert scores()["farm000000"] >= 50
    with pytest.raises(Refused, match="already"):
        desk_services.reverse(actor="m", decision_id=part.pk, reason="again")
    desk_services.reverse(actor="m", decision_id=made.pk, reason="all")
    finish()
    assert list(Batch.objects.latest("pk").failed) == ["farm000000"]
    assert min(scores().values()) >= 50


def test_what_the_appeal_says_over_the_api_is_true_at_each_moment(appealed):
    token = appealed.appeals.get().pk

    def now():
        run_pipeline()
        return Api().get(f"/api/appeals/{token}").json()["now"]

    flagged = {"videos": 10, "flaggedVideos": 10}
    assert now() == {"flagged": True, **flagged}
    confirm()
    assert now() == {"flagged": False, **flagged}
    finish()
    assert now() == {"flagged": False, "videos": 10, "flaggedVideos": 0}


def test_videos_that_voters_say_are_of_an_id_too_are_offered_and_told_as_they_stand(
    desk, crowd, tmp_path
):
    """Most lists have handles alone, and voters name both: the videos are the id's."""
    listed = tmp_path / "list.txt"
    listed.write_text("@painter\n")
    call_command("import_blocklist", str(listed), "--level=block", "--source=l", verbosity=0)
    known_as = {"channelHandle": "@painter", "channelId": "UC" + "p" * 22}
    for n in range(4):
        crowd(9, f"painted{n}", **known_as)
    run_pipeline()
    appeal = appeals.file_appeal(target_type="channel", target_id="@painter", reason="I paint")
    browser = desk()
    assert "Clear channel and its videos…" in text(browser.get(page(appeal.case)))
    draft = browser.post(f"/admin/desk/batch/clear/?channel=%40painter&case={appeal.case_id}")
    assert groups(browser, draft.url) == [
        (
            "Of this handle and of an id that is not tied to it",
            "4",
            "as it is, unless you tick it below",
        )
    ]
    tie = Case.objects.get(kind="tie")
    assert f'/admin/votes/case/{tie.pk}/change/">{known_as["channelId"]} @painter' in text(
        browser.get(draft.url)
    )
    browser.post(draft.url, {"reason": "r"})
    finish()
    run_pipeline()
    told = Client().get(f"/appeal/{appeal.pk}").content.decode()
    assert "the channel is cleared. Videos still flagged: 4 of 4." in told
    again = browser.post("/admin/desk/batch/clear/?channel=%40painter")
    browser.post(again.url, {"reason": "r", "untied": "on"})
    finish()
    assert set(scores().values()) == {0}
    told = Client().get(f"/appeal/{appeal.pk}").content.decode()
    assert "the channel is cleared, and none of its videos is flagged." in told


def test_videos_that_anybody_adds_a_cleared_handle_to_are_not_cleared_unseen(crowd, farm):
    farm(2)
    crowd(9, "slop", channelHandle="@farm", channelId="UC" + "s" * 22)
    run_pipeline()
    confirm()
    finish()
    assert scores()["slop"] >= 50
