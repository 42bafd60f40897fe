"""The page of clips without a script: a form, what it refuses, what was found, removal."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now

from evidence.models import Clip, Frame
from evidence.uploads import incoming
from tests.conftest import Api
from tests.evidence.sending import Tus, appeal, film
from votes.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token(transactional_db):
    return appeal()


def send(token, data, *, name="film.mp4", api=None, **more):
    fields = {"clip": SimpleUploadedFile(name, data, "video/mp4"), "end": "1"} | more
    return (api or Api()).client.post(f"/appeal/{token}/evidence", fields)


def page(token):
    return Api().get(f"/appeal/{token}/evidence")


def said(answer):
    found = re.search(r'<p id="refusal"[^>]*>([^<]*)</p>', answer.content.decode())
    return found[1] if found else ""


def test_a_clip_comes_by_the_form_and_stands_on_the_page(token):
    data = film(3_000_000)
    answer = send(token, data, name="my take.mp4")
    assert (answer.status_code, answer["Location"]) == (302, f"/appeal/{token}/evidence")
    clip = Clip.objects.get()
    assert (clip.state, clip.size, clip.name) == ("received", len(data), "my take.mp4")
    assert incoming.path_of(clip.pk).read_bytes() == data
    shown = page(token)
    text = shown.content.decode()
    assert "my take.mp4" in text and "Waiting to be looked at" in text and "2.86 MB" in text
    assert shown["Cache-Control"] == "no-store"
    assert "noindex" in text


@pytest.mark.parametrize(
    ("data", "more", "status", "text"),
    [
        (b"", {}, 400, "Choose a file first"),
        (b"MZ" + b"\0" * 9000, {}, 415, "This is not a video"),
        (film(6 * 2**20), {}, 413, "A clip may have 5 MB"),
    ],
    ids=["empty", "program", "large"],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence_and_not_kept(
    token, settings, data, more, status, text
):
    settings.EVIDENCE_CLIP_BYTES = 5 * 2**20
    answer = send(token, data)
    assert (answer.status_code, text in said(answer)) == (status, True), said(answer)
    assert list(incoming.folder().iterdir()) == []
    assert not Clip.objects.exclude(state="failed").exists()


def test_a_form_that_was_cut_leaves_nothing(token):
    body = b'--x\r\nContent-Disposition: form-data; name="clip"; filename="a.mp4"\r\n\r\n'
    answer = Api().client.post(
        f"/appeal/{token}/evidence",
        body + film(100_000),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 400
    assert "cut" in said(answer)
    assert list(incoming.folder().iterdir()) == []
    assert not Clip.objects.exists()


def test_a_form_is_refused_after_the_decision_and_for_a_fourth_clip(token):
    for _ in range(3):
        assert send(token, film(5000)).status_code == 302
    fourth = send(token, film(5000))
    assert (fourth.status_code, "3 clips" in said(fourth)) == (409, True)
    Clip.objects.all().delete()
    Case.objects.update(state="closed", closed_at=Now())
    closed = send(token, film(5000))
    assert (closed.status_code, "decided" in said(closed)) == (403, True)
    assert 'id="send"' in page(token).content.decode()


def test_a_full_disk_is_told_and_nothing_is_kept(token, settings):
    settings.EVIDENCE_FREE_BYTES = 2**60
    answer = send(token, film(5000))
    assert (answer.status_code, "no room on the server" in said(answer)) == (507, True)
    assert list(incoming.folder().iterdir()) == []


def test_a_clip_is_removed_by_its_button_once(token):
    send(token, film(5000))
    where = f"/appeal/{token}/evidence/{Clip.objects.get().pk}/remove"
    other = appeal("otherVideo1")
    Api().client.post(where.replace(token, other))
    assert Clip.objects.exists()
    for _ in range(2):
        answer = Api().client.post(where)
        assert (answer.status_code, answer["Location"]) == (302, f"/appeal/{token}/evidence")
    assert not Clip.objects.exists()
    assert list(incoming.folder().iterdir()) == []


def test_what_was_found_is_told_in_words(token):
    send(token, film(5000))
    Clip.objects.update(
        state="ready",
        duration_s=61.4,
        width=1280,
        height=720,
        credentials={"state": "intact", "organisation": "Leica", "camera": True},
    )
    Frame.objects.create(clip=Clip.objects.get(), at=1, why="scene", picture="x", width=1, height=1)
    text = page(token).content.decode()
    for line in (
        "1:01 long, 1280 x 720",
        "1 picture for the moderators",
        "Content credentials of Leica: captured with a camera",
        "Ready for the moderators",
        "Pictures as a ZIP",
    ):
        assert line in text, line
    found = Tus(token).clips()["clips"][0]
    assert found["archive"].startswith("/evidence/archives/")


def test_names_and_reasons_are_text_on_the_page(token):
    send(token, film(5000), name="<img src=x onerror=alert(1)>.mp4")
    assert "<img src=x" not in page(token).content.decode()


def test_nobody_without_the_token_or_where_it_is_off(token, settings):
    assert page("0" * 32).status_code == 404
    assert page("no token").status_code == 404
    settings.EVIDENCE = False
    assert page(token).status_code == 404
    assert send(token, film(5000)).status_code == 404


def test_the_page_asks_as_often_of_the_database_for_many_clips(token, django_assert_num_queries):
    send(token, film(5000))
    with django_assert_num_queries(4):
        page(token)
    for _ in range(2):
        send(token, film(5000))
    with django_assert_num_queries(4):
        page(token)
