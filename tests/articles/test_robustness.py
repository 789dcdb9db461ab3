"""No input crashes the reader, takes long, or yields a span outside the text."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.articles.explain import explain_html, explain_text, to_records
from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text
from eventstudy.errors import ArticleError

TEXTS = [
    path.read_text("utf-8")
    for folder in ("dev", "own")
    for path in sorted((Path(__file__).parent / folder).glob("*.txt"))
]
SIGNS = "0123456789%$.,;:()[]-–—'’\"“”\n\n 　。，年月日周天前后裁员万千百亿成 aA\x00\u200bİẞﬁ٣²½"
DAYS = [None, date(2026, 4, 18), date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)]


def _check(text: str, day: date | None) -> None:
    try:
        article = article_from_text(text, "a", published=day)
    except ArticleError:
        return
    found = extract(article)
    evidence = [a.evidence for a in found.announcements]
    evidence += [c.evidence for c in found.price_claims]
    for proofs in evidence:
        for proof in proofs.values():
            assert 0 <= proof.start <= proof.end <= len(article.text)
            assert article.text[proof.start : proof.end] == proof.words
    to_records(found)
    explain_text(article, found)
    explain_html(article, found)


def _mutated(rng: random.Random) -> str:
    text = rng.choice(TEXTS)
    for _ in range(rng.randrange(1, 10)):
        left = rng.randrange(len(text) + 1)
        right = min(len(text), left + rng.randrange(1, 60))
        other = rng.choice(TEXTS)
        start = rng.randrange(len(other))
        piece = rng.choice(
            [
                "",
                "".join(rng.choice(SIGNS) for _ in range(8)),
                other[start : start + 120],
                text[left:right] * 3,
                rng.choice(["0", "-1", "9" * 40, "2026", "31", "1e9"]),
            ]
        )
        text = text[:left] + piece + text[right:]
    return text


@pytest.mark.parametrize("seed", range(6))
def test_mutated_articles(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        _check(_mutated(rng), rng.choice(DAYS))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=SIGNS + "Metacut jobsby", max_size=300), st.sampled_from(DAYS))
def test_any_text(text: str, day: date | None) -> None:
    _check(text, day)


@pytest.mark.parametrize(
    "text",
    [
        "cut " * 5000,
        "Meta cut " + "1,000 " * 3000 + "jobs",
        "jobs " * 5000,
        "a" * 60_000,
        "(" * 5000 + "Meta cut jobs" + ")" * 5000,
        "Meta, " * 3000 + "cut 5 jobs",
        "on Monday " * 3000,
        "裁员" * 8000,
        "up 5% and " * 2000,
    ],
    ids=["verbs", "numbers", "objects", "letters", "brackets", "names", "days", "chinese", "moves"],
)
@pytest.mark.timeout(120)
def test_no_text_takes_unbounded_time(text: str) -> None:
    _check(text, date(2026, 4, 18))
