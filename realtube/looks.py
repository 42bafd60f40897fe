"""How the site's pages look and whose they are, from the environment (docs/pages.md#your-site)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from realtube import env

# What the extension speaks, too (extension/public/_locales); the desk and the API are English.
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("pt-br", "Português"),
    ("ar", "العربية"),
]
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Site:
    """What an operator says of their site.

    `stores` are addresses by browser (`chrome`, `firefox`, ...). `texts` is a folder of plain text
    that pages show in the operator's words (`pages.words.of_operator`). `indexed`: search engines
    may keep the pages about videos and channels.
    """

    name: str
    colour: str
    colour_dark: str
    logo: Path | None
    operator: str
    contact: str
    security: str
    texts: Path | None
    stores: dict[str, str]
    extension: Path
    indexed: bool
    hub: str


def _colour(name: str, default: str, *, help: str) -> str:
    value = env.text(name, default, help=help)
    if not _COLOUR.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be a colour such as {default}.")
    return value


def _optional(name: str, *, help: str) -> Path | None:
    value = env.text(name, help=help)
    return Path(value).expanduser().resolve() if value else None


def read(base: Path) -> Site:
    """The settings; `base` is the folder of the checkout."""
    return Site(
        name=env.text("REALTUBE_SITE_NAME", "RealTube", help="What the pages call this site."),
        colour=_colour(
            "REALTUBE_SITE_COLOUR", "#b3261e", help="Accent of the pages, on a light ground."
        ),
        colour_dark=_colour(
            "REALTUBE_SITE_COLOUR_DARK", "#ff8a80", help="The same on a dark ground."
        ),
        logo=_optional(
            "REALTUBE_SITE_LOGO", help="File of a logo, PNG, WebP or SVG, at most 20 kB."
        ),
        operator=env.text(
            "REALTUBE_OPERATOR", help="Who runs the site, with an address, for /contact."
        ),
        contact=env.text(
            "REALTUBE_CONTACT", help="How to reach them: a mail address, or https://."
        ),
        security=env.text(
            "REALTUBE_SECURITY_CONTACT",
            help="Where weaknesses are reported, for security.txt; unset: as REALTUBE_CONTACT.",
        ),
        texts=_optional(
            "REALTUBE_SITE_TEXTS",
            help="Folder of `about.txt`, `privacy.txt`, `contact.txt`, `home.txt`: what pages say "
            "in your words. `privacy.de.txt` is for one language.",
        ),
        stores={
            str(browser): str(address)
            for browser, address in env.json_object(
                "REALTUBE_STORES",
                help="Where the extension is in stores, as JSON: "
                '`{"chrome": "https://...", "firefox": "https://..."}`.',
            ).items()
        },
        extension=env.path(
            "REALTUBE_EXTENSION_FOLDER",
            base / "extension" / "dist",
            shown="extension/dist",
            help="Folder of the built extension's .zip files, which /install offers.",
        ),
        indexed=env.choice(
            "REALTUBE_INDEXED",
            "no",
            ("no", "yes"),
            help="Whether search engines may keep the pages about videos and channels.",
        )
        == "yes",
        hub=env.text(
            "REALTUBE_HUB", help="WebSub hub that feeds name, and that is told when they change."
        ),
    )
