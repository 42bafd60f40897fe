"""PDQ, compared with the reference (facebook/ThreatExchange, as in pdqhash 0.2.8)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from evidence.media import pdq
from evidence.search.rule import MIN_QUALITY, SAME_BITS


def waves():
    y, x = np.mgrid[0:240, 0:320]
    return [
        127 + 100 * np.sin(x / 17.0 + y / 29.0),
        127 + 100 * np.cos(x / 11.0),
        127 + 90 * np.sin(y / 7.0),
    ]


def xor():
    y, x = np.mgrid[0:512, 0:512]
    return [(x ^ y) & 255, (x * 3 + y) & 255, (x + y * 5) & 255]


def rings():
    y, x = np.mgrid[0:360, 0:640]
    return [
        (((x - 320) ** 2 + (y - 180) ** 2) // 97) & 255,
        (((x - 100) ** 2 + (y - 80) ** 2) // 201) & 255,
        (x * y // 301) & 255,
    ]


REFERENCE = {
    waves: "fd4a8a17f74aaa1dff4a801f754a201ff74aa81f554a001f554a001faab5ffe0",
    xor: "2aaa2a27eeed0c05aaaa3a72eccd08d5aaaa7f22eccd0d05f2aab332eccd3332",
    rings: "7f7c6387963863fbc60737f8ca07b7384867b3184c73998726384cc3938c931c",
}


def picture(make):
    return np.stack(make(), -1).astype(np.uint8)


def luma(pixels):
    return pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


@pytest.mark.parametrize("make", REFERENCE)
def test_hashes_are_those_of_the_reference_bit_by_bit(make):
    assert pdq.of(luma(picture(make))) == (bytes.fromhex(REFERENCE[make]), 100)


def test_a_logo_in_a_corner_leaves_the_middle_as_it_is():
    plain = luma(picture(rings))
    stamped = plain.copy()
    stamped[20:60, 520:620] = 250
    assert pdq.of(pdq.middle(plain)) == pdq.of(pdq.middle(stamped))
    assert pdq.middle(plain).shape == (216, 384)


def test_half_of_the_bits_are_set():
    assert int.from_bytes(pdq.of(luma(picture(rings)))[0]).bit_count() == 128


def test_a_plain_picture_and_one_of_four_pixels_are_of_no_quality():
    assert pdq.of(np.full((90, 160), 128, np.float32))[1] < MIN_QUALITY
    assert pdq.of(np.zeros((4, 400), np.float32)) == (bytes(32), 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.resize((it.width // 2, it.height // 2)),
        lambda it: it.resize((it.width * 2, it.height)),
        lambda it: it.filter(ImageFilter.GaussianBlur(1)),
        lambda it: it.point(lambda value: min(255, value + 25)),
    ],
    ids=["half as large", "twice as wide", "blurred", "brighter"],
)
def test_a_changed_picture_is_the_same_and_another_is_not(change, tmp_path):
    Image.fromarray(picture(rings)).save(tmp_path / "one.png")
    change(Image.fromarray(picture(rings))).save(tmp_path / "two.jpg", quality=60)
    Image.fromarray(picture(xor)).save(tmp_path / "other.png")
    files = ("one.png", "two.jpg", "other.png")
    one, two, other = (pdq.of(pdq.luma_of(tmp_path / it))[0] for it in files)
    assert pdq.distance(one, two) <= SAME_BITS
    assert pdq.distance(one, other) > 3 * SAME_BITS


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_distances_are_those_of_bits(one, other):
    assert pdq.distance(one, other) == pdq.distance(other, one) <= 256
    assert (pdq.distance(one, other) == 0) == (one == other)
    flipped = bytes([one[0] ^ 0b101, *one[1:]])
    assert pdq.distance(one, flipped) == 2
