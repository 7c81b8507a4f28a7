"""How the time to match and to load grows with the number of rules, over the same text.

    python benchmarks/rules_growth.py [--data DIR] [--sample N]

Every line takes so many rules from all over the package's; beyond their number come copies with words of their own, which
are looked for as any rule is and hold nowhere.
"""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Callable, Iterator

from accuracy import Absent, arguments, data_file, read_rows

COUNTS = (100, 500, 1500)
ROUNDS = 3


def main() -> int:
    given = arguments(__doc__).parse_args()
    from stripper.match import Matcher
    from stripper.model import Document
    from stripper.segment import segments

    try:
        texts = [row["input"] for row in read_rows(data_file(given.data, "press-text"), given.sample)]
    except Absent as error:
        print(f"rules_growth: {error}", file=sys.stderr)
        return 2
    documents = [(Document(text), segments(text)) for text in texts]
    print(f"{len(texts)} documents, {sum(map(len, texts)) / 1e6:.1f} million characters")
    print(f"{'rules':>6}{'match s':>10}{'compile s':>11}{'load ms':>9}{'hits':>8}")
    for rules in rulesets():

        def compiled(rules=rules) -> Matcher:
            return Matcher(rules)

        compile_s, matcher = timed(compiled, 1)
        kept = pickle.dumps((rules, matcher), pickle.HIGHEST_PROTOCOL)
        load_s, _ = timed(lambda kept=kept: pickle.loads(kept), ROUNDS)

        def match(kept=kept) -> int:
            fresh = pickle.loads(kept)[1]
            return sum(len(fresh.match(document, found).hits) for document, found in documents)

        match_s, hits = timed(match, ROUNDS)
        print(f"{len(rules.rules):>6}{match_s - load_s:>10.2f}{compile_s:>11.2f}{load_s * 1000:>9.0f}{hits:>8}", flush=True)
    return 0


def timed(run: Callable[[], object], rounds: int) -> tuple[float, object]:
    """The least seconds of CPU of some rounds, and what the last one gave."""
    best, made = float("inf"), None
    for _ in range(rounds):
        start = time.process_time()
        made = run()
        best = min(best, time.process_time() - start)
    return best, made


def rulesets() -> Iterator[object]:
    """Rulesets of so many rules each, taken evenly from all."""
    import msgspec

    from stripper.ruleset import Ruleset, builtin, load

    own = load([builtin()])
    rules = list(own.rules)
    copied = 0
    while len(rules) < COUNTS[-1]:
        rule = own.rules[copied * 7 % len(own.rules)]
        copied += 1
        if any(leaf.phrase for leaf in rule.match.leaves()):
            match = renamed(rule.match, f"qu{copied:04}x".translate(str.maketrans("0123456789", "abcdefghij")))
            rules.append(msgspec.structs.replace(rule, id=f"{rule.id}.copy-{copied}", match=match))
    for count in COUNTS:
        taken = tuple(rules[at * len(rules) // count] for at in range(count))
        yield Ruleset(tuple(sorted(taken, key=lambda rule: rule.id)), own.policy, f"{count}")


def renamed(match: object, word: str) -> object:
    """A matcher that asks for a word more in each of its phrases."""
    import msgspec

    changes = {name: tuple(renamed(child, word) for child in getattr(match, name)) for name in ("any", "all", "none")}
    phrase = f"{match.phrase} {word}" if match.phrase else ""
    return msgspec.structs.replace(match, phrase=phrase, **changes)


if __name__ == "__main__":
    sys.exit(main())
