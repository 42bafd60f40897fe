"""How the other tests look for barriers."""

from __future__ import annotations

import pytest

from tests.browser.conftest import barriers

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = """<!doctype html><html lang="en"><title>A link</title><style>
  body { background: white } a { color: #333; transition: color 1.5s linear }
  @keyframes turn { to { opacity: .9 } } a { animation: turn 1s infinite }
  @media (prefers-color-scheme: dark) { body { background: black } a { color: #ddd } }
</style><main><h1>A <a href="/">link</a></h1></main></html>"""


def test_a_link_is_looked_at_when_its_colour_has_changed_and_not_halfway(page, said):
    page.set_content(PAGE)
    assert barriers(page, said) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page, said) == []
