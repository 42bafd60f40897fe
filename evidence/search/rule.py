"""When two pictures are the same, by their PDQ hashes. Source: as `evidence.media.pdq`."""

SAME_BITS = 31
"""Of 256 bits, how many may differ."""
MIN_QUALITY = 50
"""Below this (0-100) there is too little in a picture to know it again by."""
