"""Statements about share prices: level, change, session and day.

A sentence is cut into clauses; each clause that speaks of a share says a level, a change, or at
least a direction. What a clause leaves out (session, day, whose share) is taken from the words
around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

from eventstudy.articles.companies import CompanyTable, Mention
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.price_words import clause_bounds, price_words, quiet
from eventstudy.articles.quantities import Figure, Qualifier, Quantity
from eventstudy.articles.reading import Article
from eventstudy.articles.records import Evidence, PriceClaim, SessionKind
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.subjects import Discourse, Subject, hidden_parts
from eventstudy.articles.wording import wording

Direction = Literal["up", "down", ""]

_TARGET = wording("price_claims.target")
_STAFF = wording("price_claims.staff")
_BEFORE_THAT = wording("price_claims.before_that")
_ASIDE = re.compile(
    f"{_BEFORE_THAT.pattern}|\\b(?:which|that|it|they|shares|stock) had\\b", re.IGNORECASE
)
_AS_MUCH = re.compile(r"as (?:much|high|low) as\b|最多|一度", re.IGNORECASE)
_CARRIED = re.compile(
    r"\b(?:it|they|shares?|stock|trading|loss|gain|price|low|high|close)\b|其|股|盘", re.IGNORECASE
)
_PERIOD_DATE = ("period", "to_date", "since")


@dataclass(frozen=True, eq=False)
class _Draft:
    """What one clause says of a price."""

    sentence: Sentence
    index: int
    span: tuple[int, int]
    change: Quantity | None
    level: Figure | None
    direction: Direction
    flat: bool
    session: SessionKind
    session_words: tuple[int, int] | None
    date: DateSpan | None
    mention: Mention | None


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
    last: _Draft | None = None
    for index, sentence in enumerate(sentences):
        if sentence.kind == "title" or sentence.question:
            continue
        before = sentences[index - 1] if index else sentence
        same = last is not None and last.sentence.paragraph == sentence.paragraph
        if before.paragraph == sentence.paragraph and before is not sentence:
            same = same or price_words().shares.search(before.text) is not None
        drafts = _drafts(sentence, index, carried=same and bool(_CARRIED.search(sentence.text)))
        for draft in drafts:
            near = last if last is not None and index - last.index <= 2 else None
            claim = _claim(article, draft, near, claims, discourse, table)
            if claim is not None and claim.session == "afterhours":
                claim = _on_news(claim, news)
            if _ASIDE.search(article.text, *draft.span) is None:
                last = draft if draft.date or near is None else replace(draft, date=near.date)
            if claim is not None and not any(_repeats(claim, other) for other in claims):
                claims.append(claim)
    return tuple(claims)


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


def _drafts(sentence: Sentence, index: int, *, carried: bool) -> list[_Draft]:
    """Return the price statements of a sentence, clause by clause."""
    text = quiet(sentence)
    if not sentence.figures and not price_words().moves(text):
        return []
    found: list[_Draft] = []
    lead = 0
    topic = carried
    open_end = False
    head: Mention | None = None
    for start, end in clause_bounds(text):
        resumed = (
            head
            if head is not None and price_words().follows(" " + text[start:end].lstrip(", "))
            else None
        )
        draft = _clause(
            sentence, index, text, (start, end), lead, topic=topic or resumed is not None
        )
        head = _at_end(sentence, end) or head
        if isinstance(draft, _Draft):
            if draft.mention is None and resumed is not None:
                draft = replace(draft, mention=resumed)
            if found and found[-1].session in ("afterhours", "premarket") and _settles(draft):
                draft = replace(draft, session=found[-1].session)
            if found and _completes(found[-1], draft):
                found[-1] = _joined(found[-1], draft)
            else:
                found.append(draft)
            lead, topic, open_end = end, True, True
        elif draft == "other":
            lead, topic, open_end = end, False, False
        elif found and open_end and found[-1].session == "unspecified":
            found[-1] = _with_session(found[-1], text, (start, end))
        topic = topic or (draft == "" and bool(price_words().shares.search(text, start, end)))
    return found


def _at_end(sentence: Sentence, end: int) -> Mention | None:
    """Return the company a clause ends with ("ASML, which holds 11% of Mistral, closed ...")."""
    place = end + sentence.start
    kinds = ("listed", "product")
    return next((m for m in sentence.companies if m.kind in kinds and m.span[1] == place), None)


def _settles(draft: _Draft) -> bool:
    """Say whether a clause tells how a session outside hours went on, not the close of a day."""
    return draft.session == "close" and draft.date is None and draft.level is None


def _clause(
    sentence: Sentence,
    index: int,
    text: str,
    bounds: tuple[int, int],
    lead: int,
    *,
    topic: bool,
) -> _Draft | Literal["other", ""]:
    """Read one clause: a statement, something else's move (``"other"``), or nothing (``""``)."""
    words = price_words()
    start, end = bounds
    clause, base = text[start:end], sentence.start
    if _TARGET.search(sentence.text[start:end]):
        return "other"
    figures = [f for f in sentence.figures if start <= f.core[0] - base < end]
    changes = [
        f
        for f in figures
        if f.kind == "percent" and not _STAFF.match(sentence.text[f.quantity.span[1] - base :])
    ]
    levels = [f for f in figures if f.kind == "money" and _is_level(sentence, f)]
    share = words.shares.search(clause)
    mention = _subject(sentence, text, bounds)
    place = min([f.quantity.span[0] - base - start for f in (*changes, *levels)] + [end - start])
    other = words.others.search(clause)
    if other and other.start() < place and not (share and share.start() < other.start() + 12):
        speaks = bool(figures) or words.up.search(clause) or words.down.search(clause)
        return "other" if speaks else ""
    if not (share or mention or topic):
        return ""
    at = changes[0].core[0] - base - start if changes else None
    direction, flat = words.direction(clause, at)
    change = changes[0].quantity if changes and direction else None
    session, found = words.session(text, (start, end))
    day = _date(sentence, (start, end), session)
    if change is None and not levels:
        bare = (direction or flat) and (share or mention or topic) and not changes
        if (
            not bare
            or (session == "unspecified" and day is None)
            or (session == "period" and not direction)
        ):
            return ""
        if not flat and session in ("intraday", "unspecified") and day is None:
            return ""
    if levels and change is None and not direction and not words.level.search(clause) and not share:
        return ""
    if re.match(r"\s*from\b", clause) and change is None:
        return ""
    if session == "unspecified" and lead < start:
        session, found = words.session(text, (lead, end))
    if day is None and lead < start:
        day = _date(sentence, (lead, end), session)
    if session == "unspecified" and _BEFORE_THAT.search(clause):
        session = "close"
    elif session == "unspecified" and change is not None and _AS_MUCH.match(change.words):
        session = "intraday"
    return _Draft(
        sentence=sentence,
        index=index,
        span=(start + base, end + base),
        change=change,
        level=levels[0] if levels else None,
        direction=direction,
        flat=flat and change is None,
        session=session,
        session_words=(found[0] + base, found[1] + base) if found else None,
        date=day,
        mention=mention,
    )


def _is_level(sentence: Sentence, figure: Figure) -> bool:
    """Say whether an amount of money can be a share price, and is not a converted one."""
    quantity = figure.quantity
    if not 0 < quantity.value < 50_000 or re.search(
        r"[a-z]illion|\d\s?(?:bn|mn|[kKmMbB])\b|万|亿", quantity.words
    ):
        return False
    before = sentence.text[
        max(0, quantity.span[0] - sentence.start - 24) : quantity.span[0] - sentence.start
    ]
    after = sentence.text[quantity.span[1] - sentence.start :][:24]
    converted = re.search(r"[\d元]\s*[(（]\s*(?:about |or |around |约)?$", before)
    return not converted and not re.match(
        r"\s*(?:a|per) (?:month|year|user|hour|head|barrel|ounce)|\s*(?:in )?(?:dividends?|severance|cash)",
        after,
    )


def _subject(sentence: Sentence, text: str, bounds: tuple[int, int]) -> Mention | None:
    """Return the company a clause names as what moves."""
    words = price_words()
    hidden = hidden_parts(sentence)
    base = sentence.start
    best: Mention | None = None
    for mention in sentence.companies:
        start, end = mention.span[0] - base, mention.span[1] - base
        if not bounds[0] <= start < bounds[1] or mention.kind in ("publisher", "model", "person"):
            continue
        inside = any(a <= mention.span[0] and mention.span[1] <= b for a, b in hidden)
        if inside and mention.rule != "company.symbol":
            continue
        after = text[end : bounds[1]]
        if (
            mention.rule == "company.symbol"
            or words.follows(after)
            or _owns(after, text[bounds[0] : start])
        ):
            best = mention if best is None or mention.rule == "company.symbol" else best
    return best


def _owns(after: str, before: str) -> bool:
    shares = price_words().shares
    owned = re.match(r"(?:['’]s?)?\s+(?:[\w-]+\s+){0,2}?", after)
    return bool(
        (owned and shares.match(after, owned.end()))
        or re.search(r"\b(?:shares?|stock) (?:of|in)\s+(?:the\s+)?$", before)
        or re.match(r"(?:的)?股价|美股|港股", after)
    )


def _date(sentence: Sentence, bounds: tuple[int, int], session: SessionKind) -> DateSpan | None:
    """Return the day, or the stretch of days, that a clause names."""
    base = sentence.start
    inside = [
        d
        for d in sentence.dates
        if d.span and bounds[0] <= d.span[0] - base < bounds[1] and d.known
    ]
    if session == "period":
        stretches = [
            d
            for d in inside
            if d.rule.endswith(_PERIOD_DATE)
            or d.rule.endswith("ago")
            or d.precision not in ("day", "moment")
        ]
        return stretches[0] if stretches else None
    days = [
        d for d in inside if d.precision in ("day", "moment") and not d.rule.endswith(_PERIOD_DATE)
    ]
    return days[0] if days else None


def _completes(one: _Draft, two: _Draft) -> bool:
    """Say whether a clause only adds what the one before left open (", up 6.5%")."""
    if two.mention is not None or one.session == "period":
        return False
    if two.date is not None and two.date.rule not in ("en.same", "zh.same"):
        return False
    level_only, change_only = two.change is None, two.level is None and two.change is not None
    if one.level is not None and one.change is None and change_only:
        return two.session in ("unspecified", one.session)
    if one.level is None and one.change is not None and two.level is not None and level_only:
        return two.session in ("unspecified", one.session) or one.session == "unspecified"
    return False


def _joined(one: _Draft, two: _Draft) -> _Draft:
    later = one.session == "unspecified"
    return replace(
        one,
        span=(one.span[0], two.span[1]),
        change=one.change or two.change,
        level=one.level or two.level,
        direction=one.direction or two.direction,
        session=two.session if later else one.session,
        session_words=two.session_words if later else one.session_words,
        date=one.date or two.date,
    )


def _with_session(draft: _Draft, text: str, bounds: tuple[int, int]) -> _Draft:
    session, found = price_words().session(text, bounds, ("period", "close"))
    if found is None:
        return draft
    base = draft.sentence.start
    return replace(draft, session=session, session_words=(found[0] + base, found[1] + base))


def _when(article: Article, draft: _Draft, near: _Draft | None) -> DateSpan:
    """Return the day of a claim: its own, that of the claim before, else publication."""
    day = article.day
    if draft.session == "period":
        end = day
        if draft.date is not None and draft.date.start is not None:
            start = draft.date.start
            if (
                end is not None
                and (draft.date.end or start) < end
                and not draft.date.rule.endswith(("this_last", "month_year", "year"))
            ):
                return replace(draft.date, end=end, precision="unknown")
            return draft.date
        return DateSpan(None, end, "unknown", "publication", "", None)
    if draft.date is not None:
        return draft.date
    if near is not None and near.date is not None and near.session != "period":
        # "closed at 10 on Tuesday and rose before the bell" speaks of the next morning
        if not (draft.session == "premarket" and near.session in ("close", "afterhours")):
            return near.date
    if day is None:
        return DateSpan(None, None, "unknown", "none", "", None)
    return DateSpan(day, day, "day", "publication", "", None)


def _claim(
    article: Article,
    draft: _Draft,
    near: _Draft | None,
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
    draft: _Draft,
    near: _Draft | None,
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
            return claims[-1].company, claims[-1].ticker, None, "company.claim"
        if named and price_words().shares.search(draft.sentence.text):
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


def _line(article: Article, draft: _Draft, company: str, table: CompanyTable) -> str | None:
    """Return the Hong Kong line of a company where the words or the currency ask for it."""
    words = article.text[draft.span[0] : draft.span[1]]
    asked = draft.level is not None and draft.level.currency == "HKD"
    if not asked and not re.search(r"港股|Hong Kong", words):
        return None
    return next((line for line in table.lines.get(company, ()) if line.endswith(".HK")), None)
