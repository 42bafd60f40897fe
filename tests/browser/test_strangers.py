"""What strangers write does no harm on any page, and nobody is kept from using the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models.functions import Now
from django.urls import reverse
from playwright.sync_api import Page

from channels.models import Channel, Listing
from desk import clearing
from desk.models import Batch
from sync.models import ClientSelectors
from sync.tasks import run_pipeline
from tests.browser.conftest import barriers, fits
from videos.models import Video
from votes import brakes
from votes.models import (
    AppealOwner,
    AppealQuestion,
    Case,
    Cluster,
    FirstOfTwo,
    Hold,
    Membership,
    Title,
    Vote,
    Voter,
)
from votes.moderation import appeals, decisions, warnings

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = (
    "<script>alert(1)</script>\"><img src=x onerror=alert(2)>'`${alert(3)}{{7*7}}"
    "\u202egnorw\u2066<svg/onload=alert(4)></title></textarea><b>"
)
LONG = HOSTILE + "x" * (10_000 - len(HOSTILE))


@pytest.fixture
def strangers(crowd: Any) -> str:
    """Everything a stranger, or a careless moderator, may leave behind; an appeal's token."""
    crowd(9, "torn", channelHandle="@maker", title="x", channelName="x")
    Title.objects.update(title=LONG[:200], channel_name=HOSTILE[-150:])
    run_pipeline()
    crowd(8, "torn", "not_ai")
    run_pipeline()
    appeal = appeals.file_appeal(
        target_type="video", target_id="torn", reason=LONG, contact=HOSTILE, channel="@maker"
    )
    appeals.file_appeal(target_type="video", target_id="other", reason=LONG, channel="@maker")
    Channel.objects.update(name=LONG[:200])
    # Not to be had through the API, but a list may be imported by hand.
    Channel.objects.create(handle=HOSTILE[:60], name=LONG[:200], score=80, locked=True)
    Listing.objects.create(source=HOSTILE[:64], level="block", handle="maker")
    Listing.objects.create(source="x" * 64, level="warn", handle=HOSTILE[:60])
    voter = Voter.objects.first()
    assert voter
    Voter.objects.update(username=HOSTILE[:64], cluster="c")
    Vote.objects.update(client_name=HOSTILE[:32], client_version=HOSTILE[-32:])
    Cluster.objects.create(key="c")
    Membership.objects.create(cluster_id="c", voter=voter)
    decisions.decide_voter(actor=HOSTILE[:150], action="shadowban", voter_id=voter.pk, reason=LONG)
    warnings.warn_voter(actor=HOSTILE[:150], voter_id=voter.pk, reason=LONG[:2000])
    decisions.decide_video(actor="x" * 150, action="hide", video_id="torn", reason=LONG)
    brakes.set_brakes(actor=HOSTILE[:150], reason=LONG, changes={"challenge_bits": 1})
    AppealQuestion.objects.create(
        appeal=appeal, text=LONG[:2000], asked_by=HOSTILE[:150], answer=HOSTILE, answered_at=Now()
    )
    AppealQuestion.objects.create(appeal=appeal, text=HOSTILE, asked_by="x" * 150)
    AppealOwner.objects.create(appeal=appeal, seen_by=HOSTILE[:150])
    FirstOfTwo.objects.create(
        case_id=appeal.case_id, actor=HOSTILE[:150], action="lock_human", reason=LONG
    )
    appeals.answer_appeals(appeal.case_id, answer=LONG[:2000])
    Hold.objects.create(
        video_id="torn", side="ai", since="2026-01-01T00:00Z", scope="torn", threshold=5
    )
    Case.objects.update(evidence={HOSTILE: LONG, "videos": ["x" * 11] * 400}, assignee=LONG[:150])
    Case.objects.create(
        kind="burst", target_type="channel", target_id=f"@{HOSTILE[:60]}", outcome=LONG
    )
    Batch.objects.create(
        actor=HOSTILE[:150],
        action="hide",
        target_type="channel",
        targets=["torn", HOSTILE[:60]],
        reason=LONG,
        done=1,
        failed={HOSTILE: LONG},
        confirmed_at="2026-01-01T00:00Z",
        finished_at="2026-01-01T00:00Z",  # else its page reloads itself
    )
    # A draft of the administrator's who looks at the pages, about as hostile a channel.
    hostile = f"@{HOSTILE[:60]}"
    Video.objects.update(channel_id=None, channel_handle=hostile[1:])
    clearing.draft(actor="admin", key=hostile, reason=LONG[:2000])
    ClientSelectors.objects.create(
        content=ClientSelectors.objects.current(), author=LONG[:150], reason=LONG[:200]
    )
    run_pipeline()
    return appeal.token


def pages(appeal: str) -> Iterator[str]:
    """The public pages; of the desk each list, its first and last object, and each form."""
    yield from ("/", "/appeal", f"/appeal/{appeal}", "/admin/", "/admin/2fa/")
    yield from ("/admin/mails/", "/admin/notices/")
    for case in Case.objects.filter(kind="appeal"):
        yield reverse("admin:desk_creators", args=[case.pk])
    yield from (reverse("admin:auth_user_add"), reverse("admin:sync_clientselectors_add"))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_changelist") + "?q=%3Cscript%3Ealert(5)%3C/script%3E"
        objects = model._default_manager.order_by("pk")
        for pk in {obj.pk for obj in (objects.first(), objects.last()) if obj}:
            yield reverse(f"{name}_change", args=[pk])


@pytest.fixture
def wrong(administrator: Page) -> list[str]:
    """What happens in the tab of an administrator and must not."""
    page = administrator
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    # Also what the content security policy had to stop.
    page.on("console", lambda said: said.type == "error" and seen.append(f"console: {said.text}"))
    return seen


def test_nothing_strangers_wrote_runs_or_spills_and_everybody_can_read_it(
    page, strangers, wrong, said
):
    phone = page.viewport_size["width"] < 600
    page.emulate_media(color_scheme="dark" if phone else "light")
    faults: list[str] = []
    visited = 0
    for path in pages(strangers):
        wrong.clear()
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        page.wait_for_load_state("networkidle")
        seen = list(wrong)
        spills = [] if fits(page) else ["has to be scrolled sideways"]
        faults += [f"{path}: {fault}" for fault in (*seen, *spills, *barriers(page, said))]
        visited += 1
    assert visited > 30
    assert not faults, "\n".join(faults)
