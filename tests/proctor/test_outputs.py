"""Whatever a kernel's messages hold, what is kept of them is an output that a notebook may have."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook
from proctor.bridge.outputs import KINDS, printable, size, well_formed

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["text/plain", "image/png", "x"]), inner, max_size=4),
    max_leaves=8,
)
parts = st.sampled_from(["data", "metadata", "name", "text", "ename", "evalue", "traceback", "execution_count"])


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(parts, anything))
def test_any_message_gives_a_valid_output(kind, content):
    output = well_formed(kind, content, 1000)
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()


def test_a_well_formed_message_is_kept_as_it_is():
    assert well_formed("stream", {"name": "stderr", "text": "a"}, 10) == {"output_type": "stream", "name": "stderr", "text": "a"}
    picture = well_formed("display_data", {"data": {"image/png": "abc=", "text/plain": "<Figure>"}, "metadata": {}}, 100)
    assert picture.data == {"image/png": "abc=", "text/plain": "<Figure>"}
    error = well_formed("error", {"ename": "E", "evalue": "no", "traceback": ["a", "b"]}, 100)
    assert (error.ename, error.evalue, error.traceback) == ("E", "no", ["a", "b"])


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("stream", {"text": "x" * 10**6}),
        ("error", {"ename": "x" * 10**6, "evalue": "x" * 10**6, "traceback": ["x" * 400] * 1000}),
        ("error", {"ename": "E", "evalue": "no", "traceback": [""] * 10**6}),
        ("execute_result", {"data": {"text/plain": "x" * 10**6}}),
        ("display_data", {"data": {f"x/{number}": "" for number in range(10**5)}}),
    ],
)
def test_what_is_too_large_is_cut(kind, content):
    output = well_formed(kind, content, 1000)
    assert size(output) < 4000
    assert len(nbformat.writes(new_notebook(cells=[new_code_cell("x", outputs=[output])]))) < 30_000


def test_of_a_traceback_of_many_lines_the_last_are_kept():
    kept = well_formed("error", {"ename": "E", "evalue": "no", "traceback": [str(number) for number in range(10**6)]}, 10**8).traceback
    assert (len(kept), kept[-1]) == (1000, "999999")


def test_other_messages_are_no_outputs():
    assert well_formed("comm_open", {"data": {}}, 1000) is None


def test_half_a_surrogate_pair_is_shown_as_a_question_mark():
    assert (printable("a\ud800b"), printable("ü"), printable(5)) == ("a?b", "ü", "")
