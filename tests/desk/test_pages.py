"""The pages of the desk: what they show, what they change, for whom, and at what cost."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from channels.models import Channel, DirtyChannel, Listing, ListSource
from channels.services import decide_channel
from desk import batches, evidence, voters
from desk.models import Batch, VotersOf
from desk.tasks import count_activity, lay_out_voters
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.desk.clips import bring_clips
from videos.models import Video
from votes import brakes
from votes.models import (
    Appeal,
    Case,
    Cluster,
    Decision,
    GoldItem,
    Juror,
    Membership,
    Panel,
    Vote,
    Voter,
)
from votes.moderation import appeals, decisions, warnings

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = "<script>alert(1)</script>\u202e\u2066'\"><img src=x onerror=alert(2)>"


def text(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


@pytest.fixture
def case(crowd):
    """Somebody appeals against a flag."""
    crowd(4, "v1", channelHandle="@maker")
    run_pipeline()
    appeal = appeals.file_appeal(target_type="video", target_id="v1", reason="I made this")
    return Case.objects.get(pk=appeal.case_id)


def offered(browser, url):
    """The decisions for which a page has a button."""
    return re.findall(r'name="action" value="(\w+)"', browser.get(url).content.decode())


def page(case):
    return f"/admin/votes/case/{case.pk}/change/"


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("v1", True),
        ("https://www.youtube.com/watch?v=abcdefghijk&t=3", "abcdefghijk"),
        ("youtu.be/abcdefghijk", "abcdefghijk"),
        ("@maker", True),
        ("HASH4", True),
        ("HASH64", True),
        ("nothere", False),
        ("%", False),
    ],
)
def test_a_video_is_found_by_whatever_was_pasted(desk, case, crowd, pasted, found):
    crowd(1, "abcdefghijk")
    run_pipeline()
    whole = Video.objects.get(pk="v1").hash
    pasted = {"HASH4": whole[:4], "HASH64": whole}.get(pasted, pasted)
    listed = text(desk().get("/admin/videos/video/", {"q": pasted}))
    assert ("/admin/videos/video/v1/change/" in listed) == (found is True)
    assert ("/admin/videos/video/abcdefghijk/change/" in listed) == (found == "abcdefghijk")


def test_channels_voters_and_listings_are_found_too(desk, case):
    Listing.objects.create(source="list", level="block", handle="maker")
    voter = Voter.objects.first()
    browser = desk()
    for model, pasted, shown in (
        ("channels/channel", "https://youtube.com/@Maker/videos", "@maker"),
        ("channels/listing", "@MAKER", "@maker"),
        ("votes/voter", voter.pk[:6], voter.pk),
        ("votes/decision", "mod", "0 decisions"),
        ("votes/case", "v1", "v1"),
    ):
        assert shown in text(browser.get(f"/admin/{model}/", {"q": pasted})), model


def test_a_channels_page_says_which_lists_name_it_and_under_what_licence(desk, case):
    ListSource.objects.create(name="list", licence="CC BY-NC 4.0")
    for source in ("list", "other"):
        Listing.objects.create(source=source, level="block", handle="maker")
    shown = text(desk().get(f"/admin/channels/channel/{Channel.objects.get().pk}/change/"))
    assert "<li>list (CC BY-NC 4.0): block, since" in shown
    assert "<li>other: block, since" in shown


def test_a_case_shows_its_evidence_and_is_decided_in_one_click(desk, case, lookup):
    browser = desk()
    shown = text(browser.get(page(case)))
    for part in ("I made this", "100 x ", "svg", "@maker", "Nothing was decided yet", "Fully AI"):
        assert part in shown, part
    assert "<img" not in shown
    answer = browser.post(page(case), {"action": "lock_human", "reason": "Seen the making of."})
    assert answer.status_code == 302
    made = Decision.objects.get()
    assert (made.actor, made.action, made.reason) == (
        "moderator",
        "lock_human",
        "Seen the making of.",
    )
    assert Case.objects.get().state == Case.State.CLOSED
    assert lookup("v1")["score"] == 0
    log = f"/admin/votes/decision/{made.pk}/change/"
    assert "Reverse this decision" in text(browser.get(log))
    assert browser.post(log, {"template": "A mistake"}).status_code == 302
    assert lookup("v1")["score"] > 0
    assert "It was taken back by <bdi>moderator" in text(browser.get(log))
    assert browser.post(log, {"template": "A mistake"}).status_code == 409


def test_a_tie_shows_both_names_and_is_decided_on_its_page(desk, crowd):
    slop = "UC" + "s" * 22
    decide_channel(actor="m", key=slop, action="flag_channel", reason="r")
    for n in range(3):
        crowd(3, f"shared{n}", channelId=slop, channelHandle="@somebody")
    run_pipeline()
    asked = Case.objects.get(kind="tie")
    browser = desk()
    shown = text(browser.get(page(asked)))
    for part in (
        "Are these one channel?",
        f"https://www.youtube.com/channel/{slop}",
        "https://www.youtube.com/@somebody",
        "locked: ai",
        "Nothing is known about it",
        "Voters who name both",
        "shared2",
    ):
        assert part in shown, part
    assert offered(browser, page(asked)) == ["dismiss_case", "confirm_tie", "reject_tie"]
    answer = browser.post(page(asked), {"action": "confirm_tie", "reason": "Same page."})
    assert answer.status_code == 302
    run_pipeline()
    assert Channel.objects.get().names.keys == [slop, "@somebody"]
    assert "is already so" not in text(browser.get(page(asked)))
    made = Decision.objects.get(action="confirm_tie")
    log = f"/admin/votes/decision/{made.pk}/change/"
    assert browser.post(log, {"template": "A mistake"}).status_code == 302
    run_pipeline()
    assert Channel.objects.get().names.keys == [slop]
    assert not offered(desk("viewer"), page(asked))


def test_a_channel_is_found_by_any_of_its_names(desk):
    for handle in ("old", "new"):
        Listing.objects.create(source="s", level="block", channel_id="UC1", handle=handle)
    DirtyChannel.objects.append(["UC1"])
    run_pipeline()
    browser = desk()
    for pasted in ("UC1", "@old", "NEW", "https://www.youtube.com/@Old/about"):
        assert "1 channel" in text(browser.get("/admin/channels/channel/", {"q": pasted})), pasted
    found = text(browser.get(f"/admin/channels/channel/{Channel.objects.get().pk}/change/"))
    assert "Other handles" in found and "@old" in found


def test_however_many_appeal_the_first_stays_in_sight_and_the_rest_is_a_page_away(desk, case):
    appeals.reject_appeal(actor="m", target_type="video", target_id="v1", reason="r")
    for n in range(120):
        appeals.file_appeal(target_type="video", target_id="v1", reason=f"appeal number {n}.")
    browser = desk()
    first = text(browser.get(page(case)))
    assert "1–50 of 121" in first
    assert "appeal number 0." in first
    assert "appeal number 50." not in first
    last = text(browser.get(page(case), {"appeals": "3"}))
    assert re.search(r"appeal number 119\..+I made this.+Reject appeal", last)
    assert browser.get(page(case), {"appeals": "x"}).status_code == 200


def test_a_reason_is_required_and_usual_ones_may_be_added_to(desk, case):
    browser = desk()
    refused = browser.post(page(case), {"action": "lock_ai", "reason": "  "})
    assert refused.status_code == 400
    assert "Say why" in text(refused)
    for bad in ({"action": "make_vip", "reason": "x"}, {"action": "lock_ai", "reason": "\x00"}):
        assert browser.post(page(case), bad).status_code == 400
    assert not Decision.objects.exists()
    usual = {"action": "lock_ai", "template": "A mistake", "reason": "see above"}
    assert browser.post(page(case), usual).status_code == 302
    assert Decision.objects.get().reason == "A mistake. see above"


def test_the_second_moderator_is_told_and_changes_nothing(desk, case):
    first, second = desk(name="first"), desk(name="second")
    assert first.post("/admin/votes/case/next/").url == page(case)
    taken = second.post(page(case), {"action": "lock_ai", "reason": "x"})
    assert taken.status_code == 409
    assert "First is working on this case" in text(taken)
    assert first.post(page(case), {"action": "lock_human", "reason": "x"}).status_code == 302
    late = second.post(page(case), {"action": "lock_ai", "reason": "x"})
    assert late.status_code == 409
    assert "decided already by first (Lock as human). Nothing was changed" in text(late)
    assert Decision.objects.count() == 1
    nothing = second.post("/admin/votes/case/next/", follow=True)
    assert "Nothing more is waiting" in text(nothing)


def test_whoever_has_cases_of_their_own_is_not_told_that_nothing_waits(desk, case):
    busy, other = desk(name="busy"), desk(name="other")
    for n in range(10):
        Case.objects.create(kind="dispute", target_type="video", target_id=f"w{n}")
    for _ in range(11):
        busy.post("/admin/votes/case/next/")
    told = text(busy.post("/admin/votes/case/next/", follow=True))
    assert '11 cases that you took are not decided yet: <a href="' in told
    mine = re.search(r'not decided yet: <a href="([^"]+)"', told)[1]
    assert "11 cases" in text(busy.get(mine))
    assert f'href="{mine}">Yours: 11' in text(busy.get("/admin/"))
    shown = text(other.post("/admin/votes/case/next/", follow=True))
    assert "Nothing more is waiting to be taken. Others are working on 11." in shown
    assert "0 cases" in text(other.get(mine))
    assert "Yours" not in text(other.get("/admin/"))
    assert re.search(r"busy until \d\d:\d\d UTC", text(other.get("/admin/votes/case/")))
    assert re.search(r"taken by busy until \d\d:\d\d UTC", text(other.get(page(case))))
    returned = Case.objects.last()
    busy.post(f"/admin/votes/case/{returned.pk}/return/")
    told = text(busy.post("/admin/votes/case/next/", {"after": returned.pk}, follow=True))
    assert f'Only <a href="{page(returned)}">the case that you were at</a> is waiting.' in told
    assert "10 cases that you took" in told


@pytest.mark.parametrize("number", ["", "x", "9" * 30, "٣"])
def test_the_next_case_is_found_behind_any_number(desk, case, number):
    assert desk().post("/admin/votes/case/next/", {"after": number}).status_code == 302


@pytest.mark.parametrize("role", ["viewer", "moderator", "administrator"])
@pytest.mark.parametrize("action", ["make_vip", "shadowban", "warn"])
def test_voters_are_decided_about_by_those_who_may(desk, case, role, action):
    voter = Voter.objects.first()
    url = f"/admin/votes/voter/{voter.pk}/change/"
    browser = desk(role)
    may = role == "administrator" or (role == "moderator" and action != "make_vip")
    assert (action in offered(browser, url)) == may
    status = browser.post(url, {"action": action, "reason": "because"}).status_code
    assert status == (302 if may else 400 if role == "moderator" else 403)
    assert Decision.objects.exists() == may


def test_only_decisions_that_would_change_something_are_offered(desk, case):
    browser = desk("administrator")
    video, voter = "/admin/videos/video/v1/change/", Voter.objects.first()
    of_voter = f"/admin/votes/voter/{voter.pk}/change/"
    of_channel = f"/admin/channels/channel/{Channel.objects.get().pk}/change/"
    Cluster.objects.create(key="c")
    assert offered(browser, video) == ["lock_ai", "lock_human", "hide", "shadow_hide", "hold"]
    assert offered(browser, of_voter) == ["shadowban", "warn", "make_vip"]
    assert offered(browser, of_channel) == ["flag_channel"]
    cluster = "/admin/votes/cluster/c/change/"
    assert offered(browser, cluster) == ["confirm_cluster", "dissolve_cluster"]
    for url, action in (
        (video, "lock_ai"),
        (video, "hold"),
        (video, "hide"),
        (of_voter, "make_vip"),
        (of_voter, "shadowban"),
        (of_channel, "flag_channel"),
        (cluster, "confirm_cluster"),
    ):
        assert browser.post(url, {"action": action, "reason": "r"}).status_code == 302
    assert offered(browser, video) == ["lock_human", "unlock", "unhide", "shadow_hide", "release"]
    assert offered(browser, of_voter) == ["unban", "warn", "revoke_vip"]
    assert offered(browser, of_channel) == ["clear_channel", "unlock_channel"]
    assert offered(browser, cluster) == ["dissolve_cluster"]
    late = browser.post(video, {"action": "hold", "reason": "r"})
    assert late.status_code == 409
    assert "Hold below 50: video v1 is already so. Nothing was changed." in text(late)


OBJECTS = ["videos/video/v1", "channels/channel/{channel}", "votes/case/{case}"]


@pytest.mark.parametrize("target", OBJECTS)
def test_viewers_see_every_object_and_change_none(desk, case, target):
    url = target.format(channel=Channel.objects.get().pk, case=case.pk)
    browser = desk("viewer")
    assert browser.get(f"/admin/{url}/change/").status_code == 200
    refused = browser.post(f"/admin/{url}/change/", {"action": "lock_ai", "reason": "x"})
    assert refused.status_code == 403
    assert browser.post("/admin/votes/case/next/").status_code == 403
    assert browser.post(f"/admin/votes/case/{case.pk}/claim/").status_code == 403
    assert browser.get("/admin/votes/case/next/").status_code in (302, 403)
    assert not Decision.objects.exists()


def test_what_strangers_wrote_is_harmless_on_every_page(desk, case):
    long = HOSTILE + "x" * 10_000
    Channel.objects.update(name=HOSTILE + "n" * 100)
    appeals.file_appeal(
        target_type="video", target_id="v1", reason=long[:2000], contact=HOSTILE + "@x"
    )
    voter = Voter.objects.first()
    Voter.objects.filter(pk=voter.pk).update(username=HOSTILE[:60])
    Vote.objects.update(client_name=HOSTILE[:32], client_version="<b>\u202e")
    decisions.decide_video(actor=HOSTILE, action="hide", video_id="v1", reason=long)
    decisions.decide_voter(actor="m", action="shadowban", voter_id=voter.pk, reason=long)
    Listing.objects.create(source=HOSTILE[:60], level="block", handle="maker")
    Case.objects.filter(pk=case.pk).update(evidence={HOSTILE: long}, assignee=HOSTILE)
    browser = desk()
    decision = Decision.objects.first()
    for url in (
        "",
        "videos/video/",
        "videos/video/v1/change/",
        "channels/channel/",
        f"channels/channel/{Channel.objects.get().pk}/change/",
        "channels/listing/",
        f"channels/listing/{Listing.objects.get().pk}/change/",
        "votes/voter/",
        f"votes/voter/{voter.pk}/change/",
        "votes/decision/",
        f"votes/decision/{decision.pk}/change/",
        "votes/case/",
        f"votes/case/{case.pk}/change/",
    ):
        answer = browser.get(f"/admin/{url}")
        assert answer.status_code == 200, url
        body = answer.content.decode()
        assert "<script>alert" not in body, url
        assert "<img src=x" not in body, url
        assert "<b>" not in body, url
        assert (
            "script-src" in answer["Content-Security-Policy"]
            or "default-src 'self'" in (answer["Content-Security-Policy"])
        )


@pytest.fixture
def world(case, crowd, settings):
    Cluster.objects.create(key="c")
    for n in range(25):
        crowd(3, f"w{n}", channelHandle="@maker")
        Case.objects.create(kind="dispute", target_type="video", target_id=f"w{n}")
        decisions.decide_video(actor="m", action="hold", video_id=f"w{n}", reason="r")
        decisions.decide_video(actor="m", action="hide", video_id="v1", reason="r")
    for voter in Voter.objects.all():
        Membership.objects.create(cluster_id="c", voter=voter)
        warnings.warn_voter(actor="m", voter_id=voter.pk, reason="r")
        Juror.objects.create(voter=voter)
    bring_clips(case, settings)
    Listing.objects.create(source="list", level="block", handle="maker")
    GoldItem.objects.create(video_id="w1", truth="ai", is_secret=False)
    Panel.objects.create(target_type="video", target_id="w2", videos=["w2"], cause="suspected")
    run_pipeline()


@pytest.mark.slow
def test_no_page_takes_more_than_20_statements_however_much_there_is(desk, world, case):
    browser = desk("administrator")
    voter = Voter.objects.first().pk
    everybody = list(Voter.objects.values_list("pk", flat=True))
    preview = {
        name: batches.draft(actor=name, action=action, target_type=of, targets=targets)
        for name, action, of, targets in (
            ("administrator", "release", "video", [f"w{n}" for n in range(25)]),
            ("other", "shadowban", "voter", everybody),
            ("third", "clear_channel", "channel", ["@maker", "UC1"]),
        )
    }
    Batch.objects.update(actor="administrator")
    urls = [
        *(f"desk/batch/{batch.pk}/change/" for batch in preview.values()),
        *("", "mails/", "notices/", f"appeals/{case.pk}/"),
        f"votes/case/{case.pk}/change/",
        *("videos/video/?standing=held", "videos/video/?q=@maker", "videos/video/v1/change/"),
        f"channels/channel/{Channel.objects.get(handle='maker').pk}/change/",
        f"votes/voter/{voter}/change/",
    ]
    for model in admin.site._registry:
        path = model._meta.label_lower.replace(".", "/")
        urls.append(f"{path}/")
        urls.extend(f"{path}/{quote(it.pk)}/change/" for it in model.objects.all()[:1])
    costs = {}
    for url in urls:
        browser.get(f"/admin/{url}")
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(f"/admin/{url}").status_code == 200, url
        costs[url] = len(seen)
        # Django does not know the text of a statement that was kept prepared.
        counts = [q["sql"] for q in seen if "COUNT(*)" in (q["sql"] or "")]
        # Either of the first so many, or of the targets of a batch.
        assert all("LIMIT" in sql or "desk_batch" in sql for sql in counts), url
    assert {url: n for url, n in costs.items() if n > 20} == {}


def test_nor_does_that_of_a_large_video_with_more_appeals_than_a_page_has(
    desk, world, case, monkeypatch
):
    monkeypatch.setattr(voters, "LARGE", 3)
    Appeal.objects.bulk_create(
        Appeal(token=f"t{n}", case=case, reason="I made this", channel="UC" + "m" * 22)
        for n in range(evidence.SHOWN + 1)
    )
    rival = {"claims": ["@maker"]}
    Case.objects.create(kind="claim_conflict", target_type="video", target_id="v1", evidence=rival)
    browser, costs = desk("administrator"), {}
    for url in (page(case), "/admin/videos/video/v1/change/"):
        for opened in ("first", "waits", "laid out", "stale"):
            with CaptureQueriesContext(connection) as seen:
                assert "vote-" in text(browser.get(url)) or opened in ("first", "waits")
            costs[f"{url} {opened}"] = len(seen)
            if opened == "waits":
                lay_out_voters()
            elif opened == "laid out":
                VotersOf.objects.update(
                    asked_at=F("asked_at") - voters.FRESH, made_at=F("made_at") - voters.FRESH
                )
        VotersOf.objects.all().delete()
    assert {page: n for page, n in costs.items() if n > 20} == {}


def test_the_cost_of_a_page_does_not_grow(desk, case, crowd, monkeypatch):
    monkeypatch.setattr(brakes, "MEMORY_S", 3600.0)  # else one page in five seconds reads them
    browser = desk()
    counts = []
    for more in (0, 20):
        crowd(more, "v1")
        run_pipeline()
        for url in (page(case), "/admin/videos/video/v1/change/", "/admin/"):
            browser.get(url)
            with CaptureQueriesContext(connection) as seen:
                browser.get(url)
            counts.append(len(seen))
    assert counts[:3] == counts[3:]


def test_what_is_not_there_leads_back_to_the_list(desk):
    browser = desk()
    for url in ("videos/video/none", "votes/case/9", "votes/decision/x", "votes/cluster/c"):
        gone = browser.get(f"/admin/{url}/change/", follow=True)
        assert "There is no such" in text(gone), url


def test_the_votes_on_a_large_video_are_laid_out_by_a_worker(desk, crowd, monkeypatch):
    monkeypatch.setattr(voters, "LARGE", 3)
    crowd(4, "v1", signs=[{"sign": "voice"}])
    run_pipeline()
    moderator, url = desk(), "/admin/videos/video/v1/change/"
    monkeypatch.setattr(voters, "explain", None)  # the page does not even try
    first = text(moderator.get(url))
    assert "4 votes are being laid out" in first
    assert "Vote by vote" not in first and "Voters noticed" not in first
    monkeypatch.undo()
    monkeypatch.setattr(voters, "LARGE", 3)
    assert lay_out_voters() == 1
    shown = text(moderator.get(url))
    assert "being laid out" not in shown
    assert shown.count('id="vote-') == 4
    assert "Voters noticed a synthetic voice (4)" in shown
    assert "How the score of 44.44 comes about" in shown
    assert lay_out_voters() == 0
    # What is no longer fresh is shown until the worker has made it anew.
    VotersOf.objects.update(
        asked_at=F("asked_at") - voters.FRESH, made_at=F("made_at") - voters.FRESH
    )
    again = text(moderator.get(url))
    assert "4 votes are being laid out" in again
    assert again.count('id="vote-') == 4
    assert lay_out_voters() == 1
    VotersOf.objects.update(asked_at=F("asked_at") - voters.KEPT)
    lay_out_voters()
    assert not VotersOf.objects.exists()


def test_the_dashboard_tells_what_waits_and_what_was_voted(desk, case):
    assert "Nothing is counted yet" in text(desk(name="early").get("/admin/"))
    count_activity()
    Api().vote("v1", "not_ai")
    count_activity()
    shown = text(desk().get("/admin/"))
    hours = ("Votes per hour: 5 votes in 24 hours", "Disputes per hour: 1 disputes")
    for part in ("Appeal", "Open cases", *hours, "read only: no"):
        assert part in shown, part
    brakes.set_brakes(actor="a", reason="raid", changes={"read_only": True})
    assert '<li class="on">read only: yes' in text(desk(name="x").get("/admin/"))
