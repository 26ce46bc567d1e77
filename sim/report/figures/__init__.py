"""The figures of a result: by name, drawn and written. The folder is the registry."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sim.core.errors import InputError
from sim.core.parameters import put_in_order
from sim.experiment.files import write_whole
from sim.experiment.pool import Workers
from sim.experiment.results import RunFolder
from sim.experiment.runs import outside_strategies
from sim.report import style
from sim.report.figures.registry import FIGURES, in_order
from sim.report.labels import Comparison, labelled
from sim.report.study import NothingToShow, study_of
from sim.report.style import Picture

__all__ = ["FIGURES", "plot", "write_figures"]
log = logging.getLogger(__name__)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
put_in_order(FIGURES, in_order())


def plot(result: Comparison, name: str) -> Picture:
    """One figure by name, as a matplotlib figure; a notebook shows it."""
    if name not in FIGURES:
        raise InputError.unknown("figure", name, FIGURES)
    return FIGURES[name](labelled(result))


def write_figures(
    result: Comparison, folder: Path | str | None = None, *, png: bool = False, workers: Workers | None = None
) -> list[Path]:
    """Write ``figures/<name>.svg``, with ``png`` also ``.png``, below ``folder`` (the run folder).

    Figures with nothing to show are left out. One that fails is named in the log and left
    out. ``workers`` draw side by side, unless the scenario has strategies from outside.
    """
    where = result.folder if folder is None else folder
    assert where is not None, "a comparison kept in memory has no folder"
    shown = labelled(result)
    study_of(shown)  # a configuration that cannot be read is not a matter of one figure
    place = Path(where) / "figures"
    place.mkdir(parents=True, exist_ok=True)
    names = list(FIGURES)
    if workers is None or result.folder is None or any(outside_strategies(result.scenario)):
        drawn = [_drawn(name, shown, png) for name in names]
    else:
        drawn = workers.share_out(_drawn_of, names, result.folder, png)
    written: list[Path] = []
    for name, files in zip(names, drawn, strict=True):
        if isinstance(files, str):
            log.warning("figure %s could not be drawn: %s", name, files)
        for ending in (".png", ".svg"):
            path = place / f"{name}{ending}"
            if isinstance(files, dict) and ending in files:
                write_whole(path, lambda file, data=files[ending]: file.write(data))  # type: ignore[misc]
                written.append(path)
            else:
                path.unlink(missing_ok=True)
    return written


def _drawn(name: str, result: Comparison, png: bool) -> dict[str, bytes] | str:
    """The files of a figure by ending, none if it has nothing to show; the error where it cannot be drawn."""
    try:
        picture = FIGURES[name].drawn(result)
        return {".svg": style.as_svg(picture)} | ({".png": style.as_png(picture)} if png else {})
    except NothingToShow:
        return {}
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _drawn_of(name: str, folder: Path, png: bool) -> dict[str, bytes] | str:
    """`_drawn` in a worker, from the run folder."""
    return _drawn(name, _read(folder), png)


@lru_cache(maxsize=1)
def _read(folder: Path) -> Comparison:
    return labelled(RunFolder.read(folder))
