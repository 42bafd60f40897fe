"""Tables of channels: which rows they list, and which they say are not, or no longer, listed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.blocklists import ParsedList, UnreadableList, parse
from sync.export.tables import TABLES

A = "UC" + "a" * 22
B = "UC" + "b-_" * 7 + "B"


def keys(text: str) -> list[tuple[str | None, str | None]]:
    return [(e.channel_id, e.handle) for e in parse(text.encode()).entries]


def rejected(text: str) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in parse(text.encode()).rejects]


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
    assert keys("# exported\nhandle\nme\n@You\n") == [(None, "me"), (None, "you")]


def test_comments_stand_only_before_the_header():
    found = parse(
        "# made by hand\n\ntitle,channel_id\n"
        f'#slop machine,{A}\n!Bang,{B}\n"#quoted",{A[:-1]}c\n\n#no channel,\n'.encode()
    )
    assert [entry.line for entry in found.entries] == [4, 5, 6]
    assert [reject.line for reject in found.rejects] == [8]
    tally = found.tally
    # The header counts as a comment.
    assert (tally.taken, tally.rejected, tally.comments, tally.blank) == (3, 1, 2, 2)
    assert tally.lines == 8


def test_without_a_header_comments_stand_anywhere():
    found = parse(f"{A},One\n# {B},Two\n! {B}\n{B},Three\n".encode())
    assert [entry.line for entry in found.entries] == [1, 4]
    assert found.tally.comments == 2


@pytest.mark.parametrize(
    "text",
    [
        f"Channel Id,Channel Url,Channel Title\n{A},http://www.youtube.com/channel/{A},A title\n",
        f"Kanal-ID,Kanal-URL,Kanaltitel\n{A},http://www.youtube.com/channel/{A},Ein Titel\n",
        f"ID канала,URL канала,Название\n{A},https://www.youtube.com/channel/{A},Имя\n",
        f'Title;Channel URL\r\n"a;b";https://www.youtube.com/channel/{A}\r\n',
        f"{A}\tA title, with a comma, and another\n",
        f"{A},A title\n",
        f"A title,https://www.youtube.com/channel/{A}/videos\n",
        f"names here,and here\nsomebody,{A}\n",
    ],
)
def test_the_column_of_channels_is_found_by_its_name_or_by_what_is_in_it(text):
    assert keys(text) == [(A, None)]


def test_without_a_header_the_keys_of_a_row_are_one_channel():
    assert keys(f"{A}\t@One\tA name\n{B}\t@two\tAnother\n") == [(A, "one"), (B, "two")]


def test_handles_beside_ids_may_be_anybodys_if_the_header_does_not_say():
    assert keys(f"kanal,gemeldet\n{A},@reporter\n{B},@reporter\n") == [(A, None), (B, None)]


@pytest.mark.parametrize(
    "text",
    [
        f"one,other\n{A},{B}\n{B},{A}\n",
        f"{A},{B}\n{B},{A}\n",
        "@one,@two\n@three,@four\n",
    ],
)
def test_columns_that_name_different_channels_are_refused(text):
    with pytest.raises(UnreadableList, match="name different channels; call the one"):
        parse(text.encode())


def test_a_row_whose_columns_name_two_channels_is_rejected():
    text = (
        f"channel_id,channel_url,handle\n{A},https://youtube.com/channel/{B},\n"
        f"{A},https://youtube.com/@one,@two\n{A},https://youtube.com/c/old,@two\n"
    )
    assert keys(text) == [(A, "two")]
    assert rejected(text) == [(n, "its columns name two channels") for n in (2, 3)]


def test_cells_with_line_breaks_are_read_as_one_row():
    text = 'handle,description\n@one,"first\n@victim,in a description\nlast"\n@two,"stray\n@x,y\n'
    found = parse(text.encode())
    assert [(e.handle, e.line) for e in found.entries] == [("one", 2), ("x", 6)]
    assert [(r.line, r.reason) for r in found.rejects] == [(5, "broken CSV quoting")]
    assert (found.tally.taken, found.tally.lines) == (4, 6)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "removed"),
        ("Status", "Whitelisted"),
        ("channel_status", "cleared"),
        ("state", "not AI"),
        ("action", "clear_channel"),
        ("action", "unblock"),
        ("active", "0"),
        ("is_active", "no"),
        ("isActive", "False"),
        ("auto_flag", "f"),
        ("confirmed", "no"),
        ("slop", "0"),
        ("removed", "true"),
        ("removed_at", "2026-01-02"),
        ("Date removed", "2 January"),
        ("removed by", "somebody"),
        ("deleted", "1"),
        ("whitelist", "x"),
        ("exempt", "yes"),
        ("false positive", "y"),
        ("anything", "removed"),
        ("слоп", "no"),
        ("keep?", "false"),
    ],
)
def test_a_row_that_says_no_is_rejected_with_the_column_and_the_value(column, value):
    yes = {"active": "yes", "isactive": "yes", "autoflag": "t", "confirmed": "yes", "slop": "1"}
    said = yes.get("".join(filter(str.isalnum, column.lower())), "")
    text = f"handle,{column}\n@gone,{value}\n@here,{said}\n"
    assert keys(text) == [(None, "here")]
    assert rejected(text) == [(2, f'the column "{column}" says "{value}"')]


@pytest.mark.parametrize("column", ["status", "action", "active", "auto_flag"])
def test_a_word_that_is_not_understood_is_no_yes(column):
    text = f"handle,{column}\n@odd,perhaps\n@here,active\n"
    assert keys(text) == [(None, "here")]
    why = f'the column "{column}" says "perhaps", which is not understood'
    assert rejected(text) == [(2, why)]
    with pytest.raises(UnreadableList, match=why):
        parse(f"handle,{column}\n@odd,perhaps\n".encode())


def test_without_a_header_a_cell_that_says_no_is_heard_too():
    text = f"{A}\t@one\tremoved\n{B}\t@two\tactive\n"
    assert keys(text) == [(B, "two")]
    assert rejected(text) == [(1, 'the column 3 says "removed"')]


@pytest.mark.parametrize(
    "said", ["removed in May", "was cleared by a moderator", "Not AI after all", "(false positive)"]
)
def test_a_sentence_that_begins_with_a_no_is_heard_wherever_it_stands(said):
    for text in (
        f"{A} {said}\n{B} Not a robot\n",
        f"{A} | {said}\n{B} | AI removed my voice\n",
        f"channel_id,notes\n{A},{said}\n{B},why not\n",
        f"channel_id\n{A} {said}\n{B} slop\n",
    ):
        assert keys(text) == [(B, None)], text


def test_columns_may_be_ignored_and_those_that_are_not_understood_are_named():
    text = b"handle,verified,title,since\n@one,no,Removed,2026\n@two,yes,No,2025\n"
    found = parse(text)
    assert [entry.handle for entry in found.entries] == ["two"]
    assert found.unread == ["verified", "since"]
    found = parse(text, ignored_columns=["Verified"])
    assert [entry.handle for entry in found.entries] == ["one", "two"]
    assert found.unread == ["since"]


def test_a_row_without_the_cell_that_may_say_no_is_rejected():
    text = f"channel_id,status\n{A}\n{B},active\n"
    assert rejected(text) == [(2, "fewer cells than the header has")]


def of_export(name: str, *rows: str) -> bytes:
    """A table of our own export as it is in the CSV for spreadsheets."""
    [table] = [table for table in TABLES if table.name == name]
    return "".join(f"{line}\n" for line in [",".join(table.columns), *rows]).encode()


def test_of_our_own_export_only_flagged_channels_are_taken():
    found = parse(
        of_export(
            "channels",
            f"{A},{A},'@slop,,80.00,3,3,fully_ai,f,t,2026-01-02",
            "'@cleared,,'@cleared,,0.00,30,0,,t,f,2026-01-02",
            "'@suspect,,'@suspect,,60.00,30,20,fully_ai,f,f,2026-01-02",
            f"{B},{B},,,95.00,0,0,,t,t,2026-01-02",
        )
    )
    assert found.format == "realtube"
    assert [(e.channel_id, e.handle) for e in found.entries] == [(A, "slop"), (B, None)]
    assert [r.reason for r in found.rejects] == ['the column "auto_flag" says "f"'] * 2
    assert found.unread == []


@pytest.mark.parametrize("name", [table.name for table in TABLES if table.name != "channels"])
def test_no_other_table_of_our_export_lists_channels(name):
    rows = {
        "videos": f"aaaaaaaaaaa,{A},'@honest,0.00,,3,9,human,f,2026-01-02,2026-01-02",
        "decisions": "1,channel,'@honest,clear_channel,moderator,2026-01-02",
    }
    with pytest.raises(UnreadableList):
        parse(of_export(name, rows.get(name, "1,aaaaaaaaaaa,b,c,0.3,2026-01-02")))


def test_objects_are_read_as_rows_are():
    listed = [
        {"channelId": A, "autoFlag": True, "score": 80.0, "topCategories": ["fully_ai"]},
        {"channelId": B, "autoFlag": False, "score": 0.0},
        {"channelId": "@three", "removed": None},
        {"channelId": "@four", "removed": {"by": "a moderator"}},
        {"url": "https://www.youtube.com/@five", "status": "active"},
        {"url": "https://www.youtube.com/@six", "status": "removed"},
        {"videoId": "aaaaaaaaaaa", "channelId": A},
        "@seven",
        "// @eight",
        "",
        9,
    ]
    whole = parse(json.dumps(listed).encode())
    wrapped = parse(json.dumps({"channels": listed}).encode())
    for found in (whole, wrapped):
        assert found.format == "json"
        keys_of = [e.channel_id or f"@{e.handle}" for e in found.entries]
        assert keys_of == [A, "@three", "@five", "@seven"]
        tally = found.tally
        assert (tally.lines, tally.taken, tally.rejected) == (11, 4, 5)
        assert (tally.comments, tally.blank) == (1, 1)


def test_an_object_a_line_is_a_list_too():
    text = f'{{"channelId": "{A}"}}\n\n{{"handle": "@b", "active": false}}\n{{"handle": \n'
    found = parse(text.encode())
    assert found.format == "json-lines"
    assert [(e.channel_id, e.line) for e in found.entries] == [(A, 1)]
    assert [(r.line, r.reason) for r in found.rejects] == [
        (3, 'the column "active" says "false"'),
        (4, "broken JSON"),
    ]


def test_a_score_of_nothing_lists_nobody():
    """As in our own export, from which somebody kept three columns."""
    rows = ["@slop,91.50", "@cleared,0.00", "@other,0", "@unknown,", "@low,0.05", "@word,high"]
    found = parse("\n".join(["handle,score", *rows, ""]).encode())
    assert [e.handle for e in found.entries] == ["slop", "unknown", "low", "word"]
    assert [r.reason for r in found.rejects] == [
        'the column "score" says "0.00"',
        'the column "score" says "0"',
    ]


_cells = st.sampled_from(
    [A, B, "@one", "'@two", "removed", "active", "t", "f", "", '"', '"x', "# y", "!", "a b", "é"]
) | st.text(max_size=5)
_rows = st.lists(st.lists(_cells, min_size=1, max_size=4), max_size=8)
_headers = st.lists(
    st.sampled_from(["channel_id", "handle", "status", "removed", "active", "title", "level"]),
    min_size=1,
    max_size=4,
    unique=True,
)


@given(st.none() | _headers, _rows, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_line_of_a_table_is_counted_once(header, rows, delimiter, line_end):
    lines = [delimiter.join(row) for row in [header or [], *rows, ["@last"]]]
    data = line_end.join([*lines, ""]).encode()
    try:
        found: ParsedList = parse(data)
    except UnreadableList:
        return
    text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    assert found.tally.lines == text.count("\n")
    assert found.tally.rejected == sum(found.tally.reasons.values())


@given(
    st.sampled_from(["status", "state", "action", "removed", "deleted", "whitelist", "is_active"]),
    st.sampled_from(["removed", "Deleted", "not AI", "cleared", "allow", "whitelisted"]),
    st.sampled_from(",;\t"),
    st.booleans(),
)
def test_a_negated_row_never_lists_anything(column, value, delimiter, first):
    names, cells = ["handle", column], ["@victim", value]
    if first:
        names, cells = names[::-1], cells[::-1]
    with pytest.raises(UnreadableList):
        parse(f"{delimiter.join(names)}\n{delimiter.join(cells)}\n".encode())
