"""A real market gives the same bytes in any order, on any threads and in any processes."""

from sim.report import run_and_report


def real(threads=1, backend="serial", workers=0, turned=False):
    from sim.market.blocks import FEWEST_BLOCKS
    from sim.market.kernel.layout import BLOCK
    from sim.scenario.scenario import Scenario

    arms = {"as_is": {}, "club": {"firms": {"focal": {"strategy": {"name": "club"}}}}}
    return Scenario.from_config(
        {
            "name": "real",
            "population": {"customers": 2 * FEWEST_BLOCKS * BLOCK + 7},  # for two threads
            "firms": {"focal": {}, "rival": {"strategy": {"name": "imitator"}}},
            "experiment": {
                "control": "as_is",
                "periods": 30,
                "burn_in": 10,
                "replications": 2,
                "arms": dict(reversed(arms.items())) if turned else arms,
            },
            "execution": {"backend": backend, "threads": threads, "workers": workers, "check": True},
        }
    )


def test_the_real_market_gives_the_same_bytes_whatever_the_threads_processes_and_order(tmp_path):
    for name, made in {
        "plain": real(),
        "turned": real(turned=True),
        "threads": real(threads=2),
        "processes": real(threads=2, backend="local", workers=2),
    }.items():
        result = run_and_report.run(made, tmp_path / name, progress=False, report="none")
        assert not result.failed
        for table in ("outcomes", "twins", "switches", "customers", "tenure", "lorenz", "value_parts", "equity_split",
                      "whale"):  # fmt: skip
            assert not getattr(result, table).isna().all().any(), table
    for path in sorted((tmp_path / "plain").glob("*.parquet")):
        assert (
            len(
                {(tmp_path / n / path.name).read_bytes() for n in ("plain", "turned", "threads", "processes")}
            )
            == 1
        )
    nothing = result.summary[result.summary["mean"].isna()]
    assert set(zip(nothing["arm"], nothing["metric"], strict=True)) == {
        ("as_is", "winning_to_keeping")
    }  # keeps by nothing
