"""Run the command line: ``python -m eventstudy`` is ``eventstudy``."""

from __future__ import annotations


def main() -> None:
    """Start the command line."""
    from eventstudy.cli import main as run

    run()


if __name__ == "__main__":
    main()
