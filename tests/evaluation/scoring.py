"""Scores the reader against gold labels: what it finds, misses, invents, and which traps it meets.

A gold file maps an article's name to its labels (``announcements``, ``prices``, ``traps``); the
article stands beside it. An announcement is found when company, type and day interval agree; its
fields are scored only where the gold states them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from eventstudy.articles.dates import DateSpan
from eventstudy.articles.extraction import Announcement, Extraction, PriceClaim, extract
from eventstudy.articles.reading import article_from_text

Label = dict[str, Any]
_FIELDS = ("headcount", "headcount_qualifier", "percent", "percent_qualifier", "status", "role")


@dataclass
class Score:
    """Counts of one article, or of several added up."""

    found: int = 0
    missed: int = 0
    invented: int = 0
    price_found: int = 0
    price_missed: int = 0
    price_invented: int = 0
    exact_dates: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)
    traps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        total = Score()
        for name, value in vars(self).items():
            setattr(total, name, value + getattr(other, name))
        return total

    @property
    def f1(self) -> float:
        """F1 of announcements."""
        return _f1(self.found, self.missed, self.invented)

    @property
    def price_f1(self) -> float:
        """F1 of price claims."""
        return _f1(self.price_found, self.price_missed, self.price_invented)

    def share(self, name: str) -> float:
        """Return the share of stated fields that were read exactly; 1 where none is stated."""
        return self.fields[name] / self.stated[name] if self.stated[name] else 1.0


def _f1(found: int, missed: int, invented: int) -> float:
    return 2 * found / (2 * found + missed + invented) if found + missed + invented else 1.0


def score(gold_path: Path) -> dict[str, Score]:
    """Score the reader on every article of a gold file; article name to its score."""
    labels: dict[str, Label] = json.loads(gold_path.read_text("utf-8"))
    return {
        name: score_article(name, label, gold_path.parent)
        for name, label in labels.items()
        if name != "_about"
    }


def score_article(name: str, label: Label, folder: Path) -> Score:
    """Score one article."""
    text = (folder / label["file"]).read_text("utf-8")
    day = date.fromisoformat(label["reference_date"]) if label.get("reference_date") else None
    extraction = extract(article_from_text(text, name, published=day))
    total = Score()
    spare = _announcements(extraction, label, total)
    spare_prices = _prices(extraction, label, total)
    _traps(label, spare, spare_prices, total)
    return total


def _announcements(extraction: Extraction, label: Label, total: Score) -> list[Announcement]:
    spare = list(extraction.announcements)
    waiting = list(label["announcements"])
    for strict in (True, False):  # first those whose size agrees, then by company, type and day
        for wanted in list(waiting):
            fits = [a for a in spare if _same(a, wanted) and (not strict or _same_size(a, wanted))]
            if not fits:
                continue
            best = min(fits, key=lambda a: 0 if _exact_date(a.date, wanted) else 1)
            spare.remove(best)
            waiting.remove(wanted)
            total.found += 1
            _fields(best, wanted, total)
    total.missed = len(waiting)
    total.invented = len(spare)
    for wanted in waiting:
        size = wanted.get("headcount") or wanted.get("percent")
        total.notes.append(
            f"missed {wanted['company']} {wanted['event_type']} {wanted['date']} {size}"
        )
    for a in spare:
        size = a.headcount or a.percent
        words = a.evidence["event_type"].words
        total.notes.append(
            f"invented {a.company} {a.event_type} {a.date.start} {a.date.precision} "
            f"{size.value if size else ''} ({words})"
        )
    return spare


def _same(a: Announcement, wanted: Label) -> bool:
    if (a.company, a.event_type) != (wanted["company"], wanted["event_type"]):
        return False
    interval = gold_interval(wanted)
    if interval is None or a.date.start is None or a.date.end is None:
        return interval is None and a.date.start is None
    slack = timedelta(wanted.get("tolerance_days", 0))
    overlap = a.date.start <= interval[1] + slack and interval[0] - slack <= a.date.end
    # An interval far wider than what the words support is no answer.
    return overlap and (a.date.end - a.date.start).days <= (interval[1] - interval[0]).days * 2 + 14


def _same_size(a: Announcement, wanted: Label) -> bool:
    head = a.headcount.value if a.headcount else None
    share = a.percent.value if a.percent else None
    return bool(
        (wanted.get("headcount") is None or head == wanted["headcount"])
        and (wanted.get("percent") is None or share == wanted["percent"])
        and (wanted.get("headcount") or wanted.get("percent") or (head is None and share is None))
    )


def gold_interval(wanted: Label) -> tuple[date, date] | None:
    """Return the days that a gold date covers, ``None`` where it is unknown."""
    words = wanted["date"]
    if words is None:
        return None
    start, end = _days(words, wanted.get("date_precision", ""))
    if wanted.get("date_end"):
        end = _days(wanted["date_end"], "")[1]
    return start, end


def _days(words: str, precision: str) -> tuple[date, date]:
    if match := re.fullmatch(r"(\d{4})-H([12])", words):
        year, half = int(match[1]), int(match[2])
        return date(year, 6 * half - 5, 1), date(year, 6 * half, 30 if half == 1 else 31)
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", words):
        year, quarter = int(match[1]), int(match[2])
        return date(year, 3 * quarter - 2, 1), _month_end(year, 3 * quarter)
    parts = [int(part) for part in words.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), _month_end(parts[0], parts[1])
    day = date(*parts)
    return day, day + timedelta(6 if precision == "week" else 0)


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


def _exact_date(span: DateSpan, wanted: Label) -> bool:
    interval = gold_interval(wanted)
    if interval is None or span.start is None or span.end is None:
        return interval is None and span.start is None
    inside = interval[0] <= span.start and span.end <= interval[1]
    return inside and span.precision == wanted.get("date_precision", span.precision)


def _fields(a: Announcement, wanted: Label, total: Score) -> None:
    got = {
        "headcount": a.headcount.value if a.headcount else None,
        "headcount_qualifier": a.headcount.qualifier if a.headcount else None,
        "percent": a.percent.value if a.percent else None,
        "percent_qualifier": a.percent.qualifier if a.percent else None,
        "status": a.status,
        "role": a.role,
    }
    total.exact_dates += _exact_date(a.date, wanted)
    for name in _FIELDS:
        if wanted.get(name) is None:
            continue
        total.stated[name] += 1
        total.fields[name] += got[name] == wanted[name]
        if got[name] != wanted[name]:
            total.notes.append(
                f"{a.company} {wanted['date']} {name}: {got[name]} for {wanted[name]}"
            )
    for name, value in (("ticker", a.ticker), ("name", a.name)):
        if name in wanted:
            total.stated[name] += 1
            total.fields[name] += value == wanted[name]
            if value != wanted[name]:
                total.notes.append(f"{a.company} {name}: {value} for {wanted[name]}")
    if wanted.get("effective"):
        start, end = _days(wanted["effective"], "")
        span = a.effective
        hit = False
        if span is not None and span.start is not None and span.end is not None:
            hit = span.start <= end and start <= span.end
        total.stated["effective"] += 1
        total.fields["effective"] += hit
        if not hit:
            total.notes.append(f"{a.company} effective: {span and span.words} for {start}")


def _prices(extraction: Extraction, label: Label, total: Score) -> list[PriceClaim]:
    spare = list(extraction.price_claims)
    for wanted in label["prices"]:
        hit = next((c for c in spare if _same_price(c, wanted)), None)
        if hit is None:
            total.price_missed += 1
            total.notes.append(
                f"missed price {wanted['company']} {wanted['date']} {wanted['session']} "
                f"{wanted.get('price')} {wanted.get('change_pct')}"
            )
            continue
        spare.remove(hit)
        total.price_found += 1
        if "qualifier" in wanted:
            total.stated["price_qualifier"] += 1
            total.fields["price_qualifier"] += hit.qualifier == wanted["qualifier"]
    total.price_invented = len(spare)
    for c in spare:
        total.notes.append(
            f"invented price {c.company} {c.date.start} {c.session} {c.level} {c.change} "
            f"{c.direction}"
        )
    return spare


def _same_price(claim: PriceClaim, wanted: Label) -> bool:
    if claim.company != wanted["company"] or claim.session != wanted["session"]:
        return False
    if wanted.get("ticker") and claim.ticker != wanted["ticker"]:
        return False
    if wanted["date"] is not None:
        start, end = _days(wanted["date"], wanted.get("date_precision", ""))
        if claim.date.end is None or claim.date.end < start:
            return False
        if claim.session != "period" and (claim.date.start is None or claim.date.start > end):
            return False
    level, change = wanted.get("price"), wanted.get("change_pct")
    if (level is None) != (claim.level is None) or (level is not None and level != claim.level):
        return False
    if change is None:
        direction = wanted.get("direction")
        return claim.change is None and (direction is None or claim.direction == direction)
    return claim.change is not None and abs(claim.change * 100 - change) < 0.005


def _traps(label: Label, spare: list[Announcement], prices: list[PriceClaim], total: Score) -> None:
    """Note each trap whose figures or companies turn up in what was invented."""
    for trap in label["traps"]:
        numbers = {
            float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", trap["text"])
        }
        for a in spare:
            sizes = {q.value for q in (a.headcount, a.percent) if q is not None}
            if (
                sizes & numbers
                or a.company in trap["text"]
                or (not sizes and "hiring" in trap["kind"])
            ):
                total.traps.append(f"{trap['kind']}: {a.company} {a.event_type}")
        for claim in prices:
            values = {claim.level, abs(claim.change or 0.0) * 100} - {None, 0.0}
            if values & numbers:
                total.traps.append(f"{trap['kind']}: {claim.company} {claim.level} {claim.change}")


def table(scores: dict[str, Score]) -> str:
    """Return the scores as a table, one line per article and one for all."""
    lines = [
        f"{'article':36} {'ann F1':>7} {'price F1':>9} {'found':>6} {'miss':>5} {'inv':>4} traps"
    ]
    total = Score()
    for name, one in scores.items():
        total += one
        lines.append(_line(name, one))
    lines.append(_line("all", total))
    names = sorted(total.stated)
    lines.append("exact: " + ", ".join(f"{name} {total.share(name):.2f}" for name in names))
    dated = total.exact_dates / total.found if total.found else 1.0
    lines.append(f"dates with the same interval and precision: {dated:.2f}")
    return "\n".join(lines)


def _line(name: str, one: Score) -> str:
    return (
        f"{name[:36]:36} {one.f1:7.3f} {one.price_f1:9.3f} {one.found:6d} {one.missed:5d} "
        f"{one.invented:4d} {len(one.traps)}"
    )
