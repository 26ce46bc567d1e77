"""The gate before any YAML: plain data of a bounded size passes as it is meant, all else is a `InputError`."""

import contextlib
import math
import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.core.yaml_reader import MAX_BYTES, load, read

TEXTS = {
    "empty": ("", "empty"),
    "only a comment": ("# nothing\n", "empty"),
    "a list at the top": ("- a\n- b\n", "mapping"),
    "a text at the top": ("hello", "mapping"),
    "broken": ("a: [1, 2\nb: 3", "valid YAML; line"),
    "a tab": ("a:\n\t- 1", "valid YAML; line"),
    "a control character": ("a: \x01", "valid YAML"),
    "two documents": ("a: 1\n---\nb: 2", "one YAML document"),
    "a key twice": ("a: {b: 1}\nfirms: {x: 1}\nfirms: {y: 1}", "'firms' is there twice"),
    "a nested key twice": ("a: {b: 1, b: 2}", "'b' is there twice"),
    "an alias": ("a: &x {b: 1}\nc: *x", "no alias"),
    "a merge key": ("a: {<<: {b: 1}}", "no merge"),
    "a list as key": ("? [1, 2]\n: 3", "keys that are texts"),
    "an empty key": ("? \n: 3", "no empty key"),
    "a Python object": ("a: !!python/object/apply:os.system ['true']", "no tag"),
    "a tag of its own": ("a: !env HOME", "no tag"),
    "a set": ("a: !!set {b}", "no tag"),
    "too deep": ("a: " + "[" * 40 + "]" * 40, "levels"),
    "too many values": ("a: [" + "1," * 30_000 + "1]", "values"),
    "Hydra": ("hydra: {run: {dir: /tmp}}", "Hydra itself"),
    "a target": ("a: {b: {_target_: os.system}}", "never runs"),
    "a target in a list": ("a: [{_target_: os.system}]", "never runs"),
    "a control character by escape": ('a: "\\e[31m"', "control characters"),
    "a control character in a key": ('"\\e[31m": 1', "control characters"),
    "a resolver": ("a: ${oc.env:HOME}", "plain ${key.key}"),
    "a nested interpolation": ("a: ${b.${c}}", "plain ${key.key}"),
    "part of a text": ("a: x${b}", "plain ${key.key}"),
    "an escaped one": (r"a: \${b}", "plain ${key.key}"),
    "a resolver in a list": ("a: [1, '${oc.decode:x}']", "plain ${key.key}"),
}


@pytest.mark.parametrize("text, told", TEXTS.values(), ids=TEXTS)
def test_refused(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert told in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 3


def test_an_alias_bomb_is_refused_at_once() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for below, above in zip("abcdefghi", "bcdefghij", strict=True):
        bomb += f"{above}: &{above} [{', '.join([f'*{below}'] * 9)}]\n"
    began = time.process_time()
    with pytest.raises(InputError, match="no alias"):
        read(bomb)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "written", ["1:30", "010", "0x1F", "0b11", "on", "off", "yes", "2001-01-01", "1,000", "1_"]
)
def test_what_yaml_1_1_would_turn_into_something_else_stays_a_text(written: str) -> None:
    assert read(f"a: {written}") == {"a": written}


def test_numbers_texts_and_constants() -> None:
    text = "a: [0, -3, 1_000, 0.5, .5, 5., 1e3, -1.5E-3, true, False, null, ~, '1', \"on\", inf]"
    found = read(text)["a"]
    assert found == [
        0,
        -3,
        1000,
        0.5,
        0.5,
        5.0,
        1000.0,
        -0.0015,
        True,
        False,
        None,
        None,
        "1",
        "on",
        float("inf"),
    ]
    assert [type(n) for n in found[:4]] == [int, int, int, float]


def test_files_that_cannot_be_read(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)  # for a message cuts a long path
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "binary.yaml").write_bytes(b"a: \xff\xfe\x00")
    (tmp_path / "large.yaml").write_text("a: " + "x" * MAX_BYTES)
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.yaml")
    for name in ("missing", "folder", "binary", "large", "dangling", "pipe"):
        with pytest.raises(InputError, match=name):
            load(Path(f"{name}.yaml"))


_KEYS = st.text("abcdefgh_-", min_size=1, max_size=6)
_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or 1e-4 < abs(x) < 1e15),
    st.text("abc xyz", max_size=8),
)  # fmt: skip
_TREES = st.dictionaries(
    _KEYS, st.recursive(_VALUES, lambda v: st.lists(v, max_size=3) | st.dictionaries(_KEYS, v))
)


@given(_TREES)
def test_plain_data_comes_back_as_it_was_written(tree) -> None:
    if not tree:
        return
    assert read(yaml.safe_dump(tree)) == tree


@settings(max_examples=300)
@given(st.text("ab:-[]{}&*!|>'\"%@`#?,\n \t01.$~<", max_size=60))
def test_any_text_is_a_mapping_or_a_problem(text: str) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(read(text), dict)


@pytest.mark.parametrize("text", ["Inf", "+inf", "-Inf", "+Inf", "+.Inf", "INF", "infinity"])
def test_an_infinity_is_written_as_yaml_does_or_as_python_does(text):
    assert read(f"a: {text}") == {"a": text}
    assert read("a: [.inf, -.Inf, inf, -inf, +.inf]")["a"] == [
        math.inf,
        -math.inf,
        math.inf,
        -math.inf,
        math.inf,
    ]
