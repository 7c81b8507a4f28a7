"""stripper: find what repeats across documents, name it by rule, cut it out, and prove what was cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stripper.api import Stripper
    from stripper.errors import UsageError
    from stripper.explain import Part
    from stripper.library import Library
    from stripper.model import Block, Document, Evidence, Removal, Result, Slot, Template

__version__ = "0.1.0"

# Loaded when first asked for: `import stripper` is part of every start-up.
_HOMES = {
    "Block": "stripper.model",
    "Document": "stripper.model",
    "Evidence": "stripper.model",
    "Library": "stripper.library",
    "Part": "stripper.explain",
    "Removal": "stripper.model",
    "Result": "stripper.model",
    "Slot": "stripper.model",
    "Stripper": "stripper.api",
    "Template": "stripper.model",
    "UsageError": "stripper.errors",
}

__all__ = [
    "Block",
    "Document",
    "Evidence",
    "Library",
    "Part",
    "Removal",
    "Result",
    "Slot",
    "Stripper",
    "Template",
    "UsageError",
    "__version__",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
