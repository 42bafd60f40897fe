"""No page, feed or file of the pages names a voter, or hints at one."""

from __future__ import annotations

import pytest
from django.conf import settings

from common import ids
from pages import months
from pages.recent import files
from sync.tasks import run_pipeline
from tests.conftest import Api, new_user
from votes.erasures import erase_voter
from votes.models import Vote
from votes.moderation import appeals
from votes.moderation.decisions import decide_video

pytestmark = pytest.mark.django_db(transaction=True)

VIDEO = "dQw4w9WgXcQ"
PATHS = (
    *("/", f"/?video={VIDEO}", f"/v/{VIDEO}", "/c/@maker", "/recent", "/recent?order=rising"),
    *("/recent?order=disputed", "/recent?order=cleared", "/transparency", "/transparency.csv"),
    *(
        "/lists",
        "/status",
        "/feeds/recent.atom",
        "/feeds/recent.json",
        f"/feeds/video/{VIDEO}.atom",
    ),
    *("/feeds/channel/@maker.json", f"/look/{ids.video_hash(VIDEO)[:4]}"),
)
SECRET = "The brushes are on my desk in Lisbon"


def test_nothing_that_is_shown_has_a_voter_an_address_or_what_an_appeal_says():
    users = [new_user() for _ in range(12)]
    addresses = [f"203.0.{n}.77" for n in range(12)]
    for n, (user, address) in enumerate(zip(users, addresses, strict=True)):
        signs = [{"sign": "voice", "at": 12 + n}]
        answer = Api(address).vote(VIDEO, "fully_ai", user, signs=signs, channelHandle="@maker")
        assert answer.status_code == 200
        Api(address).vote("humanvideo0", "fully_ai", user)
    run_pipeline()
    appeals.file_appeal(target_type="video", target_id="humanvideo0", reason=SECRET)
    decide_video(actor="mod-name", action="lock_human", video_id="humanvideo0", reason="I saw them")
    erase_voter(ids.public_id(users[0], key=settings.VOTER_KEY))
    run_pipeline()
    months.bring_up()
    files.write()
    public = [ids.public_id(user, key=settings.VOTER_KEY) for user in users]
    labels = {
        text
        for row in Vote.objects.values_list("voice", "prefix_pseudonym", "ip_pseudonym")
        for text in row
        if text
    }
    told = [*users, *public, *addresses, *labels, SECRET, "mod-name", "I saw them"]
    shown = {path: Api().get(path).content.decode() for path in PATHS}
    shown["the file"] = files.path().read_text()
    assert "Flagged as fully AI" in shown[f"/v/{VIDEO}"]
    assert "a synthetic voice" in shown[f"/v/{VIDEO}"]
    for path, body in shown.items():
        assert [text for text in told if text in body] == [], path


def test_no_page_says_when_a_single_vote_was_cast(crowd):
    crowd(9, VIDEO)
    run_pipeline()
    files.write()
    seconds = {f"{at:%H:%M:%S}" for at in Vote.objects.values_list("cast_at", flat=True)}
    # The ninth vote came between the flag and the run before: its second may be the flag's own.
    flag = files.read().newest[0]["at"][11:19]
    for path in PATHS:
        body = Api().get(path).content.decode()
        assert [it for it in seconds - {flag} if it in body] == [], path
