"""Content credentials of files that are signed here, by a camera of our own."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence.media import credentials
from tests.evidence import films

c2pa = pytest.importorskip("c2pa")
pytestmark = films.needs_ffmpeg
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def certificate(subject, key, issuer, issuer_key, *, is_root):
    def name(common):
        parts = {NameOID.COMMON_NAME: common, NameOID.ORGANIZATION_NAME: "Example Cameras"}
        return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts.items()])

    today = datetime.now(UTC)
    used = {"key_cert_sign", "crl_sign"} if is_root else {"digital_signature"}
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=30))
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
        .add_extension(x509.KeyUsage(**{it: it in used for it in USAGES}), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
    if not is_root:
        email = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(email, False)
    return made.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def camera():
    """A root certificate, and a function that signs a file as a camera that it vouches for."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate("Root", root_key, "Root", root_key, is_root=True)
    leaf = certificate("Camera 7", key, "Root", root_key, is_root=False)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", leaf + root, secret, None))

    def sign(kind, path, *, remote=""):
        action = {"action": "c2pa.created", "digitalSourceType": SOURCE + kind}
        builder = c2pa.Builder(
            json.dumps(
                {
                    "claim_generator_info": [{"name": "camera-app", "version": "1"}],
                    "format": "video/mp4",
                    "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
                }
            )
        )
        if remote:
            builder.set_no_embed()
            builder.set_remote_url(remote)
        with films.scenes().open("rb") as source, path.open("w+b") as target:
            builder.sign(signer, "video/mp4", source, target)
        return path

    return root, sign


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
