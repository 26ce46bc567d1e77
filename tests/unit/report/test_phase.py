"""The map of a grid: verdicts by intervals, the frontier between them, and what no map can be made of."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.core.errors import InputError
from sim.report.phase import LESS, MORE, UNDECIDED, Cell, cells_of, draw, frontier, grid_of, written
from sim.report.settings_table import in_words


def grid(folder: Path, differences, keys=("margin", "customers")) -> Path:
    """A multirun's folder as `guanxi run -m` leaves it, with what the map reads."""
    folder.mkdir()
    lines = [f"folder,{','.join(keys)}"]
    for number, (at, difference) in enumerate(differences.items()):
        lines.append(",".join([str(number), *map(str, at)]))
        (folder / str(number)).mkdir()
        rows = [
            {"arm": "control", "metric": "profit", "difference": None},
            {"arm": "bonds", "metric": "profit", "difference": difference, "difference_low": difference - 1,
             "difference_high": difference + 1},
        ]  # fmt: skip
        pd.DataFrame(rows).to_csv(folder / str(number) / "summary.csv", index=False)
    (folder / "jobs.csv").write_text("\n".join(lines) + "\n")
    return folder


FOUR = {(10, 500): -3.0, (10, 5): 0.5, (80, 500): -0.5, (80, 5): 4.0}


def test_a_cell_is_told_by_its_interval(tmp_path):
    cells, keys, arm, metric = cells_of(grid(tmp_path / "map", FOUR), None, None)
    assert (keys, arm, metric) == (("margin", "customers"), "bonds", "profit")
    assert {(c.x, c.y): c.verdict for c in cells} == {
        (10, 500): LESS, (10, 5): UNDECIDED, (80, 500): UNDECIDED, (80, 5): MORE,
    }  # fmt: skip
    xs, ys, placed = grid_of(cells)
    assert list(xs) == [10, 80] and list(ys) == [5, 500] and placed[1, 0].difference == 4.0


def test_the_frontier_runs_where_the_sign_turns():
    # a step: below it more is earned, above and right of it less
    cells = [
        Cell(x, y, d, d - 0.1, d + 0.1) for x, y, d in ((1, 1, 2.0), (2, 1, 1.0), (1, 2, 0.5), (2, 2, -1.0))
    ]
    sides = frontier(grid_of(cells)[2])
    assert sorted(sides) == [([0.5, 0.5], [0.5, 1.5]), ([0.5, 1.5], [0.5, 0.5])]
    (ax,) = draw(cells, ("x", "y"), "found", "read").axes
    assert len(ax.lines) == 2 + 1 and len(ax.patches) == 4  # the sides, and the legend's
    assert frontier(grid_of([c._replace(difference=1.0) for c in cells])[2]) == []
    # between two that not significant there is none, beside one that is told it stays
    untold = [c._replace(low=-9.0, high=9.0) if c.y == 2 else c for c in cells]
    assert frontier(grid_of(untold)[2]) == [([0.5, 1.5], [0.5, 0.5])]


def test_the_command_draws_it(tmp_path, capsys):
    folder = grid(tmp_path / "map", FOUR)
    assert main(["report", str(folder), "--phase", "bonds", "--metric", "profit"]) == 0
    assert capsys.readouterr().out.strip() == str(folder / "phase.png")
    assert (folder / "phase.svg").stat().st_size > 5000
    made = pd.read_csv(folder / "phase.csv")
    assert list(made) == ["margin", "customers", "arm", "metric", "difference", "low", "high", "verdict"]
    assert {(r.margin, r.customers): r.difference for r in made.itertuples()} == FOUR
    assert sorted(made["verdict"]) == sorted([LESS, UNDECIDED, UNDECIDED, MORE]) and set(made["arm"]) == {
        "bonds"
    }


def test_maps_of_other_arms_and_metrics_stand_beside_the_first(tmp_path, capsys):
    folder = grid(tmp_path / "map", FOUR)
    for path in folder.rglob("summary.csv"):
        told = pd.read_csv(path)
        more = told.iloc[[1]]
        pd.concat([told, more.assign(metric="share"), more.assign(arm="club")]).to_csv(path, index=False)
    asked = {"phase": [], "phase-share": ["--metric", "share"], "phase-club": ["club", "--metric", "profit"]}
    for stem, words in asked.items():
        arm, *rest = words if words[:1] == ["club"] else ["bonds", *words]
        assert main(["report", str(folder), "--phase", arm, *rest]) == 0
        assert capsys.readouterr().out.strip() == str(folder / f"{stem}.png")
    names = {path.name for path in folder.glob("phase*")}
    assert names == {f"{stem}.{kind}" for stem in asked for kind in ("png", "svg", "csv")}
    made = {stem: pd.read_csv(folder / f"{stem}.csv").iloc[0] for stem in asked}
    assert {stem: (row["arm"], row["metric"]) for stem, row in made.items()} == {
        "phase": ("bonds", "profit"), "phase-share": ("bonds", "share"), "phase-club": ("club", "profit"),
    }  # fmt: skip


def test_the_title_says_than_what_and_axes_say_what_is_varied(tmp_path, monkeypatch):
    drawn = {}

    def keep(cells, axes, told, reading, form):
        drawn.update(axes=axes, told=told)
        return draw(cells, axes, told, reading, form)

    monkeypatch.setattr("sim.report.phase.draw", keep)
    written(grid(tmp_path / "map", FOUR, ("firms.focal.unit_cost", "mystery")), None, None)
    assert drawn["axes"] == ("focal: cost of goods at base quality (money)", "mystery")
    assert drawn["told"] == (
        "bonds has more profit than its control in 1 of 4 markets, less in 1; 2 not significant"
    )


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("theory.power.accounts", "(customers per firm)"), ("population.customers", "customers at the start (customers)"),
        ("population.segments.everyone.lock_in", "(utility)"), ("population.segments.a.need_rate.gamma.mean", ", mean ("),
        ("second.firms.shop.price", "shop: list price (money)"), ("events.war.cut", "war: reduction of every list price"),
        ("+experiment.arms.dear.firms.focal.price", "focal: list price (money)"),
        ("stakeholders.maker.saving", "maker: share of unit cost saved by joint planning"), ("events.war.change", "events.war.change"),
    ],
)  # fmt: skip
def test_a_key_in_words(key, words):
    assert words in in_words(key) and (words == key or "." not in in_words(key))


@pytest.mark.parametrize(
    ("keys", "arm", "metric", "lost"),
    [
        (("margin",), None, None, ""), (("a", "b", "c"), None, None, ""), (("margin", "customers"), "bond", None, ""),
        (("margin", "customers"), None, "profits", ""), (("margin", "customers"), None, None, "summary.csv"),
        (("margin", "customers"), None, None, "jobs.csv"),
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused(tmp_path, keys, arm, metric, lost):
    at = (1, 2, 3)[: len(keys)]
    folder = grid(tmp_path / "map", {at: 1.0}, keys)
    if lost:
        next(folder.rglob(lost)).unlink()
    with pytest.raises(InputError) as wrong:
        cells_of(folder, arm, metric)
    named = " --arm" if arm else " --metric" if metric else ""  # the option that names what is not there
    assert wrong.value.key == f"report --phase{named}"


def test_words_on_an_axis_are_refused(tmp_path):
    with pytest.raises(InputError) as wrong:
        cells_of(grid(tmp_path / "map", {("repertoire", 2): 1.0}, ("market", "x")), None, None)
    assert "market=repertoire" in str(wrong.value)
