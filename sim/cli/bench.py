"""``guanxi bench``: the speed of the market on this machine, and what a user waits for."""

from __future__ import annotations

from pathlib import Path

from sim.cli.options import Parser
from sim.core.errors import InputError


def main(given: list[str]) -> int:
    """Read the options and measure; raises `InputError` for a wrong one."""
    from sim.validation.bench.wait import CASES

    parser = Parser(
        "bench",
        "throughput and memory by size and threads, beside plain Mesa, plain C and C by columns in the same run; "
        "with --wait, processor and wall time of what a user waits for",
    )
    parser.add_argument("--json", action="store_true", help="a list of cases, for programs")
    parser.add_argument(
        "--wait", nargs="?", const="all", metavar="CASE,CASE",
        help="measure what a user waits for, beside what the market alone takes: all (ten minutes or more), or some of "
        f"{', '.join(CASES)}",
    )  # fmt: skip
    parser.add_argument(
        "--full", action="store_true", help="sizes up to 1,000,000, and the small jobs' wall times"
    )
    parser.add_argument(
        "--huge", action="store_true", help="10,000,000 customers: rate and peak memory, nothing else"
    )
    parser.add_argument("--sizes", default="", metavar="N,N", help="numbers of customers")
    parser.add_argument("--threads", default="1,2", metavar="N,N", help="numbers of threads")
    parser.add_argument(
        "--repeats",
        default="",
        metavar="N",
        help="measurements for each case, of which the median is shown; 7, with --wait 3",
    )
    parser.add_argument("--profile", action="store_true", help="profile of the same market in plain Mesa")
    parser.add_argument("--write", metavar="FILE", help="put the tables between the marks of a Markdown file")
    options = parser.read(given)
    options.sizes = whole_numbers("--sizes", options.sizes, 10_000_000) if options.sizes else ()
    options.threads = whole_numbers("--threads", options.threads, 64)
    repeats = options.repeats or ("7" if options.wait is None else "3")
    options.repeats = whole_numbers("--repeats", repeats, 1000)[0]
    options.wait = None if options.wait is None else cases(options.wait, tuple(CASES))
    if options.write and not Path(options.write).is_file():
        raise InputError("--write", options.write, "a file that exists, with the two marks of a table in it")
    from sim.validation.bench.command import main as bench

    return bench(options)


def cases(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Names of what is to be measured, separated by commas; raises `InputError`."""
    if text == "all":
        return known
    for name in text.split(","):
        if name not in known:
            raise InputError.unknown("guanxi bench: --wait", name, ["all", *known])
    return tuple(dict.fromkeys(text.split(",")))


def whole_numbers(option: str, text: str, most: int) -> tuple[int, ...]:
    """Whole numbers from 1 up, separated by commas; raises `InputError`."""
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if not numbers or min(numbers) < 1 or max(numbers) > most:
        raise InputError(
            f"guanxi bench: {option}", text, f"whole numbers from 1 to {most}, separated by commas"
        )
    return numbers
