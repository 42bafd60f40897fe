"""A juror writes a note and rates another one; everybody reads it, and reports it."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings as configured
from django.utils import timezone

from common import ids
from sync.tasks import run_pipeline
from tests.browser.conftest import barriers, fits
from tests.conftest import Api
from tests.notes.world import VIDEO, decided, jurors, rate, written
from votes.brakes import set_brakes
from votes.models import DirtyVideo, Juror, Note, NoteRating, Question
from votes.notes import judging

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "The hands have six fingers, and the shadow falls the wrong way."
OTHER = "The channel says in its description that a machine speaks."


@pytest.fixture
def look(page, said, tmp_path):
    """See that everybody can read the page as it is now; pictures are left for people."""

    def at(name):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
            assert barriers(page, said) == []
        assert fits(page)

    return at


def join(page):
    """The tab's juror, rooted, on a jury that has called the video AI."""
    page.goto("/jury")
    page.get_by_label("I want to be asked").check()
    page.get_by_role("button", name="Become a juror").click()
    page.get_by_text("There is nothing to practise on yet").wait_for()
    juror = Juror.objects.get()
    assert not page.get_by_role("heading", name="Write a note").is_visible()
    Juror.objects.update(is_rooted=True, sensitivity=0.95, specificity=0.85)
    return juror


def test_a_note_is_written_rated_shown_and_reported(page, look, settings):
    set_brakes(actor="admin", reason="r", changes={"confirms": "juries"})
    juror = join(page)
    others = jurors(settings)
    panel = decided(others[0], label="fully_ai")
    Question.objects.create(
        juror=juror,
        panel=panel,
        day=date(2009, 1, 1),
        slot=1,
        answer="ai",
        answered_at=timezone.now(),
    )
    decided(others[0], target="@maker")
    written(others[0], "@maker", text=OTHER, link="https://maker.example/about")
    page.reload()
    page.get_by_text(OTHER).wait_for()
    look("asked")
    page.get_by_role("button", name="Helpful", exact=True).click()
    page.get_by_role("heading", name="Do these notes help?").wait_for(state="detached")
    assert NoteRating.objects.values_list("juror_id", "helpful").get() == (juror.pk, True)
    assert page.evaluate("document.activeElement.textContent") == "Notes"

    page.get_by_text(f"{VIDEO}: The jury said: by AI").click()
    page.get_by_label("Why?").fill(WHY)
    page.get_by_label("Where can that be seen?").fill("at the end")
    page.get_by_role("button", name="Send the note").click()
    page.get_by_text("Please name a time such as 1:23").wait_for()
    look("wrong")
    page.get_by_label("Where can that be seen?").fill("1:23")
    page.get_by_role("button", name="Send the note").click()
    page.get_by_text("other jurors are asked").wait_for()
    look("written")
    note = Note.objects.get(author=juror)
    assert (note.text, note.at, note.state) == (WHY, 83, "waiting")

    for other in others:
        rate(other, note.pk)
    judging.judge()
    Api("10.1.1.1").vote(VIDEO, "fully_ai")
    DirtyVideo.objects.append([VIDEO])
    run_pipeline()
    page.goto(f"/v/{VIDEO}")
    page.get_by_text(WHY).wait_for()
    look("shown")
    link = page.get_by_role("link", name="1:23")
    assert link.get_attribute("rel") == "nofollow noreferrer noopener"
    page.goto(f"/v/{VIDEO}?lang=ar")
    look("shown-ar")
    page.goto(f"/v/{VIDEO}?lang=en")
    page.get_by_role("button", name="Report this note").click()
    page.get_by_text("and not by whom").wait_for()
    look("reported")
    assert Note.objects.get(pk=note.pk).reported == 1

    page.goto("/jury")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_text(WHY).wait_for(state="detached")
    assert Note.objects.get(pk=note.pk).state == "withdrawn"


def test_a_moderator_hides_a_note(administrator, look, settings):
    others = jurors(settings, 2)
    decided(others[0])
    note = written(others[0], text=WHY, at=83)
    page = administrator
    page.goto("/admin/votes/note/")
    look("list")
    page.get_by_role("link", name=f"{VIDEO} (ai)").click()
    page.get_by_label("Reason: w", exact=True).fill("It names somebody")
    look("note")
    page.get_by_role("button", name="Hide note").click()
    page.get_by_text("hidden by a moderator").wait_for()
    assert Note.objects.get(pk=note).is_hidden
    assert ids.public_id(others[0][0], key=configured.VOTER_KEY) in page.content()
