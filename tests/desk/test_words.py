"""At the desk people read words, not the names that programs use."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib import admin
from django.urls import reverse

from channels.services import decide_channel
from desk import services as desk_services
from desk import words
from desk.models import Batch
from desk.tasks import count_activity
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from tests.desk.test_pages import page, text
from votes import brakes, covoting
from votes.models import Case, Cluster, Decision, Hold, Membership, Voter
from votes.moderation import appeals, cases, decisions, warnings
from votes.tasks import find_clusters

pytestmark = pytest.mark.django_db(transaction=True)
RAW = re.compile(r"\b[A-Za-z]+(?:_[A-Za-z]+)+\b|\b[a-z]+[A-Z][a-z]+[A-Za-z]*\b|\bTrue\b|\bFalse\b")


def visible(response):
    """What a person reads on a page."""
    body = response.content.decode().partition("<body")[2]
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", body)
    return html.unescape(re.sub(r"<[^>]*>", " ", body))


@pytest.fixture
def one_of_each_kind(crowd, settings, monkeypatch):
    """A case of each kind, opened as the service opens them."""
    settings.BURST_VOTERS = 12
    crowd(12, "burst")
    users = [new_user() for _ in range(3)]
    for n in range(5):
        for user in users:
            Api().vote(f"together{n}", user=user)
    find_clusters()
    crowd(4, "rivals", channelHandle="@maker")
    crowd(3, "rivals", channelHandle="@thief")
    for category in ("fully_ai", "not_ai"):
        crowd(9, "torn", category)
        run_pipeline()
    appeals.file_appeal(target_type="video", target_id="torn", reason="mine")
    cases.open_cases(
        Case.Kind.CLAIM_CONFLICT, "channel", {"@maker": {"flaggedVideos": 21, "contested": 3}}
    )
    for kind in set(Case.Kind) - set(Case.objects.values_list("kind", flat=True)):
        # As a kind would that this test does not know.
        cases.open_cases(kind, "video", {"torn": {"someNewKey": {"anOther_key": ["v1"]}}})
    return list(Case.objects.order_by("pk"))


def test_no_evidence_of_a_case_is_shown_by_its_key(desk, one_of_each_kind):
    assert {case.kind for case in one_of_each_kind} == set(Case.Kind)
    browser = desk()
    shown = {}
    for case in one_of_each_kind:
        read = visible(browser.get(page(case)))
        assert RAW.findall(read) == [], case.kind
        shown[case.kind, case.target_type] = re.sub(r"\s+", " ", read)
    for of, part in (
        (("cluster", "cluster"), "Videos that two of them share 5 "),
        (("cluster", "cluster"), "Pairs who vote together 3 "),
        (("burst", "video"), "They say it is AI "),
        (("dispute", "video"), "Voices for AI 9 "),
        (("claim_conflict", "video"), "Channels that voters name @maker, @thief "),
        (("claim_conflict", "channel"), "of them with rival claims 3 "),
    ):
        assert part in shown[of], of


def test_no_page_of_the_desk_shows_what_only_programs_say(admin_client, one_of_each_kind):
    released = decisions.decide_video(actor="m", action="release", video_id="burst", reason="r")
    desk_services.reverse(actor="m", decision_id=released.pk, reason="r")
    for action in ("lock_ai", "shadow_hide", "hold", "deny_channels"):
        decisions.decide_video(actor="m", action=action, video_id="rivals", reason="r")
    for action in ("flag_channel", "confirm_claims"):
        decide_channel(actor="m", action=action, key="@maker", reason="r")
    voter = Voter.objects.first()
    warnings.warn_voter(actor="m", voter_id=voter.pk, reason="r")
    decisions.decide_voter(actor="m", action="shadowban", voter_id=voter.pk, reason="r")
    brakes.set_brakes(actor="m", reason="r", changes={"read_only": True, "new_voters": "delay"})
    brakes.set_brakes(actor="m", reason="r", changes={"read_only": False})
    cluster = Cluster.objects.get()
    covoting.decide_cluster(actor="m", action="confirm_cluster", key=cluster.pk, reason="r")
    dispute = Case.objects.get(kind="dispute")
    cases.dismiss_case(actor="m", case_id=dispute.pk, reason="r")
    Case.objects.filter(kind="appeal").update(state="closed", outcome="lock_human")
    Batch.objects.create(actor="admin", action="lock_ai", target_type="video", targets=["torn"])
    run_pipeline()
    count_activity()
    paths = ["/admin/"]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths.append(reverse(f"{name}_changelist"))
        if model._meta.model_name == "clientselectors":
            continue  # a file for programs
        paths += [
            reverse(f"{name}_change", args=[pk])
            for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)[:30]
        ]
    raw = {}
    for path in paths:
        answer = admin_client.get(path)
        assert answer.status_code == 200, path
        found = RAW.findall(visible(answer))
        if found:
            raw[path] = sorted(set(found))
    assert raw == {}


def test_a_release_that_was_taken_back_says_so(desk):
    hold = Hold.objects.create(
        video_id="v", side="ai", since="2026-01-01T00:00Z", scope="v", threshold=5
    )
    browser = desk()
    released = decisions.decide_video(actor="m", action="release", video_id="v", reason="r")
    back = desk_services.reverse(actor="m", decision_id=released.pk, reason="r")
    again = desk_services.reverse(actor="m", decision_id=back.pk, reason="r")
    hold.refresh_from_db()
    assert hold.genuine
    log = "/admin/votes/decision/{}/change/"
    for made, title, row in (
        (released, "Release", ("Bursts held", f"1 (number {hold.pk})", "none")),
        (back, "Release taken back", ("Bursts held", "none", f"1 (number {hold.pk})")),
        (again, "Release", ("Bursts held", f"1 (number {hold.pk})", "none")),
    ):
        made.refresh_from_db()
        assert words.changes(made) == [row]
        shown = text(browser.get(log.format(made.pk)))
        assert f"Decision {made.pk}: {title}<" in shown
        assert "False" not in shown
    listed = text(browser.get("/admin/votes/decision/"))
    assert re.findall(r'field-what">([^<]+)<', listed) == [
        "Release",
        "Release taken back",
        "Release",
    ]


def test_one_that_was_recorded_before_bursts_were_told_says_so_too():
    released = Decision.objects.create(
        actor="m",
        action="release",
        target_type="video",
        target_id="v",
        reason="r",
        before={"held": False, "bursts": [7]},
        after={"held": False},
    )
    back = Decision.objects.create(
        actor="m",
        action="release",
        target_type="video",
        target_id="v",
        reason="r",
        before={"held": False},
        after={"held": False},
        reverses=released,
    )
    assert words.decision(back) == "Release taken back"
    assert words.changes(back) == [("Bursts held", "none", "1 (number 7)")]


def test_to_take_back_a_hold_is_a_release():
    held = decisions.decide_video(actor="m", action="hold", video_id="v", reason="r")
    back = desk_services.reverse(actor="m", decision_id=held.pk, reason="r")
    assert words.decision(back) == "Release"
    assert words.changes(back) == [("Held below 50", "yes", "no")]


def test_a_cluster_shows_only_the_videos_that_its_members_share(desk, crowd):
    crowd(2, "shared")
    crowd(1, "alone")
    Cluster.objects.create(key="c")
    for voter in Voter.objects.all():
        Membership.objects.create(cluster_id="c", voter=voter)
    shown = text(desk().get("/admin/votes/cluster/c/change/"))
    assert "videos/video/shared/" in shown
    assert "videos/video/alone/" not in shown


@pytest.mark.parametrize(
    ("name", "words_"),
    [
        ("usualPerHour", "usual per hour"),
        ("flagged_videos", "flagged videos"),
        ("UCabc", "UCabc"),
        ("@maKer", "@maKer"),
        ("resolved itself", "resolved itself"),
        ("x" * 9, "x" * 9),
    ],
)
def test_a_name_of_the_program_is_taken_apart_and_nothing_else(name, words_):
    assert words.plain(name) == words_
