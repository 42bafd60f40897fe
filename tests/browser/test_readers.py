"""The pages for everybody in a real browser: small, whole without a script, open to all."""

from __future__ import annotations

import json

import pytest

from channels.services import decide_channel
from following.models import Follower
from pages import months
from pages.recent import files
from sync import stats
from sync.tasks import run_pipeline
from tests.browser.conftest import DESKTOP, PHONE, barriers, fits
from tests.conftest import Api, new_user
from tests.following.receivers import Browser

pytestmark = pytest.mark.django_db(transaction=True)

BUDGET = 60_000
PATHS = (
    *("/", "/?video=dQw4w9WgXcQ", "/v/dQw4w9WgXcQ", "/v/nobodysaid0", "/c/@maker", "/recent"),
    *("/recent?order=disputed", "/transparency", "/lists", "/data", "/privacy", "/contact"),
    *("/about", "/install", "/changelog", "/status", "/nowhere", "/follow"),
)


@pytest.fixture(autouse=True)
def tells_followers(settings):
    """A site that tells followers by all ways."""
    settings.MAIL, settings.MAIL_KEY = "folder", "k" * 40
    settings.ORIGIN, settings.PUSH_KEY = "https://realtube.example", bytes.fromhex("5" * 64)


@pytest.fixture
def found(crowd):
    """A flagged video with signs and a flagged channel, in the file and in a month."""
    for _ in range(9):
        signs = [{"sign": "voice", "at": 12}]
        Api().vote("dQw4w9WgXcQ", "fully_ai", new_user(), signs=signs, channelHandle="@maker")
    crowd(2, "dQw4w9WgXcQ", "ai_music", channelHandle="@maker")
    run_pipeline()
    decide_channel(actor="m", action="flag_channel", key="@maker", reason="r")
    run_pipeline()
    months.bring_up()
    files.write()
    stats.refresh()


@pytest.fixture(params=[(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "dark phone"])
def look(request, browser, live_server, said):
    """A tab of this size and colour, which counts the bytes it gets; `?lang=` by a parameter."""
    (width, height), colour = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=live_server.url,
        color_scheme=colour,
    )
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def test_every_page_fits_and_keeps_nobody_out(look, found, said):
    for path in PATHS:
        for language in ("", "ar"):
            query = f"{'&' if '?' in path else '?'}lang={language}" if language else ""
            look.goto(path + query)
            look.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
            assert fits(look), (path, language)
            assert barriers(look, said) == [], (path, language)


def test_every_page_is_small_and_all_its_own(browser, live_server, found):
    context = browser.new_context(base_url=live_server.url)
    for path in PATHS:
        page = context.new_page()
        got: list[tuple[str, int]] = []
        page.on(
            "response",
            lambda response, got=got: got.append((response.url, len(response.body()))),
        )
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert sum(size for _, size in got) < BUDGET, (path, got)
        assert all(url.startswith(live_server.url) for url, _ in got), got
        page.close()
    context.close()


def test_without_a_script_everything_can_be_done(browser, live_server, found):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("What did the community find?").fill("https://youtu.be/dQw4w9WgXcQ")
    page.get_by_role("button", name="Look up").click()
    assert "A moderator confirmed: fully AI." in page.locator("output").inner_text()
    page.get_by_role("link", name="How this came about").click()
    assert page.get_by_text("a synthetic voice, 0:12").is_visible()
    page.get_by_role("link", name="@maker").click()
    assert page.get_by_text("A moderator confirmed: this channel is AI.").is_visible()
    page.get_by_role("link", name="Recent").click()
    page.locator("select[name=of]").select_option("channel")
    page.get_by_role("button", name="Filter").click()
    assert page.get_by_role("link", name="@maker").is_visible()
    assert not page.get_by_role("link", name="dQw4w9WgXcQ").count()
    page.get_by_role("link", name="العربية").click()
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "of=channel" in page.url
    context.close()


def test_without_a_script_a_mail_and_a_webhook_can_be_asked_for(browser, live_server, found):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/c/@maker")
    page.get_by_text("Tell me when this verdict changes").click()
    assert not page.get_by_role("button", name="In this browser").is_visible()
    page.get_by_label("By e-mail").fill("reader@example.org")
    page.get_by_role("button", name="Ask for mails").click()
    assert page.get_by_role("heading", name="Look into your mailbox").is_visible()
    page.goto("/v/dQw4w9WgXcQ?lang=de")
    page.get_by_text("Sagt mir, wenn sich dieses Urteil ändert").click()
    page.get_by_label("Per Webhook, für Programme").fill("https://hooks.example/x")
    page.get_by_role("button", name="Webhook fragen").click()
    assert page.get_by_text("Der Webhook wird gefragt, ob er dir gehört.").is_visible()
    assert page.get_by_text("whsec_").is_visible()
    page.get_by_role("button", name="Beenden und Adresse löschen").click()
    assert page.get_by_role("heading", name="Beendet").is_visible()
    context.close()


PUSH_MANAGER = """
PushManager.prototype.getSubscription = async () => null;
PushManager.prototype.subscribe = async (asked) => {
  const { active } = await navigator.serviceWorker.getRegistration('/follow/');
  if (active?.state !== 'activated' || !asked.userVisibleOnly) throw new Error('not yet');
  return { toJSON: () => ({ endpoint: 'https://push.example/1', keys: %s }) };
};
Notification.requestPermission = async () => 'granted';
"""


def test_a_browser_follows_with_a_script_and_shows_what_it_is_pushed(
    browser, live_server, found, said
):
    """The push server of the browser's maker is the one part that is not real."""
    context = browser.new_context(base_url=live_server.url, permissions=["notifications"])
    keys = Browser("https://push.example/1").subscription["keys"]
    context.add_init_script(PUSH_MANAGER % json.dumps(keys))
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto("/c/@maker")
    page.get_by_text("Tell me when this verdict changes").click()
    page.get_by_role("button", name="In this browser").click()
    page.get_by_role("link", name="your page").wait_for()
    assert Follower.objects.get().confirmed_at
    worker = page.evaluate(
        "navigator.serviceWorker.getRegistration('/follow/').then(it => it.scope)"
    )
    assert worker == f"{live_server.url}/follow/"
    assert barriers(page, said) == []
    page.get_by_role("link", name="your page").click()
    page.get_by_role("button", name="End it, and delete the address").click()
    page.get_by_role("heading", name="Ended").wait_for()
    assert not Follower.objects.exists()
    context.close()
