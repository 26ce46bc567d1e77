"""The figures of a result: by name, drawn and written. The folder is the registry."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sim.core.errors import InputError
from sim.core.parameters import put_in_order
from sim.experiment.files import write_whole
from sim.report import style
from sim.report.figures.registry import FIGURES, in_order
from sim.report.labels import Comparison, labelled
from sim.report.study import study_of
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


def write_figures(result: Comparison, folder: Path | str | None = None) -> list[Path]:
    """Write ``figures/<name>.png`` and ``.svg`` below ``folder`` (the run folder); those with nothing to show are left out.

    A figure that fails is named in the log and left
    out.
    """
    result = labelled(result)
    study_of(result)  # a configuration that cannot be read is not a matter of one figure
    where = result.folder if folder is None else folder
    assert where is not None, "a comparison kept in memory has no folder"
    place = Path(where) / "figures"
    place.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, draw in FIGURES.items():
        try:
            picture = draw(result)
            files = {} if picture.empty else {".png": style.as_png(picture), ".svg": style.as_svg(picture)}
        except Exception as error:
            log.warning("figure %s could not be drawn: %s: %s", name, type(error).__name__, error)
            files = {}
        for ending in (".png", ".svg"):
            path = place / f"{name}{ending}"
            if ending in files:
                write_whole(path, lambda file, data=files[ending]: file.write(data))  # type: ignore[misc]
                written.append(path)
            else:
                path.unlink(missing_ok=True)
    return written
