"""What crosses the border is plain data, and comes back as it was."""

import contextlib
import json
import math
import zoneinfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from proctor.bridge import reader, writer
from proctor.bridge.codec import NotPlain, dumps, loads

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=20)
hashable = st.booleans() | st.integers() | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(hashable, inner, max_size=4),
    max_leaves=12,
)


def same(first, second) -> bool:
    if type(first) is not type(second):
        return False
    if isinstance(first, float):
        return first == second or (math.isnan(first) and math.isnan(second))
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return list(first) == list(second) and all(same(first[key], second[key]) for key in first)
    return first == second


@given(values)
def test_builtin_values_come_back_as_they_were(value):
    assert same(loads(dumps(value)), value)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3), np.array([1.5, np.nan, -np.inf]), np.zeros((0, 3)), np.array([True, False]), np.array(["a", "bc"]),
        np.array(3.5), np.array([1, None], dtype=object), np.arange(3, dtype=np.int8), np.array(["2020-01-01"], dtype="M8[D]"),
        np.arange(6)[::2], np.asfortranarray(np.arange(4.0).reshape(2, 2)), np.arange(3).astype(">i4"),
    ],
    ids=str,
)
def test_arrays_come_back_as_they_were(array):
    back = loads(dumps(array))
    assert isinstance(back, np.ndarray)
    assert back.shape == array.shape
    assert back.dtype.kind == array.dtype.kind
    np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize("scalar", [np.float64(1.5), np.int64(3), np.bool_(True), np.float32(2.5)], ids=repr)
def test_numpy_scalars_keep_their_type(scalar):
    assert type(loads(dumps(scalar))) is type(scalar)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [1.5, np.nan]}),
        pd.DataFrame({"a": [1.0, 2.0]}, index=pd.date_range("2020-01-01", periods=2, name="date")),
        pd.DataFrame({"a": [1], "b": [True]}, index=[7]),
        pd.DataFrame(np.eye(2), columns=[3, "x"], index=[(1, "a"), (2, "b")]),
        pd.DataFrame(columns=["a", "b"]),
    ],
    ids=lambda frame: "-".join(map(str, frame.columns)),
)
def test_frames_come_back_as_they_were(frame):
    pd.testing.assert_frame_equal(loads(dumps(frame)), frame, check_freq=False, check_column_type=False)


def test_two_columns_of_one_name_are_kept_apart():
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    pd.testing.assert_frame_equal(loads(dumps(frame)), frame)


def test_series_and_indexes_keep_name_and_kind():
    series = pd.Series([1, 2], index=pd.RangeIndex(5, 9, 2, name="k"), name="s")
    pd.testing.assert_series_equal(loads(dumps(series)), series)
    zoned = pd.date_range("2020-01-01", periods=3, tz=zoneinfo.ZoneInfo("Asia/Tokyo"))  # of a name alone, pandas 2 makes another kind
    pd.testing.assert_index_equal(loads(dumps(zoned)), zoned)


def test_a_subclass_leaves_its_class_behind():
    class Liar(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    class Frame(pd.DataFrame):
        pass

    assert type(loads(dumps(Liar(1.0)))) is float
    assert type(loads(dumps(Frame({"a": [1]})))) is pd.DataFrame


@pytest.mark.parametrize(
    "value",
    [print, object(), lambda: 0, type, (i for i in ()), np.zeros(2, dtype=[("a", int)])],
    ids=["function", "object", "lambda", "class", "generator", "structured array"],
)
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(NotPlain, match="not plain data"):
        dumps(value)


def test_what_contains_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(NotPlain, match="nested"):
        dumps(endless)


def test_what_is_too_large_is_refused(monkeypatch):
    with pytest.raises(NotPlain, match="characters"):
        dumps("x" * 100, limit=50)
    with pytest.raises(NotPlain, match="larger"):
        loads('"' + "x" * 100 + '"', limit=50)
    monkeypatch.setattr(writer, "MAX_ITEMS", 100)
    with pytest.raises(NotPlain, match="items"):
        dumps(np.zeros(1000))


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "[1]", '{"a": 1}', '["q"]', '["a", "<f8", [3], ""]', '["a", "O", [1], "gASV"]', '["a", "<f8", [-1], ""]',
        '["F", ["l", ["a"]], ["R", 0, 1, 1, null], []]', '["d", [[["l", []], 1]]]', '["T", "soon"]', '["i", 5]', '["z", "Nowhere", 1]',
        "[" * 100_000, '["o", [1e9], [], "O"]', '["c", "a", 1]', '["u", 3]',
    ],
)
def test_a_forged_text_is_refused_and_never_run(text):
    with pytest.raises(NotPlain):
        loads(text)


def listed(tag, items, *rest):
    """A text of a tag with a list and more."""
    return f'["{tag}",[{",".join(items)}]{"".join(rest)}]'


ALIKE = [f'["i","{key * (2**61 - 1):x}"]' for key in range(1, 3000)]
PADDED = ['"' + "x" * 50_000 + '"', *['""'] * 19_999]
NAMED = '["I",["o",[1],["a"],"O"],null]'
GROWN = {
    "long index": '["R",0,1000000000000,1,null]',
    "many long indexes": listed("l", ['["R",0,1900000,1,null]'] * 3),
    "one value repeated by a series": '["S",1,["R",0,1000000,1,null],null]',
    "one value repeated by a frame": f'["F",{NAMED},["R",0,1000000,1,null],[0]]',
    "shorter column": f'["F",{NAMED},["R",0,9,1,null],[["a","<f8",[1],"AAAAAAAAAAA="]]]',
    "endless array of nothing": '["a","<f8",[1000000000000000,0],""]',
    "endless object array of nothing": '["o",[1000000000000000,0],[],"O"]',
    "padded strings": f'["o",[20000],[{",".join(PADDED)}],"U"]',
    "keys that are alike": listed("s", ALIKE),
    "dict keys that are alike": listed("d", [f"[{key},0]" for key in ALIKE]),
    "a large number in decimal": listed("l", [str(2**61 - 1)]),
    "many columns": f'["F",["R",0,10001,1,null],["R",0,0,1,null],[{",".join(["[]"] * 10_001)}]]',
    "time zone from a file": '["z","dateutil//etc/hostname",["a","<M8[ns]",[1],"AAAAAAAAAAA="]]',
    "time zone beside the zones": '["z","../../../etc/hostname",["a","<M8[ns]",[1],"AAAAAAAAAAA="]]',
    "kind with a syntax": '["a","(,)f8",[0],""]',
    "long time": f'["T","{"1" * 1000}"]',
}


@pytest.mark.parametrize("text", GROWN.values(), ids=GROWN)
def test_a_short_text_for_a_large_or_slow_value_is_refused(text):
    with pytest.raises(NotPlain):
        loads(text)


def test_values_that_look_like_those_are_read():
    nested = np.empty(2, dtype=object)
    nested[:] = [[1], [2, 3]]
    assert loads(dumps(nested)).tolist() == nested.tolist()
    assert loads('["o",[2],[["l",[1,2]],["l",[3,4]]],"O"]').tolist() == [[1, 2], [3, 4]]
    fixed = pd.date_range("2020-01-01", periods=2, tz="+05:30")
    pd.testing.assert_index_equal(loads(dumps(fixed)), fixed)
    assert loads(dumps({-1: 0, -2: 1})) == {-1: 0, -2: 1}
    assert len(loads(dumps(pd.RangeIndex(1_000_000)))) == 1_000_000


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from(list(reader.READERS))


@given(st.recursive(leaves, lambda inner: st.lists(inner, max_size=4), max_leaves=15))
def test_any_json_is_read_or_refused(node):
    with contextlib.suppress(NotPlain):
        loads(json.dumps(node))


def text_index(kind):
    return pd.Index(["a", "b"], dtype=kind)


TYPED = {
    "strings that are objects": pd.Series(["a", None], dtype=object),
    "strings that have NA": pd.Series(["a", None], dtype="string"),
    "objects as an index": pd.Series([1, 2], index=text_index(object)),
    "objects as labels of columns": pd.DataFrame([[1, 2]], columns=text_index(object)),
    "objects in a frame": pd.DataFrame({"a": pd.Series(["x", "y"], dtype=object), "b": [1, 2]}),
    "complex numbers": pd.Series([1j, 2.5]),
    "no row of two levels": pd.Series([], pd.MultiIndex.from_tuples([(1, "x")], names=["a", "b"])[:0].remove_unused_levels(), "int64"),
    "levels of categories and small numbers": pd.Series(
        [1], index=pd.MultiIndex.from_arrays([pd.Categorical(["a"], ordered=True), np.array([1], dtype="int32")])
    ),
    "levels of times of a zone": pd.Series(
        [1, 2], index=pd.MultiIndex.from_product([pd.date_range("2020", periods=2, tz="UTC"), [0.5]])
    ),
    "levels with nothing in them": pd.Series([1.0, 2.0], index=pd.MultiIndex.from_tuples([(1, np.nan), (3, "y")])),
}


@pytest.mark.parametrize("value", TYPED.values(), ids=TYPED)
def test_frames_keep_the_types_of_their_labels_and_columns(value):
    check = pd.testing.assert_series_equal if isinstance(value, pd.Series) else pd.testing.assert_frame_equal
    check(loads(dumps(value)), value)


@pytest.mark.parametrize(
    "value",
    [
        np.str_("ab"), np.bytes_(b"ab"), np.complex128(1 + 2j), {"a": 1, "b": 2}.keys(), {"a": [1], "b": 2}.values(),
        {"a": [1], 2: 2}.items(),
    ],
    ids=repr,
)
def test_what_is_like_plain_data_stays_so(value):
    back = loads(dumps(value))
    assert repr(back) == repr(value).replace("np.str_('ab')", "'ab'").replace("np.bytes_(b'ab')", "b'ab'")
    if isinstance(value, type({}.keys()) | type({}.items())):
        assert back == value


@pytest.mark.parametrize(
    "array", [np.array([1 + 2j]), np.array([b"a", b"bcd"]), np.array([1j], dtype=np.complex64), np.array([], "S1")], ids=repr
)
def test_complex_numbers_and_bytes_keep_their_type(array):
    back = loads(dumps(array))
    assert (back.dtype, back.tolist()) == (array.dtype, array.tolist())


def test_a_masked_array_keeps_its_mask():
    masked = np.ma.masked_array([[1.0, 2.0, 3.0]], [[False, True, False]])
    back = loads(dumps(masked))
    assert back.mean() == 2.0
    assert back.mask.tolist() == masked.mask.tolist()
    for wrong in ('["ma",["a","|b1",[1],"AA=="],["a","|b1",[2],"AAA="]]', '["ma",["l",[]],["a","|b1",[0],""]]'):
        with pytest.raises(NotPlain):
            loads(wrong)


def pattern(value):
    """Which of the objects in a value that a test may change are the same, as numbers."""
    seen: dict[int, int] = {}

    def walk(item):
        if isinstance(item, list | dict | set | np.ndarray | pd.DataFrame):
            yield seen.setdefault(id(item), len(seen))
        if isinstance(item, list | tuple | dict):
            for inner in item.values() if isinstance(item, dict) else item:
                yield from walk(inner)

    return list(walk(value))


SHARED = [
    [[0]] * 3,
    dict.fromkeys("abc", [1]),  # noqa: RUF024 (that is the mistake which a test has to see)
    [{}] * 2,
    ([1], [{2}] * 2),
    [np.zeros(2)] * 2,
    [pd.DataFrame({"a": [1]})] * 2,
    [[[0]] * 2] * 2,
]


@pytest.mark.parametrize("made", SHARED, ids=repr)
def test_what_is_held_twice_is_one_object_when_read(made):
    back = loads(dumps(made))
    assert repr(back) == repr(made)
    assert pattern(back) == pattern(made)
    assert len(set(pattern(made))) < len(pattern(made))


def test_what_is_equal_and_not_the_same_stays_apart():
    assert pattern(loads(dumps([[0], [0], {}, {}]))) == [0, 1, 2, 3, 4]


def test_what_is_held_many_times_counts_each_time():
    value: list = [0] * 10
    for _ in range(8):
        value = [value] * 10
    with pytest.raises(NotPlain):
        loads(dumps(value))
    deep = '["l",[]]'
    chain = []
    for number in range(30):
        chain.append(f'["=",{number},{deep}]')
        deep = f'["l",[["=",{number}]]]'
    with pytest.raises(NotPlain, match="deep"):
        loads(f'["l",[{",".join(chain)}]]')
    with pytest.raises(NotPlain):
        loads('["=",7]')


@pytest.mark.parametrize("value", [math.factorial(1000), -(2**10_000), 2**13_999, 1 - 2**14_000])
def test_large_whole_numbers_cross(value):
    assert loads(dumps(value)) == value


def test_a_whole_number_beyond_bounds_does_not():
    with pytest.raises(NotPlain, match="14,000 bits"):
        dumps(2**14_000)
