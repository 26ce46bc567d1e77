"""Decisions of a firm for a period: a plan, with a programme for each tier of customers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.core.parameters import Param
from sim.strategies.levers import LEVERS, SPENDING, Levers, Programme

MAX_TIERS = 4
MOST = 1_000_000  # accounts, managers, accounts per manager
TIER_RULES = ("everyone", "recency", "rfm", "lifetime_value", "key_accounts", "prospects")


@dataclass(frozen=True)
class Tier:
    """A rule on the customer file, and the programme of the customers who meet it.

    ``share`` is the top share of the active customers by the rule's score ("rfm": recency,
    frequency and money summed by rank; "lifetime_value": the firm's own estimate; "recency":
    the most recent). "key_accounts" takes the ``accounts`` largest by money, no more than
    ``managers * case_load``: the number that the relationship managers can serve. "prospects" takes the top
    ``share``, by the need that their data show, of people who left data at an event and have bought nothing yet.
    """

    programme: Programme
    rule: str = "everyone"
    share: float = 1.0
    accounts: int = 0
    managers: int = 0
    case_load: int = 0

    def scaled(self, share: float) -> Tier:
        """The tier with its programme scaled to a share."""
        programme = Programme(*(share * value for value in self.programme))
        return replace(self, programme=programme.replace(online=self.programme.online))

    def plain(self) -> Tier:
        """The tier in Python's own numbers and text."""
        programme = self.programme
        if type(programme) is Programme:
            programme = Programme(*(_plain(value, float) for value in programme))
        rule = str(self.rule) if isinstance(self.rule, str) else self.rule
        whole = (_plain(number, int) for number in (self.accounts, self.managers, self.case_load))
        return Tier(programme, rule, _plain(self.share, float), *whole)


def _plain(value: Any, kind: type) -> Any:
    """A number of any class in Python's own type, so that no class defines its own comparison."""
    numbers = (int, np.integer) if kind is int else (int, float, np.integer, np.floating)
    if isinstance(value, bool) or not isinstance(value, numbers):
        return value
    try:
        return kind(value)
    except OverflowError:  # a whole number beyond any float
        return math.inf


@dataclass(frozen=True)
class MarketingPlan(Levers):
    """A firm's decisions for one period: every lever, and a programme per tier.

    A customer on file belongs to the first tier whose rule fits, and to none if no rule does.
    """

    tiers: tuple[Tier, ...] = ()

    def replace(self, **changes: Any) -> MarketingPlan:
        """The same plan with some fields changed."""
        return replace(self, **changes)

    def plain(self) -> MarketingPlan:
        """The plan in Python's own numbers; a value that is no number, tier or programme stays for `problems`."""
        levers = {name: _plain(getattr(self, name), float) for name in LEVERS}
        tiers = self.tiers
        if type(tiers) is tuple:
            tiers = tuple(tier.plain() if type(tier) is Tier else tier for tier in tiers)
        return MarketingPlan(**levers, tiers=tiers)

    @cached_property
    def expenses(self) -> dict[str, float]:
        """The amounts of the levers of `SPENDING` that are not 0."""
        return {name: amount for name in SPENDING if (amount := getattr(self, name)) != 0}

    @cached_property
    def managers(self) -> int:
        """Relationship managers; tiers of key accounts share them."""
        return max((tier.managers for tier in self.tiers if tier.rule == "key_accounts"), default=0)

    def problems(self) -> list[str]:
        """Errors in the plan: values that are not numbers or out of range."""
        errors = [_out_of_range(name, getattr(self, name), p) for name, p in self.declared.items()]
        if type(self.tiers) is not tuple:
            return [line for line in [*errors, "tiers: a tuple of Tier is needed"] if line]
        if len(self.tiers) > MAX_TIERS:
            errors.append(f"tiers: {len(self.tiers)}, at most {MAX_TIERS} are allowed")
        for number, tier in enumerate(self.tiers):
            if type(tier) is not Tier or type(tier.programme) is not Programme:
                errors.append(f"tiers[{number}]: a Tier with a Programme is needed")
                continue
            if type(tier.rule) is not str or tier.rule not in TIER_RULES:
                errors.append(f"tiers[{number}].rule '{tier.rule}': one of {', '.join(TIER_RULES)}")
            errors.append(_out_of_range(f"tiers[{number}].share", tier.share, _SHARE))
            whole = (tier.accounts, tier.managers, tier.case_load)
            if any(isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= MOST for n in whole):
                errors.append(
                    f"tiers[{number}]: accounts, managers and case_load are whole numbers from 0 to {MOST}"
                )
            for name, p in Programme.declared.items():
                errors.append(_out_of_range(f"tiers[{number}].{name}", getattr(tier.programme, name), p))
        return [line for line in errors if line]


_SHARE = Param(low=0, high=1, unit="share of customers")


def _finite(number: Any) -> bool:
    try:
        return math.isfinite(number)
    except (OverflowError, TypeError):  # a whole number beyond any float; a complex number
        return False


def _out_of_range(name: str, value: Any, p: Param) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not _finite(value):
        return f"{name} {value!r}: a number is needed"
    if (p.low is not None and value < p.low) or (p.high is not None and value > p.high):
        return f"{name} {value}: from {p.low} to {p.high} ({p.unit})"
    return ""
