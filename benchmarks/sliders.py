"""Times an explorer against `interact` with inline matplotlib, in JupyterLab in Chromium.

    python benchmarks/sliders.py [--presses 40] [--steps 28] [--pace 60] [--before COMMIT]

Both draw the same picture (size in points, panels, lines, grid, legends) with the same engine, in
one notebook and one kernel, ten key presses of each in turn, so the ratio holds however busy the
machine is. Measured from the input event to the frame after which the new picture is painted:
single key presses, a drag with the mouse, and a drag while arrow keys move a second slider. With
`--before`, the explorer of another commit is measured in the same notebook. Exits with 1 when the
explorer is less than eight times faster at the median.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import ElementHandle, FloatRect, Page  # noqa: E402

from tests.browser import labbing  # noqa: E402

LEAST_RATIO = 8.0
WARM_UP, TURN = 4, 10
"""Key presses of one way that follow each other: those not counted, and those counted.

The first are not counted because the other way's work may still be cleared up (a page has only one
of the two).
"""
FIRST, SECOND = "risk_per_level", "atr_stop_mult"
"""The sliders that are moved."""
FIRST_STEPS = 38
"""Steps of the first slider from end to end."""
THUMB = 16
"""Width of the knob of the browser's own slider, whose middle never leaves the track."""

OURS = """from phase6.explorers import PyramidExplorer

PyramidExplorer()"""

RENAMED = "phase6_before"
"""Name under which the library of another commit is imported."""

NAIVE = """%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import interact
from phase6.comparison import scaled_to_volatility
from phase6.market import regime_ohlcv
from phase6.pyramiding import run_pyramid_backtest

bars = regime_ohlcv("trend", 500, seed=4, drift_sharpe=1.5)


@interact(max_levels=(1, 8), leverage=(1.0, 10.0, 0.25), risk_per_level=(0.001, 0.02, 0.0005),
          atr_stop_mult=(0.5, 5.0, 0.1), add_threshold_atr=(0.2, 3.0, 0.1), max_total_risk=(0.0025, 0.05, 0.0025))
def show(max_levels=4, leverage=3.0, risk_per_level=0.005, atr_stop_mult=2.0, add_threshold_atr=1.0, max_total_risk=0.02):
    rules = dict(leverage=leverage, risk_per_level=risk_per_level, atr_stop_mult=atr_stop_mult,
                 add_threshold_atr=add_threshold_atr, max_total_risk=max_total_risk)
    pyramid = run_pyramid_backtest(bars, max_levels=max_levels, **rules)
    single = run_pyramid_backtest(bars, max_levels=1, **rules)
    figure, (equity, levels, risk) = plt.subplots(3, 1, figsize=(7.8, 7.5), sharex=True, height_ratios=(3, 1, 1.5))
    equity.plot(pyramid.equity, label="pyramid")
    equity.plot(single.equity, label="single, equal first risk")
    equity.plot(scaled_to_volatility(single.equity, pyramid.equity), label="single, equal volatility")
    equity.axhline(pyramid.equity.iloc[0], linestyle="--")
    equity.set(title="Does adding to winners earn more, or only risk more?", ylabel="Equity [$]")
    equity.legend()
    levels.fill_between(bars.index, pyramid.levels, step="post")
    levels.set(title="How many levels the pyramid holds", ylabel="Levels")
    risk.fill_between(bars.index, 100 * pyramid.stop_risk, step="post", label="true")
    risk.plot(100 * pyramid.levels * risk_per_level, drawstyle="steps-post", label="claimed")
    risk.axhline(100 * max_total_risk, linestyle=":", label="cap")
    risk.set(title="Stop risk: what is claimed, and what the stops say", ylabel="Risk [% of equity]", xlabel="Date")
    risk.legend()
    for axes in (equity, levels, risk):
        axes.grid(True)
    plt.tight_layout()
    plt.show()"""

METER = """([root, picture]) => {
    const meter = {inputs: [], paints: [], values: [], shown: null};
    const look = async () => {
        const target = root.querySelector(picture);
        const now = target && (target.src || target.dataset.view || target.innerHTML);
        if (!now || now === meter.shown) return;
        meter.shown = now;
        if (target.decode) await target.decode().catch(() => {});
        requestAnimationFrame(() => {
            if (meter.shown !== now) return;
            const after = new MessageChannel();
            after.port1.onmessage = () => {
                meter.paints.push(performance.now());
                const shown = target.closest('[data-settings]');
                if (shown) meter.values.push(JSON.parse(shown.dataset.settings));
            };
            after.port2.postMessage(0);
        });
    };
    meter.watcher = new MutationObserver(look);
    meter.watcher.observe(root, {subtree: true, childList: true, characterData: true, attributes: true});
    for (const kind of ['keydown', 'mousemove', 'pointermove'])
        root.ownerDocument.addEventListener(kind, event => meter.inputs.push(event.timeStamp), {capture: true});
    look();
    root.meter = meter;
}"""


def element(page: Page, selector: str) -> ElementHandle:
    """The first element that a selector finds; raises LookupError where there is none."""
    found = page.query_selector(selector)
    if found is None:
        raise LookupError(f"nothing on the page is {selector}")
    return found


def box(shown: ElementHandle) -> FloatRect:
    """Place and size of an element in CSS pixels; raises LookupError where it is not shown."""
    found = shown.bounding_box()
    if found is None:
        raise LookupError("the slider is not shown")
    return found


class Hand:
    """Moves the sliders of one way and reads its meter."""

    def __init__(self, notebook: labbing.OpenNotebook, root: str, picture: str, sliders: tuple[str, str]) -> None:
        self.page = notebook.page
        self.page.wait_for_selector(f"{root} {picture}", timeout=60_000)
        self.root = element(self.page, root)
        self.handles = [element(self.page, f"{slider} :is(.noUi-handle, [type=range])") for slider in sliders]
        self.tracks = [element(self.page, f"{slider} :is(.noUi-base, [type=range])") for slider in sliders]
        self.page.evaluate(METER, [self.root, picture])

    def rest(self, quiet: float = 250) -> None:
        """Wait until nothing has been painted for some milliseconds and the kernel is idle."""
        self.page.wait_for_function(
            """([root, quiet]) => {
                const {inputs, paints} = root.meter;
                const last = Math.max(0, ...inputs.slice(-1), ...paints.slice(-1));
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                return performance.now() - last > quiet && kernel.status === 'idle';
            }""",
            arg=[self.root, quiet],
            timeout=60_000,
        )

    def start(self) -> None:
        """Rest, then forget what was measured."""
        self.rest()
        self.root.evaluate("root => { root.meter.inputs = []; root.meter.paints = []; root.meter.values = []; }")

    def measured(self) -> dict[str, Any]:
        """Since the start: times of inputs and paints, and the settings at each paint.

        Times are in milliseconds, settings those of the explorer.
        """
        meter: dict[str, Any] = self.root.evaluate("root => root.meter")
        return meter

    def press(self, key: str) -> float:
        """Milliseconds from one key press to the painted picture."""
        self.handles[0].focus()
        self.start()
        self.page.keyboard.press(key)
        self.page.wait_for_function("root => root.meter.paints.length > 0", arg=self.root, timeout=60_000)
        seen = self.measured()
        return float(seen["paints"][0] - seen["inputs"][0])

    def drag(self, steps: int, pace: float, *, second: bool = False) -> dict[str, Any]:
        """Drag the first slider with the mouse, a step every `pace` milliseconds.

        With `second`, an arrow key moves the second slider at every step too.

        Returns how many pictures were painted, the milliseconds from the last input to the last of
        them, and how many values of each of the explorer's settings were seen.
        """
        for slider in self.handles:
            slider.focus()
            self.page.keyboard.press("Home")
        self.rest()
        self.root.scroll_into_view_if_needed()
        handle, track = box(self.handles[0]), box(self.tracks[0])
        whole = handle == track
        x = handle["x"] + (THUMB / 2 if whole else handle["width"] / 2)
        y = handle["y"] + handle["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.start()
        if second:
            self.handles[1].focus()
        for step in range(1, steps + 1):
            began = self.page.evaluate("performance.now()")
            self.page.mouse.move(x + (track["width"] - THUMB * whole) * step / FIRST_STEPS, y)
            if second:
                self.page.keyboard.press("ArrowRight")
            left = pace - (self.page.evaluate("performance.now()") - began)
            if left > 0:
                self.page.wait_for_timeout(left)
        self.page.mouse.up()
        self.rest(1500)
        seen = self.measured()
        return {
            "shown": len(seen["paints"]),
            "settles": seen["paints"][-1] - seen["inputs"][-1],
            "values": {name: len({values[name] for values in seen["values"]}) for name in (FIRST, SECOND) if seen["values"]},
        }


def measure(notebook: labbing.OpenNotebook, presses: int, steps: int, pace: float, before: bool) -> dict[str, Any]:
    """All figures of every way."""
    set_to = ".p6-set-{}"
    sliders = (set_to.format(FIRST), set_to.format(SECOND))
    ours = Hand(notebook, ".jp-OutputArea:has(> * .phase6-explorer)", ".phase6-explorer", sliders)
    nth = ".widget-interact > .widget-hslider:nth-child({})"
    naive = Hand(notebook, ".widget-interact .jp-OutputArea", "img", (nth.format(3), nth.format(4)))
    ways = {"explorer": ours, "interact": naive}
    if before:
        old = ".phase6_before-controls .phase6_before-set-{}"
        picture = ".phase6_before-picture svg, .phase6_before-explorer[data-view]"
        ways["before"] = Hand(notebook, ".phase6_before-view", picture, (old.format(FIRST), old.format(SECOND)))
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(-(-presses // TURN)):
        for name, hand in ways.items():
            taken = [hand.press("ArrowRight" if turn % 2 == 0 else "ArrowLeft") for _ in range(WARM_UP + TURN)]
            times[name] += taken[WARM_UP:]
    return {
        name: {
            "p50": float(np.percentile(times[name], 50)),
            "p95": float(np.percentile(times[name], 95)),
            "drag": hand.drag(steps, pace),
            "two": hand.drag(steps, pace, second=True),
        }
        for name, hand in ways.items()
    }


def unpack(commit: str, folder: Path) -> None:
    """Put the library of another commit into a folder under another name.

    So both can be imported.
    """
    archive = subprocess.run(["git", "archive", commit, "lib/phase6"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files.getmembers():
            content = files.extractfile(member)
            if content is not None:
                path = folder / RENAMED / Path(member.name).relative_to("lib/phase6")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content.read().decode().replace("phase6", RENAMED))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=40)
    parser.add_argument("--steps", type=int, default=28)
    parser.add_argument("--pace", type=float, default=60, help="milliseconds from step to step of a drag")
    parser.add_argument("--before", metavar="COMMIT", help="measure the explorer of that commit too")
    parser.add_argument("--json", type=Path, help="write the figures there as well")
    wanted = parser.parse_args()
    path = labbing.chromium()
    if path is None:
        print("NO CHROMIUM: nothing was measured", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        cells = [OURS, NAIVE]
        if wanted.before:
            unpack(wanted.before, Path(folder))
            cells.append(OURS.replace("phase6", RENAMED))
        labbing.write_notebook(Path(folder) / "sliders.ipynb", *cells)
        with labbing.Lab(Path(folder)) as lab, labbing.open_browser(path) as browser:
            notebook = labbing.OpenNotebook(browser, lab, "sliders.ipynb", height=2200)
            notebook.run_all()
            seen = measure(notebook, wanted.presses, wanted.steps, wanted.pace, bool(wanted.before))
            complaints = [*notebook.complaints, *notebook.tracebacks()]
            notebook.close()
    if wanted.before:
        old, new = seen["before"], seen["explorer"]
        figures = [f"p50 {way['p50']:.0f} ms, p95 {way['p95']:.0f} ms" for way in (old, new)]
        print(f"Explorer of {wanted.before}: {figures[0]}; now: {figures[1]};")
        drag = f"a drag shows {old['drag']['shown']} then, {new['drag']['shown']} now"
        print(f"{new['p50'] / old['p50']:.2f} times the median; {drag}.")
    ours, naive = seen["explorer"], seen["interact"]
    print(f"{'':38}{'explorer':>10}{'interact':>10}{'ratio':>8}{'goal':>10}")
    for key, goal in (("p50", "≤ 60"), ("p95", "≤ 100")):
        said = f"key press to painted picture, {key} [ms]"
        print(f"{said:38}{ours[key]:10.0f}{naive[key]:10.0f}{naive[key] / ours[key]:8.1f}{goal:>10}")
    for key, said, moves, goal in (("drag", "drag", 1, "≥ 25"), ("two", "two sliders at once", 2, "")):
        shown, settled = f"{said}: pictures of {moves * wanted.steps}", f"{said}: settles after [ms]"
        mine, other = ours[key], naive[key]
        print(f"{shown:38}{mine['shown']:10}{other['shown']:10}{mine['shown'] / other['shown']:8.1f}{goal:>10}")
        print(f"{settled:38}{mine['settles']:10.0f}{other['settles']:10.0f}{other['settles'] / mine['settles']:8.1f}{'≤ 100':>10}")
    both = " and ".join(str(count) for count in ours["two"]["values"].values())
    print(f"Of the {wanted.steps} steps of each of two sliders, the explorer shows {both}; goal: at least 25.")
    busy = f"{os.getloadavg()[0]:.1f} busy on {os.cpu_count()} cores"
    print(f"{wanted.presses} presses; a step of the drag every {wanted.pace:.0f} ms; {busy}")
    for complaint in complaints:
        print(f"complaint: {complaint}")
    if wanted.json:
        wanted.json.write_text(json.dumps(seen))
    ratio = naive["p50"] / ours["p50"]
    print(f"ratio at the median {ratio:.1f}, asked for: at least {LEAST_RATIO:g}")
    return int(bool(complaints) or ratio < LEAST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
