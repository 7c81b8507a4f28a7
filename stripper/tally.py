"""What became of every input, document and character of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stripper.judge import OUTSIDE
from stripper.model import Rejected, Result, Skipped
from stripper.ruleset import Policy

# How many rows the closing summary, and lists in stats.json, hold of each kind.
SHOWN = 10
# A source or a run of fewer documents has no share worth a warning.
_ENOUGH = 5
_COUNTS = ("documents", "emitted", "emptied", "skipped", "quarantined", "changed", "characters", "removed", "late")


@dataclass
class Tally:
    """Counts of one input or of a whole run. ``inputs = emitted + emptied + skipped + quarantined`` always holds.

    emptied: documents that had text and have none left. late: documents emitted uncut because a rule ran out of time.
    problems: documents emitted uncut, or otherwise worth a word.
    """

    documents: int = 0
    emitted: int = 0
    emptied: int = 0
    skipped: int = 0
    quarantined: int = 0
    changed: int = 0
    characters: int = 0
    removed: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    causes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    by_source: dict[str, Counter[str]] = field(default_factory=dict)
    heavy: list[tuple[float, str]] = field(default_factory=list)
    late: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        return self.emitted + self.emptied + self.skipped + self.quarantined

    def take(self, result: Result, policy: Policy) -> None:
        """Count one document that was written."""
        document = result.document
        gone = sum(r.end - r.start for r in result.removals)
        outside = sum(r.end - r.start for r in result.removals if r.category == OUTSIDE)
        self.documents += 1
        if document.text.strip() and not result.text.strip():
            self.emptied += 1
        else:
            self.emitted += 1
        self.changed += bool(result.removals)
        self.characters += len(document.text)
        self.removed += gone
        for removal in result.removals:
            length = removal.end - removal.start
            self.categories[removal.category] += length
            if removal.category != OUTSIDE:
                cause = removal.rule or removal.template or ""
                self.causes[removal.category, cause, removal.exemplar or ""] += length
        source = self.by_source.setdefault(document.source, Counter())
        source.update(documents=1, characters=len(document.text) - outside, removed=gone - outside)
        share = (gone - outside) / max(1, len(document.text) - outside)
        if share > policy.document_budget:
            self.heavy.append((share, document.key))
        self.late += bool(result.problems)
        self.problems += [
            f"{document.key}: rule {rule} ran out of time; the text was left uncut; mend the rule or raise --rule-timeout"
            for rule in result.problems
        ]
        if problem := getattr(document.row, "problem", ""):
            self.problems.append(f"{document.key}: {problem}")
        if note := getattr(document.row, "note", ""):
            self.notes.append(f"{document.key}: {note}")

    def reject(self, rejected: Rejected) -> None:
        self.quarantined += 1
        line = rejected.where.removeprefix("line ")
        place = f"{rejected.path}:{line}" if line.isdigit() else f"{rejected.path}: {rejected.where}".rstrip(": ")
        self.problems.append(f"{place}: {rejected.reason}; {rejected.advice}")

    def skip(self, skipped: Skipped) -> None:
        self.skipped += 1
        self.notes.append(f"{skipped.path}: skipped: {skipped.reason}")

    def add(self, other: Tally, published: bool = True) -> None:
        """Take in the tally of one input; of one that was not published every document went to quarantine."""
        self.quarantined += other.quarantined
        self.skipped += other.skipped
        self.late += other.late
        self.problems += other.problems
        self.notes += other.notes
        if not published:
            self.quarantined += other.documents
            return
        for name in ("documents", "emitted", "emptied", "changed", "characters", "removed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.categories.update(other.categories)
        self.causes.update(other.causes)
        for source, counts in other.by_source.items():
            self.by_source.setdefault(source, Counter()).update(counts)
        self.heavy = sorted([*self.heavy, *other.heavy], reverse=True)

    def over_budget(self, policy: Policy) -> Iterator[str]:
        """What lost more than its budget allows, in words, worst first."""
        total = sum((counts for counts in self.by_source.values()), Counter())
        share = total["removed"] / max(1, total["characters"])
        if total["documents"] >= _ENOUGH and share > policy.corpus_budget:
            yield f"{share:.0%} of the whole input was removed (budget {policy.corpus_budget:.0%}); look at the removals"
        for source, counts in sorted(self.by_source.items()):
            share = counts["removed"] / max(1, counts["characters"])
            if counts["documents"] >= _ENOUGH and share > policy.source_budget:
                yield f"source {source or '(unknown)'}: {share:.0%} removed (budget {policy.source_budget:.0%})"
        for share, key in self.heavy[:SHOWN]:
            yield f"{key}: {share:.0%} removed (budget {policy.document_budget:.0%})"
        if len(self.heavy) > SHOWN:
            yield f"and {len(self.heavy) - SHOWN} more documents over the budget; see stats.json"

    def record(self) -> dict[str, Any]:
        """The tally as JSON can hold it, for `of`."""
        return {
            **{name: getattr(self, name) for name in _COUNTS},
            "categories": self.categories,
            "causes": [[*cause, count] for cause, count in self.causes.items()],
            "by_source": self.by_source,
            "heavy": self.heavy,
            "problems": self.problems,
            "notes": self.notes,
        }

    @classmethod
    def of(cls, record: dict[str, Any]) -> Tally:
        """The tally that gave a record."""
        return cls(
            **{name: record[name] for name in (*_COUNTS, "problems", "notes")},
            categories=Counter(record["categories"]),
            causes=Counter({(category, cause, exemplar): count for category, cause, exemplar, count in record["causes"]}),
            by_source={source: Counter(counts) for source, counts in record["by_source"].items()},
            heavy=[(share, key) for share, key in record["heavy"]],
        )

    def stats(self, policy: Policy) -> dict[str, Any]:
        """The tally as stats.json holds it."""
        names = ("inputs", "documents", "emitted", "emptied", "skipped", "quarantined", "changed", "characters", "removed")
        return {
            **{name: getattr(self, name) for name in names},
            "categories": dict(sorted(self.categories.items())),
            "causes": [
                {"category": category, "by": cause, "characters": count, **({"exemplar": exemplar} if exemplar else {})}
                for (category, cause, exemplar), count in sorted(self.causes.items(), key=lambda c: (-c[1], c[0]))[:100]
            ],
            "sources": {source: dict(sorted(counts.items())) for source, counts in sorted(self.by_source.items())},
            "over_budget": list(self.over_budget(policy)),
            "documents_over_budget": [{"document": key, "share": round(share, 4)} for share, key in self.heavy],
            "problems": self.problems,
            "notes": self.notes,
        }
