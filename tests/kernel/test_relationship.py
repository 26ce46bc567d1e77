"""Main supplier, tenure, streak, leaving, and what is reported of a relationship, by hand."""

from __future__ import annotations

import math

import pytest

from sim.theory.relationship import STAGES
from sim.theory.switching_causes import CAUSES
from support.hand import EXACT, ByHand

ENTRANT = {"contractual": 0, "entry_by_purchase": 1}  # in a repertoire market one who enters buys once


def near(number):
    return pytest.approx(number, rel=EXACT, abs=EXACT)


# ---------------------------------------------------------------- supplier by habit


def habits(kept, rival, supplier=0, margin=0.125, buys=1):
    """Habits that no purchase moves; the customer buys once at firm 0, or not at all."""
    m = ByHand(2, supplier=supplier, conditions=ENTRANT, relationship={"switch_margin": margin})
    m.habit[0], m.offers["brand"], m.entered_at[:] = [kept, rival], [100.0, 0.0], 0.0 if buys else -1.0
    m.tenure[:] = 7
    return m


@pytest.mark.parametrize("rival, now", [(0.5625, 0), (0.625, 1), (0.6875, 1)])
def test_a_rival_becomes_main_supplier_once_its_habit_leads_by_the_margin(rival, now):
    m = habits(0.5, rival).lives()
    assert m.supplier[0] == now
    assert [m.book("KEPT", 0), m.book("LOST", 0), m.book("WON", 1)] == ([0, 1, 1] if now else [1, 0, 0])
    assert m.tenure[0] == (0 if now else 8)


def test_without_a_supplier_the_larger_habit_needs_no_margin():
    m = habits(0.5, 0.5625, supplier=-1).lives()
    assert m.supplier[0] == 1 and m.book("WON", 1) == 1 and m.tenure[0] == 0


def test_no_habit_makes_no_supplier():
    assert habits(0.0, 0.0, supplier=-1).lives().supplier[0] == -1


def test_the_supplier_stays_until_a_purchase_is_made():
    m = habits(0.5, 1.0, buys=0).lives()
    assert m.supplier[0] == 0 and m.book("KEPT", 0) == 1 and m.tenure[0] == 8


def test_a_closed_firm_is_no_supplier():
    m = habits(0.5, 0.5625)
    m.offers["open"] = [0, 1]
    assert m.lives().supplier[0] == 1  # without a margin
    m = habits(0.5, 0.5625, buys=0)
    m.offers["open"] = [0, 1]
    assert m.lives().supplier[0] == -1 and m.book("LOST", 0) == 1


@pytest.mark.parametrize("diverted, cause", [(0.0, "chance"), (0.125, "chance"), (0.1875, "price")])
def test_habit_diverted_for_a_cause_is_to_blame_where_twice_of_it_is_more_than_the_lead(diverted, cause):
    """Firm 1 leads by 0.375, 0.25 beyond the margin. What went to it would have gone to firm 0: the gap is twice that."""
    m = habits(0.5, 0.875)
    m.stored.diverted[CAUSES.index("price"), 0] = diverted
    m.lives()
    lost_to = m.books[2][0]
    assert lost_to[0, 1, CAUSES.index(cause)] == 1 == lost_to.sum()


# ---------------------------------------------------------------- causes of one choice


def choosing(lead, **theory):
    """A customer of firm 0 under contract who chooses anew; firm 1 is worth ``lead`` more to it, by taste, no cause."""
    m = ByHand(2, **{"contract": {"h0": 1e9}} | theory)
    m.taste[0, 1], m.aware_then[:] = lead, 0b11
    return m


def causes_of(m):
    """Causes of the only loss, of firm 0 to firm 1."""
    lost_to = m.lives().books[2][0]
    assert lost_to.sum() == near(1.0)
    return {cause: near(part) for cause, part in zip(CAUSES, lost_to[0, 1].tolist(), strict=True) if part}


@pytest.mark.parametrize("lead, cause", [(2.0, "service"), (2.5, "chance")])
@pytest.mark.parametrize("bond", ["social", "structural"])
def test_a_bond_lost_since_its_best_level_counts_with_the_cost_of_leaving_that_went_with_it(
    bond, lead, cause
):
    """Weights 2 in utility and 1 in the cost of leaving. A bond of 0.25 leaves firm 0 behind by the lead less 0.75; it
    was 0.75 once, which is worth 1.5 more."""
    m = choosing(lead, choice={f"w_{bond[:3]}": 2.0, f"s_{bond[:3]}": 1.0})
    m.satisfaction[:] = 1.0
    getattr(m, f"{bond}_bond")[0, 0], getattr(m, f"best_{bond}")[0] = 0.25, 0.75
    assert causes_of(m) == {cause: 1.0}


@pytest.mark.parametrize("lead, cause", [(1.25, "service"), (1.75, "chance")])
def test_a_bond_that_is_left_does_not_hide_trust_lost(lead, cause):
    """Trust in firm 0 was 1, and is 0 now as in firm 1: 1 is lost. The lead is less 0.5 for the bond."""
    m = choosing(lead, choice={"w_str": 2.0, "risk": 1.0})
    m.structural_bond[0, 0] = m.best_structural[0] = 0.25
    m.stored.rival_then[CAUSES.index("service")] = -1.0
    assert causes_of(m) == {cause: 1.0}


@pytest.mark.parametrize("kept, cause", [(1.0, "price"), (1.5, "chance")])
def test_habit_diverted_for_a_cause_counts_twice_at_a_later_choice(kept, cause):
    """0.25 went to firm 1 in place of firm 0, at a weight of 2.5: the gap is 1.25."""
    m = choosing(kept, choice={"w_hab": 2.5})
    m.stored.diverted[CAUSES.index("price")] = 0.25
    assert causes_of(m) == {cause: 1.0}


@pytest.mark.parametrize("asked_by, cause", [("a rival", "market"), ("dissatisfaction", "product")])
def test_what_made_the_customer_reconsider_is_a_cause(asked_by, cause):
    m = choosing(100.0, contract={"h1": 1e9, "h2": 1e9})
    if asked_by == "a rival":
        m.offers["ad_chance"][1] = 1.0
    else:
        m.satisfaction[0, 0] = -0.5
    assert causes_of(m) == {cause: 1.0}


def test_a_new_supplier_is_compared_with_its_groups_of_utility_without_bonds():
    """Convenience 3 and trust -0.25 remain of service."""
    m = choosing(100.0, choice={"w_soc": 2.0, "w_str": 4.0, "risk": 0.5})
    m.offers["convenience"][1], m.trust[0, 1], m.satisfaction[0, 1] = 3.0, 0.5, 0.5
    m.social_bond[0, 1], m.structural_bond[0, 1] = 0.25, 0.75
    m.best_social[:], m.best_structural[:] = 1.0, 1.0  # with the supplier that it leaves
    m.lives()
    assert m.supplier[0] == 1 and m.stored.own_then[CAUSES.index("service"), 0] == 2.75
    assert [m.best_social[0], m.best_structural[0]] == [0.25, 0.75]


def test_the_best_level_of_each_bond_is_remembered():
    """Half-lives of a period: bonds of 0.5 and 1 are 0.25 and 0.5 at the first look, and half of it at the second."""
    m = ByHand(bonds={"social_half_life": 1.0, "structural_half_life": 1.0})
    m.social_bond[:], m.structural_bond[:] = 0.5, 1.0
    for _ in range(2):
        m.lives()
        assert [m.best_social[0], m.best_structural[0]] == [0.25, 0.5]
    assert [m.social_bond[0, 0], m.structural_bond[0, 0]] == [0.125, 0.25]


# ---------------------------------------------------------------- tenure and streak


def test_tenure_and_streak_count_up_and_start_again():
    m = ByHand(2, contract={"contract_term": 3})
    m.tenure[:], m.streak[:], m.last_bought[:] = 0, 4, 0
    seen = []
    for favourite in (0, 0, 1, 1, 1, 1):  # a term ends in the third period: on to firm 1
        m.offers["brand"] = [100.0 * (favourite == 0), 100.0 * (favourite == 1)]
        m.lives()
        seen.append((int(m.supplier[0]), int(m.tenure[0]), int(m.streak[0]), int(m.last_bought[0])))
    assert seen == [(0, 1, 5, 0), (0, 2, 6, 0), (1, 0, 1, 1), (1, 1, 2, 1), (1, 2, 3, 1), (1, 3, 4, 1)]


def test_at_risk_and_lost_stand_under_the_tenure_reached_before():
    m = ByHand(2, conditions={"tenure_bin": 4}, contract={"contract_term": 9})
    m.tenure[:] = 8
    m.offers["brand"] = [0.0, 100.0]
    m.lives()
    at_risk, lost = m.books[4][0], m.books[5][0]
    assert at_risk[0, 2] == lost[0, 2] == 1 and at_risk.sum() == lost.sum() == 1
    m.tenure[:] = 3
    m.lives()
    assert at_risk[1, 0] == 1 and at_risk.sum() == 1 and lost.sum() == 0


# ---------------------------------------------------------------- leaving


def test_dropout_ends_the_lifetime_at_the_purchase():
    """Many occasions are due; after the first the customer is gone, at its time within the period."""
    m = ByHand(conditions={"contractual": 0})
    m.need_rate[:], m.dropout[:], m.period = 20.0, 1.0, 5
    m.lives()
    assert m.book("UNITS") == 1 == m.whole("LEFT") and 5 < m.leaves_at[0] < 6
    assert m.supplier[0] == -1 and m.stage[0] == 0 and m.book("LOST") == 1 and m.book("KEPT") == 0
    assert m.book("MAIN") == m.book("TRIED") == 0
    m.lives()
    assert m.whole("PRESENT") == m.book("UNITS") == m.whole("LEFT") == 0


def test_nobody_drops_out_at_no_chance_or_at_the_purchase_of_entry():
    m = ByHand()
    assert m.lives().whole("LEFT") == 0
    m = ByHand(conditions=ENTRANT)
    m.dropout[:] = 1.0
    assert m.lives().book("UNITS") == 1 and m.whole("LEFT") == 0 and m.leaves_at[0] == math.inf


def test_who_leaves_within_the_period_is_there_until_then():
    m = ByHand(customers=3)
    m.leaves_at[:], m.entered_at[2] = [0.5, 1.5, math.inf], 1.0
    m.lives()
    assert m.whole("PRESENT") == 2 and m.whole("LEFT") == 1 and m.supplier.tolist() == [-1, 0, 0]
    assert m.whole("ENTERED") == 0
    m.lives()
    assert m.whole("PRESENT") == 2 and m.whole("LEFT") == 1 and m.whole("ENTERED") == 1


def test_needs_come_only_while_one_is_there():
    """Half of the period at 8 a week: as many occasions as a whole one at 4, by the same luck."""
    m = ByHand(customers=200, conditions={"contractual": 0})
    m.need_rate[:], m.entered_at[:] = 8.0, 0.5
    whole = ByHand(customers=200, conditions={"contractual": 0})
    whole.need_rate[:] = 4.0
    assert m.lives().purchases.tolist() == whole.lives().purchases.tolist()
    assert abs(m.whole("OCCASIONS") - 800) < 4 * math.sqrt(800)


def outside(return_rate, customers=1, weeks=1.0):
    m = ByHand(customers=customers, weeks=weeks, contract={"h0": 1e9, "return_rate": return_rate})
    m.conditions["has_outside"], m.conditions["outside"] = 1, 100.0
    return m.lives()


def test_who_left_for_the_outside_is_lost_for_good():
    m = outside(0.0)
    assert m.lost_for_good[0] == 1 and m.supplier[0] == -1 and m.book("LOST") == m.whole("OUTSIDE") == 1
    m.conditions["outside"] = -100.0
    assert m.lives().whole("OCCASIONS") == 0 and m.supplier[0] == -1 and m.lost_for_good[0] == 1


def test_or_looks_again_at_the_rate_of_return():
    """0.4 a week over two weeks: 1 - exp(-0.8)."""
    m = outside(0.4, customers=1500, weeks=2.0)
    m.conditions["outside"] = -100.0
    back, chance = m.lives().whole("OCCASIONS"), 1 - math.exp(-0.8)
    assert abs(back - 1500 * chance) < 4 * math.sqrt(1500 * chance * (1 - chance))
    assert (m.supplier == 0).sum() == (m.lost_for_good == 0).sum() == m.book("WON") == back


# ---------------------------------------------------------------- what is reported of a main customer


def test_commitment_counts_bonds_and_the_best_rival_once():
    """-1 + 0.8x0.5 + 1.5x0.5 + 1x(0.25 + 0.5) - 0.5x(3 - 1) = -0.1; utilities' bonds, habit and lock-in play no part."""
    m = ByHand(
        3,
        commitment={"c0": -1.0, "c_sat": 0.8, "c_tr": 1.5, "c_bond": 1.0, "c_alt": 0.5},
        choice={"w_soc": 5.0, "w_str": 5.0, "w_hab": 5.0, "s_str": 5.0},
    )
    m.offers["brand"], m.lock_in[:], m.habit[:] = [1.0, 3.0, 2.0], 5.0, [0.6, 0.3, 0.1]
    m.satisfaction[0, 0], m.trust[0, 0], m.social_bond[0, 0], m.structural_bond[0, 0] = 0.5, 0.5, 0.25, 0.5
    m.lives()
    assert m.book("COMMITMENT") == near(1 / (1 + math.exp(0.1))) and m.book("MAIN") == 1
    sums = ("SATISFACTION", "TRUST", "SOCIAL_BOND", "STRUCTURAL_BOND")
    assert [m.book(name) for name in sums] == [0.5, 0.5, 0.25, 0.5]
    assert m.book("LOYAL_SPURIOUS") == 1  # commitment below one half, habit above


def test_without_a_rival_there_is_no_advantage():
    m = ByHand(commitment={"c0": -1.0, "c_alt": 0.5})
    m.offers["brand"] = 5.0
    assert m.lives().book("COMMITMENT") == near(1 / (1 + math.exp(1)))


@pytest.mark.parametrize(
    "c0, habit, kind", [(1, 0.75, "TRUE"), (1, 0.25, "LATENT"), (-1, 0.75, "SPURIOUS"), (-1, 0.25, "NONE")]
)
def test_loyalty_crosses_attitude_and_habit(c0, habit, kind):
    m = ByHand(commitment={"c0": float(c0)})
    m.habit[:] = habit
    assert m.lives().book(f"LOYAL_{kind}") == 1
    assert sum(m.book(f"LOYAL_{other}") for other in ("TRUE", "LATENT", "SPURIOUS", "NONE")) == 1


@pytest.mark.parametrize(
    "trust, bond, streak, level",
    [(0.25, 0.5, 9, "COGNITIVE"), (0.75, 0.125, 9, "COGNITIVE"), (0.75, 0.5, 6, "AFFECTIVE"), (0.75, 0.5, 7, "BEHAVIOURAL")],
)  # fmt: skip
def test_the_level_of_trust_of_a_main_customer(trust, bond, streak, level):
    """The purchase of the period makes the streak one longer."""
    m = ByHand(trust={"affective_from": 0.5, "affective_bond": 0.25, "behavioural_streak": 8})
    m.trust[:], m.social_bond[:], m.streak[:], m.last_bought[:] = trust, bond, streak, 0
    assert m.lives().book(f"TRUST_{level}") == 1


def test_purchases_in_a_row_from_another_firm_are_no_trust_in_the_supplier():
    """Twenty in a row from firm 1, none this period, firm 0 still the main supplier."""
    m = ByHand(2, trust={"affective_from": 0.5, "affective_bond": 0.25, "behavioural_streak": 8})
    m.need_rate[:] = 0.0
    m.trust[:], m.social_bond[:], m.streak[:], m.last_bought[:] = 0.75, 0.5, 20, 1
    assert m.lives().book("TRUST_AFFECTIVE") == 1


@pytest.mark.parametrize(
    "rival, habit, stage", [(2.0, 0.25, "WANDERING"), (-2.0, 0.25, "STEADY"), (2.0, 0.75, "STEADY")]
)
def test_who_would_go_but_for_the_cost_of_leaving_wanders(rival, habit, stage):
    """Steady before, content and trusting, 5 to leave; habit is worth 1 or 3 and no cost of leaving."""
    settled = {"acquaintance_until": 0, "trust_threshold": 0.25, "consolidated_commitment": 1.0}
    m = ByHand(2, relationship=settled, choice={"w_hab": 4.0})
    m.stage[:], m.trust[:], m.satisfaction[:], m.lock_in[:] = STAGES.index("steady"), 0.5, 0.5, 5.0
    m.offers["brand"], m.habit[0, 0] = [0.0, rival], habit
    assert m.lives().book(stage) == 1 and STAGES[m.stage[0]].upper() == stage


@pytest.mark.parametrize(
    "bond, slack, was, stage",
    [
        (0.625, 0.0, "consolidated", "CONSOLIDATED"),
        (0.375, 0.0, "consolidated", "STEADY"),
        (0.375, 0.25, "consolidated", "CONSOLIDATED"),
        (0.375, 0.25, "steady", "STEADY"),
        (0.125, 0.25, "consolidated", "STEADY"),
    ],
)
def test_a_consolidated_relationship_lasts_by_the_slack_below_its_thresholds(bond, slack, was, stage):
    """A bond above 0.5 begins it, one above 0.5 less the slack goes on; commitment is 1/2, its threshold 0.25."""
    limits = {"acquaintance_until": 0, "trust_threshold": 0.25, "consolidated_bond": 0.5,
              "consolidated_commitment": 0.25, "consolidated_slack": slack}  # fmt: skip
    for reports in (1, 0):
        m = ByHand(relationship=limits, conditions={"reports": reports})
        m.stage[:], m.trust[:], m.satisfaction[:], m.social_bond[:] = STAGES.index(was), 0.5, 0.5, bond
        assert STAGES[m.lives().stage[0]].upper() == stage


def test_commitment_below_its_threshold_ends_it_by_the_slack_too():
    """Commitment is 1/2 with a bond of 1: a threshold of 0.625 is not reached, and with a slack of 0.25 it is kept."""
    for slack, was, stage in ((0.0, "consolidated", "steady"), (0.25, "consolidated", "consolidated"),
                              (0.25, "steady", "steady"), (0.0625, "consolidated", "steady")):  # fmt: skip
        limits = {"acquaintance_until": 0, "trust_threshold": 0.25, "consolidated_commitment": 0.625}
        m = ByHand(relationship=limits | {"consolidated_slack": slack})
        m.stage[:], m.trust[:], m.satisfaction[:], m.social_bond[:] = STAGES.index(was), 0.5, 0.5, 1.0
        assert STAGES[m.lives().stage[0]] == stage


def test_the_stage_starts_anew_with_a_new_supplier():
    """Discontent with firm 1: who was steady with it wanders, who was steady with another is an acquaintance."""
    for before, stage in ((1, "WANDERING"), (0, "ACQUAINTANCE")):
        m = ByHand(
            2,
            supplier=before,
            contract={"h0": 1e9},
            relationship={"acquaintance_until": 0, "trust_threshold": 0.25},
        )
        m.stage[:], m.satisfaction[0, 1], m.trust[:] = STAGES.index("steady"), -0.5, 0.5
        m.offers["brand"] = [0.0, 100.0]
        assert m.lives().book(stage, 1) == 1
        assert m.books[3][0, STAGES.index("steady"), STAGES.index(stage.lower())] == 1


def test_who_left_is_remembered_with_half_its_structural_bond():
    """Worth 2 before and 1 after, firm 0 is behind firm 2 (1.5) as the best rival of firm 1 (3), which was chosen."""
    m = ByHand(3, bonds={"left_behind": 0.5}, choice={"w_str": 2.0, "habit_keep": 1.0}, contract={"h0": 1e3})
    m.structural_bond[0, 0] = 1.0
    m.offers["brand"] = 0.0, 3.0, 1.5
    m.lives()
    assert m.supplier[0] == 1 and m.structural_bond[0, 0] == 0.5
    market = CAUSES.index("market")
    assert m.stored.own_then[market, 0] == 3.0
    assert m.stored.rival_then[market, 0] == 1.5
