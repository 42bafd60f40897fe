"""`GET /api/lists`: which imported lists are in what is served here."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from channels.subscriptions import sources
from tests.conftest import Api

pytestmark = pytest.mark.django_db


def take(tmp_path, source, *lines, **more):
    path = tmp_path / f"{source}.txt"
    path.write_text("\n".join(lines) + "\n")
    call_command("import_blocklist", str(path), source=source, level="block", **more)


def lists():
    return Api().get("/api/lists").json()["lists"]


def test_nothing_was_imported():
    assert lists() == []


def test_each_list_with_its_licence_and_how_many_channels_it_names(tmp_path):
    take(tmp_path, "second", "# License: MIT", "@one", "@two", "@three")
    take(tmp_path, "first", "handle,level", "@one,warn", "@four,block")
    assert lists() == [
        {"name": "first", "channels": 2, "block": 1},
        {"name": "second", "channels": 3, "block": 3, "licence": "MIT"},
    ]


def test_what_nobody_may_pass_on_is_told_as_such_and_what_is_not_published_not_at_all(tmp_path):
    take(tmp_path, "mine", "# License: CC BY-NC 4.0", "@one")
    take(tmp_path, "not mine", "# License: CC BY-NC 4.0", "@two")
    sources.state("mine", use="here")
    assert lists() == [
        {"name": "mine", "channels": 1, "block": 1, "licence": "CC BY-NC 4.0", "restricted": True}
    ]


def test_channels_that_a_list_has_no_longer_do_not_count(tmp_path):
    take(tmp_path, "list", "@one", "@two")
    take(tmp_path, "list", "@one")
    assert [it["channels"] for it in lists()] == [1]
