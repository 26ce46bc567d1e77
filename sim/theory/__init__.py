"""The equations of the theory and their parameters, one file per mechanism."""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, ClassVar

from sim.core.parameters import Param, first_in_order, section

#: The order in which a scenario shows the first sections; others follow by key. Files may be renamed, this order stays.
_ORDER = (
    "reach",
    "assortment",
    "bonds",
    "choice",
    "commitment",
    "contract",
    "departments",
    "event",
    "experience",
    "knowledge",
    "managers",
    "needs",
    "power",
    "records",
    "relationship",
    "satisfaction",
    "second",
    "talk",
    "trust",
)

_FOUND: dict[str, Any] = {
    declared.key: declared
    for module in (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    for declared in vars(module).values()
    if hasattr(declared, "declared") and declared.__module__ == module.__name__
}

#: Every section of the theory, by the key it has in a scenario.
THEORY: dict[str, Any] = first_in_order(_FOUND, _ORDER)

if TYPE_CHECKING:

    @dataclass(frozen=True)
    class Theory:
        """The parameters of all sections, one attribute each: ``theory.choice.w_sat``."""

        declared: ClassVar[dict[str, Param]]

        def __init__(self, **sections: Any) -> None: ...

        def __getattr__(self, key: str) -> Any: ...

else:
    #: The parameters of all sections, one attribute each: ``theory.choice.w_sat``.
    Theory = section("theory")(
        type(
            "Theory",
            (),
            {
                "__annotations__": dict(THEORY),
                "__module__": __name__,
                **{key: cls() for key, cls in THEORY.items()},
            },
        )
    )
