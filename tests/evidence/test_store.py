"""Where clips are kept: files or a real S3 server, the same for whoever asks."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile

from evidence import store
from evidence.files import archive_link
from evidence.models import Clip, Frame
from evidence.uploads import incoming
from tests.conftest import Api
from tests.evidence.sending import Tus, appeal, film
from tests.s3 import BUCKET, options, s3_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server():
    with s3_server() as url:
        yield url


@pytest.fixture(params=["files", "s3"])
def kept_in(request, settings):
    """Both storages, one after the other."""
    if request.param == "s3":
        url = request.getfixturevalue("server")
        settings.STORAGES = {**settings.STORAGES, "evidence": options(url)}
    return request.param


def arrived(data, **values):
    """A clip that has come, all of it."""
    tus = Tus(appeal())
    path = tus.begin(len(data))
    assert tus.patch(path, data, 0).status_code == 204
    Clip.objects.filter(pk=path.rpartition("/")[2]).update(**values)
    return Clip.objects.get(pk=path.rpartition("/")[2])


def fetch(address):
    """Status, headers and body, of our own links and of another server's."""
    if urlsplit(address).netloc:
        try:
            with urlopen(address, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except HTTPError as error:
            return error.code, error.headers, error.read()
    answer = Api().get(address)
    return answer.status_code, answer.headers, b"".join(answer)


def test_an_original_is_kept_with_its_hash_and_no_copy_stays_behind(kept_in):
    data = film(300_000)
    clip = arrived(data)
    store.keep_original(clip)
    clip.refresh_from_db()
    assert clip.original == f"{clip.folder}/original"
    assert clip.sha256 == hashlib.sha256(data).hexdigest()
    assert not incoming.path_of(clip.pk).exists()
    with store.local_copy(clip.original) as path:
        assert path.read_bytes() == data
    store.keep_original(clip)  # a worker that was killed before it said so
    store.delete_all(clip)
    assert not store.storage().exists(clip.original)


def test_one_that_was_half_kept_is_kept_again(kept_in):
    data = film(100_000)
    clip = arrived(data)
    store.storage().save(f"{clip.folder}/original", ContentFile(data[:1000]))
    store.keep_original(clip)
    with store.local_copy(clip.original) as path:
        assert path.read_bytes() == data


def test_one_that_is_nowhere_is_an_error_and_not_an_empty_clip(kept_in):
    clip = arrived(film(1000))
    incoming.forget(clip.pk)
    with pytest.raises(FileNotFoundError):
        store.keep_original(clip)


def test_all_of_a_clip_goes_and_nothing_else(kept_in):
    mine, other = arrived(film(1000)), arrived(film(1000))
    for clip in (mine, other):
        store.keep_original(clip)
        for name in ("rendition.mp4", "hls/low/0.ts", "hls/index.m3u8", "frames/001.webp"):
            store.save(f"{clip.folder}/{name}", ContentFile(b"x"))
    assert {number for _, number in store.folders()} >= {mine.pk, other.pk}
    store.delete_folder(mine.folder)
    assert mine.pk not in {number for _, number in store.folders()}
    assert store.storage().exists(f"{other.folder}/hls/low/0.ts")
    store.delete_all(other)


def test_a_link_gives_the_file_to_whoever_has_it_as_a_download_or_to_be_shown(kept_in):
    name = "clips/aa/" + "a" * 32 + "/frames/001.webp"
    store.save(name, ContentFile(b"picture"))
    status, headers, body = fetch(store.link(name, content_type="image/webp"))
    assert (status, body, headers["Content-Type"]) == (200, b"picture", "image/webp")
    assert "attachment" not in headers.get("Content-Disposition", "")
    named = store.link(name, content_type="image/webp", filename="Bild é.webp")
    disposition = fetch(named)[1]["Content-Disposition"]
    assert disposition.startswith("attachment; filename") and "Bild" in disposition


def test_a_link_expires(kept_in, monkeypatch):
    name = "clips/aa/" + "b" * 32 + "/original"
    store.save(name, ContentFile(b"secret"))
    link = store.link(name, content_type="video/mp4", lasts_s=1)
    later = "X-Amz-Date=20200101T000000Z"
    if kept_in == "s3":
        assert re.search(r"X-Amz-Expires=1(&|$)", link) and "X-Amz-Signature=" in link
        assert fetch(link)[0] == 200
        assert later not in link
    else:
        assert fetch(link)[0] == 200
        monkeypatch.setattr("django.core.signing.time.time", lambda: 4e9)
        assert fetch(link)[0] == 404


def test_no_other_link_gives_anything(kept_in):
    store.save("clips/aa/" + "c" * 32 + "/original", ContentFile(b"secret"))
    link = store.link("clips/aa/" + "c" * 32 + "/original", content_type="video/mp4")
    if kept_in == "files":
        for wrong in (
            link[:-1] + ("A" if link[-1] != "A" else "B"),
            "/evidence/files/x",
            link[:-9],
        ):
            assert fetch(wrong)[0] == 404


def test_our_own_links_run_no_script_and_answer_ranges():
    name = "clips/aa/" + "d" * 32 + "/rendition.mp4"
    store.save(name, ContentFile(b"0123456789"))
    link = store.link(name, content_type="video/mp4")
    part = Api().get(link, Range="bytes=2-4")
    assert (part.status_code, b"".join(part)) == (206, b"234")
    assert part["X-Content-Type-Options"] == "nosniff"
    assert part["Content-Security-Policy"] == (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    assert part["Cache-Control"] == "no-store"
    for kind in ("text/html", "image/svg+xml", "application/javascript"):
        hostile = Api().get(store.link(name, content_type=kind))
        assert hostile["Content-Disposition"].startswith("attachment")
        b"".join(hostile)


def with_frames(data, pictures):
    clip = arrived(data, state="ready")
    store.keep_original(clip)
    for n, picture in enumerate(pictures):
        name = f"{clip.folder}/frames/{n:03d}.webp"
        store.save(name, ContentFile(picture))
        Frame.objects.create(
            clip=clip,
            at=1.5 * n,
            why="even",
            picture=name,
            width=640,
            height=360,
            phash=bytes([n]) * 32,
            quality=90,
        )
    return clip


def test_frames_come_as_one_archive_with_their_times_and_hashes(kept_in):
    pictures = [bytes([n]) * 5000 for n in range(4)]
    clip = with_frames(film(1000), pictures)
    store.storage().delete(clip.frames.order_by("at").last().picture)
    answer = Api().get(archive_link(clip))
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as found:
        assert found.testzip() is None
        *names, listed = found.namelist()
        assert names[:2] == ["001-000000.000s.webp", "002-000001.500s.webp"]
        assert found.read(names[1]) == pictures[1]
        text = found.read(listed).decode()
    assert listed == "frames.txt"
    assert f"SHA-256 of the original: {clip.sha256}" in text
    digest = hashlib.sha256(pictures[1]).hexdigest()
    assert f"{names[1]} | 1.500 | even | {digest} | {'01' * 32} | 90" in text
    assert f"{names[3]} | 4.500 | even | gone |" in text
    Clip.objects.filter(pk=clip.pk).delete()
    store.delete_all(clip)
    assert Api().get(archive_link(clip)).status_code == 404


def test_an_archive_is_streamed_a_picture_at_a_time(settings):
    clip = with_frames(film(1000), [b"x" * 300_000] * 30)
    answer = Api().client.get(archive_link(clip))
    assert answer.streaming
    largest = max(len(chunk) for chunk in answer.streaming_content)
    assert largest <= 300_000


def test_settings_choose_s3_and_say_where(server):
    """As an operator sets it, in a process of its own."""
    code = (
        "import django; django.setup()\n"
        "from django.core.files.base import ContentFile\n"
        "from evidence import store\n"
        "store.save('clips/ee/set', ContentFile(b'x'))\n"
        "print(store.link('clips/ee/set', content_type='image/webp'))\n"
    )
    env = {
        "REALTUBE_EVIDENCE_STORAGE": "s3",
        "REALTUBE_EVIDENCE_S3_BUCKET": BUCKET,
        "REALTUBE_EVIDENCE_S3_ENDPOINT": server,
        "REALTUBE_EVIDENCE_S3_KEY_ID": "key",
        "REALTUBE_EVIDENCE_S3_KEY": "secret",
    }
    import os

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **env},
        cwd=Path(configured.BASE_DIR),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    link = done.stdout.strip().splitlines()[-1]
    assert link.startswith(f"{server}/{BUCKET}/clips/ee/set?")
    assert fetch(link)[2] == b"x"
