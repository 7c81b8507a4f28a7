"""What all tests share: how hard Hypothesis looks, the package's rules made ready once, and the switch for goldens."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from stripper.match import Matcher
    from stripper.ruleset import Ruleset
    from stripper.strip import Strip

# ci: the same examples on every machine. search: many more and other ones each time, to look for faults:
#   HYPOTHESIS_PROFILE=search pytest tests/test_strip.py
settings.register_profile(
    "ci",
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("search", settings.get_profile("ci"), max_examples=3000, derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests, and the commands they run, share a cache of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp().parent / "cache"))
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write what is removed today into fixtures/*/removals (never into expected/)",
    )


@pytest.fixture(scope="session")
def rules() -> Ruleset:
    """The package's own rules."""
    from stripper.ruleset import builtin, load

    return load([builtin()])


@pytest.fixture(scope="session")
def matcher(rules: Ruleset) -> Matcher:
    from stripper.match import Matcher

    return Matcher(rules)


@pytest.fixture(scope="session")
def by_rules(rules: Ruleset, matcher: Matcher) -> Strip:
    """Stripping by the package's rules alone."""
    from stripper.strip import Strip

    return Strip(matcher, rules.policy)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("strace") is None:
        for item in items:
            if item.get_closest_marker("strace"):
                item.add_marker(pytest.mark.skip(reason="NOT RUN: strace is missing"))
