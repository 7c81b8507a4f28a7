"""The words of the rule language. What a rules file may hold is what these structs can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from stripper.model import Action, Level

Text = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(gt=0, le=1)]
Category = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*(\.[a-z0-9]+([-_][a-z0-9]+)*)+$", max_length=120)]


Kind: TypeAlias = Literal["phrase", "regex", "text"]
"""What a leaf of a match can say."""


class _Entry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One mapping of a rules file; a field that is not known is a fault."""


class Match(_Entry, frozen=True):
    """What a segment must say: one of ``phrase``, ``regex`` and ``text``, or ``any``, ``all`` and ``none`` of others.

    phrase: folded words; ``{a|b}`` is a choice, ``…`` a gap of up to 8 words.
    regex: searched in the segment's own text by the ``regex`` module.
    text: a whole known text; the segment may differ from it in words.
    coverage: the share of the segment's word 3-shingles that must stand in ``text``, 0 to 1.
    any, all, none: of these at least one, each one, not one must hold.
    """

    phrase: Text = ""
    regex: Text = ""
    text: Text = ""
    coverage: Share = 0.8
    any: Annotated[tuple[Match, ...], Meta(min_length=1)] = ()
    all: Annotated[tuple[Match, ...], Meta(min_length=1)] = ()
    none: Annotated[tuple[Match, ...], Meta(min_length=1)] = ()

    @property
    def kind(self) -> Kind:
        """What a leaf says."""
        return "phrase" if self.phrase else "regex" if self.regex else "text"

    @property
    def positive(self) -> bool:
        """Whether something must be said for it to hold; ``none`` alone holds for every other text in the world."""
        if self.phrase or self.regex or self.text:
            return True
        return bool(self.any and all(child.positive for child in self.any)) or any(c.positive for c in self.all)

    def leaves(self, *, positive: bool = False) -> Iterator[Match]:
        """Its phrases, regexes and texts in order; with ``positive`` only those that do not stand under ``none``."""
        if not (self.any or self.all or self.none):
            yield self
        for child in (*self.any, *self.all, *(() if positive else self.none)):
            yield from child.leaves(positive=positive)


class Where(_Entry, frozen=True):
    """Where a rule holds; every condition given must be met.

    position: the first or last fifth of the document's paragraphs, or the first or last 5, whichever is more.
    max_words: longest segment, in folded words (in characters where a script has no spaces).
    sources: the document's source is one of these.
    min_documents, min_contexts: what the segment's Template must have been met in.
    """

    position: Literal["head", "tail"] | None = None
    max_words: Count | None = None
    sources: tuple[Text, ...] = ()
    min_documents: Count | None = None
    min_contexts: Count | None = None


class Examples(_Entry, frozen=True):
    """Texts that a rule must match, and texts that it must not."""

    match: tuple[Text, ...] = ()
    no_match: tuple[Text, ...] = ()


class Rule(_Entry, frozen=True):
    """What a text means, how it is known, and what happens to it.

    id: stable, dotted lower-case words.
    category: what the text is: ``copyright``, ``legal-disclaimer``, …
    languages: documents the rule, never gates it.
    evidence: ``alone``: the wording is enough; ``repeated``: a Template must stand behind it too.
    level: what is tested, and what goes; ``span`` is the match itself and its adjoining spaces.
    action: ``remove``; ``keep`` protects the text and beats every remove; ``flag`` reports it and leaves it.
    aliases: ids the rule had before.
    """

    id: Id
    category: Category
    match: Match
    description: str = ""
    languages: tuple[Language, ...] = ()
    evidence: Literal["alone", "repeated"] = "alone"
    level: Level = "sentence"
    where: Where = field(default_factory=Where)
    action: Action = "remove"
    examples: Examples = field(default_factory=Examples)
    aliases: tuple[Id, ...] = ()


class Policy(_Entry, frozen=True):
    """Thresholds of judgement, from ``policy.yaml``.

    documents, contexts: repetition that no rule names is removed at this many of both.
    local_documents, local_share: where the source is known, this many of its documents, or this share of them, hold it too.
    article_share: what stands in an article's block of a page, no link, goes only from this share of the source's pages.
    link_share: in a plain text, what is a link in more than this share of its documents is a headline, no furniture.
    link_density: a block is a link from this share of its characters.
    sentence_words: a sentence or line shorter than this is not removed from a paragraph for its repetition.
    edge_paragraphs, edge_share: a repeated segment with no furniture beside it is removed only among so many first or last
        paragraphs, or in this first or last share of them.
    syndicated_words, syndicated_ratio: text this long that is held by fewer than so many documents per source is an
        agency's, no furniture.
    repeated_documents, repeated_contexts: what a rule with ``evidence: repeated`` asks for unless it says otherwise.
    paragraph_share: of a paragraph of which more than this share is removed, what stands between the cuts goes too.
    document_budget, source_budget, corpus_budget: a larger share removed of one document, of all documents of a source or
        of a run is reported loudly. Blocks outside a page's article do not count.
    """

    documents: Count = 3
    contexts: Count = 3
    local_documents: Count = 10
    local_share: Share = 0.1
    article_share: Share = 0.2
    link_density: Share = 0.5
    link_share: Share = 0.3
    sentence_words: Count = 3
    edge_paragraphs: Count = 3
    edge_share: Share = 0.1
    syndicated_words: Count = 8
    syndicated_ratio: Count = 2
    repeated_documents: Count = 2
    repeated_contexts: Count = 2
    paragraph_share: Share = 0.5
    document_budget: Share = 0.6
    source_budget: Share = 0.6
    corpus_budget: Share = 0.5


class Ruleset(Struct, frozen=True):
    """All rules of a run, ordered by id, and its policy.

    hash: sha256 over their content, in hexadecimal digits; files, paths and order do not enter.
    origins: ``path:line`` of each rule by id.
    """

    rules: tuple[Rule, ...]
    policy: Policy
    hash: str
    origins: Mapping[str, str] = field(default_factory=dict)

    def get(self, id: str) -> Rule | None:
        """The rule of this id or, failing that, the one that had this id before."""
        named = [rule for rule in self.rules if rule.id == id]
        return next(iter(named), None) or next((rule for rule in self.rules if id in rule.aliases), None)
