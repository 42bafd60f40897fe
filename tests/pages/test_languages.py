"""Every word of the pages is there in every language, and as it was translated."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import to_locale

ROOT = Path(__file__).resolve().parents[2]
APPS = {"channels": 100, "following": 50, "pages": 200}
"""Which have words, and how many at least."""
CODES = [code for code, _ in settings.LANGUAGES if code != "en"]
_ENTRY = re.compile(
    r'^msgid (?P<id>(?:"(?:[^"\\]|\\.)*"\n)+)(?:msgid_plural (?P<plural>(?:"(?:[^"\\]|\\.)*"\n)+))?'
    r'(?P<said>(?:msgstr(?:\[\d\])? (?:"(?:[^"\\]|\\.)*"\n?)+)+)',
    re.MULTILINE,
)
_SAID = re.compile(r'msgstr(?:\[\d\])? ((?:"(?:[^"\\]|\\.)*"\n?)+)')
_TRANS = re.compile(r"""\{% trans (?:"([^"]*)"|'([^']*)') %\}""")
_PLACE = re.compile(r"%\(\w+\)s")


def joined(quoted):
    return "".join(ast.literal_eval(line) for line in quoted.strip().split("\n"))


def catalogue(app, code):
    """Message -> its translations, as the .po has them."""
    text = (ROOT / app / "locale" / to_locale(code) / "LC_MESSAGES" / "django.po").read_text()
    return {
        joined(it["id"]): [joined(said) for said in _SAID.findall(it["said"])]
        for it in _ENTRY.finditer(text)
        if joined(it["id"])
    }


def words_of(app):
    for path in (ROOT / app).rglob("*.html"):
        for double, single in _TRANS.findall(path.read_text()):
            yield double or single
    for path in (ROOT / app).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("_", "gettext_lazy", "ngettext")
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("code", CODES)
def test_nothing_is_left_in_english_and_no_place_is_lost(app, code):
    known, wanted = catalogue(app, code), set(words_of(app))
    assert len(wanted) > APPS[app]
    assert sorted(wanted - known.keys()) == []
    for message, translations in known.items():
        assert all(translations), message
        for said in translations:
            assert set(_PLACE.findall(said)) == set(_PLACE.findall(message)), message


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("code", CODES)
def test_what_is_compiled_is_what_was_translated(app, code):
    compiled = ROOT / app / "locale" / to_locale(code) / "LC_MESSAGES" / "django.mo"
    with compiled.open("rb") as file:
        found = gettext.GNUTranslations(file)
    for message, translations in catalogue(app, code).items():
        if len(translations) == 1:
            assert found.gettext(message) == translations[0]
        else:
            assert {found.ngettext(message, message, n) for n in range(200)} <= set(translations)
