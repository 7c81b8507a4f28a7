"""Stripping from Python: what the command line does, on texts and Documents in memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from tempfile import TemporaryFile

from stripper import library as libraries
from stripper import ready
from stripper.explain import Part
from stripper.explain import explain as explain_document
from stripper.library import Library
from stripper.model import Document, Result
from stripper.ruleset import Ruleset, builtin
from stripper.strip import Strip


class Stripper:
    """Removes what is not the article from texts.

    rules: files or folders of rules, added after the package's own, which they override by id; or a whole `Ruleset`.
    library: what is known to repeat, as `learn` makes it, or the path of its file; without one, rules alone decide.
    keep: categories that are not cut.
    rule_timeout: seconds that one rule may take on one segment.

    Raises UsageError where rules or the Library cannot be used. Safe to pickle; calls do not depend on each other.

    >>> Stripper().strip("The bridge reopened on Monday.\\n\\n© 2024 The Harbour Courier. All rights reserved.").text
    'The bridge reopened on Monday.'
    """

    def __init__(
        self,
        rules: Iterable[str | PathLike[str]] | Ruleset = (),
        library: Library | str | PathLike[str] | None = None,
        keep: Iterable[str] = (),
        rule_timeout: float = 1.0,
    ) -> None:
        ruleset = rules if isinstance(rules, Ruleset) else ready.ruleset([builtin(), *map(Path, rules)])
        known = library if isinstance(library, Library | None) else libraries.load(Path(library))
        self._strip = Strip(ready.matcher(ruleset, rule_timeout), ruleset.policy, known, frozenset(keep))

    @property
    def rules(self) -> Ruleset:
        """The rules in force."""
        return self._strip.matcher.ruleset

    @property
    def library(self) -> Library | None:
        """The Library in force."""
        return self._strip.library

    def strip(self, document: Document | str) -> Result:
        """The article of one document, and every cut. Where a rule runs out of time, the text comes back uncut."""
        return self._strip(_document(document))

    def learn(self, documents: Iterable[Document | str]) -> Library:
        """The Library of what repeats among the documents; the one in force is neither used nor changed.

        Learn from `Document`s with a ``source`` where it is known: what one site repeats is evidence of its own.
        """
        from stripper.engine.local import Learner
        from stripper.fingerprint import fingerprint
        from stripper.segment import segments

        with Learner() as learner:
            for document in map(_document, documents):
                learner.add(fingerprint(document, segments(document.text)))
            return learner.learn()

    def clean(self, documents: Iterable[Document | str]) -> Iterator[Result]:
        """Learn over all documents, then strip each one, in order. The documents wait in a temporary file meanwhile.

        A Library given to this Stripper is merged with what is learned.
        """
        with TemporaryFile(prefix="stripper-") as spool:
            learned = self.learn(_put_by(documents, spool))
            known = self.library.merge(learned) if self.library else learned
            strip = self._strip._replace(library=known)
            spool.seek(0)
            while True:
                try:
                    document = pickle.load(spool)
                except EOFError:
                    return
                yield strip(document)

    def explain(self, document: Document | str) -> list[Part]:
        """Every part of the document's text, in order: why it goes or stays, and what it missed going by."""
        return explain_document(self._strip, _document(document))[1]


def _document(document: Document | str) -> Document:
    return Document(document) if isinstance(document, str) else document


def _put_by(documents: Iterable[Document | str], spool: object) -> Iterator[Document]:
    """The documents as they come, each put by in the spool."""
    for document in map(_document, documents):
        pickle.dump(document, spool, pickle.HIGHEST_PROTOCOL)  # type: ignore[arg-type]
        yield document
