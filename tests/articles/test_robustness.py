"""No input crashes the reader, takes long, or yields a span outside the text.

A few hundred mutated articles by default; ``EVENTSTUDY_MUTATIONS=100000`` tries as many, and
``pytest --timeout=0`` lets it. A failure names its number: ``mutated(number)`` is the input again.
"""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NoReturn

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
MUTATIONS = int(os.environ.get("EVENTSTUDY_MUTATIONS", "200"))
#: Processor seconds that one article may take: a busy machine is no fault of the reader.
MOST_SECONDS = 2.0


class TooSlowError(Exception):
    """The watchdog has barked."""


@contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """Stop what takes more processor time; where the system has no such timer, measure it."""

    def bark(*_: object) -> NoReturn:
        raise TooSlowError(f"more than {seconds} s")

    start = time.process_time()
    if not hasattr(signal, "setitimer"):
        yield
        if time.process_time() - start > seconds:
            bark()
        return
    before = signal.signal(signal.SIGPROF, bark)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _check(text: str, day: date | None) -> None:
    try:
        article = article_from_text(text, "a", published=day)
    except ArticleError:
        return
    found = extract(article)
    proofs = [proof for a in found.announcements for proof in a.evidence.values()]
    proofs += [proof for claim in found.price_claims for proof in claim.evidence.values()]
    proofs += [rejection.evidence for rejection in found.rejections]
    for proof in proofs:
        assert 0 <= proof.start <= proof.end <= len(article.text)
        assert article.text[proof.start : proof.end] == proof.words
    spans = [a.date for a in found.announcements] + [c.date for c in found.price_claims]
    for span in spans:
        if span.span is not None:
            assert 0 <= span.span[0] <= span.span[1] <= len(article.text)
        if span.start is not None and span.end is not None:
            assert span.start <= span.end
    to_records(found)
    explain_text(article, found)
    explain_html(article, found)


def mutated(number: int) -> tuple[str, date | None]:
    """Return the input of this number: an article of ours, cut and pasted at up to nine places."""
    rng = random.Random(number)
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
    return text, rng.choice(DAYS)


def test_mutated_articles() -> None:
    _check(TEXTS[0], None)  # the first article also pays for the tables that all share
    faults: list[str] = []
    for number in range(MUTATIONS):
        text, day = mutated(number)
        try:
            with watchdog(MOST_SECONDS):
                _check(text, day)
        except Exception as error:  # noqa: BLE001 - every fault of a long run is to be listed
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            faults.append(f"mutated({number}): {type(error).__name__} {error} at {where}")
    assert not faults, "\n".join(faults)


def _spin() -> None:
    with watchdog(0.05):
        while time.process_time() >= 0:
            sum(range(1000))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer to stop it by")
def test_the_watchdog_barks() -> None:
    with pytest.raises(TooSlowError, match=r"more than 0\.05 s"):
        _spin()


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
