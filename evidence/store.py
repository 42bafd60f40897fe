"""Where clips and what is made of them are kept, and links to it that expire.

All of a clip is below `Clip.folder` in the storage `evidence`: files, or a bucket of S3. Files are
handed out by our own view to whoever has a signed link, those of a bucket by links of its server.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.urls import reverse
from django.utils.http import content_disposition_header

from evidence.models import Clip
from evidence.uploads import incoming

_SALT = "evidence.file"
_READ_BYTES = 2**20


class _Movable(File):
    """A file that a storage of files moves instead of copying."""

    def temporary_file_path(self) -> str:
        """Where it is now."""
        return str(self.name)


def storage() -> Storage:
    """The storage of evidence."""
    return storages["evidence"]


def is_files() -> bool:
    """Whether clips are kept as files here, and not by another server."""
    return isinstance(storage(), FileSystemStorage)


def keep_original(clip: Clip) -> None:
    """Put a received clip into the storage and set `original` and `sha256`; again if it was begun.

    For a worker: it reads all of the file. Raises `OSError`, or what the storage raises.
    """
    name, path = f"{clip.folder}/original", incoming.path_of(clip.pk)
    if path.exists():
        with path.open("rb") as file:
            clip.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            # Known before it moves: killed in between, it is not read again.
            Clip.objects.filter(pk=clip.pk).update(sha256=clip.sha256)
            save(name, _Movable(file, name=str(path)))
        incoming.forget(clip.pk)
    elif not storage().exists(name):
        raise FileNotFoundError(name)
    clip.original = name
    Clip.objects.filter(pk=clip.pk).update(original=name)


def save(name: str, content: File) -> None:
    """Keep a file under exactly this name, in place of the one before."""
    kept = storage().save(name, content)
    if kept != name:
        storage().delete(kept)
        raise OSError(f"the storage calls {name} {kept}")


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """A file of the storage as one on this machine, for programs that read nothing else.

    A kept file is that file itself: it must not be written to.
    """
    kept = storage()
    if isinstance(kept, FileSystemStorage):
        yield Path(kept.path(name))
        return
    with tempfile.NamedTemporaryFile(dir=incoming.folder(), prefix="copy-") as copy:
        with kept.open(name, "rb") as source:
            for chunk in source.chunks(_READ_BYTES):
                copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def delete_all(clip: Clip) -> None:
    """Delete every file of a clip, kept or arriving. Raises what the storage raises."""
    incoming.forget(clip.pk)
    delete_folder(clip.folder)


def delete_folder(folder: str) -> None:
    """Delete a folder of the storage with all that is in it."""
    kept = storage()
    if isinstance(kept, FileSystemStorage) and not kept.exists(folder):
        return
    folders, names = kept.listdir(folder)
    for name in names:
        if name:
            kept.delete(f"{folder}/{name}")
    for inner in folders:
        delete_folder(f"{folder}/{inner}")
    if isinstance(kept, FileSystemStorage):
        kept.delete(folder)


def folders() -> Iterator[tuple[str, UUID | None]]:
    """The folders of clips in the storage: the name, and the clip's number if it is one."""
    kept = storage()
    if isinstance(kept, FileSystemStorage) and not kept.exists("clips"):
        return
    for first in kept.listdir("clips")[0]:
        for number in kept.listdir(f"clips/{first}")[0]:
            yield f"clips/{first}/{number}", number_of(number)


def link(name: str, *, content_type: str, filename: str = "", lasts_s: int = 600) -> str:
    """An address at which a file can be had for `lasts_s` seconds without anything else.

    With `filename` it is a download under this name; without, it can be shown in a page.
    """
    kept = storage()
    if not isinstance(kept, FileSystemStorage):
        disposition = content_disposition_header(bool(filename), filename or "file")
        given = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
        options: dict[str, Any] = {"parameters": given, "expire": lasts_s}
        return str(kept.url(name, **options))
    signed = signing.dumps([name, content_type, filename, lasts_s], salt=_SALT)
    return reverse("evidence-file", args=[signed])


def linked(signed: str) -> tuple[str, str, str] | None:
    """Name, content type and file name of a link; None if it is none of ours or has expired."""
    try:
        _, _, _, lasts_s = signing.loads(signed, salt=_SALT)
        name, content_type, filename, _ = signing.loads(signed, salt=_SALT, max_age=lasts_s)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return name, content_type, filename


def number_of(text: str) -> UUID | None:
    """The clip's number that a name is; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
