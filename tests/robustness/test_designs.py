from __future__ import annotations

from collections import Counter

import pytest

from eventstudy.estimation.models import model_by_name
from eventstudy.robustness.designs import FULL, QUICK, Design


def test_every_key_occurs_once_because_it_seeds_the_design() -> None:
    assert max(Counter(design.key for design in FULL).values()) == 1


def test_designs_of_a_theme_stand_together() -> None:
    themes = [design.theme for design in FULL]
    runs = [theme for i, theme in enumerate(themes) if i == 0 or themes[i - 1] != theme]
    assert len(runs) == len(set(runs))


def test_the_quick_form_is_a_choice_of_the_full_one_with_every_trap() -> None:
    assert set(QUICK) < set(FULL)
    assert len(QUICK) == 14
    assert any(design.tails == 3.0 for design in QUICK)
    assert any(design.variance == 2.0 and design.correlation for design in QUICK)
    assert any(design.effect for design in QUICK)
    assert any(design.real and design.dates == 1 for design in QUICK)


def test_the_full_form_has_what_the_study_promises() -> None:
    sizes = [design for design in FULL if not design.effect]
    assert {design.events for design in sizes} == {1, 5, 10, 20, 50, 200}
    assert {design.variance for design in sizes} == {1.0, 2.0, 4.0}
    assert {design.correlation for design in sizes} == {0.0, 0.1, 0.3}
    assert {design.tails for design in sizes} >= {3.0, 4.0}
    assert {design.effect for design in FULL} == {0.0, 0.005, 0.01, 0.02, 0.05}
    assert {(design.real, design.dates) for design in sizes} == {
        (False, 0), (False, 1), (False, 5), (False, 10), (True, 0), (True, 1), (True, 10),
    }  # fmt: skip


@pytest.mark.parametrize("design", FULL, ids=lambda design: design.key)
def test_a_design_can_be_drawn(design: Design) -> None:
    assert model_by_name(design.model).name == design.model
    assert design.correlation == 0.0 or design.dates or design.together or design.span
    assert not (design.real and (design.together or design.span))
    assert design.tails > 2.0, "without a variance there is no scale"
