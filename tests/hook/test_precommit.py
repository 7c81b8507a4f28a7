"""The hooks as a team has them: real pre-commit, in a real repository, installing this very checkout.

pre-commit makes an environment with pip, which takes a minute or two and a network; so these run when asked for:
``pytest -m precommit``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ("stripper", "rules", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
STORY = "The bridge reopened on Monday after eleven weeks, and the first to cross it was a goat that nobody owned up to."
MORE = "By noon some forty carts had followed the goat, and the toll keeper had run out of tickets, string and patience."
COPYRIGHT = "© 2024 The Harbour Courier. All rights reserved."
RULE = """\
- id: house.walks
  category: advertising
  match: {phrase: "book your place on our harbour walk"}
  examples: {match: ["%s"], no_match: ["The walk was crowded."]}
"""

pytestmark = [
    pytest.mark.precommit,
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
]


class Repository:
    """A team's repository, with hooks from a copy of this checkout."""

    def __init__(self, folder: Path) -> None:
        pytest.importorskip("pre_commit", reason="pre-commit is not installed")
        self.folder = folder / "team"
        self._environment = {
            **os.environ,
            "PRE_COMMIT_HOME": str(folder / "home"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self._environment.pop("PYTHONPATH", None)
        (folder / "gitconfig").write_text("[user]\nname = A\nemail = a@example.com\n[init]\ndefaultBranch = main\n")
        source = folder / "stripper"
        source.mkdir()
        for name in SHIPPED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, source / name)
        self.folder.mkdir()
        for place in (source, self.folder):
            self.git("init", "-q", at=place)
        self.git("add", ".", at=source)
        self.git("commit", "-qm", "The checkout", at=source)
        rev = self.git("rev-parse", "HEAD", at=source).stdout.strip()
        hooks = "\n".join(f"      - id: {id}{more}" for id, more in HOOKS.items())
        config = f"repos:\n  - repo: {source}\n    rev: {rev}\n    hooks:\n{hooks}\n"
        (self.folder / ".pre-commit-config.yaml").write_text(config)
        self.pre_commit("install", "--install-hooks")

    def git(self, *arguments: str, at: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._run(["git", *arguments], at or self.folder, check)

    def pre_commit(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._run([sys.executable, "-m", "pre_commit", *arguments], self.folder, check)

    def commit(self, message: str, *options: str) -> subprocess.CompletedProcess[str]:
        self.git("add", "-A")
        return self.git("commit", "-m", message, *options, check=False)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def _run(self, command: list[str], at: Path, check: bool) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(command, cwd=at, env=self._environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, f"{command}\n{done.stdout}\n{done.stderr}"
        return done


HOOKS = {"stripper": "", "stripper-rules": "", "stripper-fix": "\n        stages: [manual]"}


def test_a_team_commits_seeds(tmp_path: Path) -> None:
    # One test, since the environment is made once.
    team = Repository(tmp_path)
    assert team.commit("The hooks").returncode == 0

    _a_disclaimer_fails_the_commit_and_the_fix_mends_it(team)
    _rules_that_fail_their_examples_fail_the_commit(team)
    _three_hundred_files_over_several_processes_give_what_one_gives(team)


def _a_disclaimer_fails_the_commit_and_the_fix_mends_it(team: Repository) -> None:
    text = f"\ufeff{STORY}\r\n\r\n{MORE}\r\n\r\n{COPYRIGHT}\r\n"
    seed = team.write("seeds/bridge.txt", text)
    team.write("seeds/program.py", f"# {COPYRIGHT}\n")
    done = team.commit("A seed")
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert f"seeds/bridge.txt:5:1: copyright (copyright.line) “{COPYRIGHT}” — A copyright line" in said
    assert "cut with --fix" in said
    assert "program.py" not in said
    assert seed.read_bytes() == text.encode()

    fix = ("run", "stripper-fix", "--all-files", "--hook-stage", "manual")
    done = team.pre_commit(*fix, check=False)
    assert done.returncode == 1
    assert f"    | {COPYRIGHT}" in done.stdout and "files were modified by this hook" in done.stdout
    assert seed.read_bytes() == f"\ufeff{STORY}\r\n\r\n{MORE}\r\n".encode()
    assert team.pre_commit(*fix, check=False).returncode == 0
    assert team.commit("A seed").returncode == 0


def _rules_that_fail_their_examples_fail_the_commit(team: Repository) -> None:
    team.write("house/rules.yaml", RULE % "Something else entirely.")
    done = team.commit("A rule")
    assert done.returncode == 1
    assert "FAILED house/rules.yaml:1: house.walks" in done.stdout + done.stderr
    team.write("house/rules.yaml", RULE % "Book your place on our harbour walk!")
    assert team.commit("A rule").returncode == 0


def _three_hundred_files_over_several_processes_give_what_one_gives(team: Repository) -> None:
    for number in range(300):
        ending = f"\n\n{COPYRIGHT}" if number % 3 == 0 else ""
        team.write(f"seeds/{number:03}.txt", f"{STORY} {number}.\n\n{MORE}{ending}\n")
    team.git("add", "-A")
    command = [sys.executable, "-m", "stripper", "check", *(f"seeds/{number:03}.txt" for number in range(300))]
    alone = subprocess.run(
        command, cwd=team.folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    hook = team.pre_commit("run", "stripper", "--all-files", check=False)
    found = {line for line in hook.stdout.splitlines() if line.startswith("seeds/")}
    assert found == set(alone.stdout.splitlines())
    assert len(found) == 100
