"""What a reader must know before trusting a panel: one typed warning per finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from eventstudy.errors import (
    ClusteredEvents,
    EventStudyWarning,
    OverlappingEvents,
    PriceQuality,
    ShortEstimation,
    ThinTrading,
    UnknownEarnings,
    UnknownTimeOfDay,
)
from eventstudy.estimation.fits import NormalReturnFit
from eventstudy.estimation.panel import EventPanel
from eventstudy.events.event import Exclusion, ExclusionReason
from eventstudy.market.findings import Finding
from eventstudy.market.placement import PlacedEvent
from eventstudy.symbols import current_symbol

#: Share of estimation days that must be there before a remark is made.
FULL_ESTIMATION = 0.9
#: Estimation days below which variances and slopes are loose, however full the window is.
FEW_ESTIMATION_DAYS = 60
#: Share of zero returns above which a security counts as thinly traded.
THIN = 1 / 3
HAVE = ("has", "have")


def panel_warnings(
    panel: EventPanel, placed: Sequence[PlacedEvent]
) -> tuple[EventStudyWarning, ...]:
    """Return the warnings of a panel; ``placed`` is aligned with its rows."""
    found = (
        _clustered(panel),
        _overlapping(panel),
        _short(panel),
        _thin(panel),
        _unknown_time(placed),
    )
    return tuple(warning for warning in found if warning is not None)


def price_warnings(
    findings: Sequence[Finding], notices: Sequence[str] = ()
) -> tuple[EventStudyWarning, ...]:
    """Return what befell the source, and one warning over all defects that are more than a note."""
    told = tuple(map(PriceQuality, notices))
    serious = [finding for finding in findings if finding.severity != "note"]
    if not serious:
        return told
    tickers = list(dict.fromkeys(finding.ticker for finding in serious))
    first = serious[0]
    return (
        *told,
        PriceQuality(
            f"The prices of {_listed(tickers)} have defects that were seen and left "
            f"({counted(len(serious), 'finding')}; {first.ticker}: {first.check}, {first.detail})."
        ),
    )


def earnings_warnings(
    unknown: Mapping[str, str], tickers: Sequence[str], event_ids: Sequence[str]
) -> tuple[EventStudyWarning, ...]:
    """Return one warning over all companies whose earnings dates are not known.

    ``unknown`` holds a reason by the symbol of today; ``tickers`` are those of the events.
    """
    concerned = [e for e, t in zip(event_ids, tickers, strict=True) if current_symbol(t) in unknown]
    if not concerned:
        return ()
    names, why = list(unknown), next(iter(unknown.values()))
    return (
        UnknownEarnings(
            f"The earnings dates of {_listed(names)} are not known ({why}), so a report in the "
            "event window would go unseen; give a file of them under [prices] earnings.",
            tuple(concerned),
        ),
    )


def unfitted(panel: EventPanel, fitted: NormalReturnFit) -> list[Exclusion]:
    """Return one exclusion per event whose model could not be fitted."""
    reasons = {"zero variance": ExclusionReason.ZERO_VARIANCE}
    return [
        Exclusion(event_id, reasons.get(problem, ExclusionReason.MODEL_NOT_FITTED), problem)
        for event_id, problem in zip(panel.event_ids, fitted.problems, strict=True)
        if problem
    ]


def counted(n: int, noun: str, verbs: tuple[str, str] = ("", "")) -> str:
    """Return a number with its noun, and its verb: ``1 event has``, ``2 events have``."""
    return f"{n} {noun} {verbs[0]}".rstrip() if n == 1 else f"{n} {noun}s {verbs[1]}".rstrip()


def _listed(ids: Sequence[str], most: int = 4) -> str:
    shown = ", ".join(ids[:most])
    return shown if len(ids) <= most else f"{shown} and {len(ids) - most} more"


def _clustered(panel: EventPanel) -> ClusteredEvents | None:
    days, inverse, counts = np.unique(panel.day_zero, return_inverse=True, return_counts=True)
    shared = counts[inverse] > 1
    if not shared.any():
        return None
    ids = tuple(panel.event_ids[i] for i in np.flatnonzero(shared))
    busiest = int(counts.argmax())
    return ClusteredEvents(
        f"{len(ids)} of {len(panel)} events share their day zero with another (most on "
        f"{days[busiest]}: {counts[busiest]}), so their abnormal returns may be correlated; the "
        "choice of the leading test measures how much.",
        ids,
    )


def _overlapping(panel: EventPanel) -> OverlappingEvents | None:
    last = panel.at_evt.max(axis=1)
    first = np.where(panel.at_evt >= 0, panel.at_evt, len(panel.sessions)).min(axis=1)
    symbols = np.array([current_symbol(ticker) for ticker in panel.tickers])
    order = np.lexsort((first, symbols))
    near = (symbols[order][1:] == symbols[order][:-1]) & (first[order][1:] <= last[order][:-1])
    hit = np.zeros(len(panel), dtype=bool)
    hit[order[1:][near]] = hit[order[:-1][near]] = True
    if not hit.any():
        return None
    ids = tuple(panel.event_ids[i] for i in np.flatnonzero(hit))
    return OverlappingEvents(
        f"{counted(len(ids), 'event', HAVE)} another event of the same security inside the event "
        f"window ({_listed(ids)}), so one reaction may be counted in both.",
        ids,
    )


def _short(panel: EventPanel) -> ShortEstimation | None:
    n = panel.usable_est.sum(axis=1)
    length = panel.r_est.shape[1]
    full = FULL_ESTIMATION * length
    ids = tuple(panel.event_ids[i] for i in np.flatnonzero(n < max(full, FEW_ESTIMATION_DAYS)))
    if not ids:
        return None
    most = (
        f"{FULL_ESTIMATION:.0%} of the {length} estimation days"
        if full >= FEW_ESTIMATION_DAYS
        else f"{FEW_ESTIMATION_DAYS} estimation days"
    )
    return ShortEstimation(
        f"{counted(len(ids), 'event', HAVE)} fewer than {most} (least {n.min()}): {_listed(ids)}.",
        ids,
    )


def _thin(panel: EventPanel) -> ThinTrading | None:
    usable = panel.usable_est
    zeros = ((panel.r_est == 0) & usable).sum(axis=1) / np.maximum(usable.sum(axis=1), 1)
    ids = tuple(panel.event_ids[i] for i in np.flatnonzero(zeros > THIN))
    if not ids:
        return None
    return ThinTrading(
        f"{counted(len(ids), 'event', ('is', 'are'))} of thinly traded securities (more than a "
        f"third of the returns are zero): {_listed(ids)}.",
        ids,
    )


def _unknown_time(placed: Sequence[PlacedEvent]) -> UnknownTimeOfDay | None:
    ids = tuple(item.event.event_id for item in placed if item.day_zero.assumed)
    if not ids:
        return None
    return UnknownTimeOfDay(
        f"The time of day of {len(ids)} of {len(placed)} announcements is unknown; if they came "
        "after the close, the reaction falls on day +1, so read a window that holds both days.",
        ids,
    )
