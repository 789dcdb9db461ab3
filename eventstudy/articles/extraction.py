"""An article to everything it says: announcements and price claims. The entry of the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eventstudy.articles.announcements import combine
from eventstudy.articles.companies import (
    CompanyTable,
    Mention,
    company_table,
    find_companies,
)
from eventstudy.articles.draft import Draft
from eventstudy.articles.drafts import find_drafts
from eventstudy.articles.event_types import event_types
from eventstudy.articles.price_claims import find_price_claims
from eventstudy.articles.reading import Article
from eventstudy.articles.records import (
    Announcement,
    Evidence,
    Extraction,
    PriceClaim,
    Rejection,
    Role,
    SessionKind,
    Status,
)
from eventstudy.articles.sentences import read_sentences
from eventstudy.articles.subjects import Discourse
from eventstudy.articles.timing import told_on

__all__ = [
    "Announcement",
    "Evidence",
    "Extraction",
    "PriceClaim",
    "Rejection",
    "Role",
    "SessionKind",
    "Status",
    "extract",
]


def extract(article: Article, *, companies: str = "", types: Sequence[str] = ()) -> Extraction:
    """Find announcements and price claims in an article.

    Parameters
    ----------
    article
        The article; relative dates are read from its day of publication.
    companies
        A CSV file with further company names (see ``companies.company_table``).
    types
        TOML files with further event types (see ``event_types``).

    Returns
    -------
    Extraction
        Deterministic: equal articles give equal findings.

    Raises
    ------
    ArticleError
        A file of further names or types cannot be read.
    """
    table = company_table(companies)
    sentences = read_sentences(article, table)
    discourse = Discourse(sentences, _author(article, table))
    drafts: list[Draft] = []
    rejections: list[Rejection] = []
    for event_type in event_types(*types):
        found, refused = find_drafts(sentences, event_type, discourse, article.day, article.id)
        drafts += found
        rejections += refused
    main = discourse.main.company if discourse.main is not None else ""
    announcements = combine(article, drafts, table, main, told_on(sentences, main, article.day))
    news = {
        a.company: a.date.start
        for a in reversed(announcements)
        if a.role == "main" and a.date.start is not None and a.date.precision in ("day", "moment")
    }
    return Extraction(
        article_id=article.id,
        announcements=announcements,
        price_claims=find_price_claims(article, sentences, discourse, table, news),
        rejections=tuple(
            replace(
                r,
                evidence=replace(r.evidence, words=article.text[r.evidence.start : r.evidence.end]),
            )
            for r in sorted(rejections, key=lambda r: r.evidence.start)
        ),
    )


def _author(article: Article, table: CompanyTable) -> Mention | None:
    """Return the company that the header lines name as sender, receiver or source."""
    for section in article.sections:
        if section.kind != "meta":
            continue
        header = article.text[section.start : section.end]
        for mention in find_companies(header, article.day, table):
            if mention.kind in ("listed", "private"):
                span = (mention.span[0] + section.start, mention.span[1] + section.start)
                return replace(mention, span=span)
    return None
