"""Building a wheel: what takes long to work out of the package's own rules is worked out here, and comes along."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WorkedOut(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `stripper.ready.BROUGHT_ALONG` to a wheel; an editable install works it out at its first run."""

    def dependencies(self) -> list[str]:
        needed = {"msgspec", "platformdirs", "pyahocorasick", "pyyaml", "regex", "xxhash"}
        return [each for each in self.metadata.core.dependencies if any(each.lower().startswith(name) for name in needed)]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from stripper.ready import BROUGHT_ALONG, work_out
            from stripper.ruleset import builtin
        finally:
            sys.path.remove(self.root)
        self.made = TemporaryDirectory()
        file = Path(self.made.name, BROUGHT_ALONG.name)
        file.write_bytes(work_out([builtin()]))
        build_data["force_include"][str(file)] = f"stripper/rules/{file.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if hasattr(self, "made"):
            self.made.cleanup()
