"""Which drafts speak of one deed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from eventstudy.articles.draft import Draft
from eventstudy.articles.intervals import shift
from eventstudy.articles.quantities import Quantity

_ORDER = ("moment", "day", "week", "month", "quarter", "half", "year", "unknown")
_ABOVE, _MANY = 1.15, 100
RECENT = 35  # days within which a deed still is the article's own news


@dataclass(eq=False)
class Cluster:
    """Drafts that speak of one deed, in order of place."""

    drafts: list[Draft] = field(default_factory=list)

    def ranked(self) -> list[Draft]:
        """Return the drafts, the body's first: titles and summaries round and drop hedges."""
        order = {"body": 0, "summary": 1, "title": 2}
        return sorted(self.drafts, key=lambda d: (order.get(d.sentence.kind, 3), d.index))

    def headcount(self) -> Draft | None:
        """Return the draft whose number of people counts, if any states one."""
        return next((d for d in self.ranked() if d.headcount is not None), None)

    def percent(self) -> Draft | None:
        """Return the draft whose share of the staff counts, if any states one."""
        return next((d for d in self.ranked() if d.percent is not None), None)

    def dated(self) -> Draft | None:
        """Return the draft with the finest date, the first of equals.

        A bare mention ("the layoffs") dates nothing where another clause tells the deed.
        """
        dated = [d for d in self.drafts if d.date is not None and d.date.known]
        told = [d for d in dated if not d.weak and (d.sized or d.status != "completed")]
        dated = told or [d for d in dated if not any(e.sized and e.news for e in self.drafts)]
        if not dated:
            return None
        return min(dated, key=lambda d: _ORDER.index(d.date.precision) if d.date else 9)

    def earlier(self) -> bool:
        """Say whether it is told as a deed before the one at hand."""
        return any(d.earlier for d in self.drafts)

    def further(self) -> bool:
        """Say whether it is set apart from a deed before it."""
        return all(d.further for d in self.drafts)


def home_of(draft: Draft, clusters: list[Cluster], day: date | None) -> Cluster | None:
    """Return the cluster a draft belongs to."""
    fitting = [cluster for cluster in clusters if _fits(draft, cluster, day)]
    if not fitting:
        return None
    sized = draft.headcount is not None or draft.percent is not None
    dated = draft.date is not None and draft.date.known
    for cluster in fitting:
        if sized and _same_size(draft, cluster):
            return cluster
    for cluster in fitting:
        if dated and cluster.dated() is not None:
            return cluster
    near = [c for c in fitting if c.drafts[-1].sentence.paragraph == draft.sentence.paragraph]
    return near[-1] if near else fitting[0]


def _same_size(draft: Draft, cluster: Cluster) -> bool:
    other_head, other_share = cluster.headcount(), cluster.percent()
    heads = draft.headcount and other_head and other_head.headcount
    shares = draft.percent and other_share and other_share.percent
    return bool(
        (draft.headcount and heads and _alike(draft.headcount, heads))
        or (draft.percent and shares and _alike(draft.percent, shares))
    )


def _fits(draft: Draft, cluster: Cluster, day: date | None) -> bool:
    """Say whether a draft can speak of the same deed as a cluster."""
    if draft.event_type.named:
        return _dates_fit(draft, cluster)
    if draft.further != cluster.further():
        return bool(draft.weak and not draft.further)
    if draft.earlier != cluster.earlier() and not draft.weak and not _same_day(draft, cluster):
        return _same_size(draft, cluster)
    other = cluster.headcount()
    if (
        draft.headcount
        and other
        and other.headcount
        and not _alike(draft.headcount, other.headcount)
    ):
        return _is_portion(draft, other.headcount)
    other = cluster.percent()
    if draft.percent and other and other.percent and not _alike(draft.percent, other.percent):
        return False
    if _same_size(draft, cluster):
        apart = not _equal_size(draft, cluster) and _news_and_past(draft, cluster, day)
        return _dates_fit(draft, cluster, slack=20) and not apart
    if not _dates_fit(draft, cluster) or _news_and_past(draft, cluster, day):
        return False
    vague = draft.vague is not None and draft.date is None
    dated = cluster.dated()
    return not (vague and dated is not None and dated.date is not None and draft.headcount)


def _same_day(draft: Draft, cluster: Cluster) -> bool:
    """Say whether a draft names the date of a cluster."""
    dated = cluster.dated()
    other = dated.date if dated is not None else None
    return draft.date is not None and other is not None and draft.date.start == other.start


def _equal_size(draft: Draft, cluster: Cluster) -> bool:
    """Say whether a draft states the very number or share of a cluster."""
    heads = {d.headcount.value for d in cluster.drafts if d.headcount is not None}
    shares = {d.percent.value for d in cluster.drafts if d.percent is not None}
    return bool(
        (draft.headcount is not None and draft.headcount.value in heads)
        or (draft.percent is not None and draft.percent.value in shares)
    )


def _is_portion(draft: Draft, total: Quantity) -> bool:
    """Say whether a smaller number without a date of its own is a part of one told before."""
    smaller = draft.headcount is not None and draft.headcount.value < total.value
    undated = draft.date is None and draft.vague is None
    return smaller and undated and draft.percent is None and not draft.earlier


def _news_and_past(draft: Draft, cluster: Cluster, day: date | None) -> bool:
    """Say whether one is undated news and the other a deed that lies well behind it."""
    dated = cluster.dated()
    known = draft.date is not None and draft.date.known
    if day is None or known == (dated is not None) or draft.weak:
        return False
    past = draft if known else dated
    news = [draft] if not known else [d for d in cluster.drafts if not d.weak]
    if past is None or past.date is None or past.date.end is None:
        return False
    done = past.status == "completed" and not past.ahead
    old = past.date.end < shift(day, -RECENT if not done else 0)
    return old and any(d.ahead and d.vague is None for d in news)


def _dates_fit(draft: Draft, cluster: Cluster, slack: int = 0) -> bool:
    dated = cluster.dated()
    if draft.date is None or not draft.date.known or dated is None or dated.date is None:
        return True
    one, two = draft.date, dated.date
    if one.start is None or one.end is None or two.start is None or two.end is None:
        return True
    return one.start <= shift(two.end, slack) and two.start <= shift(one.end, slack)


def _alike(one: Quantity, two: Quantity) -> bool:
    """Say whether two sizes can be the same number, differently hedged."""
    if one.qualifier == two.qualifier == "exact":
        return one.value == two.value
    for bound, other in ((one, two), (two, one)):
        open_end = bound.qualifier in ("more_than", "at_least") and bound.value > _MANY
        if open_end and bound.value <= other.value <= _ABOVE * bound.value:
            return True  # "over 2,000" in the title is "about 2,200" below it
    larger = max(one.value, two.value)
    if "nearly" in (one.qualifier, two.qualifier) and larger == 50:
        return abs(one.value - two.value) <= 6  # "nearly half" stands for 45 to 49%
    return abs(one.value - two.value) <= 0.06 * larger or (
        larger <= 100 and abs(one.value - two.value) <= 0.6
    )
