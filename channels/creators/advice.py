"""What to paste instead, in the reader's language: for creators, and for moderators who search."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common import youtube


def advice(text: str, wanted: youtube.Wanted | None = None) -> str:
    """The message for a person whose text `youtube.parse` could not use."""
    meant = youtube.read(text, wanted)
    if meant and wanted == "video" and meant.kind in ("channel", "legacy"):
        return _("This is a channel. Paste the address of a video.")
    if meant and wanted == "channel" and meant.kind == "video":
        return _("This is a video. Paste the @handle of its channel, or the channel's address.")
    if meant and meant.kind == "legacy":
        said = _(
            "Only YouTube knows which channel “%(name)s” is. Open it there, and paste its @handle, "
            "or an address with /channel/ in it."
        )
        return said % {"name": meant.key}
    if meant and meant.kind == "word" and wanted != "video":
        said = _("If “%(name)s” is a channel's handle, write @%(name)s; or paste an address.")
        return said % {"name": meant.key}
    if wanted == "video":
        return _("This is not the address of a YouTube video.")
    if wanted == "channel":
        return _("This is not the address of a YouTube channel.")
    return _("This is not the address of a YouTube video or channel.")
