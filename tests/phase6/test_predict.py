"""Predictions: held back until the reader commits, and kept beside the notebook.

They are whole where nobody is asked.
"""

import json
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from phase6 import _notebook, plots, predict

OPTIONS = {"the first": "Only the first?", "the second": "", "the last": "You added the risks."}


@pytest.fixture(autouse=True)
def reader(tmp_path, monkeypatch):
    """A folder of the student's own, and somebody who reads."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(predict, "batch_run", lambda: False)
    predict._asked.clear()
    return tmp_path


def asked(**kwargs):
    return predict.choice("peak", "When is the risk highest?", OPTIONS, right="the second", **kwargs)


def commit(prediction, guess, why=""):
    """Commit as the page does."""
    prediction._handle_custom_msg({"do": "commit", "guess": guess, "why": why}, [])


def kept(folder):
    path = folder / "predictions.json"
    return json.loads(path.read_text()) if path.exists() else {}


def test_nothing_of_the_experiment_runs_or_shows_before_the_guess():
    ran = []

    def run(guess):
        ran.append(guess)
        return "the secret result"

    prediction = asked(then=run)
    data, _ = prediction._repr_mimebundle_()
    assert ran == [] and prediction.outcome == {}
    assert "secret" not in json.dumps([data, prediction.asked]) and "added" not in json.dumps([data, prediction.asked])


def test_a_commit_shows_the_experiment_with_the_guess_and_names_the_wrong_idea(reader):
    prediction = asked(then=lambda guess: f"drawn with {guess}")
    commit(prediction, "the last", "they add up")
    assert prediction.outcome["reply"] == "You added the risks."
    assert prediction.outcome["html"] == "<p>drawn with the last</p>"
    assert (prediction.outcome["truth"], prediction.outcome["verdict"]) == ("the second", "not what you said")
    entry = kept(reader)["peak"]
    assert (entry["guess"], entry["why"], entry["question"]) == ("the last", "they add up", "When is the risk highest?")


def test_a_guess_is_kept_with_the_notebook_and_can_be_forgotten(reader):
    commit(asked(then=lambda guess: guess), "the second")
    again = asked(then=lambda guess: guess)
    assert again.guess == "the second" and again.outcome["verdict"] == "as you said"
    again._handle_custom_msg({"do": "reset"}, [])
    assert again.outcome == {} and kept(reader) == {}
    assert asked().outcome == {}


def test_a_kept_guess_that_is_no_option_any_more_counts_as_none(reader):
    commit(asked(), "the last")
    assert predict.choice("peak", "When?", {"now": "", "never": ""}).guess is None


@pytest.mark.parametrize("guess", ["the third", "", None, 2])
def test_a_guess_that_cannot_be_is_refused_in_words(reader, guess):
    prediction = asked()
    commit(prediction, guess)
    assert prediction.guess is None and kept(reader) == {}
    assert "expected one of 'the first', 'the second', 'the last'" in prediction.outcome["error"]


def test_numbers_in_percent_are_fractions():
    seen = []
    prediction = predict.number(
        "mean", "How much?", low=-0.05, high=0.05, step=0.005, unit="%", truth=0.008, ideas={0.02: "The volatility."}, then=seen.append
    )
    commit(prediction, 0.0198)
    assert seen == [0.0198]
    assert prediction.outcome["guess"] == "2.0 %" and prediction.outcome["truth"] == "0.8 %"
    assert prediction.outcome["verdict"] == "you were 1.2 percentage points too high"
    assert prediction.outcome["reply"] == "The volatility."
    commit(prediction, 0.008)
    assert prediction.outcome["verdict"] == "as you said" and prediction.outcome["reply"] == ""
    commit(prediction, 0.06)
    assert "expected a number from −5.0 % to 5.0 %" in prediction.outcome["error"]


@pytest.mark.parametrize(("unit", "low", "step", "shown"), [
    ("%", 0.0025, 0.0025, ("0.25 %", "0.50 %")), ("%", 0.0, 0.005, ("0.0 %", "0.5 %")), ("%", 0.0, 0.01, ("0 %", "1 %")),
    ("", 0.0, 0.25, ("0.00", "0.25")), ("", 0.5, 1.0, ("0.5", "1.5")), ("", -2.0, 50, ("−2", "48")),
])
def test_numbers_are_shown_with_the_digits_that_every_place_of_the_slider_has(unit, low, step, shown):
    prediction = predict.number("share", "How many?", low=low, high=low + 20 * step, step=step, unit=unit)
    assert (prediction.written(low), prediction.written(low + step)) == shown


def test_a_wrong_idea_is_not_seen_in_a_guess_that_is_nearer_to_the_truth():
    prediction = predict.number("n", "How many?", truth=50.0, ideas={52.0: "No."}, near=3.0)
    commit(prediction, 50.5)
    assert prediction.outcome["reply"] == ""
    commit(prediction, 54)
    assert prediction.outcome["reply"] == "No."


def test_an_experiment_that_fails_says_so_and_the_guess_is_kept(reader):
    prediction = asked(then=lambda guess: 1 / 0)
    commit(prediction, "the first")
    assert "ZeroDivisionError: division by zero" in prediction.outcome["html"]
    assert "peak" in kept(reader)


def test_an_experiment_keeps_the_names_that_its_cell_had(reader):
    cell = """
result, shown = "of this cell", lambda text, *, end=".": text + end
question = predict.choice("late", "Which?", {"this": "", "that": ""}, then=lambda guess: shown(f"{guess} {result}"))
"""
    notebook = {"predict": predict}
    exec(cell, notebook)
    exec("result, shown = 1.0, 'a later cell'", notebook)
    commit(notebook["question"], "this")
    assert notebook["question"].outcome["html"] == "<p>this of this cell.</p>"


def test_pictures_tables_texts_and_prints_are_shown():
    def then(guess):
        print("printed <here>")
        return plots.plot_histogram({"paths": [1.0, 2.0, 4.0]}, title="Ends", x="End"), "said"

    prediction = asked(then=then)
    commit(prediction, "the first")
    html = prediction.outcome["html"]
    assert html.startswith('<img alt="Ends.') and html.endswith("<p>said</p><pre>printed &lt;here&gt;\n</pre>")


def test_the_summary_lists_guesses_beside_what_happens_and_gives_no_answer_away():
    commit(asked(), "the first")
    predict.number("mean", "How much?", truth=0.5)
    rows = predict.summary().rows()
    assert rows == [("When is the risk highest?", "the first", "the second", "not what you said"), ("How much?", "–", "–", "")]
    assert "1 of 2 questions wait for your guess; then run this cell again." in predict.summary()._repr_html_()
    predict.reset("peak")
    assert predict.summary().rows()[0][1:] == ("–", "–", "")
    with pytest.raises(ValueError, match="no question 'other' was asked; asked were 'peak', 'mean'"):
        predict.reset("other")


def test_a_file_that_cannot_be_read_is_put_aside_not_lost(reader):
    (reader / "predictions.json").write_text("{half a fi")
    commit(asked(), "the first")
    assert kept(reader)["peak"]["guess"] == "the first"
    assert (reader / "predictions-unreadable-1.json").read_text() == "{half a fi"


def test_a_folder_that_cannot_be_written_to_is_told(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError("read-only")

    monkeypatch.setattr("phase6._side_file.tempfile.mkstemp", refuse)
    prediction = asked()
    commit(prediction, "the first")
    assert prediction.outcome["guess"] == "the first" and "cannot be written" in prediction.outcome["note"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: predict.choice("n", "?", {"one": ""}), "expected at least two"),
        (lambda: predict.choice("n", "?", OPTIONS, right="third"), "right is 'third'; expected one of"),
        (lambda: predict.number("n", "?", low=1.0, high=1.0), "expected low < high"),
        (lambda: predict.number("n", "?", step=0.0), "expected a number above 0"),
        (lambda: predict.number("n", "?", low=0.0, high=1.0, truth=2.0), "truth is 2.0; expected a number from 0.00 to 1.00"),
    ],
)
def test_bad_questions_are_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


CELL = """from phase6 import predict
predict.choice("peak", "When?", {"first": "No!", "second": ""}, right="second", then=lambda guess: f"result for {guess}")"""


def test_run_without_a_person_everything_shows_and_no_guess_is_read_or_written(reader):
    (reader / "predictions.json").write_text(json.dumps({"peak": {"guess": "first"}}))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL), nbformat.v4.new_code_cell("predict.summary()")])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    NotebookClient(notebook, resources={"metadata": {"path": str(reader)}}).execute()
    shown, listed = (cell.outputs[0].data for cell in notebook.cells)
    assert set(shown) == {"text/plain", "text/html"}
    for part in ("When?", "<li>first</li>", "second", "<p>result for None</p>"):
        assert part in shown["text/html"]
    assert "No!" not in shown["text/html"]
    assert ">second</td>" in listed["text/html"] and "wait" not in listed["text/html"]
    assert kept(reader) == {"peak": {"guess": "first"}}


def test_outside_of_a_notebook_nobody_is_asked():
    program = "from phase6._notebook import batch_run; import sys; sys.exit(not batch_run())"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(("allowed", "batch"), [(True, False), (False, True), (None, False)])
def test_who_may_be_asked_for_input_is_a_person(monkeypatch, allowed, batch):
    class Kernel:
        def get_parent(self):
            return {"content": {} if allowed is None else {"allow_stdin": allowed}}

    class Shell:
        kernel = Kernel()

    monkeypatch.setattr(_notebook, "_shell", Shell)
    assert _notebook.batch_run() is batch


@pytest.mark.parametrize(("unit", "guess", "said"), [
    ("%", 0.51, "you were 1 percentage point too high"),
    ("%", 0.48, "you were 2 percentage points too low"),
    ("$", 2.0, "you were $2 too high"),
])
def test_how_far_off_a_guess_was_is_plain_english(reader, unit, guess, said):
    asked = predict.number("far", "How much?", low=0, high=1 if unit == "%" else 9, step=0.01 if unit == "%" else 1, unit=unit,
                           truth=0.50 if unit == "%" else 0.0)
    asked.commit(guess)
    assert asked.verdict() == said
