"""Errors a person reads: what is wrong, where, and what to do."""

from __future__ import annotations


class UsageError(Exception):
    """Usage, rules, Library or input that cannot be used; nothing was read or written. Exit code 2."""
