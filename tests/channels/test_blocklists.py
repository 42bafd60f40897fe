"""Lists of channels in every known format, and in none."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.blocklists import Entry, UnreadableList, parse
from channels.blocklists.entries import REJECT_TEXT_MAX
from common import ids

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


RULE = 'youtube.com##ytd-video-renderer:has(a[href="/@{}"])'


LONG = [*"x/@#!,'\\[(: \t", '"', "UC", A, "youtube.com/", "@a ", ":has(", ":not(", '[href="/@a"]']


@pytest.mark.parametrize("piece", LONG)
@pytest.mark.parametrize(
    "form", ["@a\n{}", "handle\n{}", "a,b\n{}", "[Adblock]\nyoutube.com##{}", "[Adblock]\n{}"]
)
def test_a_long_line_is_one_line_and_takes_no_longer_than_others(form, piece):
    key = RULE if form.startswith("[") else "@{}"
    long = form.format(piece * (200_000 // len(piece)))
    found = parse(f"{long}\n{key.format('ok')}\n".encode())
    assert found.entries[-1].handle == "ok"
    assert found.tally.lines == long.count("\n") + 2


def test_an_id_has_exactly_24_characters_and_a_handle_may_look_like_one():
    assert keys(f"{A}\n{A}x\n@{A}\n".encode()) == [(A, None, None), (None, A.lower(), None)]


def test_ids_and_addresses_may_be_written_as_people_write_them():
    found = parse(
        f"/channel/{A}\n{B} # a name after it\n{A[:-1]}c anything after it\n{A[:-1]}d, a name\n"
        f"https://www.youtube.com/channel/{A[:-1]}e/videos\nhttps://m.youtube.com/@One/shorts\n"
        "https://www.youtube.com/@two - a name\n@three # a name\n/@four\n"
        "www.youtube.com/@five and its name\n".encode()
    )
    assert [(e.channel_id, e.handle) for e in found.entries] == [
        *((key, None) for key in (A, B, A[:-1] + "c", A[:-1] + "d", A[:-1] + "e")),
        *((None, key) for key in ("one", "two", "three", "four", "five")),
    ]
    assert found.rejects == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("dQw4w9WgXcQ", "no channel id"),
        ("Some Name", "no channel id"),
        ("somename", "no channel id"),
        ("@some name", "not a handle"),
        ("@@some", "not a handle"),
        ("- @some", "no channel id"),
        ("// @some", "no channel id"),
        (A[:-1], "no channel id"),
        (A.lower(), "no channel id"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "address of a video"),
        ("https://youtu.be/dQw4w9WgXcQ", "address of a video"),
        ("https://www.youtube.com/c/SomeName", "/c/"),
        ("www.youtube.com/user/somename/videos", "/user/"),
        ("https://example.com/@some", "not a handle"),
        ("https://www.youtube.com/channel/UCshort", "no channel id"),
        (f"{A} # removed", 'says "removed"'),
        (f"{A} (whitelisted)", 'says "whitelisted"'),
        ("@some # not AI", 'says "notai"'),
    ],
)
def test_what_cannot_be_a_channel_is_rejected_with_the_reason(line, reason):
    [reject] = parse(f"{line}\n@kept\n".encode()).rejects
    assert reason in reject.reason
    assert reject.line == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_spreadsheets_are_read(encoding, line_end):
    mark = "\ufeff" if encoding in ("utf-16-be", "utf-16-le") else ""
    for text in ("@été\n@b\n", f"handle\tchannel_id\n@été\t{A}\n@b\t\n", '["@été", "@b"]\n'):
        found = parse((mark + text).replace("\n", line_end).encode(encoding))
        assert [entry.handle for entry in found.entries] == ["ete", "b"]
        assert not any(entry.cut for entry in found.entries)
        unended = parse((mark + text).replace("\n", line_end).rstrip().encode(encoding))
        assert unended.entries == found.entries
        assert unended.entries[-1].cut == (not text.startswith("["))


def test_a_rule_among_many_keys_does_not_make_a_filter_list():
    found = parse(b'@a\nyoutube.com##ytd-video-renderer:has(a[href="/@b"])\n@c\n')
    assert [entry.handle for entry in found.entries] == ["a", "c"]
    assert [reject.line for reject in found.rejects] == [2]


def test_the_licence_is_what_a_comment_says():
    for text in (
        "! Title: x\n! License: CC BY-NC 4.0\n@a\n",
        "# Licence: CC BY-NC 4.0\nhandle,level\n@a,warn\n",
        "[Adblock Plus 2.0]\n! licence:CC BY-NC 4.0\n"
        'youtube.com##ytd-video-renderer:has(a[href="/@a"])\n',
        '{"filterData": {"channelId": ["// Licence: CC BY-NC 4.0", "@a"]}}',
    ):
        assert parse(text.encode()).licence == "CC BY-NC 4.0"
    assert parse(b"@a\n@licence\n").licence == ""


def packed(mode: str, **files: bytes) -> bytes:
    """An archive of these files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name.replace("_", "."))
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def test_an_archive_of_our_export_is_read_with_its_licence():
    table = f"channel,channel_id,handle,flagged_videos,locked,auto_flag\n{A},{A},,1,f,t\n".encode()
    about = (
        b"RealTube public export\nlicence: ODbL-1.0\n"
        b"some flags are from lists:\n  Also from ais, licence CC BY-NC 4.0\nrows:\n"
    )
    for mode in ("w:gz", "w"):
        found = parse(packed(mode, README_txt=about, videos_csv=b"x", channels_csv=table))
        assert (found.format, found.licence) == ("realtube", "ODbL-1.0; ais: CC BY-NC 4.0")
        assert [entry.channel_id for entry in found.entries] == [A]


@pytest.mark.parametrize(
    "data",
    [
        packed("w:gz", channels_parquet=b"PAR1"),
        gzip.compress(b"@a\n"),
        packed("w:gz", channels_csv=b"handle\n@a\n" * 1000)[:60],
        b"PK\x03\x04" + bytes(300),
    ],
    ids=["no table", "no archive", "cut off", "spreadsheet"],
)
def test_other_archives_are_unreadable(data):
    with pytest.raises(UnreadableList, match=r"packed|channels\.csv"):
        parse(data)


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


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"! only a comment\n", "no channel"),
        (b"<html>\n@media\n<body>", "web page"),
        (b'{"error": {"code": "NOT_FOUND"}}', "no channel"),
        (b"Not found\n", "no channel"),
        (b"[uBlock Origin]\n", "no channel"),
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
    ids=range(18),
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
    tally = found.tally
    assert tally.lines == tally.taken + tally.rejected + tally.comments + tally.blank
    assert tally.rejected == sum(tally.reasons.values())
    assert tally.entries == len(found.entries) + found.merged
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
    # What stands at the end of a handle may be a full stop: YouTube has none that end in one.
    .filter(lambda h: h and ids.normalise_handle(h) == h and h.strip("_-.·") == h)
    .map(lambda h: (None, h))
)
_ids = st.from_regex(r"UC[A-Za-z0-9_-]{22}", fullmatch=True).map(lambda i: (i, None))


@pytest.mark.slow
@given(st.lists(_handles | _ids, min_size=1), st.sampled_from(["\n", "\r\n"]))
def test_a_plain_list_comes_back(channels, line_end):
    text = line_end.join(["! list", *(i or f"@{h}" for i, h in channels)])
    found = parse(text.encode())
    assert [(e.channel_id, e.handle) for e in found.entries] == list(dict.fromkeys(channels))
    assert found.merged == len(channels) - len(found.entries)
    assert not found.rejects
    assert found.tally.lines == len(channels) + 1


_lines = st.sampled_from(
    [
        *("@victim", A, f"{A} name", f"/channel/{A}", "youtube.com/@victim", "", "  ", "a name"),
        *("@victim # x", "## @victim", "@@victim", "-@victim", "|@victim|", "@victim,@other"),
    ]
) | st.text(st.characters(exclude_characters="\r\n"), max_size=12)


@given(st.lists(_lines, max_size=8), st.sampled_from(["!", "# ", "! ", "\t#"]))
def test_every_line_is_counted_once_and_no_comment_lists_anything(lines, mark):
    whole = parse("\n".join(["@kept", *lines, ""]).encode("utf-8", "surrogatepass"))
    assert whole.tally.lines == len(lines) + 1
    remarks = "\n".join(["@kept", *(mark + line for line in lines), ""])
    commented = parse(remarks.encode("utf-8", "surrogatepass"))
    assert [entry.handle for entry in commented.entries] == ["kept"]
    assert commented.tally.lines == len(lines) + 1
