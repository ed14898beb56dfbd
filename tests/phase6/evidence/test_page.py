"""Every figure that was claimed, on fewer markets and with a wider band.

The page shows them.
"""

import subprocess
import sys
from functools import cache

import pandas as pd
import pytest
from phase6 import evidence as ev
from phase6.evidence import page

EFFORT = 0.03
BAND = 4.0
TOPICS = {topic.name: topic for topic in ev.topics()}
CLAIMS = [(topic.name, number) for topic in TOPICS.values() for number in range(len(topic.claims))]


@cache
def found(name):
    return ev.investigate(TOPICS[name], EFFORT)


@pytest.mark.parametrize(("name", "number"), CLAIMS)
def test_the_figure_claimed_comes_out(name, number):
    claim = TOPICS[name].claims[number]
    assert abs(claim.distance(found(name).frame)) < BAND


@pytest.mark.parametrize("name", TOPICS)
def test_what_is_claimed_without_a_figure_holds(name):
    assert [check.text for check in TOPICS[name].checks if not check.holds(found(name).frame)] == []


def test_a_wrong_figure_is_told_from_a_right_one():
    frame = pd.DataFrame([{"case": "a", "estimate": 1.0, "standard_error": 0.3}])
    assert ev.Claim("right", {"case": "a"}, 1.4, 0.01, error=0.4).distance(frame) == pytest.approx(-0.8, abs=1e-3)
    topic = ev.Topic(
        "t",
        "6.1",
        "q?",
        "a",
        lambda effort: frame,
        ("case",),
        "u",
        claims=(
            ev.Claim("right", {"case": "a"}, 1.4, 0.01),
            ev.Claim("wrong", {"case": "a"}, 2.0, 0.01),
            ev.Claim("known", {"case": "a"}, 2.0, 0.01, disputed="why"),
        ),
        checks=(ev.Check("holds", lambda frame: True), ev.Check("does not", lambda frame: False)),
    )
    assert ev.investigate(topic).failures == ["wrong", "does not"]
    with pytest.raises(ValueError, match="expected one"):
        ev.Claim("none", {"case": "b"}, 1.0, 0.1).distance(frame)


def small(monkeypatch, *names):
    monkeypatch.setattr(page, "topics", lambda: tuple(TOPICS[name] for name in names))


def test_the_page_stands_alone_and_shows_every_claim(monkeypatch, tmp_path, capsys):
    small(monkeypatch, "turtles", "published", "kelly-estimated")
    target = tmp_path / "deep" / "evidence.html"
    assert ev.main(["--quick", "--to", str(target)]) == 0
    text = target.read_text()
    for name in ("turtles", "published", "kelly-estimated"):
        assert all(f"<td>{claim.text}</td>" in text for claim in TOPICS[name].claims)
        assert f'id="{name}"' in text
    assert text.count("<img alt=") == 3
    assert "http" not in text
    assert "10% of the full number" in text
    assert capsys.readouterr().out.count("✓") == 3


def test_an_interrupted_run_writes_what_is_done(monkeypatch, tmp_path):
    small(monkeypatch, "turtles", "kelly")
    begun = []

    def investigate(topic, effort):
        if begun:
            raise KeyboardInterrupt
        begun.append(topic)
        return ev.Found(topic, topic.run(effort), 0.0)

    monkeypatch.setattr(page, "investigate", investigate)
    assert ev.main(["--to", str(tmp_path / "e.html")]) == 0
    text = (tmp_path / "e.html").read_text()
    assert "1 questions were not reached" in text
    assert 'id="turtles"' in text
    assert 'id="kelly"' not in text


def test_a_claim_that_fails_is_said_so(monkeypatch, tmp_path, capsys):
    turtles = TOPICS["turtles"]
    wrong = ev.Claim("nine N", {"level": 4}, 9.0, 0.01)
    other = ev.Topic("t", "6.1", "q?", "a", turtles.run, turtles.by, "u", claims=(wrong,))
    monkeypatch.setattr(page, "topics", lambda: (other,))
    assert ev.main(["--to", str(tmp_path / "e.html")]) == 1
    assert "✗ nine N" in capsys.readouterr().out
    assert "✗ disagrees" in (tmp_path / "e.html").read_text()


def test_the_command_says_how_it_is_used(capsys):
    with pytest.raises(SystemExit) as left:
        ev.main(["--help"])
    assert left.value.code == 0
    assert "10% of the paths" in capsys.readouterr().out


def test_it_is_run_by_its_name():
    said = subprocess.run([sys.executable, "-m", "phase6.evidence", "--help"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("usage: python -m phase6.evidence")
