"""Uploads: tus 1.0 as its specification has it, and what is refused."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from evidence.models import Clip
from evidence.uploads import incoming
from tests.conftest import Api, new_user
from tests.evidence.sending import MP4, OCTETS, VIDEO, Tus, appeal, code, encoded, film, sha1
from votes.models import AppealOwner, Case, Voter

pytestmark = pytest.mark.django_db(transaction=True)


def stored(path):
    return incoming.path_of(Clip.objects.get(pk=path.rpartition("/")[2]).pk).read_bytes()


class TestTheCore:
    def test_a_clip_that_is_sent_in_parts_arrives_as_it_was(self, tus):
        data = film(200_000)
        path = tus.begin(len(data))
        for at in range(0, len(data), 70_000):
            assert tus.offset(path) == at
            answer = tus.patch(path, data[at : at + 70_000], at)
            assert answer.status_code == 204, answer.content
            assert answer["Upload-Offset"] == str(min(len(data), at + 70_000))
            assert answer["Tus-Resumable"] == "1.0.0"
        clip = Clip.objects.get()
        assert (clip.state, clip.offset, clip.file_type) == ("received", len(data), "video/mp4")
        assert stored(path) == data

    def test_head_says_how_much_there_is_and_may_not_be_kept(self, tus):
        path = tus.begin(100, name="mein Film é.mp4")
        tus.patch(path, film(40), 0)
        answer = tus.ask("HEAD", path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("40", "100")
        assert answer["Upload-Metadata"] == f"filename {encoded('mein Film é.mp4'.encode())}"
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("at", [0, 39, 41, 100])
    def test_a_part_that_begins_elsewhere_is_a_409_and_changes_nothing(self, tus, at):
        path = tus.begin(100)
        tus.patch(path, film(40), 0)
        assert code(tus.patch(path, b"x" * 10, at)) == (409, "UPLOAD_CONFLICT")
        assert tus.offset(path) == 40

    @pytest.mark.parametrize("version", ["", "0.2.2", "1.0"])
    def test_another_version_is_a_412_that_names_ours(self, tus, version):
        path = tus.begin(100)
        for answer in (
            tus.announce(100, Tus_Resumable=version),
            tus.patch(path, film(40), 0, Tus_Resumable=version),
            tus.ask("DELETE", path, Tus_Resumable=version),
        ):
            assert code(answer) == (412, "UPLOAD_VERSION")
            assert answer["Tus-Version"] == "1.0.0"
        assert tus.offset(path) == 0

    def test_another_content_type_is_a_415(self, tus):
        path = tus.begin(100)
        answer = tus.patch(path, film(40), 0, Content_Type="video/mp4")
        assert code(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")
        assert tus.offset(path) == 0

    @pytest.mark.parametrize("at", ["", "-1", "+1", "1.0", "x", "٣", "9" * 30])
    def test_an_offset_that_is_no_number_is_a_400(self, tus, at):
        path = tus.begin(100)
        assert code(tus.patch(path, film(40), at)) == (400, "INVALID_FIELD")

    def test_more_than_was_announced_is_a_413_and_stores_nothing(self, tus):
        path = tus.begin(100)
        tus.patch(path, film(40), 0)
        assert code(tus.patch(path, b"x" * 61, 40)) == (413, "PAYLOAD_TOO_LARGE")
        assert tus.offset(path) == 40

    def test_options_say_what_is_spoken_here_and_need_no_version(self, tus):
        answer = tus.ask("OPTIONS", tus.base, Tus_Resumable="")
        assert answer.status_code == 204
        assert answer["Tus-Version"] == "1.0.0"
        assert set(answer["Tus-Extension"].split(",")) == {
            *("creation", "creation-with-upload", "expiration", "termination", "checksum")
        }
        assert answer["Tus-Max-Size"] == str(2**30)
        assert "sha1" in answer["Tus-Checksum-Algorithm"].split(",")

    def test_a_post_can_mean_another_method(self, tus):
        path = tus.begin(100)
        answer = tus.ask("POST", path, film(40), Upload_Offset="0", X_HTTP_Method_Override="PATCH")
        assert (answer.status_code, answer["Upload-Offset"]) == (204, "40")
        assert tus.ask("POST", path, X_HTTP_Method_Override="DELETE").status_code == 204
        assert not Clip.objects.exists()

    def test_a_part_without_bytes_changes_nothing(self, tus):
        path = tus.begin(100)
        answer = tus.patch(path, b"", 0, Content_Type=OCTETS)
        assert (answer.status_code, answer["Upload-Offset"]) == (204, "0")

    def test_the_last_part_can_be_sent_again_by_who_did_not_hear_that_it_came(self, tus):
        path = tus.begin(100)
        data = film(100)
        tus.patch(path, data, 0)
        assert tus.offset(path) == 100
        assert tus.patch(path, b"", 100, Content_Type=OCTETS).status_code == 204
        assert code(tus.patch(path, data, 0)) == (409, "UPLOAD_CONFLICT")


class TestExtensions:
    def test_a_clip_can_come_with_its_announcement(self, tus):
        data = film(5000)
        answer = tus.ask("POST", tus.base, data[:3000], Upload_Length="5000")
        assert (answer.status_code, answer["Upload-Offset"]) == (201, "3000")
        assert tus.patch(answer["Location"], data[3000:], 3000).status_code == 204
        assert stored(answer["Location"]) == data

    def test_an_announcement_that_is_malformed_is_a_400(self, tus):
        for headers in (
            {"Upload_Length": ""},
            {"Upload_Length": "0"},
            {"Upload_Length": "-5"},
            {"Upload_Length": "", "Upload_Defer_Length": "1"},
            {"Upload_Metadata": "filename !!"},
            {"Upload_Metadata": "filename YQ==,filename YQ=="},
        ):
            assert code(tus.announce(100, **headers)) == (400, "INVALID_FIELD"), headers
        assert not Clip.objects.exists()

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\films\\a.mov", "a.mov"),
            ("<b>\u202egpj.exe\x00", "<b>gpj.exe"),
            ("", "clip"),
            ("x" * 900, "x" * 200),
        ],
    )
    def test_names_are_shown_as_they_are_and_lead_nowhere(self, tus, given, shown):
        path = tus.begin(100, name=given)
        assert Clip.objects.get().name == shown
        assert incoming.path_of(Clip.objects.get().pk).parent == incoming.folder()
        assert tus.offset(path) == 0

    @pytest.mark.parametrize("kind", ["sha1", "sha256", "md5"])
    def test_a_part_is_compared_with_its_checksum(self, tus, kind):
        path = tus.begin(5000)
        data = film(5000)
        right = f"{kind} {encoded(hashlib.new(kind, data[:2000]).digest())}"
        wrong = f"{kind} {encoded(hashlib.new(kind, b'another').digest())}"
        refused = tus.patch(path, data[:2000], 0, Upload_Checksum=wrong)
        assert code(refused) == (460, "CHECKSUM_MISMATCH")
        assert tus.offset(path) == 0
        assert tus.patch(path, data[:2000], 0, Upload_Checksum=right).status_code == 204
        assert tus.patch(path, data[2000:], 2000).status_code == 204
        assert stored(path) == data

    @pytest.mark.parametrize("given", ["crc32 AAAAAA==", "sha1", "sha1 ??", "sha1 AAAA"])
    def test_a_checksum_that_is_none_is_a_400(self, tus, given):
        path = tus.begin(100)
        assert code(tus.patch(path, film(9), 0, Upload_Checksum=given)) == (400, "INVALID_FIELD")

    def test_a_part_that_was_not_compared_to_its_end_does_not_count(self, tus):
        """As `kill -9` leaves it: the note of where the part began, and a longer file."""
        path = tus.begin(5000)
        data = film(5000)
        tus.patch(path, data[:2000], 0)
        file = incoming.path_of(Clip.objects.get().pk)
        file.with_name(file.name + incoming.NOTE).write_text("2000")
        with file.open("ab") as more:
            more.write(b"broken")
        assert tus.offset(path) == 2000
        assert tus.patch(path, data[2000:], 2000).status_code == 204
        assert stored(path) == data

    def test_what_is_not_whole_says_when_it_is_given_up(self, tus, settings):
        settings.EVIDENCE_UPLOAD_HOURS = 5
        begun = tus.announce(100)
        path = begun["Location"]
        for answer in (begun, tus.patch(path, film(40), 0)):
            left = parsedate_to_datetime(answer["Upload-Expires"]) - timezone.now()
            assert timedelta(hours=4.9) < left <= timedelta(hours=5)
        assert "Upload-Expires" not in tus.patch(path, film(60), 40)

    def test_a_clip_can_be_removed_at_any_time_and_is_gone_then(self, tus):
        path = tus.begin(100)
        tus.patch(path, film(40), 0)
        file = incoming.path_of(Clip.objects.get().pk)
        assert tus.ask("DELETE", path).status_code == 204
        assert not file.exists() and not Clip.objects.exists()
        for answer in (tus.patch(path, film(60), 40), tus.ask("DELETE", path)):
            assert code(answer) == (410, "UPLOAD_GONE")
        assert tus.ask("HEAD", path).status_code == 410


class TestTrains:
    """Lines that break, servers that are killed, two at once."""

    def test_what_came_before_the_line_broke_is_kept(self, tus):
        path = tus.begin(300_000)
        data = film(300_000)
        cut = Cut(data[:130_000], length=300_000)
        answer = tus.api.client.request(**cut.environ(path, 0))
        assert (answer.status_code, answer["Upload-Offset"]) == (204, "130000")
        assert tus.offset(path) == 130_000
        assert tus.patch(path, data[130_000:], 130_000).status_code == 204
        assert stored(path) == data

    def test_a_compared_part_that_is_cut_is_not_kept(self, tus):
        path = tus.begin(3000)
        data = film(3000)
        cut = Cut(data[:1000], length=3000)
        answer = tus.api.client.request(**cut.environ(path, 0), HTTP_UPLOAD_CHECKSUM=sha1(data))
        assert answer.status_code == 460
        assert tus.offset(path) == 0

    def test_the_file_is_right_where_the_row_is_behind(self, tus):
        """As `kill -9` leaves it after bytes were written, before the row was."""
        data = film(5000)
        path = tus.begin(5000)
        file = incoming.path_of(Clip.objects.get().pk)
        file.write_bytes(data[:4000])
        assert tus.offset(path) == 4000
        file.write_bytes(data)
        assert tus.offset(path) == 5000
        assert Clip.objects.get().state == "received"

    def test_of_two_that_send_at_once_one_has_to_wait(self, tus):
        path = tus.begin(200_000)
        data = film(200_000)
        slow = Cut(data, length=200_000, pause=True)

        def send():
            try:
                return Tus("", base=path).api.client.request(**slow.environ(path, 0))
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(send)
            assert slow.began.wait(20)
            second = tus.patch(path, data, 0)
            slow.go_on.set()
            assert first.result().status_code == 204
        assert code(second) == (423, "UPLOAD_LOCKED")
        assert stored(path) == data

    def test_a_clip_that_is_removed_while_it_arrives_leaves_nothing(self, tus):
        path = tus.begin(200_000)
        slow = Cut(film(200_000), length=200_000, pause=True)

        def send():
            try:
                return Tus("", base=path).api.client.request(**slow.environ(path, 0))
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(send)
            assert slow.began.wait(20)
            assert tus.ask("DELETE", path).status_code == 204
            slow.go_on.set()
            assert code(first.result()) == (410, "UPLOAD_GONE")
        assert list(incoming.folder().iterdir()) == []

    def test_only_so_many_are_received_at_once(self, tus, monkeypatch):
        monkeypatch.setattr("evidence.uploads.arrivals._receiving", threading.Semaphore(0))
        path = tus.begin(100)
        answer = tus.patch(path, film(40), 0)
        assert code(answer) == (503, "OVERLOADED")
        assert int(answer["Retry-After"]) > 0


class Cut:
    """A request's body that ends too early, or stops after its first chunk until told to go on."""

    def __init__(self, data, *, length, pause=False):
        self.data, self.length = data, length
        self.began, self.go_on = threading.Event(), threading.Event()
        self.pause = pause

    def read(self, most):
        part, self.data = self.data[:most], self.data[most:]
        if self.began.is_set() and self.pause:
            assert self.go_on.wait(20)
        self.began.set()
        return part

    readline = read

    def environ(self, path, at):
        return {
            "PATH_INFO": path,
            "REQUEST_METHOD": "PATCH",
            "CONTENT_TYPE": OCTETS,
            "CONTENT_LENGTH": str(self.length),
            "wsgi.input": self,
            "HTTP_TUS_RESUMABLE": "1.0.0",
            "HTTP_UPLOAD_OFFSET": str(at),
        }


class TestWhoMay:
    def test_nobody_without_an_appeal(self):
        for token in ("0" * 32, "f" * 32):
            assert code(Tus(token).announce(100)) == (404, "NOT_FOUND")
            assert code(Api().get(f"/api/evidence/appeals/{token}/clips")) == (404, "NOT_FOUND")

    def test_nobody_where_it_is_switched_off(self, tus, settings):
        settings.EVIDENCE = False
        assert code(tus.announce(100)) == (404, "NOT_FOUND")

    def test_nobody_after_the_decision_also_with_a_clip_that_was_begun(self, tus):
        path = tus.begin(100)
        Case.objects.update(state="closed", closed_at=Now())
        assert code(tus.announce(100)) == (403, "FORBIDDEN")
        assert code(tus.patch(path, film(40), 0)) == (403, "FORBIDDEN")
        assert tus.clips()["room"] == 0
        assert tus.ask("DELETE", path).status_code == 204

    def test_nobody_reaches_a_clip_of_another_appeal(self, tus):
        path = tus.begin(100)
        other = Tus(appeal("otherVideo1"))
        stolen = f"{other.base}/{path.rpartition('/')[2]}"
        for answer in (other.patch(stolen, film(40), 0), other.ask("DELETE", stolen)):
            assert code(answer) == (410, "UPLOAD_GONE")
        assert other.clips()["clips"] == []

    def test_nobody_while_nothing_may_be_written(self, tus, settings):
        path = tus.begin(100)
        settings.MIRROR_OF = "https://elsewhere.example"
        for answer in (tus.announce(100), tus.patch(path, film(40), 0), tus.ask("DELETE", path)):
            assert code(answer) == (503, "READ_ONLY")

    def test_a_trusted_voter_may_where_settings_say_so(self, settings):
        user = new_user()
        Api().vote(VIDEO, user=user)
        voter = Tus("", base=f"/api/evidence/votes/{VIDEO}/clips")
        known = {"X_User_ID": user}
        assert code(voter.announce(100, **known)) == (404, "NOT_FOUND")
        settings.EVIDENCE_VOTER_TRUST = 0.6
        assert code(voter.announce(100, **known)) == (403, "FORBIDDEN")
        Voter.objects.update(trust="0.700000")
        path = voter.announce(100, **known)["Location"]
        assert voter.patch(path, film(100), 0, **known).status_code == 204
        assert Clip.objects.get().state == "received"
        assert code(voter.announce(100)) == (400, "INVALID_FIELD")
        assert code(voter.announce(100, X_User_ID=new_user())) == (404, "NOT_FOUND")
        assert code(voter.patch(path, b"", 0, X_User_ID=new_user(), Content_Type=OCTETS)) == (
            404,
            "NOT_FOUND",
        )


class TestHowMuch:
    def test_a_clip_that_is_too_large_is_refused_before_it_is_sent(self, tus, settings):
        settings.EVIDENCE_CLIP_BYTES = 5 * 2**20
        answer = tus.announce(5 * 2**20 + 1)
        assert code(answer) == (413, "PAYLOAD_TOO_LARGE")
        assert "5 MB" in answer.json()["error"]["message"]

    def test_a_target_has_three_and_one_that_is_removed_makes_room(self, tus):
        paths = [tus.begin(100) for _ in range(3)]
        stranger = Tus(appeal())
        assert code(tus.announce(100)) == (409, "TOO_MANY_CLIPS")
        assert code(stranger.announce(100)) == (409, "TOO_MANY_CLIPS")
        assert tus.clips()["room"] == 0
        tus.ask("DELETE", paths[0])
        assert tus.clips()["room"] == 1
        assert stranger.announce(100).status_code == 201

    def test_strangers_take_no_room_from_whom_a_moderator_has_seen_to_own_it(self, tus):
        for _ in range(3):
            tus.begin(100)
        token = appeal()
        AppealOwner.objects.create(appeal_id=token, seen_by="mod")
        assert [Tus(token).announce(100).status_code for _ in range(4)] == [201, 201, 201, 409]

    def test_of_many_at_once_three_have_room(self, tus):
        def announce(_):
            try:
                return Tus("", base=tus.base).announce(100).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            answers = sorted(pool.map(announce, range(8)))
        assert answers == [201] * 3 + [409] * 5

    def test_an_appeal_has_so_many_bytes(self, tus, settings):
        settings.EVIDENCE_APPEAL_BYTES = 1000
        tus.begin(600)
        assert code(tus.announce(401)) == (409, "TOO_MANY_CLIPS")
        assert tus.announce(400).status_code == 201

    def test_a_network_has_so_many_clips_and_bytes_a_day(self, settings):
        settings.LIMITS = settings.LIMITS | {"evidence_clips": 3, "evidence_mb": 10}
        api = Api()

        def announce(n, size):
            return Tus(appeal(f"video{n:06d}"), api=api).announce(size)

        assert announce(1, 8 * 2**20).status_code == 201
        refused = announce(2, 3 * 2**20)
        assert code(refused) == (429, "RATE_LIMITED")
        assert int(refused["Retry-After"]) > 80_000
        assert announce(3, 2 * 2**20).status_code == 201  # what was refused did not count
        settings.LIMITS = settings.LIMITS | {"evidence_mb": 1000}
        assert announce(4, 100).status_code == 201
        assert code(announce(5, 100)) == (429, "RATE_LIMITED")
        assert Tus(appeal("video000006")).announce(100).status_code == 201
        assert Clip.objects.count() == 4


class TestWhatItIs:
    @pytest.mark.parametrize(
        "head",
        [
            b"MZ\x90\x00" + b"\x00" * 200,
            b"<html><script>alert(1)</script>",
            b"#!/bin/sh\nrm -rf /",
            b"PK\x03\x04" + b"\x00" * 60,
            b"\x89PNG\r\n\x1a\n" + b"\x00" * 60,
            b"%PDF-1.7\n",
            b"hello",
            b"\x00" * 100,
        ],
        ids=["exe", "html", "shell", "zip", "png", "pdf", "text", "zeros"],
    )
    def test_what_is_no_video_is_refused_by_its_content_and_goes_at_once(self, tus, head):
        path = tus.begin(2**20, name="film.mp4")
        answer = tus.patch(path, head.ljust(5000, b"\x01"), 0)
        assert code(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")
        clip = tus.clips()["clips"][0]
        assert (clip["state"], clip["words"]) == (
            "failed",
            "This is not a video that can be read.",
        )
        assert list(incoming.folder().iterdir()) == []
        assert code(tus.patch(path, b"x", 0)) == (410, "UPLOAD_GONE")
        assert tus.clips()["room"] == 3

    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (MP4, "video/mp4"),
            (b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ", "video/quicktime"),
            (b"RIFF\x00\x10\x00\x00AVI LIST", "video/avi"),
            ((b"\x47" + b"\x1f" * 187) * 3, "video/mp2t"),
            (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x82\x84webm", "video/webm"),
        ],
    )
    def test_a_video_is_known_by_its_content_whatever_its_name(self, tus, head, kind):
        path = tus.begin(len(head), name="letter.txt")
        assert tus.patch(path, head, 0).status_code == 204
        assert Clip.objects.get().file_type == kind


def test_a_full_disk_is_a_507_with_a_sentence_before_anything_is_sent(tus, settings):
    settings.EVIDENCE_FREE_BYTES = 2**60
    answer = tus.announce(100)
    assert code(answer) == (507, "STORAGE_FULL")
    assert "no room on the server" in answer.json()["error"]["message"]
    settings.EVIDENCE_FREE_BYTES = 0
    assert tus.announce(100).status_code == 201


def test_what_is_still_to_come_counts_as_room_that_is_taken(tus, monkeypatch):
    monkeypatch.setattr("evidence.uploads.incoming.free_bytes", lambda: 1000)
    path = tus.begin(800)
    assert code(tus.announce(300)) == (507, "STORAGE_FULL")
    tus.patch(path, film(800), 0)
    assert tus.announce(300).status_code == 201


def test_the_list_tells_how_far_each_is_and_where_the_rest_goes(tus):
    path = tus.begin(2_000_000, name="take one.mov")
    tus.patch(path, film(50_000), 0)
    found = tus.clips()
    assert (found["room"], found["largest"]) == (2, 2**30)
    (clip,) = found["clips"]
    assert clip["upload"] == path
    assert (clip["name"], clip["size"], clip["offset"]) == ("take one.mov", 2_000_000, 50_000)
    assert (clip["state"], clip["words"], clip["sizeWords"]) == ("receiving", "Arriving", "1.91 MB")
