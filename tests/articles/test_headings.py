"""Entries of lists stand under the company, and the day, that heads them."""

from __future__ import annotations

from datetime import date

import pytest

from eventstudy.articles.companies import company_table
from eventstudy.articles.extraction import extract
from eventstudy.articles.headings import read_headings
from eventstudy.articles.reading import article_from_text
from eventstudy.articles.sentences import read_sentences

_DAY = date(2025, 11, 7)


def _heads(text: str) -> list[tuple[str, str]]:
    article = article_from_text(text, "list", published=_DAY)
    sentences = read_sentences(article, company_table())
    return [
        (sentence.text[:12], heading.mention.company if heading else "")
        for sentence, heading in zip(sentences, read_headings(sentences), strict=True)
    ]


@pytest.mark.parametrize(
    ("line", "company"),
    [
        ("SALESFORCE - San Francisco. The firm is letting 262 people go.", "Salesforce"),
        ("Oracle (ORCL): 101 posts go in Redwood City.", "Oracle"),
        ("**Block (XYZ).** More than 4,000 of its people leave.", "Block"),
        ("1、英特尔(INTC.US)：公司正裁减约15%的人手。", "Intel"),
        ("Oracle said it would cut 101 posts.", ""),
        ("In Texas, Oracle - long a tenant - is leaving.", ""),
    ],
)
def test_a_company_parted_by_a_sign_heads_its_paragraph(line: str, company: str) -> None:
    heads = _heads(f"Cuts of the week\n\n{line}")
    assert heads[-1][1] == company


def test_a_line_of_its_own_governs_until_the_next_line_or_stranger() -> None:
    text = (
        "Cuts this year\n\nOctober 29 | General Motors (GM)\nThe group lays off 1,700 people.\n\n"
        "October 23 | Rivian (RIVN)\nMore than 600 jobs go.\n\nWhat else happened\nNot much at all."
    )
    assert [company for _, company in _heads(text)][1:] == [
        *("General Motors", "General Motors", "Rivian", "Rivian", "", ""),
    ]


def test_entries_take_company_and_day_from_their_heading_and_look_back() -> None:
    text = (
        "Layoffs of the year: the list\n\nFebruary 13 | Intel (INTC)\n"
        "Some 1,900 positions will be phased out.\n\nOctober 23 | Rivian (RIVN)\n"
        "600 jobs, around 4.5% of the total."
    )
    article = article_from_text(text, "list", published=_DAY)
    found = {a.company: a for a in extract(article).announcements}
    assert found["Intel"].date.start == date(2025, 2, 13)
    assert found["Intel"].headcount is not None
    assert found["Intel"].headcount.value == 1900
    assert found["Intel"].evidence["company"].rule == "company.heading"
    assert found["Rivian"].date.start == date(2025, 10, 23)
    assert found["Rivian"].role == "main"
