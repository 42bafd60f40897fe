"""Lists of channels in every known format, and in none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.blocklists import REJECT_TEXT_MAX, Entry, UnreadableList, parse
from realtube.common import ids

A = "UC" + "a" * 22
B = "UC" + "b-_" * 7 + "B"


def keys(data: bytes) -> list[tuple[str | None, str | None, str | None]]:
    return [(e.channel_id, e.handle, e.level) for e in parse(data).entries]


def test_a_plain_list_has_handles_ids_addresses_and_comments():
    found = parse(
        "\ufeff! a comment\r\n# another\r\n\r\n@Some.Handle\r\n".encode()
        + f"  {A}  \r\nhttps://www.youtube.com/channel/{B}/videos\r\n".encode()
        + "youtube.com/@Straße?x=1\nhttps://m.youtube.com/%40K%C3%A4se\r@%EC%86%8C\n".encode()
    )
    assert found.format == "plain"
    assert found.entries == [
        Entry(None, "some.handle", None, 4),
        Entry(A, None, None, 5),
        Entry(B, None, None, 6),
        Entry(None, "strasse", None, 7),
        Entry(None, "kase", None, 8),
        Entry(None, "소", None, 9),
    ]
    assert (found.rejects, found.merged) == ([], 0)


def test_duplicates_after_normalisation_are_merged():
    found = parse("@ELTÍO\n@elt%C3%8Do\n@elti\u0301o\n@eltio\n".encode())
    assert [e.handle for e in found.entries] == ["eltio"]
    assert found.merged == 3


def test_a_broken_line_is_rejected_alone():
    found = parse(b"@good\n@bad\xff\nword\nUCshort\n@a b\n@%FF\n@\x1b[31m\n" + A.encode())
    assert [e.line for e in found.entries] == [1, 8]
    assert [r.line for r in found.rejects] == [2, 3, 4, 5, 6, 7]
    assert found.rejects[0].reason == "not UTF-8"
    assert "no channel id" in found.rejects[1].reason
    assert found.rejects[-1].text == "@?[31m"


def test_the_text_of_a_reject_is_short():
    [reject] = parse(b"@ok\n" + b"x" * 1000).rejects
    assert len(reject.text) == REJECT_TEXT_MAX


def test_an_id_has_exactly_24_characters_and_a_handle_may_look_like_one():
    assert keys(f"{A}\n{A}x\n@{A}\n".encode()) == [(A, None, None), (None, A.lower(), None)]


def test_adblock_rules_give_every_selector_once():
    found = parse(
        f"""[Adblock Plus 2.0]
! Title: a list
youtube.com##ytd-a:has(a[href*="{A}"]), ytd-b:has(a[href*="@Some.Handle"])
youtube.com##ytd-c:has(a[href*="{A}"])
youtube.com##ytd-d:has(a[href^='/@{B}/videos'])
##ytd-e:has(a[href="/channel/{B}"])
youtube.com#@#ytd-a:has(a[href*="@allowed"])
||ads.example^
youtube.com##ytd-a:has(a[href*="@bro ken"])
""".encode()
    )
    assert found.format == "adblock"
    assert [(e.channel_id, e.handle, e.line) for e in found.entries] == [
        (A, None, 3),
        (None, "some.handle", 3),
        (None, B.lower(), 5),
        (B, None, 6),
        (None, "bro", 9),
    ]
    assert found.merged == 1
    assert [r.line for r in found.rejects] == [7, 8]


def test_blocktube_skips_comments_and_names_lines():
    data = {"filterData": {"channelId": ["// by me", A, "", B, 7, "nope"], "channelName": ["x"]}}
    found = parse(json.dumps(data, indent=1).encode())
    assert found.format == "blocktube"
    assert [(e.channel_id, e.line) for e in found.entries] == [(A, 5), (B, 7)]
    assert [(r.line, r.text) for r in found.rejects] == [(7, "7"), (9, "nope")]


def test_freetube_has_ids_and_handles():
    data = [{"name": A, "preferredName": "x"}, {"name": "@Me"}, {"name": "A name"}, [], {}]
    found = parse(b"\xef\xbb\xbf" + json.dumps(data).encode())
    assert found.format == "freetube"
    assert [(e.channel_id, e.handle) for e in found.entries] == [(A, None), (None, "me")]
    assert len(found.rejects) == 3


def test_a_handle_map_ties_and_flags_nothing():
    found = parse(json.dumps({"@Me": A, "@me": A, "you": B, "@x": None, "@y": "no"}).encode())
    assert found.format == "handle-map"
    assert [(e.channel_id, e.handle, e.level) for e in found.entries] == [(A, "me", "tie")]
    assert (found.merged, len(found.rejects)) == (1, 3)


def test_csv_keeps_both_keys_and_the_level():
    found = parse(
        f'name;Handle;channel_id;LEVEL\r\n"x;y";@Me;{A};Warn\r\n;you;;\r\n;;{B};block\r\n'
        f';;;warn\r\n"open;@a;;\r\n;@b;;loud\r\n;@c;;tie\r\n;@d;UCno;\r\n;@me;{A};block\r\n'.encode()
    )
    assert found.format == "csv"
    assert [(e.channel_id, e.handle, e.level, e.line) for e in found.entries] == [
        (A, "me", "block", 2),
        (None, "you", None, 3),
        (B, None, "block", 4),
    ]
    assert [r.line for r in found.rejects] == [5, 6, 7, 8, 9]
    assert found.merged == 1


def test_csv_may_have_one_column():
    assert keys(b"# exported\nhandle\nme\n@You\n") == [(None, "me", None), (None, "you", None)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"! only a comment\n", "no channel"),
        (b"<html>\n<body>", "line 1: not an @handle"),
        (b"{", "broken JSON"),
        (b'{"@a": ', "broken JSON"),
        (b"[" + b"9" * 5000 + b"]", "too long"),
        (b"[]", "no channel"),
        (b'{"filterData": 1}', "channelId"),
        (b'{"filterData": {"channelId": []}}', "no channel"),
        (b"channel_id,handle\n", "no channel"),
        (b"[" * 100_000, "deeply"),
        (b"[" * 100_000 + b"]" * 100_000, "deeply"),
        (b'{"filterData":' * 100_000 + b"1" + b"}" * 100_000, "deeply"),
        (bytes(range(256)), "no channel"),
    ],
    ids=range(15),
)
def test_what_is_no_list_is_unreadable(data, reason):
    with pytest.raises(UnreadableList, match=reason):
        parse(data)


def test_nesting_below_the_limit_is_a_reject():
    deep = b"[" * 500 + b"]" * 500
    found = parse(b'[{"name": "@a"}, ' + deep + b"]")
    assert (len(found.entries), len(found.rejects)) == (1, 1)


_pieces = st.sampled_from(
    [
        *(b"@a", b"%C3", b"%ff", b"\xff", b"\n", b"\r", b'"', b"'", b",", b";", b"{", b"}"),
        *(b"[", b"]", b":", b"//", b"!", b"#", b"\x00", b"\xef\xbb\xbf", b"\\ud800", b"\\"),
        *(b"[Adblock Plus 2.0]\n", b'href*="', b"channel_id", b"handle", b"level", A.encode()),
        *(b'{"filterData":{"channelId":[', b'[{"name":', b'{"@a":', b"NaN", b"1e999", b"tie"),
    ]
)


@given(st.binary() | st.lists(_pieces, max_size=30).map(b"".join))
def test_arbitrary_bytes_parse_or_are_unreadable(data):
    try:
        found = parse(data)
    except UnreadableList:
        return
    assert found.entries
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for entry in found.entries:
        assert entry.channel_id or entry.handle
        assert entry.handle is None or ids.normalise_handle(entry.handle) == entry.handle
        assert 1 <= entry.line <= lines
    for reject in found.rejects:
        assert reject.text.isprintable() and len(reject.text) <= REJECT_TEXT_MAX
        assert 1 <= reject.line <= lines


_handles = (
    st.text(st.characters(categories=["L", "M", "N"], include_characters="_-."), min_size=1)
    .map(ids.normalise_handle)
    .filter(lambda h: h is not None and ids.normalise_handle(h) == h)
    .map(lambda h: (None, h))
)
_ids = st.from_regex(r"UC[A-Za-z0-9_-]{22}", fullmatch=True).map(lambda i: (i, None))


@given(st.lists(_handles | _ids, min_size=1), st.sampled_from(["\n", "\r\n"]))
def test_a_plain_list_comes_back(channels, line_end):
    text = line_end.join(["! list", *(i or f"@{h}" for i, h in channels)])
    found = parse(text.encode())
    assert [(e.channel_id, e.handle) for e in found.entries] == list(dict.fromkeys(channels))
    assert found.merged == len(channels) - len(found.entries)
    assert not found.rejects
