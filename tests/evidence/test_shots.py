"""Pictures that come with a report: taken, drawn anew, shown to moderators, gone with the vote."""

from __future__ import annotations

import base64
import io
import json
from datetime import timedelta

import numpy as np
import pytest
from django.db.models import F
from PIL import Image, PngImagePlugin

from desk.clips import shown
from evidence import removal, shots, store
from evidence.models import Clip, Frame
from evidence.processing import work
from evidence.uploads import incoming
from tests.conftest import Api, new_user
from tests.evidence.sending import VIDEO, code
from votes.models import Vote, Voter

pytestmark = pytest.mark.django_db(transaction=True)
MARK = b"unmistakable-metadata"


def picture(seed=1, kind="JPEG", size=(640, 360), **options):
    """A picture of something, as a file."""
    noise = np.random.default_rng(seed).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).save(file, kind, **options)
    return file.getvalue()


def shot(at=1.5, data=None):
    return {"at": at, "picture": base64.b64encode(data or picture()).decode()}


def send(user, *given, api=None, video=VIDEO, **more):
    body = {"userId": user, "shots": list(given)} | more
    return (api or Api()).post(f"/api/evidence/votes/{video}/shots", body)


@pytest.fixture
def reporter(transactional_db):
    """Somebody who has reported the video."""
    return voted()


def voted(video=VIDEO):
    user = new_user()
    assert Api().vote(video, user=user).json()["shots"] == 3
    return user


class TestWhatIsTaken:
    def test_the_answer_to_a_vote_says_that_pictures_are_taken(self, settings, crowd):
        crowd(9, VIDEO)
        assert Api().vote(VIDEO).json()["shots"] == 3
        assert "shots" not in Api().vote(VIDEO, "not_ai").json()
        settings.EVIDENCE_SHOTS = 0
        assert "shots" not in Api().vote(VIDEO).json()
        settings.EVIDENCE, settings.EVIDENCE_SHOTS = False, 20
        assert "shots" not in Api().vote(VIDEO).json()

    def test_what_is_sent_is_kept_with_the_vote_in_place_of_what_was_sent_before(self, reporter):
        assert send(reporter, shot(2), shot(1, picture(2))).status_code == 200
        assert send(reporter, shot(7)).json() == {"success": True}
        clip = Clip.objects.get()
        assert (clip.kind, clip.state, clip.target_id) == ("shots", "received", VIDEO)
        assert clip.vote == Vote.objects.get()
        (kept,) = json.loads(incoming.path_of(clip.pk).read_bytes())
        assert kept == shot(7)
        assert [path.name for path in incoming.folder().iterdir()] == [clip.pk.hex]

    def test_none_removes_what_was_sent(self, reporter):
        send(reporter, shot())
        assert send(reporter).status_code == 200
        assert not Clip.objects.exists()
        assert list(incoming.folder().iterdir()) == []

    @pytest.mark.parametrize(
        "given",
        [
            [shot(n) for n in range(4)],
            [shot(1), shot(1)],
            [shot(-1)],
            [shot(43_201)],
            [shot("1")],
            [shot(True)],
            [{"at": 1}],
            [{"at": 1, "picture": "not Base64!"}],
            [{"at": 1, "picture": ""}],
            [{"at": 1, "picture": 7}],
            ["a"],
            [None],
        ],
    )
    def test_what_makes_no_sense_is_refused(self, reporter, given):
        assert code(send(reporter, *given)) == (400, "INVALID_FIELD")
        assert not Clip.objects.exists()

    @pytest.mark.parametrize(
        ("given", "named"), [("a", "INVALID_BODY"), ({}, "INVALID_BODY"), (None, "MISSING_FIELDS")]
    )
    def test_they_come_as_a_list(self, reporter, given, named):
        path = f"/api/evidence/votes/{VIDEO}/shots"
        assert code(Api().post(path, {"userId": reporter, "shots": given})) == (400, named)

    @pytest.mark.parametrize(
        "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a....", b"MZ" * 99]
    )
    def test_what_is_no_picture_is_refused_by_its_content(self, reporter, data):
        assert code(send(reporter, shot(1, data))) == (415, "UNSUPPORTED_MEDIA_TYPE")

    def test_a_picture_and_a_body_have_a_size(self, reporter):
        large = b"\xff\xd8\xff" + bytes(shots.PICTURE_BYTES)
        assert code(send(reporter, shot(1, large))) == (400, "INVALID_FIELD")
        assert code(send(reporter, *(shot(n, large) for n in range(4)))) == (
            413,
            "PAYLOAD_TOO_LARGE",
        )
        most = picture().ljust(shots.PICTURE_BYTES, b"\0")
        assert send(reporter, *(shot(n, most) for n in range(3))).status_code == 200

    def test_pictures_need_a_standing_report(self, reporter, settings):
        assert code(send(new_user(), shot())) == (404, "NOT_FOUND")
        assert code(send(reporter, shot(), video="another")) == (404, "NOT_FOUND")
        assert code(send(reporter, shot(), video="!")) == (400, "INVALID_FIELD")
        Api().delete("/api/votes", {"userId": reporter, "videoId": VIDEO})
        assert code(send(reporter, shot())) == (404, "NOT_FOUND")
        settings.EVIDENCE = False
        assert code(send(reporter, shot())) == (404, "NOT_FOUND")

    def test_a_banned_voter_is_answered_as_all_are_and_nothing_is_kept(self, reporter):
        Voter.objects.update(is_shadowbanned=True)
        assert send(reporter, shot()).json() == {"success": True}
        assert not Clip.objects.exists()

    def test_a_video_has_enough_at_some_time_but_those_there_are_can_be_changed(
        self, reporter, settings
    ):
        settings.EVIDENCE_SHOTS = 1
        assert send(reporter, shot()).status_code == 200
        assert code(send(voted(), shot())) == (409, "TOO_MANY_CLIPS")
        assert send(reporter, shot(9)).status_code == 200
        assert len(list(incoming.folder().iterdir())) == 1

    def test_a_voter_and_a_network_have_limits(self, reporter, settings):
        settings.LIMITS = settings.LIMITS | {"shots_user": 2, "evidence_shots": 3}
        assert [send(reporter, shot()).status_code for _ in range(3)] == [200, 200, 429]
        api = Api()
        sent = [send(voted(), shot(), api=api) for _ in range(4)]
        assert [answer.status_code for answer in sent] == [200, 200, 200, 429]
        assert "pictures" in sent[-1].json()["error"]["message"]

    def test_a_full_disk_refuses_them_and_leaves_nothing(self, reporter, settings):
        settings.EVIDENCE_FREE_BYTES = 2**60
        assert code(send(reporter, shot())) == (507, "STORAGE_FULL")
        assert list(incoming.folder().iterdir()) == []

    def test_they_are_no_clips_and_take_no_clips_room(self, reporter, settings):
        send(reporter, shot())
        settings.EVIDENCE_VOTER_TRUST = 0.1
        Voter.objects.update(trust=0.9)
        answer = Api().get(f"/api/evidence/votes/{VIDEO}/clips", **{"X-User-ID": reporter})
        assert (answer.json()["clips"], answer.json()["room"]) == ([], 3)


class TestWhatIsMadeOfThem:
    def test_only_pixels_come_through_smaller_and_with_a_hash(self, reporter):
        large = picture(3, size=(2000, 1125), quality=60, comment=MARK)
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", MARK.decode())
        files = [large, picture(4, "PNG", (160, 90), pnginfo=text), picture(5, "WEBP")]
        assert MARK in large and MARK in files[1]
        send(reporter, *(shot(n + 0.25, data) for n, data in enumerate(files)))
        work.run(most_s=60)
        clip = Clip.objects.get()
        assert (clip.state, clip.failure) == ("ready", "")
        frames = list(clip.frames.order_by("at"))
        assert [(it.at, it.why) for it in frames] == [(n + 0.25, "report") for n in range(3)]
        assert [(it.width, it.height) for it in frames] == [(1280, 720), (160, 90), (640, 360)]
        for frame in frames:
            with store.storage().open(frame.picture, "rb") as file:
                drawn = file.read()
            assert drawn.startswith(b"\xff\xd8\xff") and MARK not in drawn
        assert all(it.quality > 50 and len(it.phash) == 32 for it in frames)
        assert list(incoming.folder().iterdir()) == []

    def test_what_is_broken_is_left_out_and_bombs_are_never_unpacked(self, reporter):
        bomb = io.BytesIO()
        Image.new("1", (9000, 9000)).save(bomb, "PNG")
        broken = b"\xff\xd8\xff" + b"\x00" * 500
        send(reporter, shot(1, bomb.getvalue()), shot(2, broken), shot(3))
        work.run(most_s=60)
        assert [frame.at for frame in Frame.objects.all()] == [3]

    def test_nothing_that_can_be_decoded_fails_with_a_reason(self, reporter):
        send(reporter, shot(1, b"\x89PNG\r\n\x1a\n" + b"\x00" * 500))
        work.run(most_s=60)
        assert (Clip.objects.get().state, Clip.objects.get().failure) == ("failed", "no_picture")

    def test_the_same_picture_is_found_in_reports_of_another_video(self, reporter):
        send(reporter, shot(1, picture(8)))
        other = voted("another0001")
        again = picture(8, "WEBP", (426, 240), quality=70)
        send(other, shot(3, again), shot(4, picture(9)), video="another0001")
        work.run(most_s=60)
        first = Clip.objects.get(target_id=VIDEO)
        match = first.matches.get()
        assert (match.frames, match.of, match.other.target_id) == (1, 1, "another0001")


class TestHowTheyGo:
    def test_they_go_with_the_voter(self, reporter):
        send(reporter, shot())
        work.run(most_s=60)
        clip = Clip.objects.get()
        kept = store.storage().path(clip.folder)
        assert removal.sweep().expired == 0
        assert Clip.objects.get().expires_at - clip.created_at == timedelta(days=30)
        Api().delete("/api/users/me", **{"X-User-ID": reporter})
        assert not Clip.objects.exists()
        assert not store.storage().exists(kept)

    def test_withdrawn_reports_are_shown_no_more_and_go_at_night(self, reporter):
        send(reporter, shot(61))
        work.run(most_s=60)
        found = shown.of("video", [VIDEO])["shots"]
        assert (found["reporters"], [it["frame"]["at"] for it in found["pictures"]]) == (1, [61])
        Api().delete("/api/votes", {"userId": reporter, "videoId": VIDEO})
        assert shown.of("video", [VIDEO])["shots"] == {}
        assert removal.sweep().expired == 1
        assert not Clip.objects.exists()

    def test_old_ones_expire(self, reporter):
        send(reporter, shot())
        Clip.objects.update(created_at=F("created_at") - timedelta(days=31))
        assert removal.sweep().expired == 1

    def test_voters_are_told_what_is_stored_of_theirs(self, reporter):
        send(reporter, shot())
        data = Api().get("/api/users/me/data", **{"X-User-ID": reporter}).json()
        (clip,) = data["clips"]
        assert (clip["kind"], clip["video_id"], clip["state"]) == ("shots", VIDEO, "received")
