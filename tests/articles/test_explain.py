"""Rows, text and marked page of what was found."""

from __future__ import annotations

import html
import json
import re
from datetime import date

import pandas as pd

from eventstudy.articles.explain import Explanation, explain_html, explain_text, to_records
from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text

TEXT = """Title: Okta & others trim staff

Okta said on Monday it will cut 400 jobs, about 7% of its workforce <sic>.
The shares rose 2% to $81.50.

Meta has no plans for layoffs.
"""
ARTICLE = article_from_text(TEXT, "okta", published=date(2024, 2, 6))
FOUND = extract(ARTICLE)


def test_records_are_plain_and_complete() -> None:
    first, second = to_records(FOUND)
    assert json.loads(json.dumps(first)) == first
    assert (first["kind"], first["ticker"], first["headcount"]) == ("announcement", "OKTA", 400)
    assert (first["date"], first["date_rule"]) == ("2024-02-05", "en.weekday")
    assert first["evidence"]["percent"]["words"] == "about 7%"
    assert (second["kind"], second["level"], second["change"]) == ("price_claim", 81.5, 0.02)
    assert len(pd.json_normalize([first, second])) == 2


def test_the_text_names_words_and_rules() -> None:
    text = explain_text(ARTICLE, FOUND)
    assert "layoff: Okta (OKTA)" in text
    assert "«on Monday»  [en.weekday]" in text
    assert "+2.00%" in text
    assert re.search(r"negated\s+«layoffs»", text)


def test_the_page_holds_the_whole_text_with_marks() -> None:
    page = explain_html(ARTICLE, FOUND)
    body = re.search(r"<pre>(.*)</pre>", page, re.DOTALL)
    assert body is not None
    assert html.unescape(re.sub(r"<[^>]+>", "", body[1])) == ARTICLE.text
    assert "&lt;sic&gt;" in page
    assert re.search(r'<mark class="event" title="[^"]*headcount[^"]*">400', page)
    assert '<mark class="refused"' in page
    assert "<script" not in page


def test_an_explanation_shows_itself() -> None:
    shown = Explanation(ARTICLE, FOUND)
    assert repr(shown) == explain_text(ARTICLE, FOUND)
    assert shown._repr_html_() == explain_html(ARTICLE, FOUND)
