"""Drafts to announcements: what several clauses say of one deed is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from eventstudy.articles.clock import TimeOfDay
from eventstudy.articles.clusters import RECENT, Cluster, home_of
from eventstudy.articles.companies import CompanyTable
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.draft import Draft
from eventstudy.articles.intervals import shift
from eventstudy.articles.reading import Article
from eventstudy.articles.records import Announcement, Evidence, Role, Status
from eventstudy.articles.timing import Told


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
    groups: dict[tuple[str, str], list[Cluster]] = {}
    for draft in drafts:
        key = (draft.subject.mention.company, draft.event_type.name)
        clusters = groups.setdefault(key, [])
        home = home_of(draft, clusters, article.day)
        if home is not None:
            home.drafts.append(draft)
        elif not draft.weak:
            clusters.append(Cluster([draft]))
    found = []
    for (company, _), clusters in groups.items():
        if table.delisted(company, article.day):
            continue  # what no longer trades cannot be an event
        titled = any(d.sentence.kind == "title" for cluster in clusters for d in cluster.drafts)
        found += [
            _announcement(article, cluster, table, main, titled, told) for cluster in clusters
        ]
    return tuple(sorted(found, key=lambda a: a.evidence["event_type"].start))


def _announcement(
    article: Article,
    cluster: Cluster,
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
    cluster: Cluster,
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
    article: Article, cluster: Cluster, dated: Draft | None, main: str, told: DateSpan | None
) -> tuple[DateSpan, tuple[int, int] | None]:
    """Return when the news came, and the words that say so."""
    drafts = cluster.drafts
    if dated is not None and dated.date is not None and not _spans_present(article, dated, drafts):
        return dated.date, dated.date.span
    fresh = any(d.vague is None and d.news and _opens(d) and not d.weak for d in drafts)
    vague = None if fresh else next((d.vague for d in drafts if d.vague is not None), None)
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


def _time(cluster: Cluster, when: DateSpan, told: Told) -> TimeOfDay | None:
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


def _role(article: Article, cluster: Cluster, when: DateSpan, main: str, titled: bool) -> Role:
    drafts = cluster.drafts
    day: date | None = article.day
    recent = when.end is None or day is None or when.end >= shift(day, -RECENT)
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


def _status(article: Article, cluster: Cluster, lead: Draft, when: DateSpan, role: Role) -> Status:
    """Return how far the deed is: what lies well behind publication is taken as done."""
    if lead.event_type.named:
        return "announced"
    if lead.status in ("reported", "planned"):
        return lead.status
    if not lead.spoken and any(d.status == "reported" for d in cluster.drafts):
        return "reported"
    old = when.end is None or article.day is None or when.end < shift(article.day, -7)
    if role != "main" and old:
        dated = when.precision in ("day", "moment")
        return "announced" if dated and lead.ahead and lead.spoken else "completed"
    if role == "main" and lead.status == "completed":
        return "announced"
    return lead.status


def _score(cluster: Cluster, when: DateSpan) -> float:
    sure = max(draft.subject.sure for draft in cluster.drafts)
    score = 0.4 * sure
    score += 0.2 if any(draft.trigger.strong for draft in cluster.drafts) else 0.1
    score += 0.2 if when.known and when.rule != "publication" else 0.1 if when.known else 0.0
    sized = cluster.headcount() is not None or cluster.percent() is not None
    score += 0.2 if sized or any(d.name for d in cluster.drafts) else 0.0
    return round(score, 2)
