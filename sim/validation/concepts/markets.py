"""The small markets in which a concept is switched off and on: all other values are defaults."""

from __future__ import annotations

from typing import Any

_FIRMS = {name: {"strategy": {"name": "fixed_plan"}} for name in ("focal", "rival_1", "rival_2")}
_TIME = {"periods": 104, "burn_in": 26, "value_every": 26, "sample": 0, "twin": False}
_BASE: dict[str, Any] = {
    "question": "Does it act?", "source": "none", "population": {"customers": 500}, "firms": _FIRMS,
    "experiment": _TIME,
}  # fmt: skip


def _tied(**kinds: dict[str, Any]) -> dict[str, Any]:
    return _BASE | {"stakeholders": {name: {"kind": name} | keys for name, keys in kinds.items()}}


_ALLY = {"rival": "rival_1"}

#: Every market by name: three firms that do nothing of their own, two years, the first half year left out.
MARKETS: dict[str, dict[str, Any]] = {
    "repertoire": _BASE,
    "contractual": _BASE | {"market": {"type": "contractual"}},
    "unlimited": _BASE | {"market": {"budget": "free"}},
    "failing": _BASE | {"firms": _FIRMS | {"focal": _FIRMS["focal"] | {"failure_rate": 0.2}}},
    "unknown": _BASE | {"firms": _FIRMS | {"focal": _FIRMS["focal"] | {"known_by": 0.1}}},
    "new_service": _BASE
    | {
        "market": {"type": "contractual"},
        "theory": {"contract": {"return_rate": 0.02}},
        "firms": {name: firm | {"known_by": 0.2} for name, firm in _FIRMS.items()},
    },
    "second": _BASE
    | {"second": {"firms": {"focal": {"known_by": 0.2}, "rival_1": {}}}, "market": {"budget": "free"}},
    "complement": _BASE
    | {"second": {"firms": {"focal": {}}}, "theory": {"second": {"complement": 1.5, "complement_back": 1.0}}},
    "supplier": _tied(supplier={}),
    "employees": _tied(employees={}),
    "distributor": _tied(distributor={}),
    "ally": _tied(ally=_ALLY),
    "influencer": _tied(influencer={}),
    "six_markets": _tied(supplier={}, employees={}, distributor={}, ally=_ALLY, influencer={}),
}
