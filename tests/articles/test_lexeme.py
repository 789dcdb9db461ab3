"""A pattern is never kept from a text that it would match."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.articles.dates_chinese import chinese_rules
from eventstudy.articles.dates_english import english_rules
from eventstudy.articles.event_types import event_types
from eventstudy.articles.lexeme import Lexeme, needles

_TEXTS = Path(__file__).parent


def _patterns() -> list[str]:
    grammars = [g for kind in event_types() for g in (kind.en, kind.zh)]
    found = [lexeme.pattern.pattern for g in grammars for _, lexeme in g.triggers]
    found += [
        lexeme.pattern.pattern
        for g in grammars
        for lexeme in (*g.objects, g.acts, g.never)
        if lexeme is not None
    ]
    return found + [rule.pattern.pattern for rule in (*english_rules(), *chinese_rules())]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"job cuts?", ("job cut",)),
        (r"(?:cut|slash)(?:s|ed)? jobs", (" jobs",)),
        (r"(?P<who>staff|crew)\s+of\b", ("crew", "staff")),
        (r"a?b?", ()),
        (r"x", ()),
        (r"裁", ("裁",)),
        (r"(?:lay|laying|cull)", ("cull", "lay")),
        (r"(?i:Fired|Sacked)!", ("fired", "sacked")),
        (r"[a-z]+ly\b(?! never)", ("ly",)),
        (r"(?:ab){2,}c", ("ab",)),
        (r"(?:ab){0,2}cd", ("cd",)),
        (r"\d+\.5 percent", (".5 percent",)),
        (r"(?(1)a|b)cd", ()),
        (r"ab|", ()),
        (r"[]ab]cd[^]x]", ("cd",)),
    ],
)
def test_needles_are_the_surest_pieces(pattern: str, expected: tuple[str, ...]) -> None:
    assert needles(pattern) == expected


def test_no_match_in_the_articles_is_ever_ruled_out() -> None:
    texts = [path.read_text("utf-8") for path in _TEXTS.glob("*/*.txt")]
    lines = [line for text in texts for line in text.lower().splitlines() if line]
    assert len(lines) > 500
    spared = 0
    for pattern in _patterns():
        compiled, pieces = re.compile(pattern, re.IGNORECASE), needles(pattern)
        ruled_out = [x for x in lines if pieces and not any(piece in x for piece in pieces)]
        assert [x for x in ruled_out[:400] if compiled.search(x)] == [], pattern
        spared += len(ruled_out)
    assert spared > len(lines)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(_patterns()).flatmap(lambda p: st.tuples(st.just(p), st.from_regex(p))))
def test_what_a_pattern_makes_holds_one_of_its_pieces(made: tuple[str, str]) -> None:
    pattern, text = made
    pieces = needles(pattern)
    assert not pieces or any(piece in text.lower() for piece in pieces)


def test_search_finds_what_the_pattern_finds() -> None:
    lexeme = Lexeme(r"\b(?:lay|lays) off\b", re.IGNORECASE)
    assert lexeme.search("It Lays Off 5") is not None
    assert lexeme.search("It lays bricks") is None
    assert [m.start() for m in lexeme.finditer("lay off, lay off", 3)] == [9]
    assert list(lexeme.finditer("nothing")) == []
    match = lexeme.match("to lay off", 3)
    assert match is not None
    assert match[0] == "lay off"
