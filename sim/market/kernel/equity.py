"""Customer equity: discounted expected margin under the present switching behaviour (Rust, Lemon & Zeithaml 2004).

Also what else is read from the state and never stored: commitment and the parts of delivered value.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.functions import exp
from sim.core.jit import compiled, inlined
from sim.market.kernel.layout import Now, now_of
from sim.market.kernel.utility import (
    PARTS,
    choosable,
    cost_of_leaving,
    offer_utility,
    price_for,
    relation,
    relation_without,
    stake_in,
    utility_by_part,
)
from sim.theory import choice, commitment, contract

SWITCHING_COST = PARTS.index("switching cost")


@inlined
def switching_row(value, cost, stay, firms, outside_value, has_outside, outside_pays, noise_scale, row):
    """Choice probabilities (n_firms + 1,), the outside option last, of a customer whose supplier is `stay` (-1 none)."""
    best = -np.inf
    for j in range(firms):
        row[j] = value[j] - (cost if stay >= 0 and j != stay else 0.0)
        best = max(best, row[j])
    row[firms] = -np.inf
    if has_outside:
        row[firms] = outside_value - (cost * outside_pays if stay >= 0 else 0.0)
        best = max(best, row[firms])
    total = 0.0
    for j in range(firms + 1):
        if noise_scale > 0.0:
            row[j] = exp((row[j] - best) / noise_scale) if row[j] > -np.inf else 0.0
        else:
            row[j] = 1.0 if row[j] == best else 0.0
        total += row[j]
    for j in range(firms + 1):
        row[j] /= total


@inlined
def solve(matrix, right, n):
    """Solve matrix x = right in place by elimination with pivots; `right` becomes x."""
    for k in range(n):
        pivot = k
        for r in range(k + 1, n):
            if abs(matrix[r, k]) > abs(matrix[pivot, k]):
                pivot = r
        if pivot != k:
            for c in range(n):
                matrix[k, c], matrix[pivot, c] = matrix[pivot, c], matrix[k, c]
            right[k], right[pivot] = right[pivot], right[k]
        for r in range(k + 1, n):
            factor = matrix[r, k] / matrix[k, k]
            for c in range(k, n):
                matrix[r, c] -= factor * matrix[k, c]
            right[r] -= factor * right[k]
    for k in range(n - 1, -1, -1):
        for c in range(k + 1, n):
            right[k] -= matrix[k, c] * right[c]
        right[k] /= matrix[k, k]


class EquityMemory(NamedTuple):
    """Working memory for one customer's equity: (n_firms + 1,), or (n_firms + 1, n_firms + 1)."""

    value: np.ndarray  # utility with bonds and habit, by firm
    cost: np.ndarray  # of leaving, were the firm the main supplier
    satisfaction: np.ndarray
    visits: np.ndarray
    chances: np.ndarray  # of choice, by firm left and firm chosen
    system: np.ndarray

    @classmethod
    def of(cls, firms: int) -> EquityMemory:
        """Working memory for a number of firms."""
        return cls(*np.zeros((4, firms + 1)), *np.zeros((2, firms + 1, firms + 1)))


@inlined
def weigh_offers(c, i, now, stripped, kept, memory):
    """Value of every firm's offer to customer i and the cost of leaving each, were it the supplier.

    The relation to firm ``stripped`` is without the terms not kept; -1: to none.
    """
    p = now.p
    for j in range(len(now.offers)):
        r = relation(c, i, j, now.m, price_for(c, i, j, now), stake_in(c, i, j, p))
        if j == stripped:
            r = relation_without(r, now.offers[j], kept)
        _, bonded = offer_utility(r, now.offers[j], p.choice)
        offered = choosable(c, i, j, now.offers[j])
        memory.value[j] = bonded + choice.habit_value(r.habit, p.choice) if offered else -np.inf
        memory.cost[j] = cost_of_leaving(r, p.choice)
        memory.satisfaction[j] = r.satisfaction


@inlined
def add_margins(c, i, margins, discount, now, memory, equity):
    """Add one customer's expected discounted margins, given its utilities and costs of leaving, to equity (n_firms,)."""
    value, cost, satisfaction, visits, chances, system = memory
    firms, m, p = len(margins), now.m, now.p
    contractual = m.contractual != 0
    gone = contractual and c.lost_for_good[i] != 0
    comes_back = 1.0 - exp(-p.contract.return_rate * m.weeks) if contractual else 0.0
    supplier = np.int64(c.supplier[i])
    outside = m.outside + np.float64(c.taste_outside[i])
    pace = 1.0 if contractual else np.float64(c.need_rate[i]) * m.weeks
    if pace <= 0.0 or (gone and comes_back == 0.0):
        return
    leaving = np.float64(c.exit_rate[i]) * m.weeks
    lost = exp(discount + leaving) - 1.0  # a period, against `pace` occasions
    here = (
        exp(leaving) if contractual else 1.0
    )  # under contract a customer who is present buys before it may leave
    keep = pace / (pace + lost)
    stays_on = 1.0 - c.dropout[i]
    if keep * stays_on >= 1.0:
        return
    for s in range(firms):
        switching_row(value, cost[s], s, firms, outside, m.has_outside != 0, p.choice.outside_pays,
                      p.choice.noise_scale, chances[s])  # fmt: skip
        if contractual:
            ask = contract.chance_to_reconsider(satisfaction[s], 0, m.weeks, p.contract)
            if p.contract.contract_term > 0:
                ask = 1.0 - (1.0 - ask) * (1.0 - 1.0 / p.contract.contract_term)
            for j in range(firms + 1):
                chances[s, j] *= ask
            chances[s, s] += 1.0 - ask
    switching_row(value, 0.0, -1, firms, outside, m.has_outside != 0, p.choice.outside_pays,
                  p.choice.noise_scale, chances[firms])  # fmt: skip
    # visits to each state s before an occasion, discounted: visits (I - keep T) = start; the last state is lost
    for s in range(firms):
        for j in range(firms):
            stays = chances[s, firms] if (s == j and not contractual) else 0.0
            system[j, s] = (1.0 if s == j else 0.0) - keep * (stays_on * chances[s, j] + stays)
        visits[s] = 0.0
    states = firms
    if comes_back > 0.0:
        states, visits[firms] = firms + 1, 0.0
        for j in range(firms):
            system[j, firms] = -keep * stays_on * comes_back * chances[firms, j]
            system[firms, j] = -keep * chances[j, firms]
        system[firms, firms] = 1.0 - keep * (1.0 - comes_back * (1.0 - chances[firms, firms]))
    if supplier >= 0:
        visits[supplier] = keep
    elif gone:
        visits[firms] = keep
    else:
        waits = 0.0 if contractual else chances[firms, firms]
        for j in range(firms):
            first = keep / (1.0 - keep * waits) * chances[firms, j]
            equity[j] += here * first * margins[j]
            visits[j] = keep * stays_on * first
        visits[firms] = keep * keep * chances[firms, firms]
    solve(system, visits, states)
    for j in range(firms):
        if states > firms:
            equity[j] += here * visits[firms] * comes_back * chances[firms, j] * margins[j]
        for s in range(firms):
            equity[j] += here * visits[s] * chances[s, j] * margins[j]


@compiled
def expected_equity(rows, inputs, offers, c, margins, discount, stripped, kept, memory, equity):
    """Add each customer's expected discounted margin to equity (n_rows or 1, n_cases, n_firms).

    sum over periods k >= 1 of (1+d)^-k margin_j (expected units at j in k), solved as visits (I - keep T)^-1 with
    T the switching matrix and keep the weight of an occasion ahead: in a repertoire market `pace` of them come per
    period, so that pace/(pace + e^(d + exit) - 1) keeps the sum. Under contract there is one, and a customer who chose the
    outside option is lost unless it returns (`return_rate`); it then chooses as one who never had a supplier.
    Known answers: one firm, constant retention r, m r/(1+d-r) (law L6); one firm, need n, exit mu, and none
    after a purchase with chance p: q/(1 - q (1-p)) purchases with q = n/(n + e^(d + mu) - 1).
    A case takes terms of utility away from one firm: `stripped` (n_cases,) its row, -1 none; `kept` (n_cases,
    terms); `offers` (n_cases, n_firms) already without. With one row of `equity` the customers are summed.
    """
    now = now_of(inputs)
    for k in range(len(rows)):
        i = rows[k]
        if c.entered_at[i] >= now.period or c.leaves_at[i] <= now.period:
            continue
        for case in range(len(stripped)):
            offered = Now(now.period, now.key, now.m, now.p, offers[case], now.programmes)
            weigh_offers(c, i, offered, stripped[case], kept[case], memory)
            add_margins(c, i, margins, discount, now, memory, equity[k % len(equity), case])


@compiled
def commitments(rows, inputs, c, attitude):
    """Commitment of each customer to its main supplier, (n_rows,); NaN without one."""
    now = now_of(inputs)
    p = now.p
    for k in range(len(rows)):
        i = rows[k]
        supplier = np.int64(c.supplier[i])
        if supplier < 0:
            attitude[k] = np.nan
            continue
        own, best = 0.0, -np.inf
        for j in range(len(now.offers)):
            if choosable(c, i, j, now.offers[j]):
                r = relation(c, i, j, now.m, price_for(c, i, j, now), stake_in(c, i, j, p))
                alone, _ = offer_utility(r, now.offers[j], p.choice)
                if j == supplier:
                    own = alone
                else:
                    best = max(best, alone)
            elif j == supplier:
                own = -np.inf
        attitude[k] = commitment.commitment(
            np.float64(c.satisfaction[supplier, i]), np.float64(c.trust[supplier, i]),
            np.float64(c.social_bond[supplier, i]), np.float64(c.structural_bond[supplier, i]),
            best - own if best > -np.inf else 0.0, p.commitment,
        )  # fmt: skip


@compiled
def value_parts(rows, inputs, c, of_one, parts, counted):
    """Sum the parts of delivered value of its main supplier over customers: parts (n_firms, n_parts), counted (n_firms,).

    Where there is one firm, leaving it costs nothing. ``of_one`` (n_parts,) is working memory.
    """
    now = now_of(inputs)
    for i in rows:
        j = np.int64(c.supplier[i])
        if j < 0:
            continue
        r = relation(c, i, j, now.m, price_for(c, i, j, now), stake_in(c, i, j, now.p))
        utility_by_part(r, now.offers[j], now.p.choice, of_one)
        counted[j] += 1.0
        for number in range(len(of_one)):
            if number != SWITCHING_COST or len(now.offers) > 1:
                parts[j, number] += of_one[number]
