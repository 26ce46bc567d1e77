"""Names that have moved since 0.1.0, for the answer to a plug-in that imports one; all of them are in CHANGELOG.md."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from pathlib import Path

#: Where the names of a module are now; a name that `sim.strategies` has is imported from there.
HOMES = {
    "sim.allocation": "sim.strategies.budget",
    "sim.budgeting": "sim.strategies.optimal_spend",
    "sim.checking": "sim.core.loading",
    "sim.compose": "sim.scenario.files",
    "sim.contract": "sim.strategies.checks.check",
    "sim.contract_views": "sim.strategies.checks.view_sequences",
    "sim.customer": "sim.customers.agent",
    "sim.declare": "sim.core.parameters",
    "sim.environment": "sim.experiment.learner",
    "sim.events": "sim.scenario.events.base",
    "sim.experiment.comparison": "sim.report.run_and_report",
    "sim.experiment.result": "sim.report.run_and_report",
    "sim.firm": "sim.firms.firm",
    "sim.luck": "sim.core.rng",
    "sim.market": "sim.market.market",
    "sim.metrics": "sim.firms.metrics",
    "sim.network": "sim.customers.network",
    "sim.plain_marketing": "sim.strategies.marketing_mix",
    "sim.plan": "sim.strategies",
    "sim.plan.decision": "sim.strategies.plan",
    "sim.plan.levers": "sim.strategies.levers",
    "sim.plan.registry": "sim.strategies.base",
    "sim.plan.view": "sim.strategies.view",
    "sim.plugins": "sim.strategies.plugins",
    "sim.population": "sim.customers.traits",
    "sim.problem": "sim.core.errors",
    "sim.records": "sim.firms.customer_base",
    "sim.scenario": "sim.scenario.scenario",
    "sim.sections": "sim.scenario.settings",
    "sim.stakeholders": "sim.firms.partners.base",
    "sim.theory.reach": "sim.theory.marketing_response",
    "sim.trials": "sim.strategies.learning",
}
#: Homes of single names, whatever module had them.
HOMES_OF_NAMES = {
    "allowed": "sim.core.parameters",
    "make_strategy": "sim.strategies.library",
}
#: Names of old modules that mean something else elsewhere.
EXACT = {
    ("sim.assortment", "Goods"): ("sim.firms.mechanisms.product_range", "ProductRange"),
    ("sim.ledger", "Whole"): ("sim.customers.ledger", "MarketEntry"),
    ("sim.report.reading", "Story"): ("sim.report.study", "Study"),
    ("sim.sections", "Market"): ("sim.scenario.settings", "MarketSettings"),
    ("sim.sections", "Named"): ("sim.core.frozen", "FrozenDict"),
    ("sim.sections", "Offer"): ("sim.firms.offer_settings", "OfferSettings"),
}
#: Names that are other names now.
RENAMED = {
    "Drives": "PartnerEffects",
    "Parameter": "Param",
    "PlainMarketing": "MarketingMix",
    "Problem": "InputError",
    "Reviewer": "Reviewing",
    "Shocks": "FirmShocks",
    "Spender": "Budgeted",
    "TiedMarketing": "PartnerMarketing",
    "Trier": "TrialAndError",
    "Unfinished": "UnfinishedRun",
    "World": "MarketShocks",
    "but": "replace",
    "firm_id": "id_of_name",
    "key_of": "period_key",
    "market_plainly": "spend_by_mix",
    "special": "own_plan",
}


def now(module: str, names: Sequence[str]) -> str:
    """The statement that imports names of an old module today; empty where none of them has moved.

    >>> now("sim", ["Problem"]), now("sim.trials", ["Trier"])
    ('from sim import InputError', 'from sim.strategies.learning import TrialAndError')
    """
    if not names:
        return f"import {HOMES[module]}" if module in HOMES else ""
    today = [_today(module, name) for name in names]
    if today == [(module, name) for name in names]:
        return ""
    homes: dict[str, list[str]] = {}
    for home, name in today:
        homes.setdefault(home, []).append(name)
    return "; ".join(f"from {home} import {', '.join(those)}" for home, those in homes.items())


def _today(module: str, name: str) -> tuple[str, str]:
    """Module and name by which a name of an old module is imported today."""
    if (module, name) in EXACT:
        return EXACT[module, name]
    name = RENAMED.get(name, name)
    if name in HOMES_OF_NAMES:
        return HOMES_OF_NAMES[name], name
    if module in HOMES and hasattr(sys.modules.get("sim.strategies"), name):
        return "sim.strategies", name
    return HOMES.get(module, module), name


def answer(error: BaseException) -> str:
    """Statement to write instead, for an error of a file that uses a name which has moved; else empty."""
    if isinstance(error, AttributeError) and error.name in RENAMED:
        return f"now: {RENAMED[error.name]}"
    if isinstance(error, ImportError):
        for file, line in reversed(places(error)):
            for module, names in _imported(file, line):
                if module == error.name and (found := now(module, names)):
                    return f"now: {found}"
    return ""


def places(error: BaseException) -> list[tuple[str, int]]:
    """File and line of each frame that an error came through."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return frames


def _imported(file: str, line: int) -> list[tuple[str, list[str]]]:
    """The modules of ours that the statement on a line imports, with the names it takes from each."""
    path = Path(file)
    if not path.is_file() or "importlib" in file:
        return []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom | ast.Import) and node.lineno <= line <= (node.end_lineno or 0):
            if isinstance(node, ast.Import):
                return [(alias.name, []) for alias in node.names]
            return [(str(node.module), [alias.name for alias in node.names])]
    return []
