"""Notes: who may write and rate them, when they are shown, and how they go."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sync.schedule import plan
from sync.tasks import run_pipeline
from tests.conftest import Api
from tests.juries.test_scheduler import in_threads
from tests.notes.world import SAID, VIDEO, decided, jurors, mine, rate, write, written
from votes import erasures
from votes.brakes import set_brakes
from votes.models import (
    Decision,
    DirtyVideo,
    Erasure,
    Juror,
    Note,
    NoteRating,
    Panel,
    Question,
    Voter,
)
from votes.notes import facts, judging
from votes.notes.wire import link

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def eight(settings):
    """Eight rooted jurors, four of either leaning."""
    return jurors(settings)


def states():
    return set(Note.objects.values_list("state", flat=True))


def test_who_sat_on_the_jury_writes_one_note_and_may_send_it_again(eight):
    author, other, *_ = eight
    decided(author)
    assert [it["targetId"] for it in mine(author)["write"]] == [VIDEO]
    note = written(author)
    assert written(author) == note
    assert write(author, text="Something else.", at=1).json()["error"]["code"] == "ALREADY_ANSWERED"
    assert mine(author)["write"] == []
    (own,) = mine(author)["mine"]
    assert (own["text"], own["at"], own["state"]) == (SAID["text"], 83, "waiting")
    assert write(other).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "undecided"},
        {"answer": None},
        {"old": True},
        {"later": True},
    ],
)
def test_there_is_nothing_to_write_without_an_answer_and_a_verdict_that_stands(eight, change):
    author = eight[0]
    panel = decided(author, outcome=change.get("outcome", "ai"))
    if "answer" in change:
        Question.objects.update(answer=None, answered_at=None)
    if "old" in change:
        panel.decided_at = timezone.now() - timezone.timedelta(days=31)
        panel.save()
    if "later" in change:
        decided(outcome="human")
    assert mine(author)["write"] == []
    assert write(author).status_code == 404


def test_who_is_in_training_or_paused_neither_writes_nor_rates(eight):
    author, trainee, paused, *_ = eight
    decided(author, trainee, paused)
    note = written(author)
    Juror.objects.filter(pk=trainee[1]).update(is_rooted=False)
    Voter.objects.filter(pk=paused[1]).update(is_paused_juror=True)
    for juror in (trainee, paused):
        assert write(juror).status_code == 403
        assert rate(juror, note).status_code == 403
    assert mine(trainee) == {"write": [], "rate": [], "mine": []}


@pytest.mark.parametrize(
    "body",
    [
        {"text": "No source."},
        {"text": "Two.", "at": 1, "link": "https://example.org/"},
        {"text": "", "at": 1},
        {"text": "x" * 281, "at": 1},
        {"text": "\u202e\u200b", "at": 1},
        {"text": "half \ud800", "at": 1},
        {"text": "See https://spam.example/", "at": 1},
        {"text": "See www.spam.example", "at": 1},
        {"text": 7, "at": 1},
        {"text": "When?", "at": -1},
        {"text": "When?", "at": 43_201},
        {"text": "When?", "at": True},
        {"text": "When?", "at": 1.5},
        {"text": "When?", "at": 10**30},
        {"text": "Where?", "link": "http://example.org/"},
        {"text": "Where?", "link": "a\0"},
        {"text": "Who?", "at": 1, "targetId": "no id\0"},
        {"text": "What?", "at": 1, "targetType": "voter"},
        {"text": "A channel has no seconds.", "at": 1, "targetType": "channel"},
    ],
)
def test_what_no_note_can_be_is_refused_and_nothing_stored(eight, body):
    author = eight[0]
    decided(author)
    answer = Api(author[2]).post(
        "/api/jurors/me/notes",
        {"userId": author[0], "targetType": "video", "targetId": VIDEO, **body},
    )
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]["code"] in ("INVALID_FIELD", "INVALID_BODY")
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://Example.ORG/a?b#c", "https://example.org/a?b#c"),
        (" https://xn--bcher-kva.example/ ", "https://xn--bcher-kva.example/"),
        ("https://user@example.org/", None),
        ("https://example.org:8443/", None),
        ("https://127.0.0.1/", None),
        ("https://[::1]/", None),
        ("https://localhost/", None),
        ("https://bücher.example/", None),
        ("https://example.org\\@evil.example/", None),
        ("https://example.org/a b", None),
        ("javascript:alert(1)", None),
        ("//example.org/", None),
        ("https://", None),
        ("https://[", None),
        (f"https://example.org/{'a' * 500}", None),
    ],
)
def test_links_lead_to_the_host_that_is_shown(sent, kept):
    assert link(sent) == kept


def test_a_fourth_note_within_a_day_has_to_wait(eight):
    author = eight[0]
    for n in range(4):
        decided(author, target=f"video{n:06d}"[: 11 - n])
    targets = [it["targetId"] for it in mine(author)["write"]]
    assert [write(author, target).status_code for target in targets] == [200, 200, 200, 429]
    assert int(write(author, targets[3])["Retry-After"]) > 80_000
    Note.objects.update(written_at=timezone.now() - timezone.timedelta(days=1))
    assert write(author, targets[3]).status_code == 200


def test_it_is_shown_once_both_sides_find_it_helpful_and_no_sooner(eight):
    author, *others = eight
    decided(author)
    note = written(author)
    assert [it["id"] for it in mine(others[0])["rate"]] == [note]
    assert mine(author)["rate"] == []
    assert rate(author, note).status_code == 404
    one_side = [it for n, it in enumerate(others) if n % 2 == 0]  # they say AI more readily
    for juror in one_side:
        assert rate(juror, note).status_code == 200
    assert mine(one_side[0])["rate"] == []
    judging.judge()
    assert states() == {"waiting"}
    for juror in others:
        rate(juror, note)
    assert judging.judge() == 1
    assert judging.judge() == 0
    assert states() == {"shown"}
    assert Note.objects.values_list("helpful", "rated").get() == (7, 7)
    for juror in others[:6]:  # the last word counts
        rate(juror, note, helpful=False)
    judging.judge()
    assert states() == {"waiting"}


def test_a_voice_counts_once_and_the_authors_not_at_all(eight):
    author, *others = eight
    decided(author)
    note = written(author)
    same = author[2][:-1]
    for n, juror in enumerate(others):
        near = (juror[0], juror[1], f"{same}{n + 20}" if n < 2 else others[2][2])
        assert rate(near, note).status_code == 200
    judging.judge()
    assert Note.objects.values_list("rated", flat=True).get() == 1
    Voter.objects.filter(pk=others[-1][1]).update(is_shadowbanned=True)
    Voter.objects.filter(pk__in=[it[1] for it in others[2:-1]]).update(is_paused_juror=True)
    judging.judge()
    assert Note.objects.values_list("rated", flat=True).get() == 0


def test_only_those_who_are_asked_by_lot_can_rate(eight):
    author, *others = eight
    decided(author)
    note = written(author)
    Note.objects.update(part=0)
    assert mine(others[0])["rate"] == []
    assert rate(others[0], note).status_code == 404
    Note.objects.update(part=0.5)
    asked = [juror for juror in others if mine(juror)["rate"]]
    assert [juror for juror in others if rate(juror, note).status_code == 200] == asked


def test_after_two_weeks_it_stays_as_it_is_and_its_ratings_are_forgotten(eight):
    author, *others = eight
    decided(author)
    note = written(author)
    for juror in others[:6]:
        rate(juror, note)
    Note.objects.update(closes_at=timezone.now())
    assert rate(others[6], note).json()["error"]["code"] == "QUESTION_CLOSED"
    judging.judge()
    assert states() == {"shown"}
    assert not NoteRating.objects.exists()
    assert Note.objects.values_list("closes_at", "voice", "rated").get() == (None, None, 6)
    assert judging.judge() == 0
    assert mine(others[6])["rate"] == []


def test_two_workers_at_once_judge_once(eight):
    author, *others = eight
    decided(author)
    note = written(author)
    for juror in others:
        rate(juror, note)
    assert sorted(in_threads(judging.judge, judging.judge)) == [0, 1]
    assert states() == {"shown"}


def test_judging_takes_as_many_statements_for_many_notes_as_for_one(eight):
    author, *others = eight
    costs = []
    for n in range(3):
        decided(author, target=f"video{n:06d}"[: 11 - n])
        note = written(author, f"video{n:06d}"[: 11 - n])
        rate(others[0], note)
        if n != 1:
            with CaptureQueriesContext(connection) as seen:
                judging.judge()
            costs.append(len(seen))
    assert costs[0] == costs[1]


def test_a_withdrawn_note_is_forgotten_and_there_is_no_second_one(eight):
    author, other, *_ = eight
    decided(author)
    note = written(author)
    rate(other, note)
    path, header = f"/api/jurors/me/notes/{note}", {"X-User-ID": author[0]}
    assert Api().delete(path, **{"X-User-ID": other[0]}).status_code == 404
    assert Api().delete(path, **header).status_code == 200
    assert Api().delete(path, **header).status_code == 404
    assert Note.objects.values_list("text", "at", "voice", "state").get() == (
        *("", None, None),
        "withdrawn",
    )
    assert not NoteRating.objects.exists()
    assert rate(other, note).status_code == 410
    assert write(author).json()["error"]["code"] == "QUESTION_CLOSED"
    assert mine(author)["mine"] == []


@pytest.mark.parametrize("how", ["withdrawn", "left"])
def test_a_backup_does_not_bring_back_what_was_taken_back(eight, how):
    author = eight[0]
    decided(author)
    note = written(author)
    before = Note.objects.values().get()
    juror = Juror.objects.filter(pk=author[1]).values().get()
    if how == "withdrawn":
        facts.withdraw(author[1], note)
        Note.objects.all().delete()
    else:
        assert Api().delete("/api/jurors/me", **{"X-User-ID": author[0]}).status_code == 200
        assert not Note.objects.exists()
        Juror.objects.create(**juror)
    Note.objects.create(**before)
    erased = dict(Erasure.objects.values_list("mark", "erased_at"))
    assert sum(forget(erased) for forget in erasures.after_restore) == 1
    assert states() == {"withdrawn"}
    assert sum(forget(erased) for forget in erasures.after_restore) == 0


def test_a_note_goes_with_its_author_and_a_rating_with_its_rater(eight):
    author, other, *_ = eight
    decided(author)
    note = written(author)
    rate(other, note)
    data = Api().get("/api/users/me/data", **{"X-User-ID": author[0]}).json()
    assert [(it["text"], it["at"]) for it in data["notes"]] == [(SAID["text"], 83)]
    data = Api().get("/api/users/me/data", **{"X-User-ID": other[0]}).json()
    assert [(it["note_id"], it["helpful"]) for it in data["noteRatings"]] == [(note, True)]
    assert erasures.erase_voter(other[1])
    assert not NoteRating.objects.exists()
    assert erasures.erase_voter(author[1])
    assert not Note.objects.exists()


def test_the_database_itself_refuses_a_second_note_and_one_without_a_source(eight):
    author = eight[0]
    panel = decided(author)
    one = {"author_id": author[1], "panel": panel, "text": "x", "part": 1}
    for wrong in ({}, {"at": 1, "link": "https://example.org/"}, {"at": 99_999}):
        with pytest.raises(IntegrityError):
            Note.objects.create(**one, **wrong)
    Note.objects.create(**one, at=1)
    with pytest.raises(IntegrityError):
        Note.objects.create(**one, at=1)


def test_nothing_is_there_where_notes_are_switched_off(eight, settings):
    author, *others = eight
    decided(author)
    note = written(author)
    for juror in others:
        rate(juror, note)
    judging.judge()
    assert facts.shown("video", [VIDEO], "ai")
    settings.NOTES = False
    assert write(author).status_code == 404
    assert rate(others[0], note).status_code == 404
    assert facts.shown("video", [VIDEO], "ai") == []
    for path in ("/api/jurors/me/notes", f"/api/videos/{VIDEO}/notes", "/api/channels/@a/notes"):
        assert Api().get(path, **{"X-User-ID": author[0]}).status_code == 404
    assert "votes.tasks.judge_notes" not in plan()


@pytest.fixture
def shown(eight):
    """A note on a video that a jury has called AI, and one on its channel, both shown."""
    set_brakes(actor="admin", reason="r", changes={"confirms": "juries"})
    author, second, *others = eight
    decided(author, second, label="fully_ai")
    decided(author, target="@maker")
    video = written(author)
    channel = written(
        author, "@maker", text="They <b>say</b> so themselves.", link="https://maker.example/about"
    )
    for juror in (second, *others):
        rate(juror, video)
        rate(juror, channel)
    judging.judge()
    assert states() == {"shown"}
    for address in ("10.1.1.1", "10.2.1.1"):
        Api(address).vote(VIDEO, "fully_ai", channelHandle="@maker")
    DirtyVideo.objects.append([VIDEO])
    run_pipeline()
    return video, channel


def test_pages_and_programs_see_what_it_says_and_nobody_sees_who(shown, eight):
    seen = Api().get(f"/v/{VIDEO}").content.decode()
    assert SAID["text"] in seen
    assert f"watch?v={VIDEO}&amp;t=83" in seen
    assert f"{timezone.now():%Y-%m}" in seen
    other = Api().get("/c/@maker").content.decode()
    assert "They &lt;b&gt;say&lt;/b&gt; so themselves." in other
    assert 'href="https://maker.example/about" rel="nofollow noreferrer noopener"' in other
    assert ">maker.example<" in other
    answer = Api().get(f"/api/videos/{VIDEO}/notes").json()
    assert [set(it) for it in answer["notes"]] == [{"id", "verdict", "text", "at", "month"}]
    of_channel = Api().get("/api/channels/@maker/notes").json()
    for text in (seen, other, str(answer), str(of_channel)):
        for user, voter, address in eight:
            assert not {it for it in (user, voter, address) if it in text}
        labels = Note.objects.values_list("voice", flat=True)
        assert not [it for it in labels if it and it in text]


def test_it_answers_a_verdict_and_goes_with_it(shown, eight):
    assert len(facts.shown("video", [VIDEO], "ai")) == 1
    assert facts.shown("video", [VIDEO], "human") == []
    assert facts.shown("video", [VIDEO], "") == []
    again = Panel.objects.create(
        target_type="video", target_id=VIDEO, videos=[VIDEO], cause="appeal"
    )
    assert facts.shown("video", [VIDEO], "ai") == []  # jurors are to look for themselves
    Panel.objects.filter(pk=again.pk).update(outcome="ai", decided_at=timezone.now())
    assert len(facts.shown("video", [VIDEO], "ai")) == 1
    Voter.objects.filter(pk=eight[0][1]).update(is_shadowbanned=True)
    assert facts.shown("video", [VIDEO], "ai") == []


def test_anybody_reports_a_note_and_a_moderator_keeps_or_hides_it(shown, desk):
    video, channel = shown
    for n in range(2):
        assert Api(f"10.9.{n}.1").client.post(f"/note/{video}/report").status_code == 200
    assert Api().client.post("/note/n0123456789abcdef/report").status_code == 404
    browser = desk()
    assert 'votes/note/?reported=yes">1<' in browser.get("/admin/").content.decode()
    listed = browser.get("/admin/votes/note/?reported=yes").content.decode()
    assert video in listed
    assert channel not in listed
    kept = {"action": "keep", "_selected_action": [video]}
    assert "1 kept" in browser.post("/admin/votes/note/", kept, follow=True).content.decode()
    url = f"/admin/votes/note/{video}/change/"
    for path in ("/admin/votes/note/", url):
        with CaptureQueriesContext(connection) as seen:
            assert SAID["text"] in browser.get(path).content.decode()
        assert len(seen) <= 20
    browser.post(url, {"action": "hide_note", "reason": "Says who made it"})
    assert facts.shown("video", [VIDEO], "ai") == []
    made = Decision.objects.get(action="hide_note")
    assert (made.target_id, made.reason, made.after) == (
        *(video, "Says who made it"),
        {"is_hidden": True},
    )
    assert Api().client.post(f"/note/{video}/report").status_code == 404
    undone = browser.post(f"/admin/votes/decision/{made.pk}/change/", {"reason": "It does not"})
    assert undone.status_code == 302
    assert len(facts.shown("video", [VIDEO], "ai")) == 1
    assert Decision.objects.filter(reverses=made, action="show_note").exists()


def test_a_viewer_at_the_desk_hides_nothing(shown, desk):
    video, _ = shown
    url = f"/admin/votes/note/{video}/change/"
    browser = desk("viewer")
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"action": "hide_note", "reason": "r"}).status_code == 403
    browser.post("/admin/votes/note/", {"action": "keep", "_selected_action": [video]})
    assert len(facts.shown("video", [VIDEO], "ai")) == 1


def test_reports_of_a_network_are_limited(shown, settings):
    settings.LIMITS = {**settings.LIMITS, "note_report": 2}
    video, _ = shown
    codes = [Api("10.9.9.1").client.post(f"/note/{video}/report").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert Note.objects.get(pk=video).reported == 2
