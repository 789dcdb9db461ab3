"""``python -m tests.evaluation GOLD.json …``: the reader's scores on gold files."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.evaluation.scoring import score, table


def main(paths: list[str]) -> None:
    """Print the table of scores of each gold file, then what was missed or invented."""
    for path in paths:
        scores = score(Path(path))
        sys.stdout.write(f"{path}\n{table(scores)}\n\n")
        for name, one in scores.items():
            for note in (*one.notes, *(f"TRAP {trap}" for trap in one.traps)):
                sys.stdout.write(f"  {name}: {note}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
