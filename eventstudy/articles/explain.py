"""What was found and why: plain text, a marked page, and rows for JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise
from typing import Any

from eventstudy.articles.dates import DateSpan
from eventstudy.articles.quantities import Quantity
from eventstudy.articles.reading import Article
from eventstudy.articles.records import Announcement, Evidence, Extraction, PriceClaim

_STYLE = """<style>
.read{font:16px/1.6 Georgia,"Noto Serif CJK SC",serif;max-width:46rem;
margin:2rem auto;padding:0 1rem}
.read h1{font-size:1.4rem}.read pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}
.read .furniture,.read .meta{color:#8a8a8a}.read mark{border-radius:2px;padding:0 1px}
.read mark.event{background:#ffe3a3}.read mark.price{background:#bfe3ff}
.read mark.refused{background:none;border-bottom:2px dotted #c0392b}
.read table{border-collapse:collapse;font:14px/1.4 system-ui,sans-serif;margin:1rem 0}
.read td,.read th{border-bottom:1px solid #ddd;padding:.2rem .6rem;text-align:left;
vertical-align:top}
</style>"""


_OF_SPAN = ("end", "precision", "words", "rule")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _proofs(evidence: Mapping[str, Evidence]) -> dict[str, dict[str, Any]]:
    return {
        name: {"start": e.start, "end": e.end, "words": e.words, "rule": e.rule}
        for name, e in evidence.items()
    }


def _span(name: str, span: DateSpan | None) -> dict[str, Any]:
    return {
        name: _iso(span.start) if span else None,
        f"{name}_end": _iso(span.end) if span else None,
        f"{name}_precision": span.precision if span else None,
        f"{name}_words": span.words if span else None,
        f"{name}_rule": span.rule if span else None,
    }


def _quantity(name: str, quantity: Quantity | None) -> dict[str, Any]:
    return {
        name: quantity.value if quantity else None,
        f"{name}_qualifier": quantity.qualifier if quantity else None,
    }


def _announcement(found: Announcement) -> dict[str, Any]:
    return {
        "kind": "announcement",
        "article_id": found.article_id,
        "company": found.company,
        "ticker": found.ticker,
        "event_type": found.event_type,
        **_span("date", found.date),
        "session": found.session,
        **_span("effective", found.effective),
        "status": found.status,
        "role": found.role,
        **_quantity("headcount", found.headcount),
        **_quantity("percent", found.percent),
        "name": found.name,
        "score": found.score,
        "evidence": _proofs(found.evidence),
    }


def _price_claim(found: PriceClaim) -> dict[str, Any]:
    return {
        "kind": "price_claim",
        "article_id": found.article_id,
        "company": found.company,
        "ticker": found.ticker,
        **_span("date", found.date),
        "session": found.session,
        "level": found.level,
        "currency": found.currency,
        "change": found.change,
        "qualifier": found.qualifier,
        "direction": found.direction,
        "evidence": _proofs(found.evidence),
    }


def to_records(extraction: Extraction) -> list[dict[str, Any]]:
    """Return one plain dict per finding, ready for JSON or a table.

    Parameters
    ----------
    extraction
        What was found in an article.

    Returns
    -------
    list of dict
        Announcements, then price claims; days as ISO 8601, ``None`` for what is not stated, and
        under ``evidence`` the words, offsets and rule of every field.
    """
    return [
        *(_announcement(found) for found in extraction.announcements),
        *(_price_claim(found) for found in extraction.price_claims),
    ]


def _fields(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, value, words and rule of every field that has a value."""
    proofs: Mapping[str, Mapping[str, Any]] = record["evidence"]
    skipped = {"kind", "article_id", "evidence"}
    skipped |= {f"{name}_{of}" for name in ("date", "effective") for of in _OF_SPAN}
    for name, value in record.items():
        if name in skipped or value in (None, "", "unknown"):
            continue
        proof = proofs.get(name, {})
        shown = f"{value:+.2%}" if name == "change" else str(value)
        if name == "date":
            end = record["date_end"]
            shown = shown if end in (value, None) else f"{value} to {end}"
            proof = proof or {"words": "", "rule": record["date_rule"]}
        yield name, shown, " ".join(str(proof.get("words", "")).split()), str(proof.get("rule", ""))


def explain_text(article: Article, extraction: Extraction) -> str:
    """Return, field by field, what was found, in which words, and by which rule.

    Parameters
    ----------
    article, extraction
        The article, and what was found in it.
    """
    published = _iso(article.day) or "no date"
    lines = [f"{article.title or article.id} ({published}, {article.language})"]
    for record in to_records(extraction):
        head = record.get("event_type") or f"price, {record['session']}"
        lines += ["", f"{head}: {record['company']} ({record['ticker'] or 'not traded'})"]
        for name, value, words, rule in _fields(record):
            proof = f"  «{_short(words)}»" if words else ""
            lines.append(
                f"  {name:<20} {_short(value):<26}{proof}  [{rule}]"
                if rule
                else f"  {name:<20} {value}"
            )
    if extraction.rejections:
        lines += ["", "turned down:"]
    lines += [
        f"  {refused.reason:<12} «{_short(refused.evidence.words)}» at {refused.evidence.start}"
        for refused in extraction.rejections
    ]
    return "\n".join(lines) + "\n"


def _short(words: str, width: int = 70) -> str:
    words = " ".join(words.split())
    return words if len(words) <= width else f"{words[: width - 1]}…"


def _marks(extraction: Extraction) -> list[tuple[int, int, str, str]]:
    """Return start, end, class and title of every mark."""
    marks = []
    for announcement in extraction.announcements:
        head = f"{announcement.event_type}, {announcement.company}"
        marks += [
            (e.start, e.end, "event", f"{head}: {name} [{e.rule}]")
            for name, e in announcement.evidence.items()
            if name != "status"
        ]
    for claim in extraction.price_claims:
        marks += [
            (e.start, e.end, "price", f"price, {claim.company}: {name} [{e.rule}]")
            for name, e in claim.evidence.items()
            if name != "claim"
        ]
    marks += [
        (r.evidence.start, r.evidence.end, "refused", f"turned down: {r.reason}")
        for r in extraction.rejections
    ]
    return marks


def explain_html(article: Article, extraction: Extraction) -> str:
    """Return the article as a page part with the words behind each finding marked.

    Parameters
    ----------
    article, extraction
        The article, and what was found in it.

    Returns
    -------
    str
        Self-contained HTML without scripts; several may be joined to one page. Furniture is grey,
        a mark's title says field and rule.
    """
    rows = []
    for record in to_records(extraction):
        cells = "".join(
            f"<tr><td>{escape(name)}</td><td>{escape(value)}</td><td>{escape(words)}</td>"
            f"<td><code>{escape(rule)}</code></td></tr>"
            for name, value, words, rule in _fields(record)
        )
        head = record.get("event_type") or f"price, {record['session']}"
        title = escape(f"{head}: {record['company']}")
        rows.append(f'<table><tr><th colspan="4">{title}</th></tr>{cells}</table>')
    heading = escape(article.title or article.id)
    return (
        f'<meta charset="utf-8">{_STYLE}<article class="read"><h1>{heading}</h1>'
        f"<pre>{_marked(article, extraction)}</pre>{''.join(rows)}</article>\n"
    )


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """An article with its findings: marked in a notebook, in lines anywhere else."""

    article: Article
    extraction: Extraction

    def __repr__(self) -> str:
        return explain_text(self.article, self.extraction)

    def _repr_html_(self) -> str:
        return explain_html(self.article, self.extraction)


def _marked(article: Article, extraction: Extraction) -> str:
    """Return the text with marks; where marks overlap, one mark bears all their titles."""
    marks = _marks(extraction)
    furniture = [s for s in article.sections if s.kind in ("furniture", "meta")]
    edges = {0, len(article.text)}
    edges |= {place for start, end, _, _ in marks for place in (start, end)}
    edges |= {place for section in furniture for place in (section.start, section.end)}
    places = sorted(edges)
    out = []
    for start, end in pairwise(places):
        words = escape(article.text[start:end])
        here = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
        grey = next((s.kind for s in furniture if s.start <= start and end <= s.end), None)
        if here:
            kind = min((mark[2] for mark in here), key=("event", "price", "refused").index)
            title = escape("; ".join(dict.fromkeys(mark[3] for mark in here)))
            words = f'<mark class="{kind}" title="{title}">{words}</mark>'
        out.append(f'<span class="{grey}">{words}</span>' if grey else words)
    return "".join(out)
