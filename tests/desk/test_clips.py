"""Clips on the pages of the desk."""

from __future__ import annotations

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from channels.models import Channel
from desk.clips import shown
from evidence import store
from evidence.models import Clip, Frame, Match, State
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from votes.models import Vote
from votes.moderation.appeals import file_appeal
from votes.moderation.decisions import decide_video

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]
VIDEO = "dQw4w9WgXcQ"


def clip(target=VIDEO, state=State.READY, **more):
    appeal = file_appeal(target_type="video", target_id=target, reason="-")
    made = Clip(appeal=appeal, target_type="video", target_id=target, size=9, state=state, **more)
    made.rendition = f"{made.folder}/rendition.mp4"
    made.save()
    return made


def page(client, made):
    return client.get(reverse("admin:votes_case_change", args=[made.appeal.case_id]))


def test_a_case_names_the_cases_in_which_its_pictures_stand(desk):
    mine, other = clip(name="mine.mp4"), clip(target="other000001")
    Match.objects.create(clip=mine, other=other, frames=18, of=24, sound_s=40.2)
    text = page(desk(), mine).content.decode()
    assert "18 of 24 frames and 40 seconds of sound stand" in text
    assert f">case {other.appeal.case_id}</a>" in text


@pytest.mark.parametrize("handle", ["@maker", "@maker.once"])
def test_a_match_says_what_was_decided_about_the_other(handle, crowd):
    mine = clip()
    films = [clip(target=f"other00000{n}") for n in range(3)]
    for film, action in zip(films, ("lock_ai", "lock_human"), strict=False):
        crowd(1, film.target_id)
        decide_video(actor="m", action=action, video_id=film.target_id, reason="r")
    run_pipeline()
    Channel.objects.create(handle="maker", former_handles=["maker.once"], score=95, locked=True)
    Channel.objects.create(channel_id=f"UC{'m' * 22}", score=0, locked=True)
    appeal = file_appeal(target_type="channel", target_id=handle, reason="-")
    its = {"appeal": appeal, "target_type": "channel", "target_id": handle, "state": State.READY}
    films.append(Clip.objects.create(size=9, **its))
    for n, other in enumerate(films):
        Match.objects.create(clip=mine, other=other, frames=9 - n, of=9)
    (found,) = shown.of("video", [VIDEO])["clips"]
    standings = [it["standing"] for it in found["matches"]]
    assert standings == ["locked as AI", "locked as human", "", "locked as AI"]
    assert found["matches"][3]["case_id"] == appeal.case_id


def test_a_clip_that_failed_says_why_and_one_on_its_way_how_far_it_is(desk):
    clip(state=State.FAILED, failure="too_long", failure_detail="12,000 s <b>")
    made = clip(state=State.PROCESSING, progress=42)
    text = page(desk(), made).content.decode()
    assert "This clip is too long." in text
    assert "12,000 s &lt;b&gt;" in text
    assert "Pictures are being taken out, 42 %" in text


def test_expired_clips_and_switched_off_evidence_show_nothing(desk, settings):
    made = clip(state=State.EXPIRED, name="gone.mp4")
    client = desk()
    assert "gone.mp4" not in page(client, made).content.decode()
    there = clip(name="there.mp4")
    settings.EVIDENCE = False
    assert "there.mp4" not in page(client, there).content.decode()


def test_a_page_of_many_clips_takes_few_statements(django_assert_max_num_queries):
    clips = [clip() for _ in range(5)]
    for n, made in enumerate(clips):
        Frame.objects.create(clip=made, at=n, why="even", picture="-", width=1, height=1)
        Match.objects.create(clip=made, other=clips[n - 1], frames=1, of=1)
    with django_assert_max_num_queries(1):
        found = shown.of("video", [VIDEO])["clips"]
    assert [len(it["frames"]) for it in found] == [1] * 5
    assert [len(it["matches"]) for it in found] == [1] * 5


def test_playlists_lead_to_files_by_links_that_expire(desk):
    made = clip()
    made.hls = f"{made.folder}/hls/master.m3u8"
    made.save()
    for name, text in {
        "master.m3u8": "#EXTM3U\nhigh.m3u8\n",
        "high.m3u8": "#EXTM3U\n#EXT-X-BYTERANGE:9@0\nhigh.ts\n",
        "high.ts": "sound and pictures",
    }.items():
        store.save(f"{made.folder}/hls/{name}", ContentFile(text.encode()))
    client = desk()
    master = client.get(reverse("admin:desk_playlist", args=[made.pk, "master"]))
    assert master["Content-Type"] == "application/vnd.apple.mpegurl"
    high = client.get(master.content.decode().splitlines()[1])
    link = high.content.decode().splitlines()[2]
    assert b"".join(client.get(link).streaming_content) == b"sound and pictures"
    assert client.get(reverse("admin:desk_playlist", args=[made.pk, "none"])).status_code == 404
    address = reverse("admin:desk_playlist", args=[made.pk, "high"])
    made.delete()
    assert client.get(address).status_code == 404


def test_a_playlist_is_for_those_who_see_cases(desk, client):
    made = clip()
    address = reverse("admin:desk_playlist", args=[made.pk, "master"])
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"state": "none"}, "nobody signed this file"),
        ({"state": "unreadable"}, "They prove nothing"),
        ({"state": "intact", "trusted": True, "camera": True}, "a camera captured it"),
        ({"state": "intact", "trusted": None, "ai": True}, "AI made it"),
        ({"state": "changed", "trusted": False}, "changed after it was signed"),
        ({"state": "changed", "trusted": False}, "anybody can sign so"),
        ({"state": "intact", "signer": "Camera 7", "organisation": "Works"}, "Camera 7 (Works)"),
    ],
)
def test_credentials_are_told_in_sentences(found, words):
    assert words in " ".join(shown.credentials(found))


def test_before_they_are_read_nothing_is_said_of_credentials():
    assert shown.credentials(None) == []


def test_a_page_may_show_clips_of_this_site_alone_or_of_the_server_that_keeps_them(desk, settings):
    made = clip()
    client = desk()
    policy = page(client, made)["Content-Security-Policy"]
    assert "media-src" not in policy and "default-src 'self'" in policy
    settings.EVIDENCE_ORIGINS = ["https://clips.example"]
    policy = page(client, made)["Content-Security-Policy"]
    assert "media-src 'self' https://clips.example" in policy
    assert "img-src https://clips.example" in policy


def reported(video, *seconds, state=State.READY):
    """A report with pictures of these seconds."""
    assert Api().vote(video).status_code == 200
    vote = Vote.objects.latest("pk")
    made = Clip.objects.create(
        kind="shots", vote=vote, target_type="video", target_id=video, size=9, state=state
    )
    for at in seconds:
        Frame.objects.create(
            clip=made, at=at, why="report", picture=f"{made.folder}/{at}.jpg", width=16, height=9
        )
    return made


def test_pictures_of_reports_are_folded_in_the_order_of_their_times(desk):
    case = clip(name="film.mp4")
    mine = reported(VIDEO, 65, 7)
    reported(VIDEO, 33), reported(VIDEO, state=State.RECEIVED)
    Match.objects.create(clip=mine, other=reported("other000001", 9), frames=1, of=2)
    text = page(desk(), case).content.decode()
    section = text[text.index('<section id="shots">') :]
    section = section[: section.index("</section>")]
    assert "3 pictures, shown by 2 reporters" in section
    assert re.findall(r'alt="At ([\d:]+)"', section) == ["0:07", "0:33", "1:05"]
    assert "1 more report brought pictures" in section
    assert "1 of 2 frames stand</strong> in pictures of" in section
    assert "<details open" not in section and "film.mp4" not in section


def test_that_two_reporters_took_the_same_picture_of_a_video_is_no_match(desk):
    case = clip()
    one, two = reported(VIDEO, 1), reported(VIDEO, 1)
    Match.objects.create(clip=one, other=two, frames=1, of=1)
    Match.objects.create(clip=one, other=case, frames=1, of=1)
    section = page(desk(), case).content.decode().partition('<section id="shots">')[2]
    assert section.count("1 of 1 frames") + section.count("1 of 1 frame ") == 1
