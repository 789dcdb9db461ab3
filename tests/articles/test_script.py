"""Traditional script and half-width marks are evened; evidence stays as written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstudy.articles.extraction import extract
from eventstudy.articles.reading import article_from_text
from eventstudy.articles.script import simplified


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("思科週三宣佈裁員約4000人", "思科周三宣布裁员约4000人"),
        ("裁员500人,占5%;股价跌3.5%,", "裁员500人，占5%；股价跌3.5%，"),
        ("Cisco, which cut 4,000 jobs; more: yes!", "Cisco, which cut 4,000 jobs; more: yes!"),
        ("1,000人,2,000人", "1,000人，2,000人"),
        ("什麼時候?", "什么时候？"),
    ],
)
def test_signs_are_evened(text: str, expected: str) -> None:
    assert simplified(text) == expected


@given(st.text(alphabet=st.sampled_from("裁員员,;:!?()12%abc週發髮 。，"), max_size=60))
def test_the_length_never_changes_and_twice_is_once(text: str) -> None:
    once = simplified(text)
    assert len(once) == len(text)
    assert simplified(once) == once


def test_traditional_text_is_read_and_proved_in_its_own_signs() -> None:
    text = "思科裁員\n\n思科週三(14日)宣佈,全球將裁減約4,000人,佔員工總數約5%。"
    article = article_from_text(text, "hant", published=date(2024, 8, 15))
    (found,) = extract(article).announcements
    assert (found.company, found.date.start) == ("Cisco", date(2024, 8, 14))
    assert found.headcount is not None
    assert (found.headcount.value, found.headcount.qualifier) == (4000, "about")
    assert found.percent is not None
    assert (found.percent.value, found.percent.qualifier) == (5, "about")
    for proof in found.evidence.values():
        assert text[proof.start : proof.end] == proof.words
    assert found.date.words in text
    assert found.headcount.words in text
