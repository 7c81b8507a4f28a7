"""9. Each document's bytes are the same for any worker count, input order and hash seed."""

from __future__ import annotations

import random
from pathlib import Path

from .runs import ROOT, corpus, run, times, tree, without_place


def test_workers_orders_and_seeds_change_no_byte(tmp_path: Path) -> None:
    given = corpus(tmp_path / "in", 12)
    for number, page in enumerate(sorted((ROOT / "fixtures/web/input").rglob("*.html"))[:6]):
        (given / f"page{number}.html").write_bytes(page.read_bytes())
    paths = sorted(path for path in given.rglob("*") if path.is_file())
    orders = [paths, paths[::-1], random.Random(1).sample(paths, len(paths))]
    # Nine of the 27 hold each pair of the three; all of them in full.
    combinations = [(w, o, s) for w in range(3) for o in range(3) for s in range(3) if times((w + o + s) % 3 == 0, True)]
    expected = None
    for workers, order, seed in combinations:
        out = tmp_path / f"out{workers}{order}{seed}"
        arguments = ("clean", *orders[order], "-o", out, "--workers", str(workers + 1), "--quiet")
        assert run(*arguments, PYTHONHASHSEED=str(seed)).code == 0
        made = without_place(tree(out))
        # Lists of what is worth a word stand in the order of the inputs.
        made.pop("stats.json")
        expected = expected or made
        assert made == expected, (workers, order, seed)
    assert expected and len(expected) > 30
