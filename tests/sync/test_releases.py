"""Monthly releases: made once, whole or not at all, never changed, and without voters."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import timedelta

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import F
from django.utils import timezone

from sync.export import exports, releases
from sync.tasks import release_data, run_pipeline
from tests.conftest import Api, whole
from tests.recomputing import all_come_out
from tests.sync.test_exports import cells, members
from votes.models import DirtyVideo, Vote
from votes.moderation import decisions

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/database/releases"


@pytest.fixture
def data(crowd, settings):
    """A video of last month."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 10**9)
    crowd(9, "-of-before")
    Vote.objects.update(
        cast_at=F("cast_at") - timedelta(days=40), first_ai_at=F("first_ai_at") - timedelta(days=40)
    )
    DirtyVideo.objects.append(["-of-before"])
    run_pipeline()


def files(month):
    folder = releases._generations().root / month
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_is_made_once_a_month_and_never_changes(data, crowd):
    release_data()
    month = timezone.now().strftime("%Y-%m")
    made = files(month)
    crowd(9, "later")
    run_pipeline()
    release_data()
    exports.export()
    call_command("release_data")
    assert files(month) == made
    assert [it["month"] for it in releases.all_releases()] == [month]


def test_there_is_none_as_long_as_there_are_no_data_of_before_the_month(crowd, api, capsys):
    crowd(9, "of-today")
    run_pipeline()
    call_command("release_data")
    assert "no data of before" in capsys.readouterr().out
    assert api.get(PATH).json() == {"releases": []}


def test_it_has_no_voters_and_every_score_comes_out_of_it(data, api):
    release_data()
    (manifest,) = api.get(PATH).json()["releases"]
    month = manifest["month"]
    assert not {"votes", "voters"} & manifest["rows"].keys()
    archive = releases.file_of(month, f"realtube-{month}.parquet.tar").path
    assert all_come_out(archive)["videos"] == 1
    voters = set(Vote.objects.values_list("voter_id", flat=True))
    csv = members(releases.file_of(month, f"realtube-{month}.csv.tar.gz").path)
    assert not any(voter.encode() in body for voter in voters for body in csv.values())
    assert "README.txt" in csv and "datapackage.json" in csv and "CITATION.cff" in csv


def test_it_can_be_cited_and_checked(data, api, settings):
    settings.DATA_LICENCE = "CC0-1.0"
    release_data()
    (manifest,) = api.get(PATH).json()["releases"]
    month = manifest["month"]
    bodies = {name: whole(api.get(f"{PATH}/{month}/{name}")) for name in files(month)}
    assert bodies == files(month)
    for entry in manifest["files"].values():
        checksum = hashlib.sha256(bodies[entry["name"]]).hexdigest()
        assert checksum == entry["sha256"]
        assert f"{checksum}  {entry['name']}\n" in bodies["SHA256SUMS"].decode()
    citation = yaml.safe_load(bodies["CITATION.cff"])
    assert (citation["cff-version"], citation["type"]) == ("1.2.0", "dataset")
    assert (citation["version"], citation["license"]) == (month, "CC0-1.0")
    assert str(citation["date-released"]) == manifest["generatedAt"][:10]
    assert citation["authors"] == [{"name": "RealTube"}]


def test_what_is_about_the_data_is_no_download(data, settings):
    release_data()
    (manifest,) = releases.all_releases()
    settings.LIMITS = settings.LIMITS | {"export": 1}
    api = Api()
    for name in ("CITATION.cff", "SHA256SUMS", "manifest.json"):
        assert api.get(f"{PATH}/{manifest['month']}/{name}").status_code == 200
    names = [f"realtube-{manifest['month']}.{suffix}" for suffix in ("csv.tar.gz", "parquet.tar")]
    answers = [api.get(f"{PATH}/{manifest['month']}/{name}").status_code for name in names]
    assert answers == [200, 429]


def test_its_history_says_what_was_reversed(data):
    decisions.decide_video(actor="m", video_id="-of-before", action="lock_human", reason="r")
    run_pipeline()
    release_data()
    month = timezone.now().strftime("%Y-%m")
    csv = members(releases.file_of(month, f"realtube-{month}.csv.tar.gz").path)
    header, *lines = cells(csv["history.csv"])
    said = [dict(zip(header, line, strict=True)) for line in lines]
    assert [(it["before"], it["after"], it["reversal"]) for it in said] == [
        ("none", "flagged", "f"),
        ("flagged", "locked_human", "t"),
    ]


def test_two_at_once_make_one(data):
    with releases._generations().only_one() as mine:
        assert mine
        assert releases.release() is None
    assert releases.release()["month"] == timezone.now().strftime("%Y-%m")


def test_what_a_killed_process_left_is_no_release_and_goes(data, api):
    root = releases._generations().root
    half = root / ".building-0badcafe"
    half.mkdir(parents=True)
    (half / "manifest.json").write_text(json.dumps({"month": "2026-01", "files": {}}))
    assert api.get(PATH).json() == {"releases": []}
    release_data()
    assert not half.exists()
    assert len(api.get(PATH).json()["releases"]) == 1


def test_a_release_that_cannot_be_finished_leaves_nothing_and_the_next_try_makes_it(
    data, monkeypatch
):
    monkeypatch.setattr(os, "rename", fails)
    with pytest.raises(CommandError, match="No space left; there is no release"):
        call_command("release_data")
    assert list(releases._generations().root.glob("[0-9]*")) == []
    assert list(releases._generations().root.glob(".building*")) == []
    monkeypatch.undo()
    assert releases.release()


def fails(*_):
    raise OSError("No space left")


@pytest.mark.parametrize(
    "path", ["2026-01/x.csv.tar.gz", "2026-13/SHA256SUMS", "..%2f/manifest.json", "x/..%2f.lock"]
)
def test_what_is_no_file_of_a_release_is_not_found(data, path):
    release_data()
    answer = Api().get(f"{PATH}/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


def test_a_mirror_makes_none(data, settings):
    settings.MIRROR_OF = "https://elsewhere.example"
    assert releases.release() is None
