"""Why each part goes or stays, and what it missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from stripper.api import Stripper
from stripper.explain import Part
from stripper.model import Document

FOOT = "The Lamp: light on Port Ennery since the year of the gale."
RULES = """
- id: house.walks
  category: advertising
  evidence: repeated
  match: {phrase: our guided walks}
- id: house.keep-lanterns
  category: protected
  action: keep
  description: Lanterns are sacred.
  match: {phrase: lanterns}
- id: house.flag-tolls
  category: advertising
  action: flag
  match: {phrase: bridge toll}
- id: house.cut-lanterns
  category: advertising
  match: {phrase: buy}
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rules") / "house.yaml"
    path.write_text(RULES)
    return path


def explained(stripper: Stripper, text: str, source: str = "") -> list[Part]:
    return stripper.explain(Document(text, source=source))


def test_text_that_nothing_is_near_is_just_kept(rules: Path) -> None:
    [part] = explained(Stripper([rules]), "The lido opens on Friday at nine.")
    assert (part.verdict, part.reason, part.missed) == ("kept", "", "")


def test_repetition_says_what_it_lacked(rules: Path) -> None:
    stories = ["Gulls took a hat.", "The lido opens."]
    library = Stripper([rules]).learn(Document(f"{story}\n\n{FOOT}") for story in stories)
    part = explained(Stripper([rules], library), f"A third story.\n\n{FOOT}")[-1]
    assert part.verdict == "kept"
    assert "2 of 3 documents" in part.missed
    assert part.template in library.entries


def test_rule_that_asks_for_repetition_says_what_it_lacked(rules: Path) -> None:
    [part] = explained(Stripper([rules]), "Try our guided walks tonight.")
    assert part.verdict == "kept"
    assert part.missed == "rule house.walks: needs 2 documents and 2 contexts; here: no Template"


def test_protected_text_names_its_protector(rules: Path) -> None:
    [part] = explained(Stripper([rules]), "Buy lanterns.")
    assert (part.verdict, part.rule) == ("protected", "house.keep-lanterns")
    assert part.reason == "rule house.keep-lanterns: Lanterns are sacred."


def test_flagged_text_stays(rules: Path) -> None:
    [part] = explained(Stripper([rules]), "The bridge toll is two pounds.")
    assert (part.verdict, part.rule, part.category) == ("flagged", "house.flag-tolls", "advertising")


def test_spared_category_is_named(rules: Path) -> None:
    [part] = explained(Stripper([rules], keep=["advertising"]), "Buy an oar.")
    assert part.verdict == "kept"
    assert part.missed == "rule house.cut-lanterns, and advertising is spared"


def test_what_a_format_protects(rules: Path) -> None:
    [part] = Stripper([rules]).explain(Document("Buy an oar.", protected=((0, 11),)))
    assert (part.verdict, part.reason) == ("protected", "front matter or code, which is never cut")


def test_template_that_a_person_keeps(rules: Path) -> None:
    import msgspec

    stories = ["Gulls took a hat.", "The lido opens.", "A whale came.", "No one came."]
    library = Stripper([rules]).learn(Document(f"{story}\n\n{FOOT}") for story in stories)
    library.entries = {id: msgspec.structs.replace(entry, action="keep") for id, entry in library.entries.items()}
    part = explained(Stripper([rules], library), f"A fifth story.\n\n{FOOT}")[-1]
    assert (part.verdict, part.reason) == ("protected", "its Template has action keep in the Library")
