"""``eval``: how good an output is, against gold."""

from __future__ import annotations

import click


@click.command("eval", short_help="Score an output against gold.")
@click.argument("gold", metavar="GOLD")
@click.argument("out", metavar="OUT")
@click.option("--by", metavar="FIELD", help="Also score by the values of this field of GOLD, like source or lang.")
@click.option(
    "--worst", type=click.IntRange(min=0), default=0, metavar="N", help="Also list the N documents of lowest f1."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def eval_(gold: str, out: str, by: str | None, worst: int, as_json: bool) -> int:
    """Score an output against gold: what was kept, what was lost, what was left in.

    Rows of GOLD (JSON Lines) have id, input (the full text) and gold (the article), and may have spans, [start, end, mark,
    category] in input, where mark is boilerplate or neutral. Rows of OUT have id and text.

    \b
    Example:
      stripper clean gold.jsonl --text-field input -o out.jsonl
      stripper eval gold.jsonl out.jsonl --by lang --worst 20
    """
    import json

    from stripper.commands.terminal import show
    from stripper.evaluate import evaluate

    found = evaluate(gold, out, by)
    if as_json:
        click.echo(json.dumps(found.as_json(worst), indent=1))
        return 0
    for name, figures in found.groups.items():
        show(f"{name:<24} {'  '.join(f'{key} {_figure(value)}' for key, value in figures.items())}")
    for category, (marked, removed) in found.categories.items():
        show(f"category {category:<20} {removed / marked:>7.1%} of {marked:,} characters removed")
    for score in found.worst(worst):
        show(f"worst {score.id:<50} precision {score.precision:.3f} recall {score.recall:.3f} f1 {score.f1:.3f}")
    return 0


def _figure(value: float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
