"""Clips stay here: whatever is published, exported or mirrored has nothing of them."""

from __future__ import annotations

import gzip
import tarfile

import pytest

from evidence.models import Clip
from sync.export import exports
from sync.snapshot import snapshot
from sync.tasks import run_pipeline
from tests.evidence.sending import VIDEO, Tus, appeal, film

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "unmistakable-name.mp4"


def bytes_of(path):
    """All that a published file says, unpacked as far as it is an archive."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(raw)
    if tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            return b"".join(
                archive.extractfile(member).read() for member in archive if member.isfile()
            )
    return raw


def test_nothing_of_a_clip_is_published_exported_or_mirrored(crowd, publish_root):
    crowd(9, VIDEO)
    tus = Tus(appeal())
    path = tus.begin(5000, name=NAME)
    tus.patch(path, film(5000), 0)
    run_pipeline()
    snapshot.build()
    exports.build()
    clip = Clip.objects.get()
    files = [path for path in publish_root.rglob("*") if path.is_file()]
    assert len(files) > 5
    traces = (NAME.encode(), clip.pk.hex.encode(), str(clip.pk).encode(), b"evidence_clip")
    assert [path.name for path in files if any(t in bytes_of(path) for t in traces)] == []
