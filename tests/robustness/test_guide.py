from __future__ import annotations

from eventstudy.estimation.models import MODELS
from eventstudy.inference.catalogue import TESTS
from eventstudy.robustness.guide import WHEN_MODEL, WHEN_TEST, methods, methods_text


def test_every_model_and_test_is_listed_in_order() -> None:
    listed = methods()
    assert [model["name"] for model in listed["models"]] == list(MODELS)
    assert [test["name"] for test in listed["tests"]] == list(TESTS)
    assert all(test["null"] and test["reference"] for test in listed["tests"])


def test_every_model_and_test_comes_with_advice_and_nothing_else() -> None:
    assert set(WHEN_MODEL) == set(MODELS)
    assert set(WHEN_TEST) == set(TESTS)


def test_the_text_names_null_use_and_reference() -> None:
    text = methods_text()
    for name, when in WHEN_TEST.items():
        assert f"  {name} " in text
        assert f"when: {when}" in text
        assert f"null: {TESTS[name].null}" in text
