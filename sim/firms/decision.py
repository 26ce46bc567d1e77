"""How a firm decides: it asks its strategy, takes no plan that is none, and says whose it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.strategies import FirmView, MarketingPlan, Strategy, make_strategy

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.scenario.scenario import Scenario

MOST_SHOWN = 200  # letters of a strategy's own error


class PlanError(RuntimeError):
    """A strategy that raised or returned no valid plan: names firm, strategy and period."""


def decide(firm: Firm, view: FirmView) -> MarketingPlan:
    """Ask the strategy; raises `PlanError` for a plan that is none."""
    where = f"firm '{firm.name}', strategy '{firm.strategy.name}', period {view.period}"
    try:
        plan, problems = _asked(firm, view)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit in a strategy must not end the experiment as if it were done
        raise PlanError(f"{where}: {type(error).__name__}{_shown(error)}") from error
    if problems:
        raise PlanError(f"{where}: {'; '.join(problems[:3])}")
    firm.wanted = plan
    return plan


def _asked(firm: Firm, view: FirmView) -> tuple[MarketingPlan, list[str]]:
    """The strategy's plan in Python's own numbers, and what is wrong with it."""
    plan = firm.strategy.plan(view)
    if type(plan) is not MarketingPlan:  # no plan of another make, which might vouch for itself
        return MarketingPlan(), [f"a MarketingPlan is needed, not {type(plan).__name__}"]
    if firm.wanted is not None and plan == firm.wanted:  # as last time, when it was found to be in order
        return firm.wanted, []
    plan = plan.plain()
    return plan, plan.problems()


def _shown(error: BaseException) -> str:
    """The first line of an error's text after a colon, cut to `MOST_SHOWN` letters; nothing where it has no text."""
    try:
        text = str(error).strip()
    except Exception:  # a strategy's own error may be anything
        text = "an error without a text"
    first = text.partition("\n")[0].rstrip()
    shown = first[:MOST_SHOWN] + (" ..." if first[:MOST_SHOWN] != text else "")
    return f": {shown}" if shown else ""


def strategy_of(setting: Scenario, name: str) -> Strategy:
    """A fresh strategy for a firm, by the scenario and its rule for rivals."""
    rule = setting.market.rivals
    if rule == "as_given" or name == setting.experiment.focal:
        return setting.firms[name].strategy.make()
    return make_strategy(
        {"fixed": "fixed_plan", "imitate": "imitator", "best_respond": "best_responder"}[rule]
    )
