"""Reading: from files, folders, globs, standard input and URLs to Documents."""

from __future__ import annotations

from stripper.sources.inputs import Input, find_inputs
from stripper.sources.options import ReadOptions
from stripper.sources.read import Pending, finish, read, scan
from stripper.sources.rows import JsonRow, ParquetRow, TextRow
from stripper.sources.streams import digest

__all__ = [
    "Input",
    "JsonRow",
    "ParquetRow",
    "Pending",
    "ReadOptions",
    "TextRow",
    "digest",
    "find_inputs",
    "finish",
    "read",
    "scan",
]
