"""The page of clips in a real browser: sent over lines that break, watched, removed."""

from __future__ import annotations

import hashlib
import secrets

import pytest
from playwright.sync_api import expect

from evidence.models import Clip, Frame
from evidence.owners import Owner
from evidence.uploads import arrivals, incoming
from tests.browser.conftest import DESKTOP, barriers, fits
from tests.dev.lines import line
from tests.dev.processes import wait_until
from tests.dev.service import services
from tests.evidence.conftest import evidence_root  # noqa: F401 - a fixture
from tests.evidence.sending import MP4, appeal, film

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 2**20


def file_of(folder, size, name="my take.mp4", head=MP4):
    """A large file on the disk that begins as a video does."""
    path = folder / name
    with path.open("wb") as file:
        file.write(head)
        for _ in range(size // MEGABYTE):
            file.write(secrets.token_bytes(MEGABYTE))
    return path


def clips(page):
    """The list, without what is told to those who do not see it."""
    return page.locator("#clips")


def test_a_creator_sends_a_clip_over_a_line_that_breaks_and_watches_it_become_ready(
    page, live_server, tmp_path, said
):
    token = appeal()
    data = file_of(tmp_path, 20 * MEGABYTE)
    port = int(live_server.url.rpartition(":")[2])
    with line(port, 5 * MEGABYTE, 15 * MEGABYTE, speed=40e6) as train:
        page.goto(f"http://127.0.0.1:{train.port}/appeal/{token}/evidence")
        assert page.get_by_text("You have sent no clips yet.").is_visible()
        page.get_by_label("Choose a video file").set_input_files(data)
        page.get_by_text("The line is broken. Sending goes on by itself.").wait_for()
        assert fits(page)
        clips(page).get_by_text("Waiting to be looked at").wait_for(timeout=60_000)
        assert train.broken == 2
        clip = Clip.objects.get()
        assert incoming.path_of(clip.pk).read_bytes() == data.read_bytes()
        Clip.objects.update(state="processing", progress=40)
        clips(page).get_by_text("Pictures are being taken out").wait_for()
        bar = page.get_by_role("progressbar")
        expect(bar).to_have_attribute("value", "40")
        Frame.objects.create(clip=clip, at=0, why="even", picture="x", width=1, height=1)
        Clip.objects.update(state="ready", progress=100, duration_s=61, width=1280, height=720)
        page.get_by_text("1:01 long, 1280 x 720").wait_for()
        assert page.get_by_role("link", name="Pictures as a ZIP").is_visible()
        assert fits(page)
        assert barriers(page, said) == []
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Remove").click()
        page.get_by_text("You have sent no clips yet.").wait_for()
        assert not Clip.objects.exists()


def test_who_comes_back_goes_on_with_the_same_file(page, live_server, tmp_path):
    token = appeal()
    data = file_of(tmp_path, 12 * MEGABYTE)
    port = int(live_server.url.rpartition(":")[2])
    with line(port, 6 * MEGABYTE, speed=20e6) as train:
        page.goto(f"http://127.0.0.1:{train.port}/appeal/{token}/evidence")
        page.get_by_label("Choose a video file").set_input_files(data)
        page.get_by_text("The line is broken.").wait_for()
        page.goto("about:blank")
    arrived = incoming.stored(Clip.objects.get().pk)
    # Also where there is no room for another.
    for _ in range(2):
        arrivals.announce(Owner.by_appeal(token), name="another", size=100)
    assert 0 < arrived < data.stat().st_size
    page.goto(f"/appeal/{token}/evidence")
    page.get_by_text("Choose the same file again to go on.").first.wait_for()
    page.get_by_label("Choose a video file").set_input_files(data)
    clips(page).get_by_text("Waiting to be looked at").wait_for(timeout=60_000)
    assert incoming.path_of(Clip.objects.get(name=data.name).pk).read_bytes() == data.read_bytes()


def test_refusals_are_told_on_the_page_and_dropped_files_are_taken(page, live_server, tmp_path):
    page.goto(f"/appeal/{appeal()}/evidence")
    letter = tmp_path / "letter.mp4"
    letter.write_bytes(b"Dear moderators" * 1000)
    page.get_by_label("Choose a video file").set_input_files(letter)
    page.get_by_role("alert").get_by_text("This is not a video").wait_for()
    clips(page).get_by_text("This is not a video that can be read.").wait_for()
    assert fits(page)
    held = page.evaluate_handle(
        """bytes => { const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], 'dropped.mp4')); return data; }""",
        list(film(5000)),
    )
    page.dispatch_event("#send", "drop", {"dataTransfer": held})
    clips(page).get_by_text("dropped.mp4").wait_for()
    clips(page).get_by_text("Waiting to be looked at").wait_for()


def test_without_a_script_a_form_does_the_same(browser, live_server, tmp_path):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    token = appeal()
    page.goto(f"/appeal/{token}/evidence")
    page.get_by_label("Choose a video file").set_input_files(file_of(tmp_path, 3 * MEGABYTE))
    page.get_by_role("button", name="Send the clip").click()
    clips(page).get_by_text("Waiting to be looked at").wait_for()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("You have sent no clips yet.").wait_for()
    context.close()


def test_200_megabytes_arrive_over_a_line_that_breaks_three_times(browser, tmp_path):
    """Through the whole service as `make run` starts it."""
    data = file_of(tmp_path, 200 * MEGABYTE)
    with services() as make:
        service = make()
        service.start_and_wait(REALTUBE_EVIDENCE="on", REALTUBE_EVIDENCE_FREE_MB="0")
        code = (
            "from votes.moderation.appeals import file_appeal; print(file_appeal("
            "target_type='video', target_id='dQw4w9WgXcQ', reason='I made it').token)"
        )
        token = service.manage("shell", "--verbosity=0", "-c", code).split()[-1]
        cuts = (30 * MEGABYTE, 90 * MEGABYTE, 150 * MEGABYTE)
        with line(service.port, *cuts) as train:
            context = browser.new_context(
                viewport=dict(zip(("width", "height"), DESKTOP, strict=True))
            )
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{train.port}/appeal/{token}/evidence")
            seen = set()
            page.expose_function("saw", lambda words: seen.add(words))  # noqa: PLW0108 - it keeps a note
            page.evaluate(
                """() => new MutationObserver(() => document.querySelectorAll('.words')
                .forEach((words) => saw(words.textContent)))
                .observe(document.getElementById('clips'), {subtree: true, childList: true})"""
            )
            page.get_by_label("Choose a video file").set_input_files(data)
            whole = page.locator("#clips > li:not([data-state=receiving])")
            whole.wait_for(timeout=180_000)
            assert train.broken == 3
            assert len({words for words in seen if words.startswith("Sending: ")}) > 10
            assert any("The line is broken" in words for words in seen)
            context.close()
        root = service.var_dir / "evidence"
        size = data.stat().st_size

        def found():
            files = [path for path in root.rglob("*") if path.is_file()]
            return [path for path in files if path.stat().st_size == size]

        wait_until(found, timeout_s=30, what="the clip is there")
        with data.open("rb") as sent, found()[0].open("rb") as stored:
            assert (
                hashlib.file_digest(sent, "sha256").digest()
                == hashlib.file_digest(stored, "sha256").digest()
            )
