"""Event types as data: the shipped ones, and one that a user adds without code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eventstudy.articles.event_types import event_types
from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text
from eventstudy.errors import ArticleError

CEO_CHANGE = r"""
name = "ceo_change"
named = true
[en]
phrases = [
  "step(?:s|ped|ping)? down as (?:its )?(?:chief executive|CEO)",
  "(?:names|named|appoints|appointed) (?:[\\w.-]+ ){1,3}(?:as )?(?:its )?(?:chief executive|CEO)",
]
names = ["(?:names|named|appoints|appointed) ([A-Z][\\w.-]+ [A-Z][\\w.-]+)"]
never = ["former (?:chief executive|CEO)"]
[zh]
phrases = ["(?:卸任|出任)(?:首席执行官|CEO)"]
"""


def test_shipped_types() -> None:
    assert [kind.name for kind in event_types()] == ["layoff", "model_launch"]


def test_a_user_adds_a_type_without_code(tmp_path: Path) -> None:
    file = tmp_path / "ceo.toml"
    file.write_text(CEO_CHANGE, "utf-8")
    text = (
        "Title: Intel changes its head\n\n"
        "Intel appointed Jane Smith as chief executive on Monday.\n\n"
        "Peloton's Barry McCarthy stepped down as CEO last week.\n\n"
        "Apple denied that anybody would step down as CEO."
    )
    article = article_from_text(text, "a", published=date(2024, 12, 3))
    found = {a.company: a for a in extract(article, types=[str(file)]).announcements}
    assert set(found) == {"Intel", "Peloton"}
    assert found["Intel"].event_type == "ceo_change"
    assert found["Intel"].name == "Jane Smith"
    assert found["Intel"].date.start == date(2024, 12, 2)
    assert found["Peloton"].date.precision == "week"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "not sound TOML"),
        ("sized = true", "has no name"),
        ('name = "x"\n[en]\nverb = []', r"unknown entries \['en.verb'\]"),
        ('name = "x"\n[en]\nphrases = ["(a"]', "cannot be read"),
    ],
)
def test_a_broken_type_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ArticleError, match=words):
        event_types(str(file))


def test_a_missing_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="cannot be read"):
        event_types(str(tmp_path / "none.toml"))
