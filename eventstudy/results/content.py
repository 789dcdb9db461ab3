"""The numbers of a study laid out for its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from eventstudy.events.event import Event
from eventstudy.events.table import SOURCE_SEPARATOR
from eventstudy.inference.advice import advise
from eventstudy.inference.distributions import Drawn
from eventstudy.inference.single_event import PlaceboInTime
from eventstudy.reporting import narrative
from eventstudy.reporting.content import (
    COMPARISON_COLUMNS,
    EVENT_COLUMNS,
    QUALITY_COLUMNS,
    VERDICT_COLUMNS,
    EventDetail,
    GroupContent,
    OtherNews,
    Placebo,
    Quote,
    ReportContent,
    empty_frame,
)
from eventstudy.results.comparison import comparison
from eventstudy.results.methods import methods, references
from eventstudy.results.outcome import Outcome, main_benchmark
from eventstudy.specification import model_of
from eventstudy.symbols import current_symbol

#: Up to so many events the report shows their days among others of the same securities.
FEW_EVENTS = 10


def report_content(outcome: Outcome) -> ReportContent:
    """Return everything the report of ``outcome`` shows."""
    spec = outcome.spec
    parts = outcome.by(spec.study.group_by)
    groups = _groups(outcome, parts)
    shown = groups[1:] or groups
    compared_frame, compared = _comparison(parts, shown)
    headline = spec.windows.headline
    level = spec.inference.level
    days = outcome.panel.day_zero
    content = ReportContent(
        title=spec.study.title,
        period=f"{days.min()} to {days.max()}",
        benchmark=spec.exchanges.label,
        model=model_of(outcome.spec.model).label,
        price_source=str(outcome.provenance["prices"]["source"]),
        simulated=outcome.simulated,
        headline=narrative.headline(shown, headline, level, simulated=outcome.simulated),
        paragraphs=narrative.interpret(shown, headline, level, compared_frame, compared),
        level=level,
        headline_window=headline,
        windows=spec.windows.all_windows,
        groups=groups,
        events=_events(outcome),
        exclusions=outcome.exclusions,
        comparison=compared_frame,
        compared=compared,
        daily=_daily(outcome),
        single_events=spec.report.single_events,
        market=_market(outcome),
        market_name=main_benchmark(spec, outcome.panel.tickers),
        warnings=tuple((type(w).__name__, str(w)) for w in outcome.warnings),
        quality=_quality(outcome),
        verdicts=_verdicts(outcome),
        methods=methods(outcome),
        references=references(outcome),
        provenance=outcome.provenance,
    )
    told = [row for row, key in enumerate(outcome.event_ids) if key in content.told]
    return replace(content, details=tuple(event_detail(outcome, row) for row in told))


def group_label(outcome: Outcome, name: str) -> str:
    """Turn a group's key into the words shown: the type ``model_launch`` is "Model launches".

    Only a type of event is put into the plural; a name that the user chose stays as it is.
    """
    words = name.replace("_", " ").strip() or "unnamed"
    if any(event.event_type == name for event in outcome.events) and not words.endswith("s"):
        words += "es" if words.endswith(("sh", "ch", "x")) else "s"
    return words[:1].upper() + words[1:]


def _groups(outcome: Outcome, parts: Mapping[str, Outcome]) -> tuple[GroupContent, ...]:
    """Return all events as one group, then each group of the study; one group stands alone."""
    if len(parts) < 2:
        name = next(iter(parts))
        return (_group(name, group_label(outcome, name), outcome),)
    return (
        _group("all", "All events", outcome),
        *(_group(name, group_label(outcome, name), part) for name, part in parts.items()),
    )


def _group(name: str, label: str, part: Outcome) -> GroupContent:
    spec = part.spec
    advice = advise(part.abnormal, spec.windows.headline, spec.inference.tests)
    return GroupContent(
        name=name,
        label=label,
        n_events=len(part),
        caar=part.caar_frame().reset_index(),
        windows=part.window_frame(),
        significance=part.significance,
        advised=advice.test,
        advice=advice.text,
        placebo=placebo(part, spec.windows.headline) if len(part) <= FEW_EVENTS else None,
    )


def placebo(part: Outcome, window: tuple[int, int]) -> Placebo | None:
    """Return the events' window among other days, as `PlaceboInTime` tests it; None without any."""
    (found,) = PlaceboInTime().compute(part.abnormal, [window])
    others = found.distribution.values if isinstance(found.distribution, Drawn) else np.empty(0)
    return Placebo(found.statistic, others, found.p_value) if others.size else None


def _comparison(
    parts: Mapping[str, Outcome], shown: Sequence[GroupContent]
) -> tuple[pd.DataFrame, tuple[str, str]]:
    """Compare the two largest groups in every window; nothing to compare gives an empty frame."""
    if len(shown) < 2:
        return empty_frame(COMPARISON_COLUMNS), ("", "")
    first, second = sorted(shown, key=lambda group: -group.n_events)[:2]
    labels = first.label, second.label
    return comparison(parts[first.name], parts[second.name], labels), labels


def _events(outcome: Outcome) -> pd.DataFrame:
    """Return one row per estimated event, as the report's table needs it."""
    headline = outcome.over(*outcome.spec.windows.headline).reset_index(drop=True)
    params = outcome.params.reset_index(drop=True)
    group_by = outcome.spec.study.group_by
    status = {link.event_id: link.status for link in outcome.links}
    facts = pd.DataFrame(
        [
            {
                "event_id": event.event_id, "company": event.company, "ticker": event.ticker,
                "group": getattr(event, group_by), "announced_at": event.announced_text,
                "session": event.session, "day_zero": str(item.day_zero.session),
                "what": event.what, "headcount": event.headcount, "percent": event.percent,
                "review": event.review, "status": status.get(event.event_id, ""),
                "assumed": item.day_zero.assumed, "reason": item.day_zero.reason,
                "sources": SOURCE_SEPARATOR.join(event.sources),
            }
            for item in outcome.placed
            for event in (item.event,)
        ]
    )  # fmt: skip
    frame = facts.join(headline).assign(
        alpha=params.get("alpha", np.nan),
        beta=params.get("beta", params.get("mkt_rf", np.nan)),
        n_obs=params["n_obs"],
        planted=outcome.planted,
    )
    return frame[list(EVENT_COLUMNS)]


def _daily(outcome: Outcome) -> pd.DataFrame:
    covariance = outcome.abnormal.covariance
    se = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    return outcome.to_frame("day").assign(se=se.ravel())[["event_id", "tau", "ar", "se"]]


def event_detail(outcome: Outcome, row: int) -> EventDetail:
    """Return what is known of one estimated event beside its numbers."""
    event = outcome.placed[row].event
    tau = outcome.panel.tau_evt
    se = np.sqrt(np.diagonal(outcome.abnormal.covariance[row]))
    return EventDetail(
        event_id=event.event_id,
        prices=pd.DataFrame(
            {
                "tau": tau,
                "security": outcome.paths[row, :, 0],
                "benchmark": outcome.paths[row, :, 1],
            }
        ),
        abnormal=pd.DataFrame({"tau": tau, "ar": outcome.abnormal.ar[row], "se": se}),
        quotes=_quotes(outcome, event),
        others=_other_news(outcome, row),
        claims=_claims(outcome, row),
    )


def _quotes(outcome: Outcome, event: Event) -> tuple[Quote, ...]:
    """Return the articles' words for the event, each field's words once."""
    seen: dict[tuple[str, str], Quote] = {}
    for link in outcome.links:
        if link.event_id == event.event_id:
            title = link.article_title or link.article_id
            for _, words, rule in link.proofs:
                seen.setdefault((words, title), Quote(words, rule, title))
    return tuple(seen.values())


def _other_news(outcome: Outcome, row: int) -> tuple[OtherNews, ...]:
    """Return the firm's other events in the window, the decision's other steps, and known news."""
    event = outcome.placed[row].event
    tau_evt, at = outcome.panel.tau_evt, outcome.panel.at_evt[row]
    tau_evt, at = tau_evt[at >= 0], at[at >= 0]  # the days of the event's own exchange
    news = []
    for other in outcome.table:
        same_chain = bool(other.chain) and other.chain == event.chain
        if not (same_chain or other.ticker == event.ticker):
            continue
        if other.event_id == event.event_id or other.first_day is None:
            continue
        side: Literal["left", "right"] = "right" if other.session == "after" else "left"
        position = np.searchsorted(outcome.panel.sessions, np.datetime64(other.first_day), side)
        precise = other.precision in ("day", "moment") and at[0] <= position <= at[-1]
        inside = int(tau_evt[np.searchsorted(at, position)]) if precise else None
        if same_chain or inside is not None:
            what = other.what or other.event_type.replace("_", " ")
            news.append(OtherNews(inside, f"{other.announced_text}: {what}"))
    known = (item for item in outcome.confounders if item.event_id == event.event_id)
    news.extend(OtherNews(item.tau, f"{item.day}: {item.detail}") for item in known)
    return tuple(news)


def _claims(outcome: Outcome, row: int) -> tuple[str, ...]:
    """Return what articles say of the security's price in the event window, with the verdict."""
    placed, sessions = outcome.placed[row], outcome.panel.sessions
    symbol = current_symbol(placed.event.ticker)
    first, last = outcome.panel.at_evt[row, [0, -1]]
    return tuple(
        f"«{claim.words}» ({claim.article_title}): {claim.verdict}. {claim.detail}"
        for claim in outcome.claims
        if current_symbol(claim.ticker) == symbol
        and claim.day is not None
        and sessions[first] <= np.datetime64(claim.day) <= sessions[last]
    )


def _market(outcome: Outcome) -> pd.DataFrame:
    """Return the benchmark from a month before the first day zero to a month after the last."""
    days = outcome.panel.sessions
    month = np.timedelta64(30, "D")
    zeros = outcome.panel.day_zero
    near = (days >= zeros.min() - month) & (days <= zeros.max() + month)
    return pd.DataFrame({"day": days[near], "level": outcome.market[near]})


def _quality(outcome: Outcome) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {name: getattr(finding, name) for name in QUALITY_COLUMNS}
            for finding in outcome.findings
        ],
        columns=list(QUALITY_COLUMNS),
    )


def _verdicts(outcome: Outcome) -> pd.DataFrame:
    """Return one row per price series: the excluded first, then those with remarks or notes."""
    noted: dict[str, dict[str, None]] = {}
    for finding in outcome.findings:
        noted.setdefault(finding.ticker, {})[finding.check] = None
    rank = ("excluded", "usable with remarks", "fine")
    known = outcome.provenance["prices"]["tickers"]
    rows = [
        {
            **dict.fromkeys(VERDICT_COLUMNS),
            **known.get(item.ticker, {}),
            "ticker": item.ticker,
            "verdict": item.verdict,
            "reasons": "; ".join(item.reasons or noted.get(item.ticker, ())),
        }
        for item in sorted(
            outcome.verdicts, key=lambda item: (rank.index(item.verdict), item.ticker not in noted)
        )
    ]
    return pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))
