"""Imports go downward through the floors of docs/architecture.md, and start-up loads nothing heavy."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stripper.library import Entry, Library
from stripper.normalize import key

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "stripper"
HEAVY = {"numpy", "scipy", "pyarrow", "duckdb", "datasketch", "trafilatura", "lxml", "rich", "pandas"}


def _floors() -> dict[str, int]:
    """Module or package to floor, as the table of docs/architecture.md has them."""
    floors: dict[str, int] = {}
    for line in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines():
        if row := re.match(r"\| (\d+) \| ([^|]+) \|", line):
            for name in re.findall(r"`(\w+)`", row[2]):
                assert name not in floors, f"{name} stands on two floors"
                floors[name] = int(row[1])
    return floors


FLOORS = _floors()
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def _unit(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """The modules and packages right under ``stripper`` that a file imports, with the lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            parts = (node.module or "").split(".")
            names = [alias.name for alias in node.names] if parts == ["stripper"] else parts[1:2]
        elif isinstance(node, ast.Import):
            parts = ["stripper"]
            names = [alias.name.split(".")[1] for alias in node.names if alias.name.startswith("stripper.")]
        else:
            continue
        if parts[0] == "stripper":
            yield from ((node.lineno, name) for name in names if not name.startswith("__"))


def test_every_module_has_a_floor_and_every_floor_its_modules() -> None:
    assert {_unit(path) for path in MODULES} == set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downward(path: Path) -> None:
    own = _unit(path)
    floor = FLOORS.get(own, -1)
    upward = [(line, name) for line, name in _imports(path) if name != own and FLOORS.get(name, 99) >= floor]
    assert upward == [], f"{path.relative_to(ROOT)} stands on floor {floor}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def _loaded(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after some code."""
    code = f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}}, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "code",
    [
        "import stripper",
        "import stripper; stripper.Document('text'); stripper.UsageError",
        "from stripper.cli import main; main(['--version'])",
        "from stripper.cli import main; main(['--help'])",
        "from stripper.cli import main; main(['clean', '--help'])",
        "from stripper.cli import main; main(['strip', 'x'])",
    ],
)
def test_start_up_loads_nothing_heavy(code: str) -> None:
    assert _loaded(code) & HEAVY == set()


def test_stripping_a_text_needs_no_learner() -> None:
    code = "import stripper; stripper.Stripper().strip('The bridge reopened on Monday.')"
    assert _loaded(code) & (HEAVY - {"lxml"}) == set()


def test_checking_a_text_against_a_library_needs_none_of_it(tmp_path: Path) -> None:
    foot = "The Lamp has shone on the harbour and all who sail from it since the year of the gale."
    name = f"{key(foot):016x}"
    library = Library({name: Entry(name, foot, [name], [1, 2, 3], "ttt", [1, 2, 3])})
    (tmp_path / "library.jsonl").write_bytes(library.dump())
    story = "The bridge reopened on Monday, and the goat was the first to cross. " * 4
    (tmp_path / "seed.txt").write_text(f"{story}\n\n{foot.replace('gale', 'storm')}\n")
    arguments = ["check", f"{tmp_path}/seed.txt", f"--library={tmp_path}/library.jsonl", "--fix", "--format=json"]
    loaded = _loaded(f"from stripper.cli import main; assert main({arguments!r}) == 1")
    assert loaded & (HEAVY | {"charset_normalizer", "fsspec", "pathspec", "markdown_it", "zstandard"}) == set()


def test_only_sketch_imports_datasketch() -> None:
    importers = [
        path.name
        for path in MODULES
        if re.search(r"^\s*(from|import) datasketch", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert importers == ["sketch.py"]
