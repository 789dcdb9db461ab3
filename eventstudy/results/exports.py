"""The frames of a study as files for other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd

from eventstudy.errors import SpecificationError
from eventstudy.reporting import exports

#: Stands in a workbook as the time of its making, so that equal results give equal bytes.
_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001  (the format has no zone)


def to_csv(frames: Mapping[str, pd.DataFrame], folder: Path) -> tuple[Path, ...]:
    """Write one CSV file per frame, its texts harmless in a spreadsheet."""

    def write(frame: pd.DataFrame, path: Path) -> None:
        path.write_bytes(exports.to_csv(frame))

    return _each(frames, folder, "csv", write)


def to_parquet(frames: Mapping[str, pd.DataFrame], folder: Path) -> tuple[Path, ...]:
    """Write one parquet file per frame, every value as it is."""

    def write(frame: pd.DataFrame, path: Path) -> None:
        frame.to_parquet(path, index=False)

    return _each(frames, folder, "parquet", write)


def to_excel(frames: Mapping[str, pd.DataFrame], path: Path) -> Path:
    """Write one sheet per frame: numbers as numbers, texts never as formulas or links.

    Raises
    ------
    SpecificationError
        xlsxwriter is not installed.
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise SpecificationError(
            "Excel files need xlsxwriter, which is not installed: pip install "
            "'market-reaction[excel]'."
        ) from None
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        writer.book.set_properties({"created": _EPOCH})
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name[:31], index=False)
    return path


def _each(
    frames: Mapping[str, pd.DataFrame],
    folder: Path,
    ending: str,
    write: Callable[[pd.DataFrame, Path], None],
) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / f"{name}.{ending}" for name in frames)
    for path, frame in zip(paths, frames.values(), strict=True):
        write(frame, path)
    return paths
