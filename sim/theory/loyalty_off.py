"""Parameters of the comparison run without loyalty (section 9 of the model)."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any


def weights_of_loyalty(section: Any) -> tuple[str, ...]:
    """Names of the parameters of a section that are 0 without loyalty; expectation and trust then stay at their start."""
    return tuple(name for name, p in section.declared.items() if p.loyalty)


def without_loyalty(theory: Any) -> Any:
    """The theory with every weight of loyalty at 0; lock-in, a trait of customers, is removed with the population."""
    sections = {field.name: getattr(theory, field.name) for field in fields(theory)}
    return replace(
        theory,
        **{
            name: replace(section, **dict.fromkeys(weights_of_loyalty(section), 0.0))
            for name, section in sections.items()
        },
    )
