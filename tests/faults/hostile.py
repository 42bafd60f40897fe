"""Files that mean harm, or make none of what they say. Each is made by the tests themselves."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.evidence import films

Make = Callable[[Path, int], bytes]
QUICK = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=3")


def _text(words: str) -> Make:
    """A file of these words, with the place of a secret and the port of a listener filled in."""

    def make(secret: Path, port: int) -> bytes:
        return words.replace("SECRET", str(secret)).replace("PORT", str(port)).encode()

    return make


def _film(name: str, *arguments: str, change: Callable[[bytes], bytes] = bytes) -> Make:
    def make(secret: Path, port: int) -> bytes:
        return change(films.made(name, *arguments).read_bytes())

    return make


def _bytes(data: Callable[[], bytes]) -> Make:
    return lambda secret, port: data()


def _box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def _image(form: str) -> bytes:
    made = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(made, form)
    return made.getvalue()


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("film.mp4", bytes(10_000_000))
    return made.getvalue()


def _png_of(width: int, height: int) -> bytes:
    """The head of a PNG that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + bytes(40)


def _avi_of(width: int, height: int) -> Callable[[bytes], bytes]:
    """An AVI whose head says that its pictures are so large."""

    def change(data: bytes) -> bytes:
        at = data.index(b"strf") + 8
        return data[: at + 4] + struct.pack("<ii", width, height) + data[at + 12 :]

    return change


def _longer(data: bytes) -> bytes:
    """An MP4 that says of itself, of its track and of its media that they last for a century."""
    changed = bytearray(data)
    for kind, place in ((b"mvhd", 16), (b"mdhd", 16), (b"tkhd", 20)):
        at = data.index(kind) + 4 + place
        changed[at : at + 4] = struct.pack(">I", 0x7FFFFFF0)
    return bytes(changed)


def _silenced(data: bytes) -> bytes:
    """An MP4 with zeros for pictures."""
    at = data.index(b"mdat") + 4
    length = struct.unpack(">I", data[at - 8 : at - 4])[0] - 8
    return data[:at] + bytes(length) + data[at + length :]


def _boundless(data: bytes) -> bytes:
    """An MP4 whose index says it is four gigabytes long."""
    at = data.index(b"moov") - 4
    return data[:at] + b"\xff\xff\xff\xf0" + data[at + 4 :]


MP4 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n"
URL = "http://127.0.0.1:PORT/film.mp4"

# Name, how it is made, and the reasons with which it may fail.
HOSTILE: dict[str, tuple[Make, set[str]]] = {
    "nothing": (_bytes(bytes), {"truncated"}),
    "one byte": (_bytes(lambda: b"\0"), {"not_video"}),
    "words": (_text("Just words. " * 500), {"not_video"}),
    "a page with a script": (_text("<html><script>alert(1)</script></html>"), {"not_video"}),
    "noise": (_bytes(lambda: bytes(range(256)) * 400), {"not_video"}),
    "a playlist of an address": (_text(PLAYLIST.format(URL)), {"not_video"}),
    "a playlist of a file": (_text(PLAYLIST.format("SECRET")), {"not_video"}),
    "a playlist of file:": (_text(PLAYLIST.format("file:SECRET")), {"not_video"}),
    "a playlist with a key elsewhere": (
        _text(PLAYLIST.format('#EXT-X-KEY:METHOD=AES-128,URI="' + URL + '"\nSECRET')),
        {"not_video"},
    ),
    "a concatenation of a file": (_text("ffconcat version 1.0\nfile SECRET\n"), {"not_video"}),
    "a concatenation of an address": (
        _text(f"ffconcat version 1.0\nfile '{URL}'\n"),
        {"not_video"},
    ),
    "a session description": (
        _text(
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
            "m=video PORT RTP/AVP 96\na=rtpmap:96 H264/90000\n"
        ),
        {"not_video"},
    ),
    "a manifest of segments": (
        _text(
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
            f"<Period><AdaptationSet><Representation><BaseURL>{URL}</BaseURL>"
            "</Representation></AdaptationSet></Period></MPD>"
        ),
        {"not_video"},
    ),
    "an old list of addresses": (
        _text(f'<asx version="3.0"><entry><ref href="{URL}"/></entry></asx>'),
        {"not_video"},
    ),
    "a reference for the player": (_text("[Reference]\nRef1=" + URL), {"not_video"}),
    "a script of a frame server": (_text('AviSource("SECRET")'), {"not_video"}),
    "a script in Python": (_text("import os; os.system('touch SECRET')"), {"not_video"}),
    "a picture drawn elsewhere": (
        _text(f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{URL}"/></svg>'),
        {"not_video"},
    ),
    "an archive that becomes large": (_bytes(_zip), {"not_video"}),
    "a stream that becomes large": (
        _bytes(lambda: gzip.compress(bytes(20_000_000))),
        {"not_video"},
    ),
    "a program": (_bytes(lambda: b"MZ" + bytes(5000)), {"not_video"}),
    "another program": (_bytes(lambda: b"\x7fELF\2\1\1" + bytes(5000)), {"not_video"}),
    "a picture": (_bytes(lambda: _image("PNG")), {"not_video"}),
    "a photograph": (_bytes(lambda: _image("JPEG")), {"not_video"}),
    "an animation": (_film("animation.gif", *QUICK), {"not_video"}),
    "a picture of 100,000 pixels": (
        _bytes(lambda: _png_of(100_000, 100_000)),
        {"not_video", "too_large"},
    ),
    "a film of raw pictures of 30,000 pixels": (
        _film("raw.avi", *QUICK, "-c:v", "rawvideo", change=_avi_of(30_000, 30_000)),
        {"too_large", "truncated", "not_video"},
    ),
    "a film of 100 million pixels a picture": (
        _film(
            "huge.mkv",
            *("-f", "lavfi", "-i", "color=s=12000x9000:r=1:d=1", "-c:v", "mjpeg", "-q:v", "31"),
        ),
        {"too_large"},
    ),
    "a film of eight pixels": (
        _film("tiny.mkv", "-f", "lavfi", "-i", "color=s=8x8:d=1", "-c:v", "ffv1"),
        {"no_picture"},
    ),
    "raw lines of video": (_film("raw.h264", *QUICK, *MP4), {"not_video"}),
    "a raw picture that is endless": (
        _text("YUV4MPEG2 W100000 H100000 F25:1 Ip A1:1 C420\nFRAME\n"),
        {"not_video"},
    ),
    "sound alone": (
        _film("sound.m4a", "-f", "lavfi", "-i", "sine=d=2", "-c:a", "aac"),
        {"no_picture"},
    ),
    "an end that is missing": (
        _film("late.mp4", *QUICK, *MP4, change=lambda data: data[: len(data) * 3 // 4]),
        {"truncated"},
    ),
    "an end that is missing behind an index": (
        _film(
            "early.mp4",
            *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=20", *MP4, "-movflags", "+faststart"),
            change=lambda data: data[: len(data) // 2],
        ),
        {"truncated"},
    ),
    "the first bytes of a film": (
        _film("head.mkv", *QUICK, *MP4, change=lambda data: data[:300]),
        {"truncated", "not_video", "no_picture"},
    ),
    "pictures of zeros": (
        _film("zeros.mp4", *QUICK, *MP4, change=_silenced),
        {"not_video", "truncated", "no_picture"},
    ),
    "a century of film": (_film("century.mp4", *QUICK, *MP4, change=_longer), {"too_long"}),
    "a picture a year": (
        _film("years.mkv", *QUICK, "-vf", "setpts=N*31536000/TB", *MP4),
        {"too_long"},
    ),
    "a film that does not say how long it is": (
        _film("live.mkv", *QUICK, "-vf", "setpts=N*3000/TB", *MP4, "-live", "1"),
        {"too_long", "truncated"},
    ),
    "a document that is a film as well": (
        _text("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + "ftypisom" * 20),
        {"not_video"},
    ),
    "a page in a film's clothes": (
        _bytes(lambda: _box(b"ftyp", b"isom\0\0\0\0isom") + b"<script>alert(1)</script>" * 100),
        {"truncated", "not_video"},
    ),
}

# Odd, and yet films: what is shown of them carries nothing else along.
HARMLESS: dict[str, Make] = {
    "a script for a title": _film(
        "title.mp4", *QUICK, *MP4, "-metadata", "title=<script>alert(1)</script>"
    ),
    "a page behind a film": _film(
        "behind.mp4",
        *(*QUICK, *MP4),
        change=lambda data: data + _box(b"free", b"<script>alert(1)</script>"),
    ),
    "a head of 60,000 pixels": _film(
        "wide.avi", *QUICK, "-c:v", "mpeg4", change=_avi_of(60_000, 60_000)
    ),
    "megabytes of metadata": _film(
        "meta.mp4",
        *(*QUICK, *MP4),
        change=lambda data: data + _box(b"moov", _box(b"udta", b"A" * 6_000_000)),
    ),
    "an index that says it is endless": _film("index.mp4", *QUICK, *MP4, change=_boundless),
    "five thousand pictures a second": _film(
        "fast.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=5000:d=1", *MP4
    ),
}
