"""[tool.stripper]: where it is looked for, what it may say, and how it says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from stripper.cli import main
from stripper.config import Config, find, matches
from stripper.errors import UsageError

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "seeds" / "lamp").mkdir(parents=True)
    (tmp_path / "house.yaml").write_text(RULE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


RULE = """\
- id: house.walks
  category: advertising
  description: Offers our walks.
  match: {phrase: "book your place on our harbour walk"}
  examples: {match: ["Book your place on our harbour walk!"], no_match: ["The walk was crowded."]}
"""
WHOLE = """\
rules = ["house.yaml"]
keep = ["author-bio"]
exclude = ["drafts/**", "*.log.txt"]
keep-list = "kept.jsonl"
[budgets]
document = 0.8
[sources]
"seeds/lamp/**" = "lamp"
"seeds/**" = "other"
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".stripper.toml", WHOLE),
        ("pyproject.toml", "[project]\nname = 'x'\n[tool.stripper]\n" + WHOLE.replace("\n[", "\n[tool.stripper.")),
    ],
)
def test_it_is_found_from_the_folders_below(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    found = find(project / "seeds" / "lamp")
    assert (found.root, found.file) == (project, project / name)
    assert found.rules == (project / "house.yaml",)
    assert found.keep == ("author-bio",)
    assert found.budgets == {"document": 0.8}
    assert found.keep_list == project / "kept.jsonl"
    assert found.source_of("seeds/lamp/a.txt") == "lamp"
    assert found.source_of("seeds/a.txt") == "other"
    assert found.source_of("a.txt") == ""
    assert found.excludes("drafts/a.txt") and found.excludes("seeds/a.log.txt") and not found.excludes("seeds/a.txt")


def test_it_is_not_looked_for_outside_the_repository(project: Path) -> None:
    (project / ".stripper.toml").write_text('keep = ["copyright"]\n')
    inner = project / "seeds" / "lamp"
    (inner / ".git").mkdir()
    assert find(inner) == Config(inner, keep_list=inner / ".stripper-keep.jsonl")


def test_a_pyproject_of_other_tools_says_nothing(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.other]\nstripper = 1\n")
    assert find(project).file is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rulez = []", "pyproject.toml: tool.stripper.rulez: unknown key; did you mean rules?"),
        ("colour = 1", "tool.stripper.colour: unknown key; known are rules, library"),
        ("rules = 'house.yaml'", "tool.stripper.rules: must be a list of strings"),
        ("rules = ['none.yaml']", "tool.stripper.rules:"),
        ("library = 'none.jsonl'", "none.jsonl: no such file or folder"),
        ("library = 3", "tool.stripper.library: must be a path"),
        ("keep = [1]", "tool.stripper.keep: must be a list of strings"),
        ("budgets = {documents = 0.5}", "tool.stripper.budgets.documents: unknown key; did you mean document?"),
        ("budgets = {document = 60}", "tool.stripper.budgets.document: must be a share above 0 and up to 1"),
        ("budgets = {document = true}", "tool.stripper.budgets.document: must be a share"),
        ("sources = ['x']", "tool.stripper.sources: must be a table"),
        ("exclude = ['/tmp']", "tool.stripper.exclude: '/tmp': patterns are relative"),
        ("fix = true", "tool.stripper.fix: cannot be set in a file; only the command line says it: --fix"),
        ("removals = 'x'", "tool.stripper.removals: cannot be set in a file"),
        ("rules = [", "pyproject.toml: this is not TOML"),
    ],
)
def test_errors_name_the_file_and_the_key(project: Path, text: str, message: str, capsys: Capture) -> None:
    (project / "pyproject.toml").write_text(f"[tool.stripper]\n{text}\n")
    with pytest.raises(UsageError) as raised:
        find(project)
    assert message in str(raised.value)
    assert main(["check", "--show-config"]) == 2
    assert str(project / "pyproject.toml") in capsys.readouterr().err


def test_two_places_are_one_too_many(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.stripper]\n")
    (project / ".stripper.toml").write_text("")
    with pytest.raises(UsageError, match="keep one of them"):
        find(project)


def test_show_config_shows_what_holds_and_where_it_is_from(project: Path, capsys: Capture) -> None:
    import tomllib

    (project / ".stripper.toml").write_text(WHOLE)
    assert main(["check", "--show-config"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"# {project / '.stripper.toml'}\n")
    assert tomllib.loads(said) == tomllib.loads(WHOLE)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*.txt", ["a.txt", "b/a.txt"], ["a.txt.md", "a.md"]),
        ("seeds/*.txt", ["seeds/a.txt"], ["seeds/b/a.txt", "x/seeds/a.txt"]),
        ("seeds/**/*.txt", ["seeds/a.txt", "seeds/b/c/a.txt"], ["seed/a.txt"]),
        ("seeds/**", ["seeds/a", "seeds/b/c"], ["seeds"]),
        ("seeds", ["seeds/a", "x/seeds/b/c", "seeds"], ["seedsx/a"]),
        ("seeds/", ["seeds/a"], ["x/seed"]),
        ("a?.txt", ["ab.txt"], ["a.txt", "a/.txt"]),
        ("a+(b).txt", ["a+(b).txt"], ["aab.txt"]),
    ],
)
def test_path_patterns(pattern: str, yes: list[str], no: list[str]) -> None:
    assert [path for path in yes if not matches(pattern, path)] == []
    assert [path for path in no if matches(pattern, path)] == []


# What it does


def test_rules_found_beside_the_files_are_named_aloud_and_cannot_switch_fix_on(project: Path, capsys: Capture) -> None:
    seed = project / "seeds" / "a.txt"
    text = "The goat went home by the evening ferry.\n\nBook your place on our harbour walk!\n"
    seed.write_text(text)
    (project / ".stripper.toml").write_text('rules = ["house.yaml"]\n')
    assert main(["check", "seeds/a.txt"]) == 1
    said = capsys.readouterr()
    assert "advertising (house.walks)" in said.out
    assert "stripper: .stripper.toml adds house.yaml" in said.err
    assert seed.read_text() == text
    (project / "house.yaml").write_text(RULE + "  fix: true\n")
    assert main(["check", "seeds/a.txt"]) == 2
    assert "fix" in capsys.readouterr().err
    assert seed.read_text() == text


def test_keep_and_budget_hold(project: Path) -> None:
    seed = project / "seeds" / "a.txt"
    seed.write_text("A goat.\n\n© 2024 The Harbour Courier. All rights reserved.\n")
    assert main(["check", "seeds/a.txt", "--diff"]) == 3
    (project / ".stripper.toml").write_text("budgets = {document = 1.0}\n")
    assert main(["check", "seeds/a.txt", "--diff"]) == 1
    (project / ".stripper.toml").write_text('keep = ["copyright"]\n')
    assert main(["check", "seeds/a.txt"]) == 0


def test_the_committed_library_knows_a_teams_furniture_exactly_and_nearly(project: Path, capsys: Capture) -> None:
    foot = "The Lamp has shone on the harbour and all who sail from it since the year of the great gale, come rain or shine."
    stories = "Gulls took the mayor's hat.", "The lido opens on Friday.", "A whale was seen off the pier.", "No one came."
    for number, story in enumerate(stories):
        (project / "seeds" / "lamp" / f"{number}.txt").write_text(f"{story}\n\n{foot}\n")
    assert main(["learn", "seeds", "-o", "library.jsonl", "--quiet"]) == 0
    (project / ".stripper.toml").write_text('library = "library.jsonl"\n')
    new = project / "seeds" / "lamp" / "new.txt"
    for ending in (foot, foot.replace("great gale", "great storm")):
        new.write_text(f"The goat came home on its own, and the ferryman said nothing of the fare.\n\n{ending}\n")
        capsys.readouterr()
        assert main(["check", str(new)]) == 1
        said = capsys.readouterr()
        assert "new.txt:3:1: repeated (" in said.out and "in 4 documents" in said.out
        assert ("alike" in said.out) == (ending != foot)
        assert ".stripper.toml adds library.jsonl" in said.err


def test_other_commands_go_by_it_too(project: Path, capsys: Capture) -> None:
    parts = "The goat went home.", "Book your place on our harbour walk!", "© 2024 The Lamp. All rights reserved."
    text = "\n\n".join(parts) + "\n"
    (project / "a.txt").write_text(text)
    (project / ".stripper.toml").write_text('rules = ["house.yaml"]\nkeep = ["copyright"]\nbudgets = {document = 0.1}\n')
    assert main(["strip", "a.txt", "-o", "-"]) == 0
    said = capsys.readouterr()
    assert said.out == text.replace("Book your place on our harbour walk!\n\n", "")
    assert "stripper: .stripper.toml adds house.yaml" in said.err
    assert "(budget 10%)" in said.err
    assert main(["explain", "a.txt"]) == 0
    assert "rule house.walks" in capsys.readouterr().out
    assert main(["rules", "show", "house.walks"]) == 0
    # What overrides by id still does so from the command line.
    (project / "off.yaml").write_text(RULE.replace('match: {phrase: "book', 'match: {phrase: "never book'))
    main(["strip", "a.txt", "--rules", "off.yaml", "--quiet", "-o", "-"])
    assert "Book your place" in capsys.readouterr().out
