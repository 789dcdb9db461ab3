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
from eventstudy.articles.price_clauses import PriceDraft
from eventstudy.articles.price_days import Days, live, on_market_day, on_news, one_day
from eventstudy.articles.price_drafts import price_drafts
from eventstudy.articles.price_moments import BEFORE_THAT
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
_CLOSED_AT = re.compile(
    r"\b(?:it|they) (?:closed|ended|finished|settled)(?: the day)? at (?:[a-z]{0,3}[$€£¥])"
)
_NEAR_BY = ("company.paragraph", "company.heading")
_HANG_SENG = re.compile(r"hang seng|恒生|恒指")
_HONG_KONG = re.compile(r"^(?!.*美股).*港股")
_IN_PLACE = re.compile(r"(?:In|On|At|Over in)\s[^,]{3,40},|在[^，]{2,16}，")
_HAD = re.compile(r"\bhad (?:been|risen|fallen|gained|lost|climbed|dropped|jumped|slid)\b")
# The symbols of the exchange that quotes its shares in a currency, where only one does
_HOMES = {
    "USD": "",
    "HKD": ".HK",
    "CHF": ".SW",
    "SEK": ".ST",
    "DKK": ".CO",
    "NOK": ".OL",
    "GBp": ".L",
    "JPY": ".T",
    "INR": ".NS",
    "KRW": ".KS",
    "TWD": ".TW",
}
_BEYOND = 40  # letters in which "after the announcement" follows a move
_PLURAL = re.compile(r"(?:They|The (?:shares?|stock|price)|It (?:closed|ended|finished|settled))\b")
_THE_PRICE = re.compile(r"\bthe (?:share |stock )?price (?:has|had|is|was) (?:been )?(?!cut by)")
_CARRIED = re.compile(
    r"\b(?:it|they|shares?|stock|trading|loss|gain|price|low|high|close|that['’]s after"
    r"|titles|paper)\b"
    r"|其|股|盘|今年以来|年内|累计",
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
    days = Days(article, sentences)
    first = 0
    overnight: tuple[int, DateSpan] | None = None
    for index, sentence in enumerate(sentences):
        if sentence.kind == "title" or sentence.question:
            continue
        days.hear(sentence)
        dark = next((d for d in sentence.dates if d.rule == "zh.overnight"), None)
        overnight = (sentence.paragraph, dark) if dark is not None else overnight
        before = sentences[index - 1] if index else sentence
        heading = discourse.headings[index]
        item = heading.mention if heading is not None else None
        first = sentence.start if before.paragraph != sentence.paragraph else first
        entry = item is not None and item.span[0] >= first
        carried = _carried(sentence, index, before, last)
        for draft in price_drafts(sentence, index, carried=carried or entry):
            if draft.mention is None and item is not None:
                draft = replace(draft, mention=item)
            night = overnight[1] if overnight and overnight[0] == sentence.paragraph else None
            home = night is not None and _at_home(article, draft, night)
            if night is not None and draft.date is None and not home:
                draft = replace(draft, date=night)
            near = last if last is not None and index - last.index <= 2 else None
            when = days.of(draft, None if home else near)
            if claims and near is not None and draft.date is None and _HAD.search(draft.words):
                when = replace(claims[-1].date, span=None)  # "it had been up 11% at lunchtime"
            claim = _claim(article, draft, near, claims, discourse, table, when)
            if claim is not None:
                told = article.plain[draft.span[0] : draft.span[1] + _BEYOND]
                claim = on_market_day(live(on_news(claim, news, told), article.day), article.plain)
            if _ASIDE.search(article.plain, *draft.span) is None:
                last = draft if draft.date or near is None else replace(draft, date=near.date)
            if claim is not None:
                _add(claims, claim, next_to=near is not None and index - near.index <= 1)
    return tuple(_one_line(claims, article.plain))


def _at_home(article: Article, draft: PriceDraft, night: DateSpan) -> bool:
    """Say whether the home line is named after what happened overnight in America."""
    since = night.span[1] if night.span else draft.span[0]
    return bool(price_words().place(lower(article.plain[since : draft.span[1]])))


def _carried(sentence: Sentence, index: int, before: Sentence, last: PriceDraft | None) -> bool:
    """Say whether a sentence goes on about the share that those before it speak of."""
    low = sentence.low
    here = last is not None and last.sentence.paragraph == sentence.paragraph
    near = last is not None and index - last.index <= 2
    told = before.paragraph == sentence.paragraph or before.question  # "And the stock?"
    asked = told and before is not sentence
    if not (here or near or asked or " at " in low) or not _CARRIED.search(low):
        return False
    if here or _CLOSED_AT.search(low):
        return True
    if near and (_PLURAL.match(sentence.text) or _THE_PRICE.search(low)):
        return True
    return asked and price_words().shares.search(before.low) is not None


def _add(claims: list[PriceClaim], claim: PriceClaim, *, next_to: bool) -> None:
    """Add a claim, unless it repeats one or only completes the one in the sentence before."""
    if any(_repeats(claim, other) or _sharper(other, claim) for other in claims):
        return
    for place, other in enumerate(claims):
        if _sharper(claim, other):
            claims[place] = claim
            return
    if claims:
        claims[-1] = one_day(claims[-1], claim)
    if next_to and claims and _completes(claims[-1], claim):
        last = claims[-1]
        claims[-1] = replace(
            last, level=claim.level, currency=claim.currency, evidence=_both(last, claim)
        )
        return
    claims.append(claim)


def _one_line(claims: Sequence[PriceClaim], text: str) -> list[PriceClaim]:
    """Give a move told of no line of shares the line that others of its day and company name."""
    found: list[PriceClaim] = []
    for claim in claims:
        span = claim.evidence["claim"]
        told = claim.level is not None or price_words().place(lower(text[span.start : span.end]))
        same = [c for c in claims if c.company == claim.company and _of_day(claim, c)]
        other = next((c.ticker for c in same if c.ticker and "." in c.ticker), None)
        if told is None and other is not None and "." not in (claim.ticker or "."):
            claim = replace(claim, ticker=other)
        found.append(claim)
    return [c for c in found if not any(_bare_of(c, other) for other in found)]


def _of_day(one: PriceClaim, two: PriceClaim) -> bool:
    """Say whether two claims are of one day, or a stretch of days ends with the other's."""
    ends = one.session == "period" and one.date.end == two.date.end
    return ends or one.date.start == two.date.start


def _bare_of(two: PriceClaim, one: PriceClaim) -> bool:
    """Say whether a claim tells without a figure the move that another tells with one."""
    bare = two.change is None and two.level is None and two.session == "unspecified"
    same = (one.ticker, one.date.start, one.direction) == (
        two.ticker,
        two.date.start,
        two.direction,
    )
    return bare and same and one.change is not None and one.session != "period"


def _completes(one: PriceClaim, two: PriceClaim) -> bool:
    """Say whether a claim only gives the level to the change told before ("It closed at 52.62")."""
    same = (one.ticker, one.session, one.date.start) == (two.ticker, two.session, two.date.start)
    parted = two.level is not None and two.change is None and one.level is None
    said = one.change is not None and not two.direction and "date" not in two.evidence
    return same and parted and said and one.session not in ("period", "unspecified")


def _both(one: PriceClaim, two: PriceClaim) -> Mapping[str, Evidence]:
    return MappingProxyType({**one.evidence, "level": two.evidence["level"]})


def _sharper(one: PriceClaim, two: PriceClaim) -> bool:
    """Say whether one claim says more exactly what another says ("over 6%" and "6.3%")."""
    same = (one.ticker, one.date.start) == (two.ticker, two.date.start)
    if not same or one.change is None or two.level is not None or one.session == "period":
        return False
    if two.session not in (one.session, "unspecified"):
        return False
    if two.change is None:
        return two.direction == one.direction and two.session == one.session
    beyond = (one.change - two.change) * (1 if two.change > 0 else -1)
    loose = {"more_than": (0.0, 0.01), "at_least": (0.0, 0.01), "about": (-0.005, 0.005)}
    loose |= {"nearly": (-0.01, 0.0)}
    low, high = loose.get(two.qualifier, (1.0, 0.0))
    return one.qualifier == "exact" and low <= round(beyond, 10) <= high


def _repeats(one: PriceClaim, two: PriceClaim) -> bool:
    """Say whether two claims are one statement made twice (summary and body)."""
    stated = (one.level, one.change) == (two.level, two.change)
    said = one.level is not None or one.change is not None
    days = one.date.start == two.date.start or "publication" in (one.date.rule, two.date.rule)
    return one.company == two.company and stated and said and days and one.session == two.session


def _claim(
    article: Article,
    draft: PriceDraft,
    near: PriceDraft | None,
    claims: Sequence[PriceClaim],
    discourse: Discourse,
    table: CompanyTable,
    when: DateSpan,
) -> PriceClaim | None:
    day = when.start if draft.session != "period" else article.day
    company, ticker, span, rule = _whose(
        article, draft, near, claims, discourse, table, day or article.day
    )
    if company is None or ticker is None:
        return None
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
        currency=_currency(draft, ticker),
        change=change,
        qualifier=qualifier,
        direction="" if draft.flat else draft.direction,
        evidence=MappingProxyType(evidence),
    )


def _currency(draft: PriceDraft, ticker: str) -> str | None:
    """Return the currency of a level; a bare yuan sign beside a Hong Kong line is its dollar."""
    if draft.level is None:
        return None
    plain = draft.level.currency == "CNY" and "人民币" not in draft.words
    return "HKD" if plain and ticker.endswith(".HK") else draft.level.currency


def _proof(article: Article, span: tuple[int, int], rule: str) -> Evidence:
    return Evidence(article.id, span[0], span[1], article.text[span[0] : span[1]], rule)


def _whose(
    article: Article,
    draft: PriceDraft,
    near: PriceDraft | None,
    claims: Sequence[PriceClaim],
    discourse: Discourse,
    table: CompanyTable,
    day: date | None,
) -> tuple[str | None, str | None, tuple[int, int] | None, str]:
    """Return company and symbol of a claim, and the words that name them."""
    mention = draft.mention
    if mention is None:
        kinds = ("listed", "product", "person")
        named = [
            m for m in draft.sentence.companies if m.kind in kinds and m.span[0] < draft.span[0]
        ]
        if near is not None and claims and near.sentence.paragraph == draft.sentence.paragraph:
            last = claims[-1]
            ticker = _ticker(article, draft, last.company, table, day, last=last.ticker, near=near)
            return last.company, ticker, None, "company.claim"
        if named and price_words().shares.search(lower(draft.sentence.text)):
            mention = named[0]
        else:
            referred = discourse.referred(draft.index)
            apart = referred is not None and referred.rule not in _NEAR_BY
            main = discourse.main
            if apart and main is not None and main.span[0] < draft.span[0]:
                referred = Subject(main, "company.main", 0.5)  # "the stock": its own
            if referred is None or referred.mention.span[0] > draft.span[1]:
                return None, None, None, ""
            mention = _holder(discourse, draft.index, referred.mention)
    said = mention.ticker if mention.rule == "company.symbol" else None
    ticker = _ticker(article, draft, mention.company, table, day, said=said)
    return mention.company, ticker, mention.span, mention.rule


def _holder(discourse: Discourse, index: int, mention: Mention) -> Mention:
    """Return the listed company that opens the paragraph, where only a product stands nearer."""
    if mention.kind not in ("product", "model"):
        return mention
    paragraph = discourse.sentences[index].paragraph
    heads = (
        m
        for s in discourse.sentences[:index]
        for m in s.companies[:1]
        if s.paragraph == paragraph and m.kind == "listed" and m.span[0] == s.start
    )
    return next(heads, mention)


def _ticker(
    article: Article,
    draft: PriceDraft,
    company: str,
    table: CompanyTable,
    day: date | None,
    *,
    said: str | None = None,
    last: str | None = None,
    near: PriceDraft | None = None,
) -> str | None:
    """Return the line of a company's shares that a claim means, by its symbol of that day.

    A symbol in the text counts before the currency and the place of trading, these before the
    line of the claim before, and that before the line that the table gives.
    """
    usual = table.ticker_on(company, article.day)
    if said is not None and said != usual:
        return said
    same = near is not None and near.index == draft.index
    told = (near.span[1] if near and same else draft.span[0], draft.span[1])
    ending = _ending(article, draft, told, named=said is not None)
    if ending is None:
        return last if last not in (None, usual) else table.ticker_on(company, day)
    lines = table.lines.get(company, ())
    there = [s for s in lines if (s.endswith(ending) if ending else "." not in s)]
    if not there or usual in there:
        return table.ticker_on(company, day)
    return there[0]


def _ending(
    article: Article, draft: PriceDraft, told: tuple[int, int], *, named: bool
) -> str | None:
    """Return how symbols end where a claim's currency or words say that the shares trade.

    ``told`` reaches back to the claim before it in the sentence: "In London it fell too, by 2%".
    """
    currency = draft.level.currency if draft.level is not None else None
    ending = _HOMES.get(currency or "")
    if ending is not None or named:
        return ending
    words = price_words()
    opening = _IN_PLACE.match(draft.sentence.text)
    here = words.place(lower(article.plain[slice(*told)]))
    if here is None and opening is not None:
        here = words.place(lower(opening[0]))
    if here is None and _HANG_SENG.search(draft.sentence.low):
        return ".HK"  # measured against the market it trades in
    return ".HK" if here is None and _HONG_KONG.search(article.title) else here
