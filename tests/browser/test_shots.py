import pytest
from tests.browser.test_evidence import (
    file_of,
    MEGABYTE,
    line,
    appeal,
    evidence_root,
    Clip,
    Frame,
    film,
)
from tests.evidence.sending import Tus

pytestmark = pytest.mark.django_db(transaction=True)


def test_shots(browser, live_server, tmp_path):
    token = appeal()
    tus = Tus(token)
    a = tus.begin(5000, name="studio recording take 3.mov")
    tus.patch(a, film(5000), 0)
    Clip.objects.update(
        state="ready",
        progress=100,
        duration_s=61,
        width=1280,
        height=720,
        credentials={"state": "intact", "organisation": "Leica Camera AG", "camera": True},
    )
    Frame.objects.create(clip=Clip.objects.get(), at=0, why="even", picture="x", width=1, height=1)
    b = tus.begin(300_000_000, name="project screen.mp4")
    tus.patch(b, film(5_000_000), 0)
    for scheme in ("light", "dark"):
        for name, size in (("desktop", (1280, 900)), ("phone", (390, 844))):
            ctx = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme=scheme,
                base_url=live_server.url,
            )
            page = ctx.new_page()
            page.goto(f"/appeal/{token}/evidence")
            page.wait_for_timeout(1500)
            page.screenshot(path=f"/tmp/ev-{name}-{scheme}.png", full_page=True)
            if scheme == "light":
                letter = tmp_path / "letter.mp4"
                letter.write_bytes(b"Dear moderators" * 1000)
                page.get_by_label("Choose a video file").set_input_files(letter)
                page.wait_for_timeout(2500)
                page.screenshot(path=f"/tmp/ev-{name}-refused.png", full_page=True)
                page.goto(f"/appeal/{token}")
                page.screenshot(path=f"/tmp/ev-{name}-appeal.png", full_page=True)
            ctx.close()
