"""Statements about share prices: level, change, session and day.

What a clause leaves out (session, day, whose share) is taken from the words around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from eventstudy.articles.companies import CompanyTable, Mention
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.price_drafts import BEFORE_THAT, PriceDraft, price_drafts
from eventstudy.articles.price_words import price_words
from eventstudy.articles.quantities import Qualifier
from eventstudy.articles.reading import Article
from eventstudy.articles.records import Evidence, PriceClaim
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.subjects import Discourse, Subject
from eventstudy.articles.wording import lower

_ASIDE = re.compile(
    f"{BEFORE_THAT.pattern.pattern}|\\bhad (?:closed|ended|finished|settled|been|risen|fallen)\\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"(?:They|The (?:shares?|stock|price))\b")
_THE_PRICE = re.compile(r"\bthe (?:share |stock )?price (?:has|had|is|was) (?:been )?(?!cut by)")
_ENTRY = re.compile(r"(?:\s*\([^)]*\))?(?:\s+[-–—]\s|\s*[:：]\s*)")
_CARRIED = re.compile(
    r"\b(?:it|they|shares?|stock|trading|loss|gain|price|low|high|close)\b|其|股|盘", re.IGNORECASE
)


def find_price_claims(
    article: Article,
    sentences: Sequence[Sentence],
    discourse: Discourse,
    table: CompanyTable,
    news: Mapping[str, date],
) -> tuple[PriceClaim, ...]:
    """Find the price statements of an article.

    Parameters
    ----------
    article, sentences, discourse, table
        The article, its sentences, who is spoken of, and the alias table.
    news
        The day of each company's own news in the article: what shares did after the close is
        told of that day.

    Returns
    -------
    tuple of PriceClaim
        In order of place. Targets, indices, market values, forecasts, prices converted into
        another currency and moves of anything but a share are left out.
    """
    claims: list[PriceClaim] = []
    last: PriceDraft | None = None
    item: Mention | None = None
    overnight: tuple[int, DateSpan] | None = None
    for index, sentence in enumerate(sentences):
        if sentence.kind == "title" or sentence.question:
            continue
        night = next((d for d in sentence.dates if d.rule == "zh.overnight"), None)
        overnight = (sentence.paragraph, night) if night is not None else overnight
        before = sentences[index - 1] if index else sentence
        same = last is not None and last.sentence.paragraph == sentence.paragraph
        if last is not None and last.index == index - 1 and _PLURAL.match(sentence.text):
            same = True
        if last is not None and index - last.index <= 2 and _THE_PRICE.search(sentence.low):
            same = True
        if before.paragraph == sentence.paragraph and before is not sentence:
            same = same or price_words().shares.search(lower(before.text)) is not None
        item = _item(sentence) or (item if before.paragraph == sentence.paragraph else None)
        carried = same and bool(_CARRIED.search(sentence.text))
        for draft in price_drafts(sentence, index, carried=carried or item is not None):
            draft = replace(draft, mention=draft.mention or item)
            if overnight and overnight[0] == sentence.paragraph and draft.date is None:
                draft = replace(draft, date=overnight[1])
            near = last if last is not None and index - last.index <= 2 else None
            claim = _claim(article, draft, near, claims, discourse, table)
            if claim is not None and claim.session == "afterhours":
                claim = _on_news(claim, news)
            if _ASIDE.search(article.plain, *draft.span) is None:
                last = draft if draft.date or near is None else replace(draft, date=near.date)
            if claim is not None and not any(_repeats(claim, other) for other in claims):
                claims.append(claim)
    return tuple(claims)


def _item(sentence: Sentence) -> Mention | None:
    """Return the company an entry of a list is headed with ("Snap (SNAP) - Down 18% ...")."""
    first = next((m for m in sentence.companies if m.kind == "listed"), None)
    if first is None or sentence.text[: first.span[0] - sentence.start].strip("-*•· "):
        return None
    after = sentence.text[first.span[1] - sentence.start :]
    return first if _ENTRY.match(after) else None


def _on_news(claim: PriceClaim, news: Mapping[str, date]) -> PriceClaim:
    """Date an undated move after the close by the news it follows."""
    day = news.get(claim.company)
    if day is None or claim.date.rule != "publication":
        return claim
    return replace(claim, date=DateSpan(day, day, "day", "news", "", None))


def _repeats(one: PriceClaim, two: PriceClaim) -> bool:
    """Say whether two claims are one statement made twice (summary and body)."""
    stated = (one.level, one.change) == (two.level, two.change)
    said = one.level is not None or one.change is not None
    days = one.date.start == two.date.start or "publication" in (one.date.rule, two.date.rule)
    return one.company == two.company and stated and said and days and one.session == two.session


def _stretch(draft: PriceDraft, day: date | None) -> DateSpan:
    """Return the days a move of several sessions covers; it ends with publication at the latest."""
    named = draft.date
    if named is None or named.start is None or named.end is None or day is None:
        return named or DateSpan(day, day, "unknown", "publication", "", None)
    closed = named.rule.endswith(("this_last", "month_year", "year")) and named.end <= day
    return named if closed else replace(named, end=max(day, named.start), precision="unknown")


def _when(article: Article, draft: PriceDraft, near: PriceDraft | None) -> DateSpan:
    """Return the day of a claim: its own, that of the claim before, else publication."""
    day = article.day
    if draft.session == "period":
        return _stretch(draft, day)
    if draft.date is not None:
        return draft.date
    # "closed at 10 on Tuesday and rose before the bell" speaks of the next morning
    ended = near is not None and near.session in ("close", "afterhours")
    usable = (
        near is not None
        and near.session != "period"
        and not (ended and draft.session == "premarket")
    )
    if near is not None and near.date is not None and usable:
        return near.date
    if day is None:
        return DateSpan(None, None, "unknown", "none", "", None)
    return DateSpan(day, day, "day", "publication", "", None)


def _claim(
    article: Article,
    draft: PriceDraft,
    near: PriceDraft | None,
    claims: Sequence[PriceClaim],
    discourse: Discourse,
    table: CompanyTable,
) -> PriceClaim | None:
    company, ticker, span, rule = _whose(article, draft, near, claims, discourse, table)
    if company is None or ticker is None:
        return None
    when = _when(article, draft, near)
    change = None
    qualifier: Qualifier = "exact"
    if draft.change is not None:
        change = round(abs(draft.change.value) / 100, 10)
        change = -change if draft.direction == "down" else change
        qualifier = draft.change.qualifier
    elif draft.flat:
        change, qualifier = 0.0, "about"
    elif draft.level is not None:
        qualifier = draft.level.quantity.qualifier
    evidence = {"claim": _proof(article, draft.span, "price.clause")}
    if span is not None:
        evidence["company"] = _proof(article, span, rule)
    if draft.change is not None:
        evidence["change"] = _proof(article, draft.change.span, draft.change.rule)
    if draft.level is not None:
        evidence["level"] = _proof(article, draft.level.quantity.span, draft.level.quantity.rule)
    if draft.session_words is not None:
        evidence["session"] = _proof(article, draft.session_words, f"session.{draft.session}")
    if when.span is not None:
        evidence["date"] = _proof(article, when.span, when.rule)
    return PriceClaim(
        article_id=article.id,
        company=company,
        ticker=ticker,
        date=when,
        session=draft.session,
        level=draft.level.quantity.value if draft.level else None,
        currency=draft.level.currency if draft.level else None,
        change=change,
        qualifier=qualifier,
        direction="" if draft.flat else draft.direction,
        evidence=MappingProxyType(evidence),
    )


def _proof(article: Article, span: tuple[int, int], rule: str) -> Evidence:
    return Evidence(article.id, span[0], span[1], article.text[span[0] : span[1]], rule)


def _whose(
    article: Article,
    draft: PriceDraft,
    near: PriceDraft | None,
    claims: Sequence[PriceClaim],
    discourse: Discourse,
    table: CompanyTable,
) -> tuple[str | None, str | None, tuple[int, int] | None, str]:
    """Return company and symbol of a claim, and the words that name them."""
    mention = draft.mention
    if mention is None:
        kinds = ("listed", "product", "person")
        named = [
            m for m in draft.sentence.companies if m.kind in kinds and m.span[0] < draft.span[0]
        ]
        if near is not None and claims and near.sentence.paragraph == draft.sentence.paragraph:
            company = claims[-1].company
            line = _line(article, draft, company, table)
            return company, line or claims[-1].ticker, None, "company.claim"
        if named and price_words().shares.search(lower(draft.sentence.text)):
            mention = named[0]
        else:
            referred = discourse.referred(draft.index)
            if referred is not None and referred.rule != "company.paragraph" and discourse.main:
                referred = Subject(discourse.main, "company.main", 0.5)  # "the stock": its own
            if referred is None:
                return None, None, None, ""
            mention = referred.mention
    company = mention.company
    ticker = mention.ticker if mention.rule == "company.symbol" else None
    ticker = (
        ticker or _line(article, draft, company, table) or table.ticker_on(company, article.day)
    )
    return company, ticker, mention.span, mention.rule


def _line(article: Article, draft: PriceDraft, company: str, table: CompanyTable) -> str | None:
    """Return the Hong Kong line of a company where the words or the currency ask for it."""
    words = article.plain[draft.span[0] : draft.span[1]]
    if draft.level is not None and draft.level.currency == "USD":
        return table.ticker_on(company, article.day)
    asked = draft.level is not None and draft.level.currency == "HKD"
    if not asked and not re.search(r"港股|Hong Kong", words):
        return None
    return next((line for line in table.lines.get(company, ()) if line.endswith(".HK")), None)
