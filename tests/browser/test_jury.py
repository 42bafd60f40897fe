"""A juror without the extension: the site's own page, in a real browser, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import barriers, fits
from tests.juries import world
from votes.brakes import set_brakes
from votes.models import GoldItem, Juror, Panel, Question, Voter

pytestmark = pytest.mark.django_db(transaction=True)

WATCHED_MS = 20_000
SECRET = "0f8fad5b-d9cb-469f-a165-70867728950e"
Look = Callable[[str], None]


@pytest.fixture
def look(page: Page, said: list[str], tmp_path) -> Look:
    """See that everybody can read the page as it is now; pictures are left for people."""

    def at(name: str) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
            assert barriers(page, said) == []
        assert fits(page)

    return at


@pytest.fixture(autouse=True)
def asked(page: Page, live_server) -> Iterator[list[str]]:
    """Addresses of other hosts that were asked for; YouTube is played by an empty page."""
    strangers: list[str] = []

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith(live_server.url):
            return route.continue_()
        strangers.append(url)
        return route.fulfill(body="<title>A video</title>", content_type="text/html")

    page.context.route("**/*", answer)
    yield strangers
    assert [it for it in strangers if not it.startswith("https://www.youtube.com/watch?v=")] == []


def join(page: Page) -> Juror:
    page.goto("/jury")
    page.get_by_label("I want to be asked").check()
    page.get_by_role("button", name="Become a juror").click()
    page.get_by_text("You are practising").wait_for()
    return Juror.objects.get()


def say(page: Page, answer: str, kind: str = "") -> None:
    """Answer the first question that is open."""
    first = page.locator(".jury-questions > li").first
    if not first.locator("details[open]").count():
        first.get_by_text("I am sure already").click()
    first.get_by_role("button", name=answer, exact=True).click()
    if kind:
        first.get_by_role("button", name=kind, exact=True).click()


def test_a_juror_enrols_practises_is_told_after_ten_and_leaves(page, look):
    world.kit(10, 0)
    page.goto("/")
    page.get_by_role("link", name="Become a juror").click()
    page.get_by_text("The server learns your answers").wait_for()
    assert page.get_by_role("button", name="Become a juror").is_disabled()
    assert not Voter.objects.exists()
    look("before")
    juror = join(page)
    assert juror.questions.count() == 10
    look("enrolled")
    for left in range(10, 0, -1):
        page.get_by_text(f"videos left: {left}", exact=False).wait_for()
        href = page.locator(".jury-questions a").first.get_attribute("href") or ""
        truth = GoldItem.objects.get(video_id=href[-11:]).truth
        if left == 1:
            say(page, "I cannot tell")
        elif truth == "human":
            say(page, "By people")
        else:
            say(page, "By AI", "Fully AI")
    page.get_by_text("Last practice round: 9 of 10 right").click()
    assert page.get_by_text("Nothing to judge right now").is_visible()
    look("round")
    page.get_by_text("I am a juror").click()
    page.get_by_role("button", name="Become a juror").wait_for()
    assert not Juror.objects.exists()
    assert not Question.objects.exists()


def test_a_video_opens_on_youtube_and_is_asked_about_after_20_seconds_or_at_once(page, asked, look):
    world.kit(10, 0)
    join(page)
    page.clock.install()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    first = page.locator(".jury-questions > li").first
    with page.context.expect_page() as opened:
        first.get_by_role("link").click()
    assert opened.value.evaluate("document.referrer") == ""
    assert opened.value.evaluate("window.opener") is None
    opened.value.close()
    assert len(asked) == 1
    assert requests == []  # the server is not told
    assert page.get_by_text("20 seconds from now").is_visible()
    assert not first.get_by_role("button").first.is_visible()
    page.clock.fast_forward(WATCHED_MS)
    first.get_by_role("button", name="By AI", exact=True).wait_for()
    look("asked")
    # By keys alone: partly AI, of the third kind; then the next question has the focus.
    first.locator("summary").focus()
    page.keyboard.press("2")
    first.get_by_role("group", name="Which kind of AI?").wait_for()
    look("kinds")
    page.keyboard.press("3")
    page.get_by_text("videos left: 9").wait_for()
    assert Question.objects.exclude(answer=None).values_list("answer", "kind").get() == (
        "partly",
        "ai_visuals",
    )
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_a_rooted_juror_answers_for_a_channel_once_and_sees_what_became_of_it(page, look):
    set_brakes(actor="admin", reason="r", changes={"confirms": "juries"})
    juror = join(page)
    page.get_by_text("There is nothing to practise on yet").wait_for()
    look("empty")
    Juror.objects.update(is_rooted=True, sensitivity=0.91, specificity=0.87)
    page.reload()
    page.get_by_text("only where at least ten jurors").wait_for()
    videos = [f"farm{n:07d}" for n in range(5)]
    panel = Panel.objects.create(
        target_type="channel", target_id="@farm", videos=videos, channel="@farm", cause="suspected"
    )
    of_day = {"day": "2026-01-01", "slot": 1, "closes_at": "2099-01-01T00:00:00Z"}
    Question.objects.create(juror=juror, panel=panel, **of_day)
    page.get_by_role("button", name="Refresh").click()
    page.get_by_text("Videos to judge today: 1").wait_for()
    assert page.get_by_text("@farm: one answer for all videos").is_visible()
    assert page.locator(".jury-questions a").count() == 5
    look("channel")
    say(page, "By AI", "AI voiceover")
    page.get_by_text("Your answers, and what became of them").click()
    page.get_by_text("Not decided yet").wait_for()
    answer = Question.objects.get()
    assert (answer.answer, answer.kind) == ("ai", "ai_voiceover")
    Panel.objects.update(outcome="ai", decided_at="2026-01-02T00:00:00Z")
    page.reload()
    page.get_by_text("Your answers, and what became of them").click()
    page.get_by_text("Outcome: AI").wait_for()
    assert page.get_by_text("91%").is_visible()
    look("outcome")


def test_the_key_comes_from_the_extension_and_goes_without_a_trace(page, settings, look):
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/jury")
    field, restore = page.get_by_role("textbox"), page.get_by_role("button", name="Restore")
    field.fill("not a key")
    restore.click()
    page.get_by_text("This is not a secret number of RealTube").wait_for()
    field.fill(SECRET)
    restore.click()
    page.get_by_text("Your identity was restored").wait_for()
    page.get_by_role("button", name="Show the secret number").click()
    assert page.get_by_text(SECRET).is_visible()
    look("key")
    voter = join(page).pk
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert saved.value.path().read_text() == f"{SECRET}\n"
    page.get_by_role("button", name="Forget the key in this browser").click()
    page.get_by_text("This browser has no key any more").wait_for()
    assert page.evaluate("localStorage.length") == 0
    # Brought back it is the same juror, who need not enrol anew.
    field.fill(SECRET)
    restore.click()
    page.get_by_text("You are practising").wait_for()
    page.get_by_role("button", name="Erase everything on the server").click()
    page.get_by_role("button", name="Become a juror").wait_for()
    assert not Voter.objects.filter(pk=voter).exists()
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("page", [(390, 844)], indirect=True)
class TestFailures:
    """Each is a sentence, and none loses anything."""

    @pytest.mark.parametrize(
        ("brake", "told"),
        [({"read_only": True}, "read-only"), ({"new_voters": "refuse"}, "New voters are not")],
    )
    def test_a_brake(self, page, brake, told):
        set_brakes(actor="admin", reason="r", changes=brake)
        page.goto("/jury")
        page.get_by_label("I want to be asked").check()
        page.get_by_role("button", name="Become a juror").click()
        page.get_by_role("alert").get_by_text(told).wait_for()

    def test_a_network_that_has_enrolled_too_many(self, page, settings):
        settings.LIMITS = {**settings.LIMITS, "juror_network": 0}
        page.goto("/jury")
        page.get_by_label("I want to be asked").check()
        page.get_by_role("button", name="Become a juror").click()
        page.get_by_role("alert").get_by_text("Too many requests. Try again after").wait_for()

    def test_a_clock_that_is_years_off_is_none(self, page):
        world.kit(10, 0)
        page.clock.install(time="2019-01-01T00:00:00Z")
        join(page)
        say(page, "By people")
        page.get_by_text("videos left: 9").wait_for()

    def test_a_server_that_is_away_or_that_is_somebody_else(self, page, look):
        join(page)
        page.route("**/api/**", lambda route: route.abort())
        page.get_by_role("button", name="Refresh").click()
        page.get_by_role("alert").get_by_text("The server cannot be reached").wait_for()
        look("away")
        page.unroute("**/api/**")
        page.route("**/api/**", lambda route: route.fulfill(body="<h1>Sign in"))
        page.get_by_role("button", name="Try again").click()
        page.get_by_role("alert").get_by_text("Something between you and the server").wait_for()
        page.unroute("**/api/**")
        page.get_by_role("button", name="Try again").click()
        page.get_by_role("alert").wait_for(state="detached")

    def test_a_question_that_was_decided_meanwhile_and_a_juror_who_was_paused(self, page):
        world.kit(10, 0)
        juror = join(page)
        Question.objects.all().delete()
        say(page, "By people")
        page.get_by_role("alert").get_by_text("This question is closed").wait_for()
        Voter.objects.filter(pk=juror.pk).update(is_paused_juror=True)
        page.reload()
        page.get_by_text("A moderator has paused you").wait_for()

    def test_a_juror_whom_the_server_does_not_know_any_more(self, page):
        join(page)
        Voter.objects.all().delete()
        page.reload()
        page.get_by_role("alert").get_by_text("does not know you as a juror").wait_for()

    def test_a_browser_that_keeps_nothing_or_makes_no_keys(self, page):
        page.add_init_script("Storage.prototype.setItem = () => { throw new Error('no') }")
        page.goto("/jury")
        page.get_by_role("alert").get_by_text("lets this site keep nothing").wait_for()
        page.add_init_script("Object.defineProperty(crypto, 'subtle', {get: () => undefined})")
        page.goto("/jury")
        page.get_by_role("alert").get_by_text("only on https:// pages").wait_for()

    def test_votes_that_decide_here_and_a_mirror(self, page, settings):
        page.goto("/jury")
        page.get_by_text("On this server votes decide").wait_for()
        settings.MIRROR_OF = "https://source.example"
        page.goto("/jury")
        link = page.get_by_role("link", name="https://source.example")
        assert link.get_attribute("href") == "https://source.example/jury"
        assert not page.locator("script").count()


@pytest.mark.parametrize("page", [(390, 844)], indirect=True)
@pytest.mark.parametrize(
    ("language", "title", "direction"),
    [("de-AT", "Jury", "ltr"), ("pt-PT", "Júri", "ltr"), ("ar", "", "rtl"), ("ja", "Jury", "ltr")],
)
def test_it_speaks_the_languages_of_the_extension(page, language, title, direction, look):
    page.set_extra_http_headers({"Accept-Language": language})
    page.goto("/jury")
    page.locator("#jury section").first.wait_for()
    assert page.get_attribute("#jury", "dir") == direction
    assert re.search(title, page.inner_text("h1"))
    look(language)
