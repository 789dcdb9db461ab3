"""Drafts to announcements: what several clauses say of one deed is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from eventstudy.articles.clock import TimeOfDay
from eventstudy.articles.companies import CompanyTable
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.draft import Draft
from eventstudy.articles.intervals import shift
from eventstudy.articles.quantities import Quantity
from eventstudy.articles.reading import Article
from eventstudy.articles.records import Announcement, Evidence, Role, Status
from eventstudy.articles.timing import Told

_ORDER = ("moment", "day", "week", "month", "quarter", "half", "year", "unknown")
_RECENT = 35  # days within which a deed still is the article's own news


@dataclass(eq=False)
class _Cluster:
    """Drafts that speak of one deed, in order of place."""

    drafts: list[Draft] = field(default_factory=list)

    def ranked(self) -> list[Draft]:
        """Return the drafts, the body's first: titles and summaries round and drop hedges."""
        order = {"body": 0, "summary": 1, "title": 2}
        return sorted(self.drafts, key=lambda d: (order.get(d.sentence.kind, 3), d.index))

    def headcount(self) -> Draft | None:
        return next((d for d in self.ranked() if d.headcount is not None), None)

    def percent(self) -> Draft | None:
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
        return any(d.earlier for d in self.drafts)

    def further(self) -> bool:
        return all(d.further for d in self.drafts)


def combine(
    article: Article,
    drafts: Sequence[Draft],
    table: CompanyTable,
    main: str,
    told: Told,
) -> tuple[Announcement, ...]:
    """Put drafts together and turn them into announcements.

    Drafts of one company and type join unless their sizes or dates contradict each other, or
    one is told as a further one. What only mentions ("after the layoffs") joins what is known
    and never stands alone.

    Parameters
    ----------
    article
        The article.
    drafts
        The drafts of all types, each type's in order of place.
    table
        The alias table, for symbols on the day of publication.
    main
        The company the article is about.
    told
        When the article's opening says that this company spoke.
    """
    groups: dict[tuple[str, str], list[_Cluster]] = {}
    for draft in drafts:
        key = (draft.subject.mention.company, draft.event_type.name)
        clusters = groups.setdefault(key, [])
        home = _home(draft, clusters, article.day)
        if home is not None:
            home.drafts.append(draft)
        elif not draft.weak:
            clusters.append(_Cluster([draft]))
    found = []
    for (company, _), clusters in groups.items():
        if table.delisted(company, article.day):
            continue  # what no longer trades cannot be an event
        titled = any(d.sentence.kind == "title" for cluster in clusters for d in cluster.drafts)
        found += [
            _announcement(article, cluster, table, main, titled, told) for cluster in clusters
        ]
    return tuple(sorted(found, key=lambda a: a.evidence["event_type"].start))


def _home(draft: Draft, clusters: list[_Cluster], day: date | None) -> _Cluster | None:
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


def _same_size(draft: Draft, cluster: _Cluster) -> bool:
    other_head, other_share = cluster.headcount(), cluster.percent()
    heads = draft.headcount and other_head and other_head.headcount
    shares = draft.percent and other_share and other_share.percent
    return bool(
        (draft.headcount and heads and _alike(draft.headcount, heads))
        or (draft.percent and shares and _alike(draft.percent, shares))
    )


def _fits(draft: Draft, cluster: _Cluster, day: date | None) -> bool:
    """Say whether a draft can speak of the same deed as a cluster."""
    if draft.event_type.named:
        return _dates_fit(draft, cluster)
    if draft.further != cluster.further():
        return bool(draft.weak and not draft.further)
    if draft.earlier != cluster.earlier() and not draft.weak:
        return _same_size(draft, cluster)
    other = cluster.headcount()
    if (
        draft.headcount
        and other
        and other.headcount
        and not _alike(draft.headcount, other.headcount)
    ):
        return False
    other = cluster.percent()
    if draft.percent and other and other.percent and not _alike(draft.percent, other.percent):
        return False
    if _same_size(draft, cluster):
        return _dates_fit(draft, cluster, slack=20)
    if not _dates_fit(draft, cluster) or _news_and_past(draft, cluster, day):
        return False
    vague = draft.vague is not None and draft.date is None
    dated = cluster.dated()
    return not (vague and dated is not None and dated.date is not None and draft.headcount)


def _news_and_past(draft: Draft, cluster: _Cluster, day: date | None) -> bool:
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
    old = past.date.end < shift(day, -_RECENT if not done else 0)
    return old and any(d.ahead and d.vague is None for d in news)


def _dates_fit(draft: Draft, cluster: _Cluster, slack: int = 0) -> bool:
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
    larger = max(one.value, two.value)
    if "nearly" in (one.qualifier, two.qualifier) and larger == 50:
        return abs(one.value - two.value) <= 6  # "nearly half" stands for 45 to 49%
    return abs(one.value - two.value) <= 0.06 * larger or (
        larger <= 100 and abs(one.value - two.value) <= 0.6
    )


def _announcement(
    article: Article,
    cluster: _Cluster,
    table: CompanyTable,
    main: str,
    titled: bool,
    told: Told,
) -> Announcement:
    drafts = cluster.drafts
    lead = next(
        (d for d in cluster.ranked() if d.headcount is not None or d.percent is not None),
        next((d for d in cluster.ranked() if not d.weak), drafts[0]),
    )
    first = drafts[0]
    head, share, dated = cluster.headcount(), cluster.percent(), cluster.dated()
    effective = next((d for d in drafts if d.effective is not None), None)
    named = next((d for d in cluster.ranked() if d.name is not None), None)
    when, origin = _date(article, cluster, dated, main, told.day)
    time = _time(cluster, when, told)
    moment = time.on(when.start) if time and when.start and when.start == when.end else None
    if moment is not None:
        when = replace(when, precision="moment", moment=moment)
    role = _role(article, cluster, when, main, titled)
    status = _status(article, cluster, lead, when, role)
    mention = min((d.subject for d in drafts), key=lambda s: -s.sure).mention
    spans = {
        "date": (origin, when.rule),
        "status": ((lead.sentence.start, lead.sentence.end), f"status.{status}"),
        "session": (time.span, time.rule) if time is not None else (None, ""),
        "event_type": (
            (lead.trigger.start, lead.trigger.end),
            f"{lead.event_type.name}.{lead.trigger.kind}",
        ),
    }
    company = mention.company
    return Announcement(
        article_id=article.id,
        company=company,
        ticker=table.ticker_on(company, article.day),
        event_type=first.event_type.name,
        date=when,
        session=time.part if time is not None and time.part is not None else "unknown",
        effective=effective.effective if effective else None,
        status=status,
        headcount=head.headcount if head else None,
        percent=share.percent if share else None,
        role=role,
        name=named.name[0] if named and named.name else None,
        score=_score(cluster, when),
        evidence=_proofs(article, cluster, spans),
    )


def _proofs(
    article: Article,
    cluster: _Cluster,
    spans: Mapping[str, tuple[tuple[int, int] | None, str]],
) -> Mapping[str, Evidence]:
    """Return the words of every field: of those given, and of those the drafts hold."""
    found = dict(spans)
    subject = max((d.subject for d in cluster.drafts), key=lambda s: s.sure)
    found["company"] = subject.mention.span, subject.rule
    head, share = cluster.headcount(), cluster.percent()
    for name, quantity in (
        ("headcount", head.headcount if head else None),
        ("percent", share.percent if share else None),
        ("unit_percent", next((d.part for d in cluster.drafts if d.part is not None), None)),
    ):
        if quantity is not None:
            found[name] = quantity.span, quantity.rule
    effective = next((d.effective for d in cluster.drafts if d.effective is not None), None)
    if effective is not None:
        found["effective"] = effective.span, effective.rule
    named = next((d.name for d in cluster.ranked() if d.name is not None), None)
    if named is not None:
        found["name"] = named[1], "name"
    order = ("company", "event_type", "date", "status", "headcount", "percent", "unit_percent")
    names = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    return MappingProxyType(
        {
            name: Evidence(article.id, *span, article.text[slice(*span)], rule)
            for name in names
            for span, rule in [found[name]]
            if span is not None
        }
    )


def _date(
    article: Article, cluster: _Cluster, dated: Draft | None, main: str, told: DateSpan | None
) -> tuple[DateSpan, tuple[int, int] | None]:
    """Return when the news came, and the words that say so."""
    drafts = cluster.drafts
    if dated is not None and dated.date is not None and not _spans_present(article, dated, drafts):
        return dated.date, dated.date.span
    vague = next((d.vague for d in drafts if d.vague is not None), None)
    early = any(_opens(d) and not d.weak for d in drafts)
    own = drafts[0].subject.mention.company == main
    news = any(d.news for d in drafts) or (drafts[0].event_type.named and own)
    if article.day is not None and vague is None and (early or news):
        if own and told is not None and not cluster.further():
            return told, told.span
        return DateSpan(article.day, article.day, "day", "publication", "", None), None
    if vague is not None:
        return vague, vague.span
    return DateSpan(None, None, "unknown", "none", "", None), None


def _spans_present(article: Article, dated: Draft, drafts: Sequence[Draft]) -> bool:
    """Say whether a date is only the year or half of fresh news ("its third round this year")."""
    span, day = dated.date, article.day
    if span is None or day is None or span.start is None or span.end is None:
        return False
    coarse = span.precision in ("year", "half", "quarter") and span.start <= day <= span.end
    return coarse and any(_opens(d) and d.news for d in drafts)


def _time(cluster: _Cluster, when: DateSpan, told: Told) -> TimeOfDay | None:
    """Return when on its day the news came: by the clauses of that day, else by the opening."""
    if when.precision not in ("day", "moment"):
        return None
    for draft in cluster.drafts:
        same = draft.date is None or draft.date.start == when.start
        if draft.time is not None and same and not draft.further:
            return draft.time
    opens = any(_opens(draft) for draft in cluster.drafts)
    if opens and told.day is not None and told.day.start == when.start:
        return told.time
    return told.time if opens and told.day is None and when.rule == "publication" else None


def _opens(draft: Draft) -> bool:
    """Say whether a draft stands in title, summary or the first paragraphs."""
    return draft.sentence.opening


def _role(article: Article, cluster: _Cluster, when: DateSpan, main: str, titled: bool) -> Role:
    drafts = cluster.drafts
    day: date | None = article.day
    recent = when.end is None or day is None or when.end >= shift(day, -_RECENT)
    in_title = any(d.sentence.kind == "title" for d in drafts)
    opens = any(_opens(d) and not d.weak for d in drafts) or drafts[0].event_type.named
    own = drafts[0].subject.mention.company == main
    headed = next((d for d in drafts if d.headed), None)
    if headed is not None and not cluster.further() and not titled:
        above = when.span is not None and when.span[1] <= headed.sentence.start
        if recent or above:
            return "main"
    if recent and not cluster.further() and (in_title or (own and opens and not titled)):
        return "main"
    bare = cluster.headcount() is None and cluster.percent() is None
    if bare and all(d.name is None for d in drafts):
        return "mention"
    return "background"


def _status(article: Article, cluster: _Cluster, lead: Draft, when: DateSpan, role: Role) -> Status:
    """Return how far the deed is: what lies well behind publication is taken as done."""
    if lead.event_type.named:
        return "announced"
    if lead.status in ("reported", "planned"):
        return lead.status
    if not lead.spoken and any(d.status == "reported" for d in cluster.drafts):
        return "reported"
    old = when.end is None or article.day is None or when.end < shift(article.day, -7)
    if role != "main" and old:
        return "completed"
    if role == "main" and lead.status == "completed":
        return "announced"
    return lead.status


def _score(cluster: _Cluster, when: DateSpan) -> float:
    sure = max(draft.subject.sure for draft in cluster.drafts)
    score = 0.4 * sure
    score += 0.2 if any(draft.trigger.strong for draft in cluster.drafts) else 0.1
    score += 0.2 if when.known and when.rule != "publication" else 0.1 if when.known else 0.0
    sized = cluster.headcount() is not None or cluster.percent() is not None
    score += 0.2 if sized or any(d.name for d in cluster.drafts) else 0.0
    return round(score, 2)
