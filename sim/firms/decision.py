"""Decision of a firm: it asks its strategy and refuses a plan that is not valid."""

from __future__ import annotations

from typing import TypeGuard

from sim.strategies import FirmView, MarketingPlan, Strategy
from sim.strategies.library.fixed_plan import FixedPlan

MOST_SHOWN = 200  # letters of a strategy's own error


class PlanError(RuntimeError):
    """A strategy that raised or returned no valid plan: names firm, strategy and period."""


def decide(strategy: Strategy, view: FirmView, last: MarketingPlan | None = None) -> MarketingPlan:
    """Ask the strategy for a plan; ``last`` is its plan before.

    Raises `PlanError`, with firm, strategy and period, where there is no valid plan.
    """
    where = f"firm '{view.name}', strategy '{strategy.name}', period {view.period}"
    try:
        plan, problems = _asked(strategy, view, last)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit in a strategy must not end the experiment as if it were done
        raise PlanError(f"{where}: {type(error).__name__}{_shown(error)}") from error
    if problems:
        raise PlanError(f"{where}: {'; '.join(problems[:3])}")
    return plan


def is_fixed(strategy: Strategy) -> TypeGuard[FixedPlan]:
    """True if a strategy looks at nothing but the standing plan, and so returns the same plan in every period."""
    return type(strategy) is FixedPlan and strategy.later is None and "plan" not in vars(strategy)


def repeats(strategy: Strategy, standing: MarketingPlan, last: MarketingPlan | None) -> bool:
    """True if a strategy is sure to return its last plan again, whatever the firm sees."""
    return last is not None and is_fixed(strategy) and strategy.upon(standing) == last


def _asked(strategy: Strategy, view: FirmView, last: MarketingPlan | None) -> tuple[MarketingPlan, list[str]]:
    """The strategy's plan in Python's own numbers, and its faults."""
    plan = strategy.plan(view)
    if type(plan) is not MarketingPlan:  # no plan of another make, which might vouch for itself
        return MarketingPlan(), [f"a MarketingPlan is needed, not {type(plan).__name__}"]
    if last is not None and plan == last:  # as last time, when it was found to be in order
        return last, []
    plan = plan.plain()
    return plan, plan.problems()


def _shown(error: BaseException) -> str:
    """The first line of an error's text after a colon, cut to `MOST_SHOWN` letters; nothing where it has no text."""
    try:
        text = str(error).strip()
    except Exception:  # a strategy's own error may be anything
        text = "an error without a message"
    first = text.partition("\n")[0].rstrip()
    line = first[:MOST_SHOWN] + (" ..." if first[:MOST_SHOWN] != text else "")
    return f": {line}" if line else ""
