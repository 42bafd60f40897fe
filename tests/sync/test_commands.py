"""The commands that do once, by hand, what services do all the time."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from sync import publish
from sync.folders import only_one
from votes.casting import Ballot, cast_vote

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def vote(video="dQw4w9WgXcQ"):
    cast_vote(Ballot("a" * 32, video, "fully_ai"), address="10.5.0.1")


def test_advance_scores_and_publishes_what_waits():
    vote()
    assert run("advance") == "1 marks taken\n"
    assert publish.read_bucket("5f6b")
    assert run("advance") == "0 marks taken\n"


def test_publish_writes_what_changed_and_builds_again_what_was_lost():
    vote()
    run("advance")
    path = publish.bucket_path("5f6b")
    body = path.read_bytes()
    path.write_bytes(b"broken")
    assert run("publish").startswith("0 buckets written")
    assert run("publish", "--rebuild").startswith("1 buckets written")
    assert path.read_bytes() == body


def test_two_publishers_of_one_folder_do_not_meet():
    with only_one(settings.PUBLISH_ROOT / ".lock") as mine:
        assert mine
        for words in (("publish",), ("publish", "--rebuild")):
            with pytest.raises(CommandError, match="Another process"):
                run(*words)
