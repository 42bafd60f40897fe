"""A clip that comes by a plain form: streamed into its file, never whole in memory."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from common import errors
from evidence.uploads import incoming, protocol

FIELD = "clip"
END = "end"
"""A field behind the file: without it, the line was cut before the end."""


class ToIncoming(FileUploadHandler):
    """Takes the first file named `FIELD` as the file of a clip that has no row yet.

    `number` is then its number, `size` its length and `name` its name; `failure` is why it could
    not be stored.
    """

    def __init__(self, request: HttpRequest, *, most: int) -> None:
        super().__init__(request)
        self.number = uuid.uuid4()
        self.size = 0
        self.name = ""
        self.failure: errors.ApiError | None = None
        self._most = most
        self._open = ExitStack()
        self._file: incoming.Arriving | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to store it. Raises `SkipFile` for any other file."""
        super().new_file(*args, **kwargs)
        if self.field_name != FIELD or self._file is not None or not self.file_name:
            raise SkipFile
        self.name = protocol.shown_name(self.file_name)
        self._file = self._open.enter_context(incoming.arriving(self.number))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Store a part. Raises `StopUpload` if it is too large, or the disk is full."""
        if self._file is None:
            return
        if start + len(raw_data) > self._most:
            self.failure = errors.PayloadTooLarge("This file is larger than a clip may be.")
            raise StopUpload(connection_reset=True)
        rest = memoryview(raw_data)

        def read(length: int) -> bytes:
            nonlocal rest
            part, rest = bytes(rest[:length]), rest[length:]
            return part

        try:
            self.size += self._file.take(read, len(raw_data), sync=False)
        except errors.StorageFull as full:
            self.failure = full
            raise StopUpload(connection_reset=True) from full

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """All of it is stored; there is nothing to hand over."""
        if self._file is not None:
            self._file.sync()
        self._open.close()
        return None

    def upload_interrupted(self) -> None:
        """Nothing of it is kept."""
        self.discard()

    def discard(self) -> None:
        """Delete what was stored."""
        self._open.close()
        incoming.forget(self.number)
