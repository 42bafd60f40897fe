"""Lists that browsers subscribe to are read by the extension itself, as the importer reads them."""

from __future__ import annotations

import base64

import pytest

from tests.channels.shared_lists import VECTORS, answer


@pytest.mark.parametrize("vector", VECTORS["lists"], ids=lambda vector: vector["name"])
def test_the_vectors_of_lists_hold(vector):
    given = {name: said for name, said in vector.items() if name not in ("name", "text", "base64")}
    encoded = vector.get("base64")
    data = vector["text"].encode() if encoded is None else base64.b64decode(encoded)
    assert answer(data) == given
