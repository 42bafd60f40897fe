"""What is made of a clip, by the real programs."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from PIL import Image

from evidence.media import ffmpeg, frames, probe, render, sheet, sound
from evidence.media.frames import Chosen, choose
from tests.evidence import films

pytestmark = films.needs_ffmpeg


def test_a_file_is_described_by_what_is_in_it(tmp_path):
    found = probe.probe(films.scenes(), folder=tmp_path)
    assert (found.width, found.height, found.frame_rate) == (320, 180, 10)
    assert (found.container, found.video_codec, found.audio_codec) == (
        "mov,mp4,m4a,3gp,3g2,mj2",
        "h264",
        "aac",
    )
    assert found.duration_s == pytest.approx(6, abs=0.2)


def test_what_a_file_says_in_its_metadata_does_not_pass_for_a_fact(tmp_path):
    path = films.made(
        "liar.mp4",
        *("-i", str(films.scenes()), "-c", "copy", "-metadata"),
        "title=x\n  Duration: 99:00:00.00, start\n  Stream #0:7: Video: h264, 9000x9000, 5 fps",
    )
    found = probe.probe(path, folder=tmp_path)
    assert (found.width, found.duration_s) == (320, pytest.approx(6, abs=0.2))


def test_a_rendition_plays_anywhere_starts_at_once_and_carries_no_metadata(tmp_path):
    source = films.made(
        "upright.mkv",
        *("-f", "lavfi", "-i", "testsrc2=s=1080x1920:r=50:d=0.3", "-metadata", "title=<script>"),
        *("-c:v", "mjpeg"),
    )
    made = render.render(source, probe.probe(source, folder=tmp_path), folder=tmp_path)
    assert (made.width, made.height, made.frame_rate) == (720, 1280, 30)
    assert (made.video_codec, made.audio_codec) == ("h264", "")
    data = (tmp_path / render.RENDITION).read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"<script>" not in data


def test_a_rendition_has_a_key_frame_each_second_and_where_scenes_begin(tmp_path):
    source = films.scenes()
    render.render(source, probe.probe(source, folder=tmp_path), folder=tmp_path)
    chosen = frames.extract(tmp_path / render.RENDITION, folder=tmp_path)
    assert [it.at for it in chosen if it.scene] == [2, 4]
    assert [it.at for it in chosen] == [0, 2, 4]
    with Image.open(tmp_path / chosen[1].name) as picture:
        assert picture.size == (320, 180)


def test_progress_is_heard_while_it_is_made_and_what_hears_it_can_stop_it(tmp_path):
    source = films.scenes()
    probed = probe.probe(source, folder=tmp_path)
    heard = []
    render.render(source, probed, folder=tmp_path, tick=heard.append)
    assert max(seconds for seconds in heard if seconds) == pytest.approx(6, abs=0.5)

    class Stop(Exception):
        pass

    def stop(seconds):
        raise Stop

    with pytest.raises(Stop):
        render.render(source, probed, folder=tmp_path, tick=stop)


def test_long_clips_come_in_two_bitrates_of_which_each_plays(tmp_path):
    source = films.scenes()
    made = render.render(source, probe.probe(source, folder=tmp_path), folder=tmp_path)
    names = render.stream(tmp_path / render.RENDITION, made, folder=tmp_path)
    master = (tmp_path / names[0]).read_text()
    assert [line for line in master.splitlines() if not line.startswith("#")] == [
        "high.m3u8",
        "low.m3u8",
    ]
    for name in ("high", "low"):
        playlist = (tmp_path / f"{name}.m3u8").read_text()
        lengths = [float(it) for it in re.findall(r"EXTINF:([\d.]+)", playlist)]
        assert sum(lengths) == pytest.approx(6, abs=0.5)
        found = probe.probe(tmp_path / f"{name}.ts", folder=tmp_path)
        assert (found.width, found.height) == (320, 180)


@pytest.mark.parametrize("program", ["ffmpeg of the system", "ffmpeg of the wheel"])
def test_either_ffmpeg_tells_the_same(program, tmp_path, monkeypatch):
    if program.endswith("wheel"):
        wheel = pytest.importorskip("imageio_ffmpeg").get_ffmpeg_exe()
        monkeypatch.setattr(ffmpeg, "program", lambda: wheel)
    probed = probe.probe(films.scenes(), folder=tmp_path)
    assert (probed.width, probed.video_codec, probed.frame_rate) == (320, "h264", 10)
    made = render.render(films.scenes(), probed, folder=tmp_path)
    assert made.audio_codec == "aac"
    assert [it.at for it in frames.extract(tmp_path / render.RENDITION, folder=tmp_path)] == [
        0,
        2,
        4,
    ]
    assert sound.fingerprint(tmp_path / render.RENDITION, folder=tmp_path)


def test_at_most_120_frames_are_chosen_the_strongest_scenes_and_an_even_spread():
    keys = [(n / 2, 0.9 if n % 3 == 0 else 0.01) for n in range(20_000)]
    chosen = choose(keys)
    assert len(chosen) <= frames.MOST
    assert sum(it.scene for it in chosen) == frames.MOST_SCENES
    even = [it.at for it in chosen if not it.scene]
    assert max(b - a for a, b in pairwise(even)) < 10_000 / 50
    assert chosen == sorted(chosen, key=lambda it: it.at)


def test_of_a_clip_that_stands_still_frames_are_two_seconds_apart():
    assert choose([(float(n), 0.0) for n in range(7)]) == [
        Chosen(0.0, False),
        Chosen(2.0, False),
        Chosen(4.0, False),
        Chosen(6.0, False),
    ]
    assert choose([]) == []


def test_a_contact_sheet_has_six_frames_a_row(tmp_path):
    paths = []
    for n in range(8):
        paths.append((n * 700.0, tmp_path / f"{n}.jpg"))
        Image.new("RGB", (640, 360), (n * 30, 90, 90)).save(paths[-1][1])
    with Image.open(sheet.draw(paths, tmp_path)) as drawn:
        assert drawn.size == (6 * 204 + 4, 2 * 116 + 4)
    assert [sheet.clock(it) for it in (5.9, 65, 3665)] == ["0:05", "1:05", "1:01:05"]


@pytest.fixture(scope="module")
def prints(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    tones = films.made("tones.wav", "-f", "lavfi", "-i", f"{films.TONES}:d=40")
    files = {
        "tones": tones,
        "cut": films.made("cut.m4a", "-ss", "10", "-i", str(tones), "-t", "20", "-b:a", "64k"),
        "other": films.made("other.wav", "-f", "lavfi", "-i", f"{films.OTHER_TONES}:d=40"),
        "silence": films.made("silence.wav", "-f", "lavfi", "-i", "anullsrc=d=40"),
        "short": films.made("short.wav", "-i", str(tones), "-t", "5"),
    }
    return {name: sound.fingerprint(path, folder=folder) for name, path in files.items()}


def test_the_same_sound_is_known_again_in_another_place_and_another_codec(prints):
    assert sound.same_s(prints["tones"], prints["cut"]) == pytest.approx(18, abs=3)
    assert sound.same_s(prints["cut"], prints["tones"]) == pytest.approx(18, abs=3)
    assert len(set(sound.terms(prints["tones"])) & set(sound.terms(prints["cut"]))) >= 10


def test_other_sound_silence_and_a_jingle_are_no_match(prints):
    assert sound.same_s(prints["tones"], prints["other"]) == 0
    assert sound.same_s(prints["silence"], prints["silence"]) == 0
    assert sound.terms(prints["silence"]) == []
    assert sound.same_s(prints["short"], prints["tones"]) == 0
    assert sound.same_s(b"", prints["tones"]) == sound.same_s(b"\0\0\0", b"") == 0
