"""Warnings before a run: settings that take effect after the last period, or that have no effect in this scenario."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

from sim.firms.mechanisms import MECHANISMS
from sim.scenario.events.base import EVENTS
from sim.strategies import ALL_LEVERS

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def notices(scenario: Scenario) -> list[str]:
    """A line for each key that begins after the end of the run or has no effect, with the arms concerned."""
    arms = list(scenario.experiment.arms)
    where: dict[str, list[str]] = {}
    for arm in arms:
        for warning in _too_late(scenario.for_arm(arm)):
            where.setdefault(warning, []).append(arm)
    return [
        warning if len(concerned) == len(arms) else f"{warning} (arm {', '.join(concerned)})"
        for warning, concerned in where.items()
    ]


def _too_late(setting: Scenario) -> Iterator[str]:
    periods = setting.experiment.periods
    weeks = 52.0 / setting.market.periods_per_year
    last = (periods - 1) * weeks
    for name, offer in setting.second.firms.items() if setting.second else ():
        if offer.opens >= periods:
            yield f"second.firms.{name}.opens {offer.opens}: never on sale, because the run ends after {periods} periods"
    for name, firm in setting.firms.items():
        then = firm.strategy.parameters.get("then")
        if firm.strategy.name == "fixed_plan" and then is not None and then["at"] > last:
            yield f"firms.{name}.strategy.then.at {then['at']:g}: never played, because the last period begins in week {last:g}"
        yield from _in_vain(name, setting)
    for name, event in setting.events.items():
        if event.at is not None and event.at >= periods and event.hazard == 0.0:
            yield f"events.{name}.at {event.at:g}: never happens, because the run ends after {periods} periods"
    yield from _on_nothing(setting)


def _on_nothing(setting: Scenario) -> Iterator[str]:
    """A line for each key that is set and has no effect."""
    for name, firm in setting.firms.items():
        if firm.when_full == "turned_away":
            if firm.capacity == inf:
                yield f"firms.{name}.when_full turned_away: nobody is turned away without a capacity"
            elif setting.market.type == "contractual":
                yield f"firms.{name}.when_full turned_away: nobody is turned away under contract"
    power = setting.theory.power
    for name in ("account_locked", "firm_locked"):
        if getattr(power, name) > 0.0 and not power.accounts:
            yield f"theory.power.{name} {getattr(power, name):g}: no effect, because no customer negotiates (theory.power.accounts 0)"
    if all(partner.kind != "distributor" for partner in setting.stakeholders.values()):
        for name, event in setting.events.items():
            if isinstance(event, EVENTS["channel_law"]):
                yield f"events.{name}: no effect, because no firm has dealers (stakeholders of kind distributor)"


def has(setting: Scenario, firm: str, mechanism: str) -> bool:
    """True if a firm of a scenario has a mechanism."""
    second = setting.second.firms.get(firm) if setting.second else None
    return MECHANISMS[mechanism].present(setting.firms[firm], setting.theory, second)


def _in_vain(firm: str, setting: Scenario) -> Iterator[str]:
    """A line for each lever of a fixed plan without the mechanism or partner that it needs."""
    strategy = setting.firms[firm].strategy
    for name, lever in ALL_LEVERS.items():
        if strategy.name == "fixed_plan" and lever.needs and strategy.parameters.get(name):
            if not has(setting, firm, lever.needs):
                needed = MECHANISMS[lever.needs].needs
                yield f"firms.{firm}.strategy.{name}: no cost and no effect without {needed}"
