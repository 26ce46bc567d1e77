"""The null twin: a market in which nothing that could be called loyalty acts (section 9 of the model)."""

from __future__ import annotations

from typing import Any

OFF: dict[str, tuple[str, ...]] = {
    "choice": ("w_sat", "w_fin", "w_soc", "w_str", "w_hab", "s_fin", "s_soc", "s_str"),
    "experience": ("customisation",),
    "contract": ("h1", "h2"),
    # expectation and trust stay as they were at the start
    "satisfaction": ("rate_exp",),
    "trust": ("up", "down"),
    "talk": ("talk_rate", "talk_trust"),
    "reach": ("persuade",),
    "second": ("carry_satisfaction", "carry_trust", "carry_bond"),
}


def without_loyalty(theory: Any) -> Any:
    """The theory's sections with every weight of loyalty at 0; lock-in is a trait and goes with the population."""
    return theory._replace(
        **{name: getattr(theory, name)._replace(**dict.fromkeys(keys, 0.0)) for name, keys in OFF.items()}
    )
