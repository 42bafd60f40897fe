"""The extension's selectors: served, replaced by an administrator, held to their bounds."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sync.client import selectors
from sync.models import ClientSelectors

PATH = "/api/client/selectors.json"
ADD = "/admin/sync/clientselectors/add/"
NEXT = selectors.BUILT_IN["version"] + 1
VECTORS = json.loads((Path(__file__).parents[2] / "clients/vectors/selectors.json").read_text())


def changed(**changes):
    return copy.deepcopy(selectors.BUILT_IN) | changes


def value_of(vector):
    changes = {
        name: value * vector.get("repeat", 1) if isinstance(value, list) else value
        for name, value in vector.get("changes", {}).items()
    }
    value = changed(**changes)
    value.pop(vector.get("without"), None)
    return value


def enter(client, data, reason="renamed"):
    text = data if isinstance(data, str) else json.dumps(data)
    return client.post(ADD, {"content": text, "reason": reason})


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_server_has_the_bounds_of_the_extension(vector):
    value = value_of(vector)
    if "fault" not in vector:
        assert selectors.parse(value) == value
        return
    with pytest.raises(ValidationError) as refused:
        selectors.parse(value)
    assert [message.split(":")[0] for message in refused.value.messages] == [vector["fault"]]


@pytest.mark.parametrize("value", [None, [], "text", 7])
def test_what_is_no_object_is_refused(value):
    with pytest.raises(ValidationError):
        selectors.parse(value)


@pytest.mark.parametrize(
    "name",
    [
        "titles",
        "posts",
        "previews",
        "previewBoxes",
        "moreCards",
        "channelCards",
        "nextButtons",
        "players",
        "collaboration",
        "owners",
        "label",
    ],
)
def test_what_an_older_file_lacks_is_taken_from_the_extension(name):
    older = changed()
    own = older.pop(name)
    assert own
    assert selectors.parse(older) == selectors.BUILT_IN
    for wrong in (None, "a", ["a,b"], ["a"] * 65):
        with pytest.raises(ValidationError):
            selectors.parse(older | {name: wrong})


def test_each_fault_has_a_message_of_its_own():
    with pytest.raises(ValidationError) as refused:
        selectors.parse(changed(cards=["body"], links=["a,b", "a"], version=0))
    assert [message.split(":")[0] for message in refused.value.messages] == [
        "cards[0]",
        "links[0]",
        "version",
    ]


def test_a_file_of_too_many_bytes_is_refused():
    long = ["ytd-" + "x" * 150] * 64
    lists = ["cards", "links", "anyLink", "channels", "notVideo", "exempt", "pages"]
    with pytest.raises(ValidationError, match="64000 are allowed"):
        selectors.parse(changed(**dict.fromkeys(lists, long)))


@pytest.mark.django_db
def test_the_extension_s_own_file_is_served_until_there_is_another(api, admin_client):
    first = api.get(PATH)
    assert (first.status_code, first.json()) == (200, selectors.BUILT_IN)
    assert first["Content-Type"] == "application/json"
    assert first["Cache-Control"] == "public, max-age=300"
    assert first["ETag"].startswith('"')
    again = api.get(PATH, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    newer = changed(version=NEXT, cards=["ytd-renamed-card"])
    assert enter(admin_client, newer).status_code == 302
    second = api.get(PATH, **{"If-None-Match": first["ETag"]})
    assert (second.status_code, second.json()) == (200, newer)
    assert second["ETag"] != first["ETag"]


@pytest.mark.django_db
def test_it_counts_against_a_limit_and_takes_one_query(
    api, settings, django_assert_max_num_queries
):
    settings.LIMITS = settings.LIMITS | {"stats": 1}
    with django_assert_max_num_queries(1):
        assert api.get(PATH).status_code == 200
    assert api.get(PATH).json()["error"]["code"] == "RATE_LIMITED"


@pytest.mark.django_db
def test_the_form_begins_with_what_is_served_as_the_next_version(admin_client):
    page = admin_client.get(ADD)
    shown = page.context["adminform"].form["content"].value()
    assert json.loads(shown) == changed(version=NEXT)
    assert enter(admin_client, shown).status_code == 302
    entry = ClientSelectors.objects.get()
    assert (entry.author, entry.reason) == ("admin", "renamed")
    detail = admin_client.get(f"/admin/sync/clientselectors/{entry.pk}/change/")
    assert detail.status_code == 200
    assert "ytd-rich-item-renderer" in detail.content.decode()
    assert admin_client.get("/admin/sync/clientselectors/").status_code == 200


@pytest.mark.django_db
def test_the_form_names_each_fault_and_keeps_what_was_typed(admin_client):
    page = enter(admin_client, changed(version=NEXT, cards=["body"], pages=["a,b"]))
    assert page.status_code == 200
    errors = page.context["adminform"].form.errors["content"]
    assert [error.split(":")[0] for error in errors] == ["cards[0]", "pages[0]"]
    assert "a,b" in page.content.decode()
    for text in ("", "{", "[]", "NaN", "null", '{"version": NaN}'):
        assert enter(admin_client, text).status_code == 200, text
    assert enter(admin_client, changed(version=NEXT), reason="").status_code == 200
    assert not ClientSelectors.objects.exists()


@pytest.mark.django_db
def test_a_version_must_be_above_the_last(admin_client, api):
    for version in (NEXT - 1, 0):
        page = enter(admin_client, changed(version=version))
        assert page.context["adminform"].form.errors["content"]
    assert enter(admin_client, changed(version=NEXT + 3)).status_code == 302
    page = enter(admin_client, changed(version=NEXT + 3))
    assert page.context["adminform"].form.errors["content"] == [
        f"version: It must be above {NEXT + 3}, the newest."
    ]
    assert enter(admin_client, changed(version=NEXT + 4)).status_code == 302
    assert api.get(PATH).json()["version"] == NEXT + 4


@pytest.mark.django_db
def test_only_administrators_enter_selectors(desk):
    for role in ("viewer", "moderator"):
        assert enter(desk(role), changed(version=NEXT)).status_code == 403
    assert not ClientSelectors.objects.exists()
    assert enter(desk("administrator"), changed(version=NEXT)).status_code == 302


@pytest.mark.django_db
def test_an_entry_that_is_not_valid_any_more_is_passed_over(api):
    ClientSelectors.objects.create(content=changed(version=NEXT), reason="r", author="a")
    ClientSelectors.objects.create(
        content=changed(version=NEXT + 1, cards=["body"]), reason="r", author="a"
    )
    assert api.get(PATH).json()["version"] == NEXT


@pytest.mark.django_db
def test_a_release_with_a_newer_file_overtakes_older_entries(api, monkeypatch):
    ClientSelectors.objects.create(content=changed(version=NEXT), reason="r", author="a")
    newer = changed(version=NEXT + 1, cards=["ytd-of-the-release"])
    monkeypatch.setattr(selectors, "BUILT_IN", newer)
    assert api.get(PATH).json() == selectors.BUILT_IN


@pytest.mark.django_db
def test_entries_are_never_changed_or_deleted():
    entry = ClientSelectors.objects.create(content=changed(version=NEXT), reason="r", author="a")
    for change in (
        lambda: ClientSelectors.objects.filter(pk=entry.pk).update(reason="other"),
        lambda: ClientSelectors.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
