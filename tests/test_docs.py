"""The documents show what the tool does: their examples are run, and what they show is what comes out.

After a change that is meant, ``STRIPPER_UPDATE=1 pytest tests/test_docs.py`` writes the new output into them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from stripper.cli import stripper as command_line
from stripper.rulecheck import test_rules as problems_of
from stripper.ruleset import load

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
UPDATE = bool(os.environ.get("STRIPPER_UPDATE"))

_block = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [match[2] for match in _block.finditer(README.read_text(encoding="utf-8")) if match[1] == language]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder as the README's reader has it: the fixtures, the rules file it shows, and stripper on the PATH."""
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "house-rules.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    program = tmp_path / "bin" / "stripper"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stripper "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run(command: str, place: Path) -> str:
    """What a command of a shell writes, standard error included. It must end well."""
    environment = {**os.environ, "PATH": f"{place / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, shell=True, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout.decode()}"
    return done.stdout.decode()


def test_consoles_of_the_readme_show_what_the_commands_write(place: Path) -> None:
    text = README.read_text(encoding="utf-8")
    made = text
    for block in blocks("console"):
        commands = [line for line in block.splitlines() if line.startswith("$ ")]
        shown = "".join(f"{command}\n{run(command[2:], place)}" for command in commands)
        made = made.replace(block, shown if shown.endswith("\n") else shown + "\n")
    if UPDATE:
        README.write_text(made, encoding="utf-8")
    assert made == text, (
        "the README shows another output; if the new one is meant: STRIPPER_UPDATE=1 pytest tests/test_docs.py"
    )


def test_python_of_the_readme_runs() -> None:
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_rule_of_the_readme_passes_its_examples(place: Path) -> None:
    ruleset = load([place / "house-rules.yaml"])
    assert [rule.id for rule in ruleset.rules] == ["house.harbour-walks"]
    assert problems_of(ruleset) == []


def _commands(group: click.Group, path: str = "stripper") -> list[str]:
    found = []
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            found += _commands(command, f"{path} {name}")
        else:
            found.append(f"{path} {name}")
    return found


@pytest.mark.parametrize("command", _commands(command_line))
def test_every_command_is_in_the_readme(command: str) -> None:
    first, second, *rest = command.split()
    row = next(
        line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{first} {second} ")
    )
    assert all(f"`{name}" in row or f" {name}" in row for name in rest)


@pytest.mark.parametrize("command", _commands(command_line))
def test_help_teaches_by_a_two_line_example(command: str) -> None:
    from click.testing import CliRunner

    help = CliRunner().invoke(command_line, [*command.split()[1:], "--help"]).output
    example = help[help.index("Example:") :].split("\n\n")[0].splitlines()[1:]
    assert len(example) == 2
    assert example[-1].split("#")[0].strip().startswith(("stripper", "")) and "stripper" in example[0]


def test_options_that_the_documents_name_exist() -> None:
    known = {"--help", "--version"}

    def collect(command: click.Command) -> None:
        known.update(name for parameter in command.params for name in parameter.opts)
        if isinstance(command, click.Group):
            for below in command.commands.values():
                collect(below)

    collect(command_line)
    for document in DOCUMENTS:
        for line in document.read_text(encoding="utf-8").splitlines():
            if "stripper" in line:
                named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", line))
                assert named <= known, f"{document.name}: {line}"


def test_links_between_the_documents_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < 200


def test_the_main_commands_are_one_line_each() -> None:
    lines = [block.splitlines() for block in blocks("sh")]
    assert [len(block) for block in lines[:2]] == [1, 1]
    assert lines[0][0].startswith("python3 -m venv ") and "stripper clean fixtures/" in lines[0][0]
    assert lines[1][0].startswith("python3 -m venv ") and lines[1][0].endswith("-m pytest")
