from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

from eventstudy.results.document import ResultsDocument, results_document, schema
from tests.reporting.conftest import example_content

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "results.schema.json"


def test_the_published_schema_is_that_of_the_code() -> None:
    """Write it anew with ``json.dumps(schema(), indent=2)`` when the document grows."""
    assert json.loads(PUBLISHED.read_text("utf-8")) == json.loads(json.dumps(schema()))


def test_numbers_survive_and_missing_ones_are_null() -> None:
    content = example_content(n=12)
    group = content.groups[0]
    windows = group.windows.assign(median=math.nan, unpublished=1)
    content = dataclasses.replace(content, groups=(dataclasses.replace(group, windows=windows),))
    document = results_document(content, 12)
    text = document.model_dump_json()
    assert ResultsDocument.model_validate_json(text) == document
    (found,) = json.loads(text)["groups"].values()
    assert found["windows"][1]["median"] is None
    assert found["windows"][1]["mean_car"] == windows["mean_car"][1]
    assert "unpublished" not in found["windows"][1]
    patell = next(row for row in found["significance"] if row["test"] == "Patell")
    assert patell["df"] is None  # infinite degrees of freedom are no JSON number
    assert json.loads(text)["comparison"][0]["welch_p"] == content.comparison["welch_p"][0]


def test_documents_of_before_the_adjusted_p_values_are_read() -> None:
    document = results_document(example_content(n=12), 12)
    row = next(iter(document.groups.values())).significance[0]
    assert (row.p_holm, row.p_bh, row.distribution) == (None, None, "")
