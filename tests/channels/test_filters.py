"""Filter lists: only a rule that hides the cards of exactly one channel on YouTube lists it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.blocklists import ParsedList, UnreadableList, parse

A = "UC" + "a" * 22
B = "UC" + "b-_" * 7 + "B"
CARD = "ytd-video-renderer"
KEPT = f'youtube.com##{CARD}:has(a[href="/@kept"])'


def read(*rules: str) -> ParsedList:
    """A list with these rules, and one that makes it a list."""
    found = parse("\n".join(["[Adblock Plus 2.0]", *rules, KEPT, ""]).encode())
    assert found.format == "adblock"
    assert found.entries[-1].handle == "kept"
    return found


def listed(*rules: str) -> list[str]:
    """The keys that the rules list, in order."""
    entries = read(*rules).entries[:-1]
    return [entry.channel_id or f"@{entry.handle}" for entry in entries]


def reasons(*rules: str) -> list[str]:
    """Why the rules list nothing."""
    found = read(*rules)
    assert len(found.entries) == 1, found.entries
    return [reject.reason for reject in found.rejects]


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ('ytd-rich-item-renderer:has(a[href="/@One"])', "@one"),
        ("ytd-rich-item-renderer:has(a[href='/@one'])", "@one"),
        ("ytd-rich-item-renderer:has(a[href=/@one])", "@one"),
        ('ytd-rich-item-renderer:has( > #dismissible a[href="/@one" i] )', "@one"),
        ('ytd-video-renderer:has(> a[href="/@one/videos"])', "@one"),
        ('ytd-video-renderer:has(a[href="https://www.youtube.com/@one"])', "@one"),
        ('ytd-video-renderer:has(a[href="/@%C3%A9t%C3%A9"])', "@ete"),
        ('ytd-video-renderer:-abp-has(a[href="/@one"])', "@one"),
        ('ytd-video-renderer:has(ytd-channel-name a.x[href="/@one"][title])', "@one"),
        ('#contents > .y ytd-video-renderer[is-z].w:has(a[href="/@one"])', "@one"),
        ('ytd-browse:not([page-subtype="x"]) ytd-video-renderer:has(a[href="/@one"])', "@one"),
        (':is(ytd-video-renderer, yt-lockup-view-model):has([href="/@one"])', "@one"),
        ('ytd-video-renderer:has(:is(a[href="/@one"], a[href="/@one/videos"]))', "@one"),
        ('a[href="/@one"]:upward(ytd-video-renderer)', "@one"),
        ('#channel-name:has(a[href="/@one"]):upward(ytd-grid-video-renderer)', "@one"),
        ('ytd-video-renderer:has(a[href^="/@one/"])', "@one"),
        ('ytd-video-renderer:has(a[href$="/@one"])', "@one"),
        (f'ytd-video-renderer:has(a[href="/channel/{A}"])', A),
        (f'ytd-video-renderer:has(a[href^="/channel/{A}"])', A),
        (f'ytd-video-renderer:has(a[href*="{A}"])', A),
        (f"ytd-video-renderer:has(a[href*={A}])", A),
        (f'ytd-video-renderer:has(a[href^="/@{B}/videos"])', f"@{B.lower()}"),
    ],
)
@pytest.mark.parametrize("before", ["youtube.com##", "m.youtube.com,example.org#?#"])
def test_a_rule_that_hides_a_channels_cards_lists_it(before, rule, key):
    assert listed(before + rule) == [key]


def test_a_rule_of_several_selectors_lists_the_channel_of_each():
    rule = f'youtube.com##{CARD}:has(a[href="/@one"]), {CARD}:has(a[href="/channel/{A}"])'
    assert listed(rule, rule) == ["@one", A]


def test_both_keys_of_a_channel_may_stand_in_one_rule():
    rule = f'{CARD}:has(a[href="/@one"],a[href^="/@one/"],a[href^="/channel/{A}"])'
    assert listed(f"youtube.com##{rule}") == ["@one", A]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ('youtube.com##ytd-video-renderer:not(:has(a[href="/@x"]))', ":not()"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"]):not(:has([href="/@x"]))', ":not()"),
        ('youtube.com##ytd-video-renderer:has(:not(a[href="/@x"]))', ":not()"),
        ('# youtube.com##ytd-video-renderer:has(a[href="/@x"])', "commented out"),
        ('! youtube.com##ytd-video-renderer:has(a[href="/@x"])', "commented out"),
        ('!#youtube.com##ytd-video-renderer:has(a[href="/@x"])', "commented out"),
        ('medium.com##ytd-video-renderer:has(a[href="/@x"])', "other sites"),
        ('~youtube.com##ytd-video-renderer:has(a[href="/@x"])', "other sites"),
        ('youtube.com,~youtube.com##ytd-video-renderer:has(a[href="/@x"])', "other sites"),
        ('notyoutube.com##ytd-video-renderer:has(a[href="/@x"])', "other sites"),
        ('youtube.com.example##ytd-video-renderer:has(a[href="/@x"])', "other sites"),
        ('~medium.com##ytd-video-renderer:has(a[href="/@x"])', "all sites"),
        ('##ytd-video-renderer:has(a[href="/@x"])', "all sites"),
        ('*##ytd-video-renderer:has(a[href="/@x"])', "all sites"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"]):style(opacity: 0.5)', "a style"),
        ('youtube.com#$#ytd-video-renderer:has(a[href="/@x"]) { opacity: 0.5 }', "a style"),
        ('youtube.com##+js(rmnt, a, href="/@x")', "a script"),
        ("youtube.com#%#//scriptlet('remove', 'a[href=\"/@x\"]')", "a script"),
        ('youtube.com##^ytd-video-renderer:has(a[href="/@x"])', "requests"),
        ('youtube.com$$ytd-video-renderer:has(a[href="/@x"])', "requests"),
        ("||youtube.com/@x^", "requests"),
        ("@@||youtube.com/@x^", "requests"),
        ("@x", "requests"),
        ('youtube.com#@#ytd-video-renderer:has(a[href="/@x"])', "an exception"),
        ('youtube.com##ytd-video-renderer:has(a[href^="/@x"])', "a prefix"),
        ('youtube.com##ytd-video-renderer:has(a[href*="/@x"])', "a prefix"),
        ('youtube.com##ytd-video-renderer:has(a[href*="@x"])', "a prefix"),
        ('youtube.com##ytd-video-renderer:has(a[href^="/channel/UCaaa"])', "a prefix"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x*"])', "not a handle"),
        ('youtube.com##ytd-video-renderer:has(a[href*="x"])', "no channel id"),
        ('youtube.com##ytd-video-renderer:has(a[href="/c/x"])', "/c/"),
        ('youtube.com##ytd-video-renderer:has(a[href="/user/x"])', "/user/"),
        ('youtube.com##ytd-video-renderer:has(a[href="/watch?v=aaaaaaaaaaa"])', "a video"),
        ("youtube.com##ytd-video-renderer:has(#text:has-text(x))", "a name or a text"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"]):has-text(x)', "a name or a text"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"], a[href="/@y"])', "several channels"),
        ('youtube.com##ytd-video-renderer:has([href="/@x"]):has([href="/@y"])', "several"),
        ('youtube.com##ytd-video-renderer:has([href="/@x"] [href="/@y"])', "several channels"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"], .badge)', "also hides"),
        ('youtube.com##ytd-video-renderer:has(.badge):has(a[href="/@x"])', "only some"),
        ('youtube.com##ytd-video-renderer:has([href="/@x"]):not(:has(.badge))', "only some"),
        ('youtube.com##ytd-shelf:has(a[href="/@x"]) ytd-video-renderer:has([href="/@x"])', "also"),
        ('youtube.com##ytd-shelf:has(a[href="/@x"]) ytd-video-renderer', "also hides"),
        ('youtube.com##ytd-video-renderer a[href="/@x"]', "a part of a card"),
        ('youtube.com##a[href="/@x"]', "a part of a card"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"]) #dismissible', "a part of a card"),
        ('youtube.com##ytd-comment-thread-renderer:has(a[href="/@x"])', "something else"),
        ('youtube.com##ytd-app:has(a[href="/@x"])', "something else"),
        ('youtube.com##*:has(a[href="/@x"])', "something else"),
        ('youtube.com##a[href="/@x"]:upward(ytd-comment-renderer)', "a part of a card"),
        ('youtube.com##a[href="/@x"]:upward(3)', "not understood"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"]) + ytd-video-renderer', "not unders"),
        ('youtube.com##ytd-video-renderer:nth-child(2):has(a[href="/@x"])', ":nth-child"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"]', "not understood"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x)', "not understood"),
        ("youtube.com##ytd-video-renderer", "no channel id"),
        ("!#include more.txt", "an included file"),
        ("youtube.com##" + "ytd-video-renderer:has(" * 500, "not understood"),
        ('youtube.com##ytd-video-renderer:has(a[href="/@x"])' + " " * 70_000 + ":not(*)", "longer"),
    ],
    ids=lambda given: given[:60],
)
def test_all_other_rules_are_rejected_with_the_reason(rule, reason):
    [found] = reasons(rule)
    assert reason in found


def test_what_not_excepts_is_told_and_the_rest_is_listed():
    rule = f'youtube.com##{CARD}:has(a[href="/@slop"]):not(:has(a[href="/@honest"]))'
    found = read(rule)
    assert [entry.handle for entry in found.entries] == ["slop", "kept"]
    [reject] = found.rejects
    assert (reject.line, reject.text, reject.reason) == (2, "@honest", "excepted by :not()")
    assert (found.tally.taken, found.tally.rejected) == (2, 0)
    assert found.tally.parts == {"excepted by :not()": 1}


def test_an_exception_anywhere_in_the_list_takes_the_channel_back():
    block, spare = f'youtube.com##{CARD}:has(a[href="/@x"])', "youtube.com#@#a"
    for rules in (
        (block, f'youtube.com#@#{CARD}:has(a[href="/@X"])'),
        ("#@#ytd-rich-item-renderer:has(a[href*='/@x'])", block),
        ('www.youtube.com#@?#a[href="/@%78"]:upward(2)', block),
    ):
        assert any("taken back" in reason for reason in reasons(*rules))
    assert listed(block, spare, f'medium.com#@#{CARD}:has(a[href="/@x"])') == ["@x"]


@pytest.mark.parametrize(
    ("condition", "inside", "otherwise"),
    [
        ("false", [], ["@b"]),
        ("true", ["@a"], []),
        ("!false", ["@a"], []),
        ("env_firefox", [], []),
        ("!cap_html_filtering", [], []),
        ("", [], []),
    ],
)
def test_a_block_counts_only_if_its_condition_holds(condition, inside, otherwise):
    a, b = (f'youtube.com##{CARD}:has(a[href="/@{name}"])' for name in "ab")
    lines = [f"!#if {condition}", a, "!#else", b, "!#endif"]
    assert listed(*lines) == inside + otherwise
    assert listed("!#if true", *lines, "!#endif") == inside + otherwise
    assert listed("!#if false", *lines, "!#endif") == []
    assert listed("!#endif", "!#else", *lines) == inside + otherwise


def test_what_follows_an_if_without_an_end_does_not_count():
    with pytest.raises(UnreadableList, match="switches off"):
        parse(f"[uBlock Origin]\n!#if false\n{KEPT}\n".encode())


def test_a_rule_may_go_on_over_several_lines():
    whole = read(f'youtube.com##{CARD}:has(a[href="/@one"]) \\', "    :not(:has(.z))", f"{KEPT} \\")
    assert [entry.handle for entry in whole.entries] == ["kept"]
    assert whole.tally.lines == 5
    goes_on = read("youtube.com## \\", f"    {CARD}:has( \\", '    a[href="/@one"] \\', "    )")
    assert [(e.handle, e.line) for e in goes_on.entries] == [("one", 2), ("kept", 6)]
    assert (goes_on.tally.taken, goes_on.tally.lines) == (5, 6)


@pytest.mark.parametrize(
    "first",
    [
        "[Adblock Plus 2.0]",
        "[uBlock Origin]",
        "[AdGuard]",
        "[Adblock Plus 2.0; uBlock Origin]",
        "! Title: without a first line",
        "||ads.example^",
        "",
    ],
)
def test_a_filter_list_is_known_by_its_first_line_or_by_its_rules(first):
    found = parse(f"{first}\n{KEPT}\n".encode())
    assert found.format == "adblock"
    assert [entry.handle for entry in found.entries] == ["kept"]


_selectors = st.lists(
    st.sampled_from(
        [
            *("ytd-video-renderer", ":has(", ":not(", ":is(", ")", "a", '[href="/@victim"]', ", "),
            *(" > ", " ", " + ", '[href*="victim"]', ":upward(", ":has-text(", ".c", "#d", "*"),
            *(":style(", "{", "}", "\\", '"', "'", "[", "]", '[href^="/@victim/"]', "##", "#@#"),
        ]
    ),
    max_size=12,
).map("".join)


@given(_selectors, st.sampled_from(["youtube.com##", "#?#", "www.youtube.com#@#", "", "! "]))
def test_whatever_a_rule_is_its_line_is_counted_and_an_exception_wins(selector, before):
    victim = 'youtube.com#@#a[href="/@victim"]'
    found = read(before + selector, victim)
    assert [entry.handle for entry in found.entries] == ["kept"]
    assert found.tally.lines == 4
    assert found.tally.taken + found.tally.rejected + found.tally.comments == 4 - found.tally.blank


@given(_selectors, st.sampled_from(["!", "# ", "! ", "#youtube.com", "!#if false\n"]))
def test_a_rule_that_is_commented_out_or_switched_off_lists_nothing(selector, before):
    rule = f'{before}youtube.com##{selector}:has(a[href="/@victim"])'
    found = read(rule, *(["!#endif"] if "if" in before else []))
    assert [entry.handle for entry in found.entries] == ["kept"]
