"""Checking files where they stand: what `strip` would cut, said by line and column, and on request cut in place."""

from __future__ import annotations

from stripper.hook.checking import Checked, Checker
from stripper.hook.findings import Finding, summed
from stripper.hook.keeplist import KeepList
from stripper.hook.targets import Target, targets

__all__ = ["Checked", "Checker", "Finding", "KeepList", "Target", "summed", "targets"]
