"""Films that are signed by a camera of our own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.evidence import films

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
    """A root certificate, and a function that signs a film as a camera that it vouches for."""
    c2pa = pytest.importorskip("c2pa")
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate("Root", root_key, "Root", root_key, is_root=True)
    leaf = certificate("Camera 7", key, "Root", root_key, is_root=False)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", leaf + root, secret, None))

    def sign(kind, path, *, film=None, remote=""):
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
        with (film or films.scenes()).open("rb") as source, path.open("w+b") as target:
            builder.sign(signer, "video/mp4", source, target)
        return path

    return root, sign
