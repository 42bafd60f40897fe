"""The steps from a file to a clip that can be looked at. Each keeps what it made, and says so.

A step that is done is not done again, whoever was killed after it; `again` (work.py) forgets some.
What a step makes is kept under names that do not change, so half of it is written over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import transaction
from PIL import Image

from evidence import store
from evidence.media import credentials, frames, pdq, render, sheet, shots, sound
from evidence.media.probe import Probed, probe
from evidence.models import Clip, Frame, Kind, State
from evidence.processing.hold import Hold
from evidence.search import matching
from evidence.search.rule import MIN_QUALITY

Tick = Callable[[float | None], None]


@dataclass
class Job:
    """A clip, whose it is, and the folder that it is worked on in."""

    clip: Clip
    hold: Hold
    folder: Path

    def ticks(self, low: float, high: float, seconds: float | None) -> Tick:
        """What hears of the seconds done of `seconds`, and says so as `low` to `high` per cent."""

        def tick(done: float | None) -> None:
            part = min(done / seconds, 1) if done and seconds else 0
            self.hold.beat(low + (high - low) * part)

        return tick

    def keep(self, path: Path, name: str) -> str:
        """Keep a file that was made; its name in the storage."""
        name = f"{self.clip.folder}/{name}"
        self.hold.keep_for_bytes(path.stat().st_size)
        with path.open("rb") as file:
            store.save(name, File(file, name=path.name))
        return name

    def done(self, **values: object) -> None:
        """Write down what a step made."""
        self.hold.store(**values)
        for field, value in values.items():
            setattr(self.clip, field, value)


def run(job: Job) -> None:
    """All steps, from `checking` to `ready`. Raises `Lost`, `Unusable`, `Broken`, `OSError`."""
    clip, hold = job.clip, job.hold
    if not clip.original:
        hold.keep_for_bytes(clip.size or 0)
        store.keep_original(clip)
    hold.keep_for_bytes(clip.size or 0)
    if clip.kind == Kind.SHOTS:
        _shots(job)
    else:
        _film(job)
    hold.keep(600)
    matching.match(clip.pk)
    hold.move(State.PROCESSING, State.READY, progress=100, taken_until=None)


def _film(job: Job) -> None:
    clip, hold = job.clip, job.hold
    with store.local_copy(clip.original) as original:
        probed = probe(original, folder=job.folder)
        hold.beat(2)
        _describe(job, probed)
        if clip.credentials is None:
            job.done(credentials=_credentials(job, original))
        hold.move(State.CHECKING, State.PROCESSING)
        if not clip.rendition:
            _render(job, original, probed)
    hold.keep_for_bytes(clip.size or 0)
    with store.local_copy(clip.rendition) as rendition:
        made = probe(rendition, folder=job.folder)
        if not clip.hls and (made.duration_s or 0) >= render.LONG_S:
            _stream(job, rendition, made)
        if not clip.sheet:
            _frames(job, rendition, made)
        if clip.fingerprint is None:
            _sound(job, rendition, made)


def _shots(job: Job) -> None:
    with store.local_copy(job.clip.original) as packed:
        drawn = shots.redraw(packed, folder=job.folder)
    job.hold.move(State.CHECKING, State.PROCESSING)
    rows = [_frame(job, it.at, it.name, Frame.Why.REPORT) for it in drawn]
    with transaction.atomic():
        job.done()
        Frame.objects.filter(clip=job.clip).delete()
        Frame.objects.bulk_create(rows)


def _describe(job: Job, probed: Probed) -> None:
    length = {} if job.clip.rendition else {"duration_s": probed.duration_s}
    job.done(
        width=probed.width,
        height=probed.height,
        frame_rate=probed.frame_rate,
        container=probed.container[:64],
        video_codec=probed.video_codec[:32],
        audio_codec=probed.audio_codec[:32],
        **length,
    )


def _credentials(job: Job, original: Path) -> dict[str, object]:
    trusted = settings.EVIDENCE_TRUSTED_SIGNERS
    job.hold.keep(300)
    return credentials.read(original, folder=job.folder, trusted=trusted)


def _render(job: Job, original: Path, probed: Probed) -> None:
    tick = job.ticks(5, 65, probed.duration_s)
    made = render.render(original, probed, folder=job.folder, tick=tick)
    name = job.keep(job.folder / render.RENDITION, render.RENDITION)
    job.done(rendition=name, duration_s=made.duration_s)


def _stream(job: Job, rendition: Path, made: Probed) -> None:
    tick = job.ticks(65, 80, made.duration_s)
    names = render.stream(rendition, made, folder=job.folder, tick=tick)
    kept = [job.keep(job.folder / name, f"hls/{name}") for name in names]
    job.done(hls=kept[0])


def _frames(job: Job, rendition: Path, made: Probed) -> None:
    clip = job.clip
    chosen = frames.extract(rendition, folder=job.folder, tick=job.ticks(80, 85, made.duration_s))
    rows = []
    for n, it in enumerate(chosen):
        job.hold.beat(85 + 10 * n / len(chosen))
        rows.append(_frame(job, it.at, it.name, Frame.Why.SCENE if it.scene else Frame.Why.EVEN))
    drawn = sheet.draw([(it.at, job.folder / it.name) for it in chosen], job.folder)
    name = job.keep(drawn, sheet.SHEET)
    with transaction.atomic():
        job.done(sheet=name)
        Frame.objects.filter(clip=clip).delete()
        Frame.objects.bulk_create(rows)


def _frame(job: Job, at: float, name: str, why: Frame.Why) -> Frame:
    """The row of a picture that was made, which is kept."""
    path = job.folder / name
    luma = pdq.luma_of(path)
    phash, quality = pdq.of(luma)
    middle, its_quality = pdq.of(pdq.middle(luma))
    with Image.open(path) as picture:
        width, height = picture.size
    return Frame(
        clip=job.clip,
        at=at,
        why=why,
        picture=job.keep(path, f"frames/{name}"),
        width=width,
        height=height,
        phash=phash,
        quality=quality,
        middle=middle if its_quality >= MIN_QUALITY else None,
    )


def _sound(job: Job, rendition: Path, made: Probed) -> None:
    job.hold.keep(300)
    print_ = sound.fingerprint(rendition, folder=job.folder) if made.audio_codec else b""
    with transaction.atomic():
        job.done(fingerprint=print_)
        matching.store_sound(job.clip.pk, print_)
