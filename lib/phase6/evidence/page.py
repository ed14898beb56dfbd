"""The page that shows every claim beside our figure, and the command that writes it."""

import argparse
import base64
import html
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from phase6.evidence import conviction, faults, portfolio, pyramiding, scaling
from phase6.evidence.claims import CLOSE, Claim, Found, Topic, investigate, only
from phase6.plots.distributions import plot_estimates


def topics() -> tuple[Topic, ...]:
    """Every topic, in the order of the lessons."""
    every = (*pyramiding.TOPICS, *scaling.TOPICS, *portfolio.TOPICS, *conviction.TOPICS, *faults.TOPICS)
    return tuple(sorted(every, key=lambda topic: topic.section[:3]))


QUICK = 0.1
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1c1c1c; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 3rem; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #d9d9da; text-align: right; }
th:first-child, td:first-child, td:last-child, th:last-child { text-align: left; }
td:not(:first-child) { white-space: nowrap; }
.no { background: #fdeee4; } .why { background: #f4f4f4; padding: .6rem 1rem; border-left: 4px solid #0072b2; }
.quiet { color: #555; } img { display: block; margin: 1rem 0; width: 52rem; max-width: 100%; } details { margin: 1rem 0; }
details table { font-size: .85em; } ul.checks { list-style: none; padding-left: 0; } ul.checks span { margin-right: .5rem; }
"""


def number(value: float, percent: bool, decimals: int | None = None) -> str:
    """A figure as the page writes it.

    Parameters
    ----------
    value : float
    percent : bool
        Whether it is a fraction, to be written as a percentage.
    decimals : int, optional
        Of its unit; by default two of a percentage, else three.
    """
    places = (2 if percent else 3) if decimals is None else decimals
    said = f"{abs(100 * value if percent else value):.{places}f}"
    minus = "−" if value < 0 and float(said) else ""
    return f"{minus}{said} %" if percent else f"{minus}{said}"


def _verdict(claim: Claim, frame: pd.DataFrame) -> str:
    if abs(claim.distance(frame)) <= CLOSE:
        return "✓ agrees"
    return "≠ differs, see below" if claim.disputed else "✗ disagrees"


def _claims_table(found: Found) -> str:
    topic, rows = found.topic, []
    for claim in topic.claims:
        row, distance = claim.row(found.frame), claim.distance(found.frame)
        percent = topic.percent and not claim.plain
        places = max(0, math.ceil(-math.log10(claim.digit) - 1e-9) - 2 * percent)
        error = f" ± {number(claim.error, percent, places)}" if claim.error else ""
        ours = number(row["estimate"], percent, places + 1)
        chance = float(row["standard_error"]) > 0
        cells = (
            html.escape(claim.text),
            number(claim.figure, percent, places) + error,
            f"{ours} ± {number(row['standard_error'], percent, places + 1)}" if chance else ours,
            f"{distance:+.1f}".replace("-", "−").replace("−0.0", "0.0").replace("+0.0", "0.0"),
            f"{int(row['n']):,}" if chance else "by rule",
            _verdict(claim, found.frame),
        )
        mark = "" if abs(distance) <= CLOSE else ' class="no"'
        rows.append(f"<tr{mark}>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Claim", "Claimed", "Ours", "Difference [s.e.]", "n", "Verdict"))
    return f"<table><caption>Claims and figures</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _claimed(topic: Topic, shown: pd.DataFrame) -> list[float]:
    """The figure claimed of every row shown, NaN where there is none."""
    figures = dict.fromkeys(shown.index, math.nan)
    for claim in topic.claims:
        rows = only(shown, **claim.case)
        if len(rows) == 1:
            figures[rows.index[0]] = claim.figure
    return list(figures.values())


def _section(found: Found) -> str:
    topic = found.topic
    shown = only(found.frame, **topic.shown)
    picture = plot_estimates(
        shown, topic.by, title=topic.answer, unit=topic.unit, percent=topic.percent, claims=_claimed(topic, shown)
    )
    pixels = base64.b64encode(picture.png()).decode()
    parts = [
        f'<h2 id="{topic.name}">{html.escape(topic.question)}</h2>',
        f'<img alt="{html.escape(picture.alt)}" src="data:image/png;base64,{pixels}">',
    ]
    if topic.note:
        parts.append(f'<p class="quiet">{html.escape(topic.note)}</p>')
    if topic.claims:
        parts.append(_claims_table(found))
    reasons = [html.escape(f"{claim.text}: {claim.disputed}") for claim in topic.claims if claim.disputed]
    parts += [f'<p class="why">{reason}</p>' for reason in reasons]
    if topic.checks:
        marks = [(("✓" if check.holds(found.frame) else "✗ not so:"), html.escape(check.text)) for check in topic.checks]
        parts.append('<ul class="checks">' + "".join(f"<li><span>{mark}</span>{text}</li>" for mark, text in marks) + "</ul>")
    table = found.frame.to_html(index=False, float_format=lambda value: f"{value:.5g}", border=0)
    parts.append(f"<details><summary>All rows ({found.seconds:.1f} s, lesson {topic.section})</summary>{table}</details>")
    return "\n".join(parts)


def page_html(found: Sequence[Found], effort: float = 1.0) -> str:
    """The whole page as HTML that needs nothing beside itself."""
    claims = [(each, claim) for each in found for claim in each.topic.claims]
    agree = sum(abs(claim.distance(each.frame)) <= CLOSE for each, claim in claims)
    disputed = sum(bool(claim.disputed) and abs(claim.distance(each.frame)) > CLOSE for each, claim in claims)
    failures = [(each.topic, text) for each in found for text in each.failures]
    wrong = "".join(f'<li><a href="#{topic.name}">{html.escape(text)}</a></li>' for topic, text in failures)
    contents = "".join(f'<li><a href="#{each.topic.name}">{html.escape(each.topic.question)}</a></li>' for each in found)
    left = len(topics()) - len(found)
    return "\n".join(
        (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Evidence for every claim</title>',
            f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>',
            "<h1>Evidence for every claim of the lessons</h1>",
            f"<p>{len(claims)} figures were claimed; {agree} agree with ours within {CLOSE:g} standard errors, {disputed} differ for "
            f"a reason given below, {len(claims) - agree - disputed} disagree. Every number comes from random markets made for it, at "
            f"{effort:.0%} of the full number of paths. ± is one standard error; a difference counts ours, the claim's own where it "
            "is known, and the rounding of its figure.</p>",
            "<p>In each picture the left side shows how single markets are spread, the right side how well their mean is known.</p>",
            f"<p>{left} questions were not reached: the run was interrupted.</p>" if left else "",
            f"<p><strong>Not as claimed:</strong></p><ul>{wrong}</ul>" if wrong else "",
            f"<ol>{contents}</ol>",
            *(_section(each) for each in found),
            "</body></html>",
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Investigate every topic and write the page.

    Returns 1 if a claim disagrees that is not known to, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m phase6.evidence", description="Every claim, over thousands of random markets.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:.0%}% of the paths: seconds, with larger errors")
    parser.add_argument("--to", type=Path, default=Path("report/evidence.html"), help="the page to write (default: %(default)s)")
    options = parser.parse_args(arguments)
    effort = QUICK if options.quick else 1.0
    found: list[Found] = []
    try:
        for topic in topics():
            answer = investigate(topic, effort)
            if answer.frame.attrs.get("interrupted"):
                raise KeyboardInterrupt
            found.append(answer)
            marks = [f"✗ {text}" for text in found[-1].failures] or ["✓"]
            print(f"{found[-1].seconds:6.1f} s  {topic.question}  {'; '.join(marks)}", flush=True)
    except KeyboardInterrupt:
        print("interrupted: writing what is done", file=sys.stderr)
    options.to.parent.mkdir(parents=True, exist_ok=True)
    options.to.write_text(page_html(found, effort), encoding="utf-8")
    print(f"written: {options.to}")
    return int(any(each.failures for each in found))
