"""The extension's knowledge of YouTube's pages: its shape and bounds.

The same rules as `parseSelectors` in the extension's `youtube/selectors.ts`, which says what they
are for; `clients/vectors/selectors.json` holds both to them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from rest_framework import serializers

BUILT_IN: dict[str, Any] = json.loads(
    (settings.BASE_DIR / "extension/src/youtube/selectors.json").read_text(encoding="utf-8")
)
"""What the extension comes with; its build has the same file."""

MAX_LIST = 64
MAX_SELECTOR = 160
MAX_VERSION = 1_000_000
MAX_BYTES = 64_000
SURFACES = (
    "home",
    "search",
    "related",
    "endscreen",
    "channel",
    "playlist",
    "subscriptions",
    "shorts",
    "notifications",
    "watch",
    "embed",
    "other",
)

_NAME = r"-?[A-Za-z_][\w-]*"
_ATTRIBUTE = rf'\[{_NAME}(?:[~^$*|]?="[\w\-#.=^*$~ /:?@>]*"(?: i)?)?\]'
_PART = rf"(?:[#.]{_NAME}|{_ATTRIBUTE})"
_COMPOUND = rf"(?:[A-Za-z][\w-]*{_PART}*|{_PART}+)"
_SELECTOR = re.compile(rf"{_COMPOUND}(?:(?: > | ){_COMPOUND})*", re.ASCII)
_ATTRIBUTES = re.compile(_ATTRIBUTE, re.ASCII)
_CARD = re.compile(r"(?:(?:ytd|ytm|yt)-[a-z0-9-]+|\.ytp-[\w-]+|\.yt[A-Z]\w+)(?=[.#]|\Z)", re.ASCII)
_SHELF = re.compile(r"(?:[a-z0-9]+-[a-z0-9-]+|\.yt[A-Z]\w+)(?=[.#]|\Z)", re.ASCII)
_WHOLE_PAGES = (
    r"yt[dm]-(?:app|page-manager|browse|search|shorts|player|comments|watch.*"
    r"|.*-results-renderer|rich-grid-renderer|.*-list-renderer)"
)
_NO_SHELF = re.compile(_WHOLE_PAGES)
_MORE = re.compile(
    r"(?:yt(?:d|m|k|music)?-[a-z0-9-]+|\.ytp-[\w-]+|\.yt[A-Z]\w+)(?=[.#]|\Z)", re.ASCII
)
_NO_MORE = re.compile(
    r"yt(?:d|m|k|music)?-(?:(?:app|page|browse|search|shorts|player|comments|continuation|nav-bar)"
    r"(?:-.*)?|watch(?!-card-).*|.*-results-renderer|.*-grid-renderer|.*-list-renderer|.*section.*"
    r"|.*shelf.*|.*-response)|\.ytp-(?:chrome|right|left|iv|large|caption).*"
)
_QUEUE = re.compile(r"yt(?:d|m|music)-[a-z0-9-]*queue-item(?=[.#]|\Z)", re.ASCII)
_NO_CARD = re.compile(
    rf"{_WHOLE_PAGES}|yt[dm]-(?:.*section.*|continuation-.*)"
    r"|\.ytp-(?:chrome|right|left|iv|large|caption).*"
)


def parse(value: Any) -> dict[str, Any]:
    """The selectors in a JSON value, without members that are not known.

    Raises `ValidationError` with one message for each fault, which begins with its place.
    """
    serializer = SelectorsSerializer(data=value)
    if not serializer.is_valid():
        raise ValidationError(sorted(_faults(serializer.errors)))
    content: dict[str, Any] = serializer.validated_data
    size = len(json.dumps(content))
    if size > MAX_BYTES:
        raise ValidationError(f"This has {size} bytes of JSON, {MAX_BYTES} are allowed.")
    return content


def _faults(errors: Any, place: str = "") -> Iterator[str]:
    """One line for each message in a serializer's errors, however deep."""
    if not isinstance(errors, dict):
        for at, entry in enumerate(errors):
            if isinstance(entry, dict):  # a list of objects has one entry an object
                yield from _faults(entry, f"{place}[{at}]")
            else:
                yield f"{place}: {entry}" if place else str(entry)
        return
    for name, entry in errors.items():
        if name == "non_field_errors":
            yield from _faults(entry, place)
        elif isinstance(name, int):
            yield from _faults(entry, f"{place}[{name}]")
        else:
            yield from _faults(entry, f"{place}.{name}" if place else name)


def _last_of(selector: str) -> str:
    """The element a selector ends in, without its attributes."""
    return _ATTRIBUTES.sub("", selector).split(" ")[-1]


def _check_card(selector: str) -> None:
    found = _CARD.match(_last_of(selector))
    if found is None or _NO_CARD.fullmatch(found[0]):
        raise serializers.ValidationError(
            f"{selector!r} may be no card: it must end in an element of YouTube's own "
            "(ytd-, ytm-, yt-, .ytp-, .yt…) that is not a page, a list or a control."
        )


def _check_more(selector: str) -> None:
    found = _MORE.match(_last_of(selector))
    if found is None or _NO_MORE.fullmatch(found[0]):
        raise serializers.ValidationError(
            f"{selector!r} may not be hidden: it must end in an element of YouTube's own (ytd-, "
            "ytm-, ytmusic-, ytk-, yt-, .ytp-, .yt…) that is not a page, a list or a control."
        )


def _check_queue(selector: str) -> None:
    if _QUEUE.match(_last_of(selector)) is None:
        raise serializers.ValidationError(
            f"{selector!r} may not be hidden: it must end in a row of what is played next "
            "(ytd-, ytm- or ytmusic-...queue-item)."
        )


def _check_shelf(selector: str) -> None:
    found = _SHELF.match(_last_of(selector))
    if found is None or _NO_SHELF.fullmatch(found[0]):
        raise serializers.ValidationError(
            f"{selector!r} may be no shelf: it must end in an element of YouTube's own "
            "that is not a page or a list."
        )


class _VersionField(serializers.IntegerField):
    """A whole number, and no text that looks like one."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class _SelectorField(serializers.CharField):
    """A plain CSS selector."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=MAX_SELECTOR, trim_whitespace=False, **more)

    def to_internal_value(self, data: Any) -> str:
        """The selector, unchanged."""
        selector = super().to_internal_value(data)
        if not _SELECTOR.fullmatch(selector):
            raise serializers.ValidationError(
                f"{selector[:MAX_SELECTOR]!r} is not a plain selector: types, #ids, .classes and "
                '[attribute="value"], with " > " or " " between them.'
            )
        return selector


def _selectors(check: Any = None, **more: Any) -> serializers.ListField:
    child = _SelectorField(validators=[check] if check else [])
    return serializers.ListField(child=child, max_length=MAX_LIST, **more)


def _own(name: str) -> Any:
    """The default of a member that files had not from the beginning: the extension's own."""
    return lambda: BUILT_IN[name]


class SurfaceRuleSerializer(serializers.Serializer[Any]):
    """Cards within such an element are on this surface; the first that matches wins."""

    surface = serializers.ChoiceField(choices=SURFACES)
    within = _SelectorField()


class _TextField(serializers.RegexField):
    """A text of one form, unchanged."""

    def __init__(self, pattern: str, **more: Any) -> None:
        super().__init__(re.compile(pattern, re.ASCII), trim_whitespace=False, **more)

    def to_internal_value(self, data: Any) -> str:
        """The text; a number is none."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


_MEMBER = r"\A[A-Za-z]\w{0,63}\Z"
_PATH = r"\A(?=.{1,400}\Z)[A-Za-z]\w*(?:\.(?:[A-Za-z]\w*|\*|\d{1,2}))*\Z"


_CONSTANT = r"\A[A-Z][A-Z0-9_]{0,63}\Z"
_ARTICLE = r"\A[0-9]{5,12}\Z"
_QUESTION = r"\A/youtubei/v1/(?:next|player|reel/reel_item_watch)\Z"
_MASK = r"\A[A-Za-z0-9_,()/*]{1,1000}\Z"
_VERSION = r"\A[0-9.]{3,32}\Z"
_ADDRESS = r"\A(?:/[a-z0-9-]{1,32}){1,4}/\Z"


def _texts(pattern: str) -> serializers.ListField:
    return serializers.ListField(child=_TextField(pattern), max_length=MAX_LIST)


class OwnerRuleSerializer(serializers.Serializer[Any]):
    """Where parts of a page's data have a video and its channels; paths like `runs.*.endpoint`."""

    holders = _texts(_MEMBER)
    video = _TextField(_PATH)
    channel = _texts(_PATH)
    collaborators = _texts(_PATH)
    collaboration = _texts(_PATH)


class OwnerRulesSerializer(serializers.Serializer[Any]):
    """How the data of a page says who made which video."""

    script = _TextField(_MEMBER)
    id = _TextField(_PATH)
    address = _TextField(_PATH)
    rules = serializers.ListField(child=OwnerRuleSerializer(), max_length=MAX_LIST)


class LabelRuleSerializer(serializers.Serializer[Any]):
    """Where parts of a page's data have its video, badges, and addresses of help articles."""

    holders = _texts(_MEMBER)
    video = _texts(_PATH)
    badges = _texts(_PATH)
    articles = _texts(_PATH)


class LabelBadgeSerializer(serializers.Serializer[Any]):
    """Where a badge has its style and icon."""

    # Fields have an attribute of that name, but DRF takes declared ones out of the class.
    style = _TextField(_PATH)  # type: ignore[assignment]
    icon = _TextField(_PATH)


class LabelSignsSerializer(serializers.Serializer[Any]):
    """Any article of these, or a badge with one of the styles and one of the icons."""

    styles = _texts(_CONSTANT)
    icons = _texts(_CONSTANT)
    articles = _texts(_ARTICLE)


class AskRulesSerializer(serializers.Serializer[Any]):
    """How YouTube is asked about one video, and where the answer names its channel."""

    path = _TextField(_QUESTION)
    mask = _TextField(_MASK)
    client = _TextField(_CONSTANT)
    version = _TextField(_VERSION)
    holders = _texts(_MEMBER)
    channel = _texts(_PATH)


class LabelRulesSerializer(serializers.Serializer[Any]):
    """How YouTube says that a video was made with AI, or captured with a camera."""

    aside = _texts(_MEMBER)
    rules = serializers.ListField(child=LabelRuleSerializer(), max_length=MAX_LIST)
    badge = LabelBadgeSerializer()
    ai = LabelSignsSerializer()
    camera = LabelSignsSerializer()
    address = _TextField(_ADDRESS)
    sections = _selectors()
    shortsSections = _selectors()
    links = _selectors()
    ask = AskRulesSerializer()


class CollaborationSelectorsSerializer(serializers.Serializer[Any]):
    """How a video shows that several channels made it together."""

    names = _selectors()
    avatars = _selectors()
    owners = _selectors()


class WatchSelectorsSerializer(serializers.Serializer[Any]):
    """The watch page."""

    page = _selectors()
    videoIdAttribute = _TextField(r"\A[a-z][a-z-]{0,31}\Z")
    player = _selectors()
    owner = _selectors()


class PlayerSelectorsSerializer(serializers.Serializer[Any]):
    """Where the report button goes."""

    controls = _selectors()
    preview = _selectors()
    actions = _selectors()


class MusicSelectorsSerializer(serializers.Serializer[Any]):
    """The player of YouTube Music, its bar, and what it plays next."""

    queue = _selectors(_check_queue)
    pictures = _selectors()
    playing = _selectors()
    open = _selectors()
    player = _selectors()
    bar = _selectors()
    title = _selectors()
    owner = _selectors()
    actions = _selectors()


class ShortsSelectorsSerializer(serializers.Serializer[Any]):
    """The Shorts player."""

    page = _selectors()
    player = _selectors()
    next = _selectors()
    owner = _selectors()
    actions = _selectors()


class SelectorsSerializer(serializers.Serializer[Any]):
    """What the extension knows of YouTube's pages: lists of plain CSS selectors."""

    version = _VersionField(min_value=1, max_value=MAX_VERSION)
    cards = _selectors(_check_card, min_length=1)
    moreCards = _selectors(_check_more, default=_own("moreCards"))
    channelCards = _selectors(_check_more, default=_own("channelCards"))
    nextButtons = _selectors(_check_more, default=_own("nextButtons"))
    players = _selectors(default=_own("players"))
    links = _selectors()
    anyLink = _selectors()
    channels = _selectors()
    contentId = _selectors()
    playlistRows = _selectors()
    notVideo = _selectors()
    textLinks = _selectors()
    exempt = _selectors()
    pages = _selectors()
    shelves = _selectors(_check_shelf)
    continuations = _selectors()
    titles = _selectors(default=_own("titles"))
    descriptions = _selectors(default=_own("descriptions"))
    posts = _selectors(default=_own("posts"))
    previews = _selectors(default=_own("previews"))
    previewBoxes = _selectors(default=_own("previewBoxes"))
    surfaces = serializers.ListField(child=SurfaceRuleSerializer(), max_length=MAX_LIST)
    owners = OwnerRulesSerializer(default=_own("owners"))
    # As for `style` above.
    label = LabelRulesSerializer(default=_own("label"))  # type: ignore[assignment]
    collaboration = CollaborationSelectorsSerializer(default=_own("collaboration"))
    watch = WatchSelectorsSerializer()
    player = PlayerSelectorsSerializer()
    music = MusicSelectorsSerializer(default=_own("music"))
    shorts = ShortsSelectorsSerializer()
