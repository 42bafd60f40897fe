"""A column for perceptual hashes."""

from __future__ import annotations

from typing import Any

from django.db import models


class HashField(models.Field):
    """256 bits, as 32 bytes in Python and `bit(256)` in PostgreSQL, which counts differing bits."""

    description = "256 bits"

    def db_type(self, connection: Any) -> str:
        """Of PostgreSQL."""
        return "bit(256)"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> bytes | None:
        """Bytes of a row of zeros and ones."""
        return None if value is None else int(value, 2).to_bytes(32)

    def get_prep_value(self, value: bytes | None) -> str | None:
        """A row of zeros and ones."""
        return None if value is None else as_bits(value)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Says the type: rows of several are inserted as arrays of text otherwise."""
        return "%s::bit(256)"


def as_bits(value: bytes) -> str:
    """How PostgreSQL writes a hash of 32 bytes."""
    return f"{int.from_bytes(value):0256b}"
