"""PDQ, a perceptual hash of pictures. Pure, but for the file that `luma_of` reads.

Source: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Facebook 2019.
`evidence.search.rule` says when two hashes are of the same picture.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BYTES = 32
MARGIN = 0.2
_SIDE = 64
_SMALLEST = 5
_PASSES = 2
# The reference makes pictures smaller to these before anything else, whatever their shape.
_FIRST = (512, 512)
Matrix = NDArray[np.float32]


def luma_of(path: Path) -> Matrix:
    """The luminance of a picture that we made, rows x columns, 0-255, no larger than is hashed."""
    with Image.open(path) as picture:
        picture.draft("L", _FIRST)
        grey = picture.convert("L")
        if max(grey.size) > max(_FIRST):
            grey = grey.resize(_FIRST, Image.Resampling.BOX)
        return np.asarray(grey, dtype=np.float32)


def middle(luma: Matrix) -> Matrix:
    """A picture without a fifth of each side, where stations put their logos."""
    rows, columns = luma.shape
    y, x = int(rows * MARGIN), int(columns * MARGIN)
    return luma[y : rows - y, x : columns - x]


def of(luma: Matrix) -> tuple[bytes, int]:
    """Hash and quality, 0-100, of a picture: rows x columns of luminance, 0-255.

    The hash is written as the reference does: the first bit is the one of the highest
    frequencies. A picture under 5 pixels has a hash of zeros and quality 0.
    """
    if min(luma.shape) < _SMALLEST:
        return bytes(BYTES), 0
    small = _shrunk(luma)
    transform = _dct()
    waves = transform @ small @ transform.T
    # Of an even number of values the paper's median is the lower of the two in the middle.
    median = np.partition(waves, waves.size // 2 - 1, axis=None)[waves.size // 2 - 1]
    bits = (waves > median).ravel()[::-1]
    return np.packbits(bits).tobytes(), _quality(small)


def distance(one: bytes, other: bytes) -> int:
    """How many of the 256 bits differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _shrunk(luma: Matrix) -> Matrix:
    """64 x 64: twice a box filter each way, then the pixel in the middle of each cell."""
    if luma.shape != (_SIDE, _SIDE):
        for _ in range(_PASSES):
            luma = _box(_box(luma.T).T)
    places = [((np.arange(_SIDE) + 0.5) * n / _SIDE).astype(int) for n in luma.shape]
    return luma[np.ix_(*places)]


def _box(luma: Matrix) -> Matrix:
    """The mean of the rows around each row; at the edges, of those that there are."""
    rows = luma.shape[0]
    window = (rows + 2 * _SIDE - 1) // (2 * _SIDE)
    ahead = (window + 2) // 2
    sums = np.concatenate([np.zeros((1, luma.shape[1])), np.cumsum(luma, axis=0, dtype=np.float64)])
    last = np.minimum(np.arange(rows) + ahead, rows)
    first = np.maximum(np.arange(rows) + ahead - window, 0)
    means: Matrix = ((sums[last] - sums[first]) / (last - first)[:, None]).astype(np.float32)
    return means


def _quality(small: Matrix) -> int:
    """The sum of the gradients that can be seen, scaled as in the paper."""
    steps = (np.diff(small, axis=0), np.diff(small, axis=1))
    seen = sum(int(np.abs((step * 100 / 255).astype(int)).sum()) for step in steps)
    return min(seen // 90, 100)


@cache
def _dct() -> Matrix:
    """The 16 rows after the first of the 64 x 64 discrete cosine transform."""
    row, column = np.mgrid[1:17, 0:_SIDE]
    scale = np.sqrt(2 / _SIDE)
    rows: Matrix = (scale * np.cos(np.pi / 2 / _SIDE * row * (2 * column + 1))).astype(np.float32)
    return rows
