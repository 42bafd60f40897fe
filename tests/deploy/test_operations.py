"""docs/operations.md: each command is run by a test, or said there to have never been."""

from __future__ import annotations

import io
import re
import shlex

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from tests.conftest import Api, new_user
from tests.dev.service import REPOSITORY
from votes import brakes
from votes.models import Brake, Vote

PAGE = (REPOSITORY / "docs" / "operations.md").read_text()
BLOCKS = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
IN_WEB = "docker compose exec web python manage.py "
SETTING = re.compile(r"[A-Z_]+=[^ ]+( <\S+>)?")
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def commands():
    """The commands of the page, each in one line, without what is said about it."""
    for block in BLOCKS:
        text = re.sub(r" +# .*", "", block)
        # A line that ends with a pipe, or within quotes, goes on.
        text = re.sub(r"\|\n +", "| ", text)
        text = re.sub(r"'([^']*)'", lambda it: it[0].replace("\n", " "), text)
        for line in text.splitlines():
            if line and not SETTING.fullmatch(line):
                yield " ".join(line.split())


def rows():
    """What the page's table says of commands: what they begin with, and by what they are run."""
    table = PAGE.partition("| command | run by |")[2].partition("\n\n")[0]
    return {command.removesuffix("..."): said for command, said in ROW.findall(table)}


def row_of(command):
    known = rows()
    fitting = [it for it in known if command == it or (it.endswith(" ") and command.startswith(it))]
    return max(fitting, key=len, default=None)


def test_every_command_is_in_the_table_and_every_row_is_of_a_command():
    found = list(commands())
    assert len(found) > 20
    assert [command for command in found if row_of(command) is None] == []
    assert {row_of(command) for command in found} == set(rows())


@pytest.mark.parametrize(("command", "said"), rows().items())
def test_what_is_said_to_be_run_is_run(command, said):
    named = TEST.findall(said)
    assert named or said == "never", command
    for file, test in named:
        assert re.search(rf"^def {test}\(", (REPOSITORY / file).read_text(), re.MULTILINE), test


@pytest.mark.django_db(transaction=True)
def test_commands_of_manage_py_do_what_the_page_says(monkeypatch, no_brakes):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    for command in commands():
        if command.startswith(IN_WEB):
            call_command(*shlex.split(command.removeprefix(IN_WEB)))
    assert User.objects.get().username == "NAME"
    brake = Brake.objects.get()
    assert (brake.challenge_bits, brake.new_voters, brake.delay_minutes) == (18, "delay", 120)
    assert (brake.confirms, brake.read_only) == ("juries", True)
    brakes.forget()


@pytest.mark.django_db(transaction=True)
def test_a_voter_is_erased_by_the_request_of_the_page():
    user = new_user()
    assert Api().vote("watched", user=user).status_code == 200
    (command,) = (it for it in commands() if it.startswith("curl "))
    words = iter(shlex.split(command.replace("THEIR-ID", user))[1:])
    given = {}
    for word in words:
        if word in ("-X", "-H"):
            given[word] = next(words)
        else:
            given["url"] = word
    name, _, value = given["-H"].partition(": ")
    path = "/" + given["url"].split("/", 3)[3]
    answer = Api().client.generic(given["-X"], path, headers={name: value})
    assert answer.status_code == 200
    assert not Vote.objects.exists()
