"""The market as a plain Mesa model: every customer a `mesa.Agent` that lives its period, then listens.

The same acts as sim/market/kernel/period.py in a repertoire market, without causes and reports; the equations are those of
sim.theory, called as plain Python; random numbers are Python's own.
"""

from __future__ import annotations

import math
import random
from types import SimpleNamespace

import mesa
import numpy as np

from sim.customers import network
from sim.customers.ledger import ENTRIES, MARKET_ENTRIES, Entry, MarketEntry
from sim.customers.offer import OFFER
from sim.market.market import Market
from sim.theory import (
    bonds,
    choice,
    commitment,
    experience,
    marketing_response,
    purchase_occasions,
    relationship,
    satisfaction,
    trust,
    word_of_mouth,
)

(UNITS, REVENUE, PROMOTION, ISSUED, PAID, EXPIRED, CONTACTS, INTEGRATION, FAILURES, COMPLAINTS, RECOVERED, BUYERS,
 NEW_BUYERS, KEPT, LOST, WON, REACHED, REFERRALS, ONLINE) = (int(Entry[name]) for name in (
    "UNITS", "REVENUE", "PROMOTION", "POINTS_ISSUED", "POINTS_PAID", "POINTS_EXPIRED", "CONTACTS", "INTEGRATION",
    "FAILURES", "COMPLAINTS", "RECOVERED", "BUYERS", "NEW_BUYERS", "KEPT", "LOST", "WON", "REACHED", "REFERRALS",
    "ONLINE"))  # fmt: skip
OCCASIONS, OUTSIDE, SURPLUS, PRESENT, LEFT = (
    int(w)
    for w in (
        MarketEntry.OCCASIONS,
        MarketEntry.OUTSIDE,
        MarketEntry.SURPLUS,
        MarketEntry.PRESENT,
        MarketEntry.LEFT,
    )
)
NEVER = -math.inf
RELATION = ("taste", "expectation", "satisfaction", "trust", "points", "social_bond", "structural_bond", "habit",
          "purchases", "last_purchase", "first_purchase", "money", "tier")  # fmt: skip
OWN = ("need_rate", "price_sensitivity", "quality_weight", "desire", "relational_orientation", "loss_aversion", "voice",
       "dropout", "lock_in", "taste_outside", "entered_at", "leaves_at", "supplier", "tenure", "stage", "streak",
       "last_bought", "last_failure")  # fmt: skip


class Relation:
    """A customer's relation to one firm."""

    __slots__ = (*RELATION, "known")

    def __init__(self, values: list[float], known: bool) -> None:
        for name, value in zip(RELATION, values, strict=True):
            setattr(self, name, value)
        self.known = known


class Firm:
    """A firm's offer as its customers meet it, and its books of the period."""

    __slots__ = (*OFFER.names, "books", "programmes", "standing")

    def __init__(self, offer: np.void, programmes: np.ndarray) -> None:
        for name in OFFER.names:
            setattr(self, name, offer[name].item())
        standing = choice.convenience_value(self.convenience, self.effort) + self.brand
        self.standing = standing + self.technology + self.political
        self.programmes, self.books = programmes.tolist(), []


class Customer(mesa.Agent):
    """A customer."""

    def __init__(self, model: MesaTwin, number: int, own: list[float], relations: list[Relation]) -> None:
        super().__init__(model)
        self.number, self.relations = number, relations
        for name, value in zip(OWN, own, strict=True):
            setattr(self, name, value)
        self.speaks_of = -1
        self.says_expectation = self.says_satisfaction = 0.0

    def step(self) -> None:
        """Reach, need, choice, experience, relationship; then what is told."""
        model, period = self.model, self.model.period
        self.speaks_of = -1
        if self.entered_at >= period + 1 or self.leaves_at <= period:
            return
        model.whole[PRESENT] += 1
        self.meet_firms()
        bought = False
        enters = model.entry_by_purchase and self.entered_at >= period
        for occasion in range(self.occasions(enters)):
            at_entry = enters and occasion == 0
            j = self.choose(at_entry)
            if j < 0:
                model.whole[OUTSIDE] += 1
                continue
            bought = True
            for k, t in enumerate(self.relations):
                t.habit = choice.habit_after(t.habit, 1.0 if k == j else 0.0, model.p.choice)
            self.buy(j)
            self.experience(j)
            if self.dropout > 0 and not at_entry and model.random.random() < self.dropout:
                self.leaves_at = self.time
                break
        self.settle(bought)
        if bought and self.leaves_at > period + 1 and model.talks:
            self.speak()

    def meet_firms(self) -> None:
        """Be exposed to the firms' marketing; bonds and points fade."""
        model, draw = self.model, self.model.random.random
        p_reach, p_bonds, wants = model.p.reach, model.p.bonds, self.relational_orientation
        points_keep, social_keep, structural_keep = (
            model.points_keep,
            model.social_keep,
            model.structural_keep,
        )
        for t, firm in zip(self.relations, model.firms):  # noqa: B905  (strict costs time)
            books = firm.books
            if firm.ad_chance > 0 and draw() < firm.ad_chance:
                if not t.known:
                    t.known = True
                    books[REACHED] += 1
                t.expectation = marketing_response.persuaded(
                    t.expectation, firm.promise, t.purchases, p_reach
                )
            if t.points > 0:
                books[EXPIRED] += t.points * (1 - points_keep)
                t.points *= points_keep
            t.social_bond *= social_keep
            t.structural_bond *= structural_keep
            if t.tier < 0:
                continue
            _, _, contact_rate, effort, online = firm.programmes[t.tier]
            if contact_rate > 0:
                contacts = int(contact_rate + draw())
                for _ in range(contacts):
                    if wants < p_bonds.irritated_below:
                        t.satisfaction = max(-1.0, t.satisfaction - p_bonds.irritation)
                    else:
                        receptive = bonds.receptive(wants, t.satisfaction)
                        receptive *= bonds.of_personal(online, p_bonds.online_depth)
                        t.social_bond = bonds.social_after_contact(t.social_bond, receptive, p_bonds)
                books[CONTACTS] += contacts
                books[ONLINE] += contacts * online
            if effort > 0:
                t.structural_bond = bonds.structural_after(t.structural_bond, effort, t.trust, p_bonds)
                books[INTEGRATION] += effort

    def occasions(self, enters: bool) -> int:
        """Number of purchase occasions in this period."""
        model, period = self.model, self.model.period
        self.ends = self.leaves_at if self.leaves_at < period + 1 else period + 1
        self.time = self.entered_at if self.entered_at > period else period
        mean = self.need_rate * model.demand * (self.ends - self.time)
        self.left = purchase_occasions.occasions(mean, model.random.random()) + enters
        return self.left

    def price_of(self, t: Relation, firm: SimpleNamespace) -> float:
        """Posted price less the tier's discount."""
        return firm.paid if t.tier < 0 else firm.paid * (1 - firm.programmes[t.tier][1])

    def evaluate(self, supplier: int) -> tuple[list[float], list[float], float]:
        """Utilities of the firms, alone and with bonds and inertia, and the cost of leaving the supplier."""
        p = self.model.p.choice
        threshold, quality_weight, price_sensitivity = (
            self.model.threshold,
            self.quality_weight,
            self.price_sensitivity,
        )
        own, value, cost = [], [], 0.0
        for j, (t, firm) in enumerate(zip(self.relations, self.model.firms)):  # noqa: B905
            if t.known and firm.open:
                content, stake = choice.content(t.satisfaction), choice.stake(t.points, threshold)
                price = firm.paid if t.tier < 0 else firm.paid * (1 - firm.programmes[t.tier][1])
                alone = (
                    t.taste
                    + choice.price_value(price_sensitivity, price)
                    + choice.quality_value(quality_weight, t.expectation)
                    + choice.risk_value(t.trust, p)
                    + choice.satisfaction_value(t.satisfaction, p)
                    + firm.standing
                )
                own.append(alone)
                value.append(
                    alone
                    + choice.financial_bond(content, stake, p)
                    + choice.social_bond(content, t.social_bond, p)
                    + choice.structural_bond(t.structural_bond, p)
                    + choice.habit_value(t.habit, p)
                )
                if j == supplier:
                    cost = choice.switching_cost(
                        self.lock_in, content, stake, t.social_bond, t.structural_bond, p
                    )
            else:
                own.append(NEVER)
                value.append(NEVER)
        if supplier >= 0:
            stays = value[supplier]
            value = [u - cost for u in value]
            value[supplier] = stays
        return own, value, cost

    def choose(self, at_entry: bool) -> int:
        """The firm chosen at an occasion, -1 for none: the first of exponential races."""
        model, draw = self.model, self.model.random
        if self.dropout > 0 and not at_entry:
            self.time = purchase_occasions.next_occasion_time(self.time, self.ends, self.left, draw.random())
        self.left -= 1
        model.whole[OCCASIONS] += 1
        _, value, cost = self.evaluate(self.supplier)
        if model.outside is not None and not at_entry:
            value.append(model.outside + self.taste_outside - cost * model.p.choice.outside_pays)
        best, scale = max(value), model.p.choice.noise_scale
        if best == NEVER:
            return -1
        weights = [math.exp((u - best) / scale) for u in value]
        if self.price_sensitivity > 0:
            model.whole[SURPLUS] += (best + scale * math.log(sum(weights))) / self.price_sensitivity
        j = draw.choices(range(len(weights)), weights)[0]
        return j if j < len(self.relations) else -1

    def buy(self, j: int) -> None:
        """The sale: money, points, the firm's record, streak."""
        model, t = self.model, self.relations[j]
        firm, period, threshold = model.firms[j], model.period, model.p.bonds.threshold
        books = firm.books
        price = firm.paid if t.tier < 0 else firm.paid * (1 - firm.programmes[t.tier][1])
        books[UNITS] += 1
        books[REVENUE] += firm.price
        books[PROMOTION] += firm.price - price
        if t.tier >= 0 and firm.programmes[t.tier][0] > 0:
            issued = firm.programmes[t.tier][0] * price
            books[ISSUED] += issued
            t.points += issued
            if t.points >= threshold:
                books[PAID] += t.points
                t.points = 0.0
        if t.purchases == 0:
            books[NEW_BUYERS] += 1
            t.first_purchase = period
        if t.last_purchase != period:
            books[BUYERS] += 1
        t.purchases += 1
        t.last_purchase = period
        t.money += price
        self.streak = self.streak + 1 if self.last_bought == j else 1
        self.last_bought = j

    def experience(self, j: int) -> None:
        """Performance, failure, complaint, recovery; then satisfaction, expectation and trust."""
        model, p, t, draw = self.model, self.model.p, self.relations[j], self.model.random
        firm, lift = model.firms[j], 0.0
        chance = experience.chance_of_failure(firm.failure_rate, firm.congestion, firm.employee_effect)
        failed = draw.random() < chance
        felt = experience.performance(
            firm.quality, t.structural_bond, draw.gauss(0.0, 1.0), float(failed), p.experience
        )
        if failed:
            firm.books[FAILURES] += 1
            voiced = draw.random() < self.voice
            firm.books[COMPLAINTS] += voiced
            if voiced or draw.random() < firm.found_chance:
                firm.books[RECOVERED] += 1
                weeks = (model.period - self.last_failure) * model.weeks
                felt += experience.recovered(firm.recovery_quality, weeks, p.experience)
                lift = p.experience.paradox * firm.recovery_quality
            self.last_failure = model.period
        judged = satisfaction.overall(
            felt, self.desire, t.expectation, firm.promise, self.loss_aversion, lift, p.satisfaction
        )
        t.satisfaction = satisfaction.after(t.satisfaction, judged, p.satisfaction)
        t.expectation = satisfaction.expectation_after(t.expectation, felt, p.satisfaction)
        t.trust = trust.after(t.trust, felt, firm.promise, p.trust)

    def settle(self, bought: bool) -> None:
        """Main supplier, tenure and stage."""
        model, before, relations = self.model, self.supplier, self.relations
        supplier = self.main_supplier() if bought else before
        if supplier >= 0 and not model.firms[supplier].open:
            supplier = -1
        if self.leaves_at <= model.period + 1:
            for t, firm in zip(relations, model.firms, strict=True):
                firm.books[EXPIRED] += t.points
                t.points = 0.0
            model.whole[LEFT] += 1
            supplier = -1
        if supplier != before:
            if before >= 0:
                relations[before].structural_bond *= model.p.bonds.left_behind
                model.firms[before].books[LOST] += 1
            if supplier >= 0:
                model.firms[supplier].books[WON] += 1
            self.tenure, self.stage = 0, relationship.NONE
        elif supplier >= 0:
            self.tenure += 1
            model.firms[supplier].books[KEPT] += 1
        self.supplier = supplier
        self.stage = self.stage_now() if supplier >= 0 else relationship.NONE

    def main_supplier(self) -> int:
        """The firm with the largest habit; the present one unless another leads clearly."""
        model, before, relations = self.model, self.supplier, self.relations
        leader = max(
            (j for j in range(len(relations)) if model.firms[j].open),
            key=lambda j: relations[j].habit,
            default=-1,
        )
        if leader < 0 or relations[leader].habit <= 0 or leader == before:
            return before
        margin = model.p.relationship.switch_margin
        if (
            before >= 0
            and model.firms[before].open
            and relations[leader].habit < relations[before].habit + margin
        ):
            return before
        return leader

    def stage_now(self) -> int:
        """The stage of the relationship with the main supplier."""
        p, j = self.model.p, self.supplier
        own, value, cost = self.evaluate(j)
        t, mine, stays = self.relations[j], own[j], value[j]
        own[j] = value[j] = NEVER
        rival = max(own)
        advantage = rival - mine if rival > NEVER else 0.0
        held = max(value) + cost > stays
        attitude = commitment.commitment(
            t.satisfaction, t.trust, t.social_bond, t.structural_bond, advantage, p.commitment
        )
        return relationship.stage(
            self.stage, t.purchases, attitude, t.social_bond, t.structural_bond, t.satisfaction, t.trust, held,
            p.relationship,
        )  # fmt: skip

    def speak(self) -> None:
        """Speak of the firm I last bought from, or not."""
        t = self.relations[self.last_bought]
        if self.model.random.random() < word_of_mouth.chance_to_speak(t.satisfaction, self.model.p.talk):
            self.speaks_of = self.last_bought
            self.says_expectation, self.says_satisfaction = t.expectation, t.satisfaction

    def listen(self) -> None:
        """Ask one tie and hear what it says."""
        model, draw = self.model, self.model.random.random
        if self.entered_at >= model.period + 1 or self.leaves_at <= model.period + 1:
            return
        number, strength = network.tie(
            self.number, draw(), draw(), len(model.everyone), model.layers, None, None
        )
        if number < 0:
            return
        other = model.everyone[number]
        if other.speaks_of < 0:
            return
        t, p = self.relations[other.speaks_of], model.p.talk
        news = word_of_mouth.heard(other.says_expectation, other.says_satisfaction, p)
        t.expectation = word_of_mouth.expectation_after(t.expectation, news, strength, p)
        t.trust = word_of_mouth.trust_after(t.trust, other.says_satisfaction, strength, p)
        if not t.known:
            t.known = True
            model.firms[other.speaks_of].books[REFERRALS] += 1


class MesaTwin(mesa.Model):
    """The Mesa twin of a market as it stands: the same customers and offers, its own random numbers."""

    def __init__(self, market: Market, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.random = random.Random(seed)
        self.p, self.weeks, self.period = market.setting.theory, market.weeks, market.period
        for name in ("points", "social", "structural"):
            setattr(self, f"{name}_keep", 0.5 ** (self.weeks / getattr(self.p.bonds, f"{name}_half_life")))
        self.demand, self.talks = market.weeks, bool(market.conditions["talk_on"][0])
        self.outside = market.setting.market.outside
        self.entry_by_purchase = market.setting.population.entry_by_purchase
        self.layers = [
            SimpleNamespace(**{n: layer[n].item() for n in layer.dtype.names})
            for layer in market.network.record
        ]
        self.threshold = self.p.bonds.threshold
        self.firms = [Firm(*row) for row in zip(market.offers, market.programmes, strict=True)]
        columns, n = market.columns, market.n_customers
        own = np.stack([getattr(columns, name)[:n] for name in OWN], axis=1).tolist()
        relations = np.stack([getattr(columns, name)[:n] for name in RELATION], axis=2).tolist()
        whole_numbers = [OWN.index(name) for name in ("supplier", "tenure", "stage", "streak", "last_bought")]
        self.everyone = []
        for number, (mine, rows) in enumerate(zip(own, relations, strict=True)):
            for k in whole_numbers:
                mine[k] = int(mine[k])
            known = int(columns.aware[number])
            standing = [
                Relation([*row[:-1], int(row[-1])], bool(known >> j & 1)) for j, row in enumerate(rows)
            ]
            self.everyone.append(Customer(self, number, mine, standing))
        self.open_books()

    def open_books(self) -> None:
        """Empty books for a period."""
        self.whole = [0.0] * MARKET_ENTRIES
        for firm in self.firms:
            firm.books = [0.0] * ENTRIES

    def step(self) -> None:
        """People live their period, then they talk."""
        self.open_books()
        self.agents.do("step")
        self.agents.do("listen")
        self.period += 1
