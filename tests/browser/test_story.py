"""A creator shows how it was made and a moderator looks, from the upload to the outcome."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from channels.tasks import tell_outcomes
from desk.services import decide
from evidence.models import Clip
from evidence.processing import work
from post.tasks import send_mails
from tests.browser.conftest import DESKTOP, fits
from tests.conftest import published
from tests.dev.lines import line
from tests.evidence import films
from tests.evidence.cameras import camera  # noqa: F401 - a fixture
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from tests.post.conftest import inbox  # noqa: F401 - a fixture
from tests.thorough import THOROUGH
from votes.models import Action, Appeal, Case

pytestmark = [films.needs_ffmpeg, pytest.mark.django_db(transaction=True)]
MINE, OTHER = "created0001", "locked00001"
CREATOR = "creator@example.org"
MEGABYTES = 200 if THOROUGH else 24
GRAIN = 0.11
"""Megabytes of a picture of 320 x 180 that is kept as it is, under grain."""


@pytest.fixture(scope="session")
def original():
    """A film of so many megabytes as editors keep them: three scenes, nothing thrown away."""
    seconds = MEGABYTES / GRAIN / 10 / 3
    scenes = (
        f"testsrc2=s=320x180:r=10,trim=duration={seconds}[a];"
        f"mandelbrot=s=320x180:r=10:maxiter=300,trim=duration={seconds}[b];"
        f"cellauto=s=320x180:r=10:rule=110:random_seed=7,trim=duration={seconds},format=yuv420p[c];"
        "[a][b][c]concat=n=3:v=1:a=0,noise=alls=24:allf=t"
    )
    return films.made("original.mp4", "-f", "lavfi", "-i", scenes, *films.FAST, "-crf", "1")


@pytest.fixture
def tab(browser, live_server):
    """Opens tabs of somebody, each at first as if nobody had been there."""
    made = []

    def opened(cookies=()):
        width, height = DESKTOP
        made.append(
            browser.new_context(
                viewport={"width": width, "height": height}, base_url=live_server.url
            )
        )
        made[-1].add_cookies(
            [{"name": it.key, "value": it.value, "url": live_server.url} for it in cookies]
        )
        return made[-1].new_page()

    yield opened
    for context in made:
        context.close()


def link(mail, origin):
    """Where the link of a mail leads to the appeal."""
    (found,) = set(re.findall(rf"{origin}/appeal/\S+", mail.get_content()))
    return found


def appeal(page: Page, mails, origin) -> str:
    """Object on the page, and confirm the address; the token of the appeal."""
    page.goto("/appeal")
    page.get_by_label("Which video or channel?").fill(f"https://youtu.be/{MINE}")
    page.get_by_label("What should we look at again?").fill("I filmed this.")
    page.get_by_label("Your e-mail address").fill(CREATOR)
    page.get_by_role("button", name="Send the appeal").click()
    page.get_by_text("open it within 48 hours").wait_for()
    send_mails()
    page.goto(link(mails.last(CREATOR), origin))
    page.get_by_role("button", name="Yes, write to me").click()
    page.get_by_text("You get questions and the outcome by mail.").wait_for()
    send_mails()
    assert mails.last(CREATOR)["Subject"] == "Your appeal is with the moderators"
    return Appeal.objects.get(case__target_id=MINE).token


def upload(page: Page, port: int, token: str, film) -> None:
    """Send a film over a line that breaks three times, and watch how far it is."""
    size = film.stat().st_size
    seen: set[str] = set()
    with line(port, *(int(size * it) for it in (0.2, 0.5, 0.8)), speed=size / 4) as train:
        page.expose_function("saw", lambda words: seen.add(words))  # noqa: PLW0108 - it keeps a note
        page.goto(f"http://127.0.0.1:{train.port}/appeal/{token}/evidence")
        page.evaluate(
            """() => new MutationObserver(() => document.querySelectorAll('.words')
            .forEach((words) => saw(words.textContent)))
            .observe(document.getElementById('clips'), {subtree: true, childList: true})"""
        )
        page.get_by_label("Choose a video file").set_input_files(film)
        page.locator("#clips").get_by_text("Waiting to be looked at").wait_for(timeout=120_000)
        assert train.broken == 3
    assert len({words for words in seen if words.startswith("Sending: ")}) > 3
    assert any("The line is broken" in words for words in seen)
    assert Clip.objects.get(appeal__token=token).size == size


def decide_about(page: Page, case: Case, other: Case) -> None:
    """Look at what was sent as a moderator, and decide."""
    page.goto(f"/admin/votes/case/{case.pk}/change/")
    clips = page.locator("#clips")
    matches = clips.locator(".matches")
    expect(matches).to_contain_text(re.compile(r"\d of \d+ frames stand in the clip of"))
    expect(matches).to_contain_text(f"case {other.pk}")
    expect(matches.locator(".pill")).to_have_text("locked as AI")
    expect(clips).to_contain_text("Signed by Camera 7 (Example Cameras)")
    expect(clips).to_contain_text("The file is as it was signed.")
    expect(clips).to_contain_text("a camera captured it")
    frames = clips.locator("[data-seek]")
    assert frames.count() >= 3
    frames.nth(1).scroll_into_view_if_needed()
    expect(frames.nth(1).locator("img")).to_have_js_property("complete", True, timeout=60_000)
    assert frames.nth(1).locator("img").evaluate("it => it.naturalWidth") > 0
    assert fits(page)
    page.get_by_label("The creator showed how it was made").check()
    page.get_by_role("button", name="Lock as human").click()
    expect(page.locator(".messagelist")).to_contain_text(f"Lock as human: {MINE}")


def test_a_creator_shows_an_original_and_a_moderator_looks_and_decides(
    tab,
    live_server,
    crowd,
    settings,
    tmp_path,
    original,
    camera,  # noqa: F811
    inbox,  # noqa: F811
    admin_client,
):
    settings.ORIGIN = live_server.url
    _, sign = camera
    film = sign("digitalCapture", tmp_path / "my film.mp4", film=original)
    for video in (MINE, OTHER):
        crowd(9, video)
        published(video)
    small = ("-vf", "scale=240:-2,noise=alls=0", "-t", "60", "-crf", "30")
    again = films.made("small.mp4", "-i", str(original), *films.FAST, *small)
    other = films.arrived(again, target=OTHER).appeal.case
    work.run(most_s=0)
    decide(actor="judge", action=Action.LOCK_AI, target_type="video", target_id=OTHER, reason="-")
    published(OTHER)

    creator, moderator = tab(), tab(admin_client.cookies.values())
    token = appeal(creator, inbox, live_server.url)
    upload(creator, int(live_server.url.rpartition(":")[2]), token, film)
    case = Case.objects.get(target_id=MINE)
    work.run(most_s=0)
    creator.goto(f"/appeal/{token}/evidence")
    expect(creator.get_by_role("link", name="Pictures as a ZIP")).to_be_visible()

    moderator.goto(f"/admin/appeals/{case.pk}/")
    moderator.get_by_label("Ask them").fill("Where did you stand?")
    moderator.get_by_role("button", name="Ask", exact=True).click()
    expect(moderator.get_by_text("no answer yet")).to_be_visible()
    send_mails()
    assert "> Where did you stand?" in inbox.last(CREATOR).get_content()
    creator.goto(link(inbox.last(CREATOR), live_server.url))
    creator.get_by_label("Your answer").fill("On the bridge.")
    creator.get_by_role("button", name="Send the answer").click()
    expect(creator.get_by_text("On the bridge.")).to_be_visible()
    moderator.reload()
    expect(moderator.get_by_text("On the bridge.")).to_be_visible()

    decide_about(moderator, case, other)
    assert published(MINE)["verdict"] == "human"
    Case.objects.filter(state="closed").update(closed_at=F("closed_at") - timedelta(minutes=1))
    tell_outcomes()
    send_mails()
    assert inbox.last(CREATOR)["Subject"] != "A question about your appeal"
    creator.goto(link(inbox.last(CREATOR), live_server.url))
    expect(
        creator.get_by_text("Your clips are deleted a while after the decision.")
    ).to_be_visible()
