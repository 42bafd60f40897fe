"""Content credentials of files that are signed here, by a camera of our own."""

from __future__ import annotations

import socket

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from evidence.media import credentials
from tests.evidence import films
from tests.evidence.cameras import certificate

pytest.importorskip("c2pa")
pytestmark = films.needs_ffmpeg


def test_a_signed_file_says_who_signed_it_and_that_a_camera_captured_it(camera, tmp_path):
    root, sign = camera
    path = sign("digitalCapture", tmp_path / "signed.mp4")
    found = credentials.read(path, folder=tmp_path)
    assert (found["state"], found["trusted"]) == ("intact", None)
    assert (found["signer"], found["organisation"]) == ("Camera 7", "Example Cameras")
    assert (found["camera"], found["ai"], found["tool"]) == (True, False, "camera-app")
    (tmp_path / "root.pem").write_bytes(root)
    found = credentials.read(path, folder=tmp_path, trusted=tmp_path / "root.pem")
    assert (found["state"], found["trusted"]) == ("intact", True)


def test_a_stranger_is_not_trusted_and_ai_is_called_so(camera, tmp_path):
    _, sign = camera
    path = sign("trainedAlgorithmicMedia", tmp_path / "signed.mp4")
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "other.pem").write_bytes(certificate("Other", key, "Other", key, is_root=True))
    found = credentials.read(path, folder=tmp_path, trusted=tmp_path / "other.pem")
    assert (found["state"], found["trusted"]) == ("intact", False)
    assert (found["camera"], found["ai"]) == (False, True)


def test_a_file_that_was_changed_since_is_known(camera, tmp_path):
    _, sign = camera
    path = sign("digitalCapture", tmp_path / "signed.mp4")
    data = bytearray(path.read_bytes())
    data[-3000] ^= 255
    path.write_bytes(data)
    assert credentials.read(path, folder=tmp_path)["state"] == "changed"


def test_most_files_have_none(tmp_path):
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 50)
    assert credentials.read(films.scenes(), folder=tmp_path) == {"state": "none"}
    assert credentials.read(tmp_path / "noise", folder=tmp_path) == {"state": "none"}


def test_credentials_that_are_elsewhere_are_not_fetched(camera, tmp_path):
    _, sign = camera
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/manifest.c2pa"
        path = sign("digitalCapture", tmp_path / "remote.mp4", remote=address)
        assert credentials.read(path, folder=tmp_path)["state"] in ("none", "unreadable")
        with pytest.raises(BlockingIOError):
            server.accept()
