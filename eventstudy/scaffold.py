"""A new study folder, ready to run."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from eventstudy.errors import SpecificationError


def new_study(folder: Path) -> tuple[Path, ...]:
    """Make a study folder from the shipped template.

    Raises
    ------
    SpecificationError
        The folder holds anything, or cannot be made.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SpecificationError(
                f"{folder} exists and is not an empty folder; choose another name.",
                path=str(folder),
            )
        with as_file(files("eventstudy").joinpath("templates")) as template:
            shutil.copytree(template, folder, dirs_exist_ok=True)
    except OSError as error:
        raise SpecificationError(
            f"The folder {folder} cannot be made ({error.strerror or error}); choose another "
            "place.",
            path=str(folder),
        ) from None
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))
