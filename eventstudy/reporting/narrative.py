"""Plain words written by rules from the numbers; they never claim more than the tests show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from eventstudy.reporting import formats
from eventstudy.reporting.content import GroupContent
from eventstudy.reporting.formats import interval, listing, percent, plural
from eventstudy.reporting.reaction import Reaction, Verdict, minimum_detectable_effect


def window_words(window: tuple[int, int]) -> str:
    """Say a window in words.

    >>> window_words((0, 0)), window_words((0, 1))
    ('on day 0', 'over days 0 to +1')
    """
    start, end = map(formats.signed_day, window)
    return f"on day {start}" if start == end else f"over days {start} to {end}"


def headline(
    groups: Sequence[GroupContent], window: tuple[int, int], level: float, *, simulated: bool
) -> str:
    """Answer the study's question in one sentence.

    Parameters
    ----------
    groups
        The groups to speak of (``ReportContent.shown_groups``).
    window
        The headline window.
    level
        Level of intervals; tests are held against ``1 - level``.
    simulated
        True opens the sentence with a warning.
    """
    reactions = [Reaction.of(group, window, level) for group in groups]
    parts = [_clause(reaction, first=i == 0) for i, reaction in enumerate(reactions)]
    sentence = f"{'; '.join(parts)}."
    return f"On simulated prices: {sentence[0].lower()}{sentence[1:]}" if simulated else sentence


def interpret(
    groups: Sequence[GroupContent],
    window: tuple[int, int],
    level: float,
    comparison: pd.DataFrame | None = None,
    compared: tuple[str, str] = ("", ""),
) -> tuple[str, ...]:
    """Say what happened: one paragraph per group, one on their difference, one of caution.

    Parameters
    ----------
    groups, window, level
        As in :func:`headline`.
    comparison, compared
        The comparison frame of the report and the labels it compares (first minus second).
    """
    reactions = [Reaction.of(group, window, level) for group in groups]
    paragraphs = [_group_paragraph(reaction) for reaction in reactions]
    if comparison is not None and not comparison.empty:
        rows = comparison[(comparison["start"] == window[0]) & (comparison["end"] == window[1])]
        paragraphs += [_difference(row, compared, groups, level) for _, row in rows.iterrows()]
    paragraphs.append(_caution(groups, level))
    return tuple(paragraphs)


def _clause(reaction: Reaction, *, first: bool) -> str:
    """One group's part of the headline."""
    after = f"{'After' if first else 'after'} {reaction.words}"
    if reaction.single:
        return f"{after} {_single(reaction)}"
    if reaction.verdict is Verdict.UNTOLD:
        return f"{after} nothing can be said ({plural(reaction.n, 'event')})"
    when = window_words(reaction.window)
    numbers = (
        f"{formats.number(100 * reaction.level, 0)}% interval "
        f"{interval((reaction.lower, reaction.upper), 1)}, {plural(reaction.n, 'event')}"
    )
    if reaction.verdict is Verdict.NONE:
        effect = minimum_detectable_effect(reaction.se, reaction.n, reaction.level)
        return (
            f"{after} there was no detectable reaction {when} (average "
            f"{percent(reaction.mean, 1)}, {plural(reaction.n, 'event')}; an effect under "
            f"{percent(effect, 1, signed=False)} would probably have been missed)"
        )
    rejected, total = reaction.rejections(reaction.tests), len(reaction.tests)
    if reaction.verdict is Verdict.MIXED:
        doubt = f"but only {rejected} of {total} tests find more than chance"
        if reaction.split:
            doubt = "but the tests that find more than chance do not point the way of the average"
        elif reaction.leading is not None:
            name, p = reaction.leading
            doubt = (
                f"and the tests disagree: the leading one, {name}, has {formats.said_p(p)}, and "
                f"{rejected} of {total} find more than chance"
            )
        average = percent(reaction.mean, 1)
        return f"{after} the average abnormal return was {average} {when} ({numbers}), {doubt}"
    moved = (
        f"{after} shares {'rose' if reaction.mean > 0 else 'fell'} by "
        f"{percent(abs(reaction.mean), 1, signed=False)} on average beyond their normal return "
        f"{when} ({numbers})"
    )
    return f"{moved}, and {_tests(rejected, total)} more than chance"


def _single(reaction: Reaction) -> str:
    """Say what one event shows: its return against what its own history allows."""
    beyond = reaction.lower > 0 or reaction.upper < 0
    return (
        f"the abnormal return of the one event was {percent(reaction.mean, 1)} "
        f"{window_words(reaction.window)} ({formats.number(100 * reaction.level, 0)}% prediction "
        f"interval {interval((reaction.lower, reaction.upper), 1)}), "
        f"{'more than' if beyond else 'no more than'} the share's usual days explain"
    )


def _tests(rejected: int, total: int) -> str:
    """Say how many of the tests find something."""
    if rejected < total:
        return f"{rejected} of {total} tests find"
    return {1: "the one test made finds", 2: "both tests find"}.get(
        total, f"all {total} tests find"
    )


def _group_paragraph(reaction: Reaction) -> str:
    if reaction.single:
        sentence = _single(reaction)
        return (
            f"{reaction.label} (1 event): {sentence}. One event says what happened to one share "
            "on those days, and nothing of others."
        )
    if reaction.verdict is Verdict.UNTOLD:
        return (
            f"{reaction.label} ({plural(reaction.n, 'event')}): too few events, or no test could "
            f"be computed {window_words(reaction.window)}, so nothing is claimed."
        )
    size = (
        f"{reaction.label} ({plural(reaction.n, 'event')}): {window_words(reaction.window)} the "
        f"average cumulative abnormal return was {percent(reaction.mean)}, with a "
        f"{formats.number(100 * reaction.level, 0)}% confidence interval from "
        f"{interval((reaction.lower, reaction.upper))}. The median was "
        f"{percent(reaction.median)}, and {percent(reaction.share_positive, 0, signed=False)} of "
        "the events were positive."
    )
    return " ".join([size, _verdict_sentence(reaction), *_power_sentence(reaction)])


def _verdict_sentence(reaction: Reaction) -> str:
    rejected, total = reaction.rejections(reaction.tests), len(reaction.tests)
    at = f"at the {formats.number(100 * (1 - reaction.level), 0)}% level"
    if reaction.verdict is Verdict.NONE:
        return f"None of the {plural(total, 'test')} rejects {at}: no reaction can be detected."
    if reaction.split:
        return (
            f"Of {plural(total, 'test')}, {rejected} reject{'s' if rejected == 1 else ''} {at}, "
            "but not all in the direction of the average: a few large moves and the typical move "
            "differ in sign, so no direction is claimed."
        )
    opening = (
        "The one test made rejects" if total == 1
        else "Both tests reject" if rejected == total == 2
        else f"All {plural(total, 'test')} reject" if rejected == total
        else f"Of {plural(total, 'test')}, {rejected} reject{'s' if rejected == 1 else ''}"
    )  # fmt: skip
    return f"{opening} the null of no reaction {at}{_agreement(reaction)}"


def _agreement(reaction: Reaction) -> str:
    """Whether the tests on means and those on ranks and signs say the same."""
    if not reaction.means or not reaction.ranks:
        kind = "means" if reaction.means else "ranks or signs"
        return f"; only tests on {kind} were made."
    by_means, by_ranks = map(reaction.rejections, (reaction.means, reaction.ranks))
    if by_means and not by_ranks:
        return (
            ": tests on means find a reaction that tests on ranks and signs do not, so a few "
            "large moves may carry the average."
        )
    if by_ranks and not by_means:
        return (
            ": tests on ranks and signs find a reaction that tests on means do not, so many small "
            "moves may hide behind a few large ones."
        )
    if by_means == len(reaction.means) and by_ranks == len(reaction.ranks):
        return "; tests on means and tests on ranks and signs agree."
    return "; the tests on means and those on ranks and signs find it only in part."


def _power_sentence(reaction: Reaction) -> list[str]:
    """Say what a sample without a clear finding could have seen."""
    effect = minimum_detectable_effect(reaction.se, reaction.n, reaction.level)
    if reaction.verdict not in {Verdict.NONE, Verdict.MIXED} or math.isnan(effect):
        return []
    missed = percent(effect, 1, signed=False)
    sentence = (
        f"With this sample an average reaction under {missed} either way would probably have "
        "been missed (80% power, t test)."
    )
    return [sentence]


def _difference(
    row: pd.Series[Any],
    compared: tuple[str, str],
    groups: Sequence[GroupContent],
    level: float,
) -> str:
    words = {group.label: group.words for group in groups}
    first, second = (formats.clean(label) for label in (compared[0], words[compared[1]]))
    chosen = "" if len(groups) == 2 else f"Of {len(groups)} groups the two largest are compared. "
    p_values = [
        (name, float(row[key]))
        for name, key in (("Welch t", "welch_p"), ("Mann–Whitney", "mann_whitney_p"))
        if not formats.is_missing(row[key])
    ]
    shown = listing([f"{name} {formats.said_p(p)}" for name, p in p_values])
    rejected = sum(p < 1 - level for _, p in p_values)
    if formats.is_missing(row["lower"]) or not p_values:
        return f"{chosen}{first} and {second} cannot be compared: too few events."
    opening = (
        f"{chosen}{first} less {second}: a difference of "
        f"{formats.number(100 * float(row['difference']), 2, signed=True)} percentage points "
        f"({formats.number(100 * level, 0)}% interval "
        f"{formats.number(100 * float(row['lower']), 2, signed=True)} to "
        f"{formats.number(100 * float(row['upper']), 2, signed=True)}; {shown})."
    )
    if rejected == 0:
        return f"{opening} The two groups cannot be told apart."
    if rejected == len(p_values):
        return f"{opening} The groups differ by more than chance explains."
    return f"{opening} The tests disagree on whether the groups differ."


def _caution(groups: Sequence[GroupContent], level: float) -> str:
    made = sum(int(group.significance["p_value"].notna().sum()) for group in groups)
    expected = made * (1 - level)
    sentences = []
    if made > 1 and any(group.n_events > 1 for group in groups):
        sentences.append(
            f"Over these groups and windows {made} tests were made; if nothing had happened at "
            f"all, about {formats.number(expected, 0) if expected >= 1 else 'one or none'} of "
            "them would still reject, so single small p values mean little."
        )
    small = [formats.clean(group.label) for group in groups if 1 < group.n_events < 30]
    if small:
        sentences.append(
            f"{listing(small)} {'rests' if len(small) == 1 else 'rest'} on fewer than 30 events: "
            "lean on the tests on ranks and signs there."
        )
    sentences.append(
        "An abnormal return is what is left after the normal-return model; other news of the same "
        "days is in it too."
    )
    return " ".join(sentences)
