"""Where rules are: the package's own, and the files of a place."""

from __future__ import annotations

from pathlib import Path

from stripper.ruleset.faults import Fault, RulesError

_SUFFIXES = (".yaml", ".yml")


def builtin() -> Path:
    """The folder of the package's own rules: inside an installed wheel, else beside the package in a checkout.

    Raises `RulesError` where there is none.
    """
    package = Path(__file__).resolve().parent.parent
    for place in (package / "rules", package.parent / "rules"):
        if place.is_dir():
            return place
    raise RulesError([Fault(str(package / "rules"), 0, 0, "", "the package's own rules are not there; install it again")])


def rule_files(place: Path) -> list[Path]:
    """The files that a place stands for: itself, or what a folder holds of ``*.yaml``. Raises OSError."""
    if not place.is_dir():
        return [place]
    return sorted(file for file in place.iterdir() if file.suffix in _SUFFIXES and file.is_file())
