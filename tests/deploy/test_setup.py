"""The first hour: from deploy/setup to a first look-up over HTTPS, with a certificate by ACME."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from common import ids
from tests.deploy.site import sites
from tests.dev.processes import wait_until
from tests.dev.service import REPOSITORY, free_port
from tests.tools import needs

NAME, MAIL = "realtube.example", "host@realtube.example"
RENEW_AT_ONCE = {
    "REALTUBE_ACME_DAYS": "10000",
    "REALTUBE_ACME_EVERY_S": "2",
    "REALTUBE_ACME_RETRY_S": "1",
}


@pytest.fixture
def checkout(tmp_path):
    """What setup needs of the repository, as a clone has it."""
    folder = tmp_path / "clone"
    shutil.copytree(
        REPOSITORY / "deploy", folder / "deploy", ignore=shutil.ignore_patterns("secrets")
    )
    for name in (".gitignore", "docker-compose.yml"):
        shutil.copy(REPOSITORY / name, folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "a release")
    git(folder, "tag", "v1.2.3")
    return folder


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def setup(folder, *words, typed=""):
    return subprocess.run(
        [folder / "deploy" / "setup", *words],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def written(folder):
    lines = (folder / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line[0] != "#")


def names(certificate):
    command = ["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", certificate]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@needs("openssl")
def test_it_asks_for_a_name_and_a_mail_address_and_git_takes_nothing_of_it(checkout):
    done = setup(checkout, typed=f"{NAME}\n{MAIL}\n")
    assert done.returncode == 0, done.stderr
    assert written(checkout) == {
        "REALTUBE_SERVER_NAME": NAME,
        "REALTUBE_ACME_MAIL": MAIL,
        "COMPOSE_PROFILES": "acme",
        "REALTUBE_VERSION": "v1.2.3",
    }
    assert (checkout / ".env").stat().st_mode & 0o077 == 0
    assert (checkout / "deploy" / "secrets").stat().st_mode & 0o077 == 0
    assert f"DNS:{NAME}" in names(checkout / "deploy" / "secrets" / "tls_certificate")
    git(checkout, "add", "-A")
    assert git(checkout, "status", "--porcelain") == ""


@needs("openssl")
def test_again_it_keeps_the_secrets_and_what_was_added_and_names_the_new_release(checkout):
    assert setup(checkout, NAME, MAIL).returncode == 0
    key = (checkout / "deploy" / "secrets" / "voter_key").read_text()
    with (checkout / ".env").open("a") as file:
        file.write("WEB_CONCURRENCY=4\n")
    git(checkout, "tag", "-d", "v1.2.3")
    git(checkout, "tag", "v1.2.4")
    assert setup(checkout).returncode == 0
    assert (checkout / "deploy" / "secrets" / "voter_key").read_text() == key
    found = written(checkout)
    assert (found["WEB_CONCURRENCY"], found["REALTUBE_VERSION"]) == ("4", "v1.2.4")
    assert found["REALTUBE_ACME_MAIL"] == MAIL
    assert setup(checkout, NAME, "").returncode == 0
    assert written(checkout)["COMPOSE_PROFILES"] == ""


@pytest.mark.parametrize(
    ("given", "said"), [(("Not a name",), "no host name"), ((NAME, "me"), "no mail address")]
)
def test_what_cannot_be_is_refused_in_words(checkout, given, said):
    done = setup(checkout, *given)
    assert done.returncode == 1
    assert said in done.stderr
    assert not (checkout / ".env").exists()


def test_git_has_no_secret():
    tracked = git(REPOSITORY, "ls-files", "-z").split("\0")
    assert [name for name in tracked if "secrets/" in name or Path(name).name == ".env"] == []
    marks = ("-----BEGIN " + "PRIVATE KEY", "-----BEGIN EC " + "PRIVATE KEY")
    held = subprocess.run(
        ["git", "grep", "-lI", *(word for mark in marks for word in ("-e", mark))],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert held.stdout == ""


class Authority:
    """A Pebble, which gives certificates as Let's Encrypt does, to whoever answers here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.dns, self.management = free_port(), free_port(), free_port()
        self.certificate, self.key = folder / "api.pem", folder / "api.key"
        self.env = {
            "REALTUBE_ACME_SERVER": f"https://127.0.0.1:{self.port}/dir",
            "LEGO_CA_CERTIFICATES": str(self.certificate),
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
                *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
                *("-keyout", str(self.key), "-out", str(self.certificate)),
            ],
            check=True,
            capture_output=True,
        )

    def start(self, ports: dict[str, int]) -> None:
        """Start it; it asks its questions at the site's port of plain HTTP."""
        config = {
            "listenAddress": f"127.0.0.1:{self.port}",
            "managementListenAddress": f"127.0.0.1:{self.management}",
            "certificate": str(self.certificate),
            "privateKey": str(self.key),
            "httpPort": ports["http"],
            "tlsPort": free_port(),
        }
        file = self.folder / "pebble.json"
        file.write_text(json.dumps({"pebble": config}))
        there = f"127.0.0.1:{self.dns}"
        names = ["pebble-challtestsrv", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""]
        names += ["-dns01", there, "-http01", "", "-https01", "", "-tlsalpn01", ""]
        names += ["-management", f"127.0.0.1:{free_port()}"]
        quick = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
        for command in (names, ["pebble", "-config", str(file), "-dnsserver", there]):
            with (self.folder / "authority.log").open("ab") as log:
                self.processes.append(
                    subprocess.Popen(command, env=os.environ | quick, stdout=log, stderr=log)
                )
        wait_until(lambda: listens(self.port), timeout_s=120, what="the authority listens")

    def root(self) -> Path:
        """The certificate that a client has to trust."""
        url = f"https://127.0.0.1:{self.management}/roots/0"
        trusted = self.folder / "root.pem"
        with urllib.request.urlopen(url, context=ssl._create_unverified_context()) as answer:
            trusted.write_bytes(answer.read())
        return trusted

    def stop(self) -> None:
        """Stop it."""
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def authority(tmp_path):
    made = Authority(tmp_path)
    yield made
    made.stop()


def listens(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def certificate_of(port):
    return ssl.get_server_certificate(("127.0.0.1", port))


@pytest.mark.timeout(600)
@needs("nginx", "envsubst", "openssl", "curl", "pebble", "lego")
def test_from_setup_to_a_first_lookup_over_https_and_a_renewal(checkout, authority):
    assert setup(checkout, NAME, MAIL).returncode == 0
    env = written(checkout) | authority.env | RENEW_AT_ONCE
    with sites(authority.start, **env) as site:
        prefix = ids.video_hash("dQw4w9WgXcQ")[:4]
        lookup = ["curl", "-sf", "--cacert", str(authority.root()), "--connect-to"]
        lookup += [f"{NAME}:443:127.0.0.1:{site.ports['https']}"]
        lookup += [f"https://{NAME}/api/videos/{prefix}"]
        assert site.vote("dQw4w9WgXcQ") == 200
        # Only with the authority's certificate does curl say anything.
        wait_until(
            lambda: subprocess.run(lookup, capture_output=True, check=False).returncode == 0,
            timeout_s=180,
            what="the first look-up",
            every_s=0.5,
        )
        found = subprocess.run(lookup, capture_output=True, check=True).stdout
        assert json.loads(found)[0]["videoId"] == "dQw4w9WgXcQ"
        first = certificate_of(site.ports["https"])
        wait_until(
            lambda: certificate_of(site.ports["https"]) != first,
            timeout_s=180,
            what="a renewed certificate is served, without a restart",
            every_s=0.5,
        )
