"""The other five markets: the effects of each kind, against numbers worked out by hand; without any, nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from sim.core.errors import InputError
from sim.firms.partners import base as stakeholders
from sim.firms.partners.base import KINDS, Conduct, PartnerEffects
from sim.scenario.scenario import Scenario
from sim.strategies.levers import SUPPORT
from sim.theory import power
from support.markets import lived, plan, scenario

FREE = {"market": {"budget": "free"}}
PERIODS = 60


def market(kind, periods=PERIODS, firm=None, parts=None, **values):
    """A market of three firms, the focal one with one stakeholder of a kind (None: with none)."""
    tied = {"stakeholders": {"it": {"kind": kind} | values}} if kind else {}
    focal = {"firms": {"focal": plan(**(firm or {}))}}
    return lived(scenario(FREE, focal, tied, parts or {}, customers=300, periods=periods), periods=periods)


def outcomes(made):
    return made.books.outcomes().drop(columns=["stakeholder_cost", "terms_cost"])


NOTHING = {
    "supplier": {"saving": 0, "improvement": 0, "late": 0, "spread": 0},
    "employees": {"prevented": 0, "service": 0, "turnover": 0},
    "distributor": {
        "effort": 0,
        "push": 0,
        "margin": 0,
        "spread": 0,
    },  # without a margin nothing is left to claim
    "ally": {"rival": "rival_1", "share": 0, "leak": 0},
    "influencer": {"regard": 0, "damping": 0},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_whose_coefficients_are_0_changes_nothing(kind):
    without, off = market(None), market(kind, **NOTHING[kind])
    assert outcomes(without).equals(outcomes(off))
    on = market(kind, **({"rival": "rival_1"} if kind == "ally" else {}), bond=0.5, firm={"quality": 1.2})
    assert not outcomes(market(None, firm={"quality": 1.2})).equals(outcomes(on))


def test_every_kind_has_its_case_here():
    assert set(NOTHING) == set(KINDS) == set(SUPPORT)


@pytest.mark.parametrize("kind", KINDS)
def test_support_is_paid_for_a_kind_that_is_there_and_builds_its_bond(kind):
    lever, rival = SUPPORT[kind], {"rival": "rival_1"} if kind == "ally" else {}
    alone = market(None, firm={lever: 0.05})
    assert (alone.books.outcomes().stakeholder_cost == 0).all()
    tied, left = (market(kind, firm=firm, **rival) for firm in ({lever: 0.05}, {}))
    paid = tied.books.outcomes().query("firm == 'focal'").stakeholder_cost
    np.testing.assert_allclose(paid, 0.05 * 300 * tied.weeks)
    assert tied.stakeholders[0].bond > 0.1 and left.stakeholders[0].bond == 0.0


@pytest.mark.parametrize("weeks", [1, 4])
def test_the_bond_of_a_tie_by_hand(weeks):
    # effort 1 - exp(-15*0.1), trust t: bond <- keep*bond + min(1, g effort weeks t)(1 - keep*bond), period by period
    period = {"market": {"periods_per_year": 52 / weeks}}
    tied = market("employees", periods=2, firm={"employee_support": 0.1}, parts=period)
    effort, keep = 1 - np.exp(-1.5), 0.5 ** (weeks / 104)
    felt, bond, trust = 0.8 + effort, 0.0, 0.3
    for _ in range(2):
        margin = min(1.0, felt - (0.8 - 0.5))
        trust += 0.05 * (1 - trust) * margin
        bond = keep * bond + 0.05 * effort * weeks * trust * (1 - keep * bond)
    assert tied.stakeholders[0].trust == pytest.approx(trust, rel=1e-12)
    assert tied.stakeholders[0].bond == pytest.approx(bond, rel=1e-12)


def effects_of(
    kind,
    bond=0.0,
    trust=0.0,
    satisfaction=0.0,
    gain_share=0.5,
    draw=0.5,
    learned=0.0,
    of_its_kind=1,
    ties=1,
    **values,
):
    """Drives of a tie (or of so many of the same) in a given state, own firm's and a rival's."""
    what = stakeholders.KINDS[kind](**values)

    class State:
        pass

    tie = State()
    tie.of_its_kind = of_its_kind
    tie.bond, tie.trust, tie.satisfaction, tie.gain_share, tie.draw, tie.learned = (
        bond,
        trust,
        satisfaction,
        gain_share,
        draw,
        learned,
    )
    firms = {"focal": PartnerEffects(), "rival": PartnerEffects()}
    for _ in range(ties):
        what.add_effects(tie, firms["focal"], firms)
    return firms["focal"], firms["rival"]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"distributor"}))  # several dealers share the trade
def test_the_effects_of_several_of_a_kind_are_their_sum_and_their_savings_multiply(kind):
    state = {"bond": 0.5, "trust": 0.2, "satisfaction": 0.5, "draw": 0.07, "learned": 0.2}
    one, two = (effects_of(kind, ties=ties, **state) for ties in (1, 2))
    assert one != (PartnerEffects(), PartnerEffects())
    for alone, both in zip(one, two, strict=True):
        for name, amount in vars(alone).items():
            law = amount**2 if name == "unit_cost" else 2 * amount
            assert getattr(both, name) == pytest.approx(law), name


def test_a_supplier_saves_improves_and_delivers_late():
    own, rival = effects_of("supplier", bond=0.5, trust=0.4, draw=0.07)
    assert own.unit_cost == pytest.approx(1 - 0.1 * 0.5)
    assert own.quality == pytest.approx(0.3 * 0.5 * 0.4)
    assert own.failures == 0.0 and rival == PartnerEffects()  # draw 0.07 is not below 0.1 * 0.6
    assert effects_of("supplier", trust=0.2, draw=0.07)[0].failures == pytest.approx(0.1)
    assert effects_of("supplier", gain_share=1.0)[0].unit_cost == pytest.approx(0.9)
    assert effects_of("supplier", gain_share=0.0)[0].unit_cost == pytest.approx(1.1)


def test_content_employees_prevent_failures_serve_and_stay():
    own, _ = effects_of("employees", satisfaction=0.5)
    assert own.employee_effect == pytest.approx(0.25) and own.quality == pytest.approx(0.1)
    assert own.terms == pytest.approx(0.1 * 0.3 * 0.5 / 52)
    worse, _ = effects_of("employees", satisfaction=-0.5)
    assert worse.employee_effect == -0.25 and worse.terms == pytest.approx(0.1 * 0.3 * 1.5 / 52)


def several(kind, count, periods=12, **values):
    """A market whose focal firm has so many stakeholders of a kind, all alike."""
    tied = {"stakeholders": {f"it_{k}": {"kind": kind} | values for k in range(count)}}
    return lived(
        scenario(FREE, {"firms": {"focal": plan()}}, tied, customers=300, periods=periods), periods=periods
    )


def test_dealers_of_one_firm_share_its_trade():
    keys = dict(margin=0.4, undercut=0.4, spread=0, bond=0.5, trust=0.5, satisfaction=-0.5)
    one, many = effects_of("distributor", **keys), effects_of("distributor", of_its_kind=4, **keys)
    for mine, theirs in zip(one, many, strict=True):
        assert [4 * x for x in (theirs.margin, theirs.undercut, theirs.convenience)] == pytest.approx(
            [mine.margin, mine.undercut, mine.convenience]
        )
    values = dict(margin=0.4, undercut=0.4, bond=0.5)
    alone, together = several("distributor", 1, **values), several("distributor", 20, **values)
    assert together.firms[0].price == pytest.approx(alone.firms[0].price) and alone.firms[0].price > 0
    columns = ["price", "units", "revenue", "terms_cost", "profit"]
    ours, theirs = (made.books.outcomes()[columns] for made in (alone, together))
    np.testing.assert_allclose(theirs, ours, rtol=1e-9)


@pytest.mark.parametrize(("count", "left"), [(0, -2.0), (1, -0.5), (2, 0.0), (3, 0.0)])
def test_influencers_take_away_no_more_than_a_shock(count, left):
    made = several("influencer", count, regard=0, damping=0.75)
    for tie in made.stakeholders:
        tie.bond, tie.trust, tie.satisfaction = 1.0, 1.0, 0.5
    made.update_partners()
    made.firms[0].shocks.political = -2.0
    made.post_offers()
    assert made.offers[0]["political"] == pytest.approx(left)


def test_dealers_push_or_push_the_rival_and_undercut_out_of_their_margin():
    alone = {"serving": 0, "claims": 0}
    own, rival = effects_of("distributor", bond=0.5, trust=0.4, satisfaction=0.3, **alone)
    assert own.convenience == pytest.approx(0.2) and rival.convenience == 0.0
    assert (own.margin, own.undercut) == pytest.approx((0.1, 0.05))
    own, rival = effects_of("distributor", satisfaction=-0.4)
    assert (own.convenience, rival.convenience) == pytest.approx((0.0, 0.2)), "the rivals alone are pushed"
    assert effects_of("distributor", discipline=1.0)[0].undercut == 0.0
    assert effects_of("distributor", gain_share=1.0)[0].margin == pytest.approx(0.05)


def test_dealers_serve_by_the_margin_left_and_claim_by_power():
    tied = {"bond": 0.5, "trust": 0.4}
    # half of the loss of 0.05 is won back: 0.1 - 0.05 + 0.025 of 0.1 is left
    own, _ = effects_of("distributor", **tied)
    assert (own.margin, own.undercut) == pytest.approx((0.125, 0.05))
    assert own.convenience == pytest.approx(0.2 * 0.75)
    assert effects_of("distributor", **tied, claims=0)[0].convenience == pytest.approx(0.2 * 0.5)
    assert effects_of("distributor", **tied, serving=0.5)[0].convenience == pytest.approx(0.2 * 0.875)
    strong, weak = (
        effects_of("distributor", **tied, gain_share=gain_share, spread=0)[0] for gain_share in (1.0, 0.0)
    )
    assert (strong.margin, weak.margin) == pytest.approx(
        (0.1, 0.15)
    )  # a strong firm bears nothing, a weak one all
    disciplined, _ = effects_of("distributor", **tied, discipline=1.0)
    assert disciplined.convenience == pytest.approx(0.2) and disciplined.margin == pytest.approx(0.1)
    assert effects_of("distributor", **tied, margin=0)[0].convenience == pytest.approx(0.2)


def test_what_dealers_claim_is_lost_by_the_firm_to_the_penny():
    # nobody minds the price: the same units, and of each the firm has half the undercutting less
    blind = {"population": {"segments": {"everyone": {"price_sensitivity": 0.0}}}}
    disciplined, undercut = (
        market("distributor", parts=blind, effort=0, push=0, discipline=share)
        .books.outcomes()
        .query("firm == 'focal'")
        for share in (1.0, 0.0)
    )
    assert disciplined.units.equals(undercut.units)
    np.testing.assert_allclose(disciplined.profit - undercut.profit, 10 * 0.025 * undercut.units, atol=1e-9)


def test_without_claims_undercutting_is_paid_by_the_dealers_and_not_by_the_firm():
    # nobody minds the price: the same units at a lower price, and the firm takes as much as before
    blind = {"population": {"segments": {"everyone": {"price_sensitivity": 0.0}}}}
    disciplined, undercut = (
        market("distributor", parts=blind, effort=0, push=0, claims=0, discipline=share).books.outcomes()
        for share in (1.0, 0.0)
    )
    assert disciplined.units.equals(undercut.units)
    np.testing.assert_allclose(disciplined.profit, undercut.profit, rtol=1e-9)
    own = undercut.firm == "focal"
    np.testing.assert_allclose(undercut[own].revenue, 0.95 * disciplined[own].revenue)


def test_an_ally_multiplies_quality_above_base_and_learns():
    own, rival = effects_of("ally", bond=0.5, learned=0.2)
    assert own.shared_quality == pytest.approx(0.25) and rival.quality == pytest.approx(0.2)
    tied = market(
        "ally", rival="rival_1", bond=1.0, leak=0.1, firm={"quality": 1.3, "alliance": 0.3}, periods=200
    )
    ours, theirs = (firm.delivered for firm in tied.firms[:2])
    assert tied.firms[0].delivered > tied.firms[0].quality  # shared development
    assert tied.firms[2].delivered == pytest.approx(0.8) and 0.8 < theirs < ours


def test_an_influencer_dampens_a_scandal_and_a_mistreated_one_makes_it_worse():
    own, _ = effects_of("influencer", bond=0.5, trust=0.8, satisfaction=0.1)
    assert own.brand == pytest.approx(0.2) and own.damping == pytest.approx(0.32)
    against, _ = effects_of("influencer", bond=0.5, trust=0.8, satisfaction=-0.1)
    assert against.brand == pytest.approx(-0.25) and against.damping == pytest.approx(-0.4)
    scandal = {"events": {"it": {"type": "political_shock", "at": 30, "change": -2.0}}}
    friendly = market(
        "influencer", bond=1.0, trust=1.0, regard=0, parts=scandal, firm={"public_relations": 0.2}
    )
    alone = market(None, parts=scandal)
    after = [
        made.books.outcomes().query("firm == 'focal' and period >= 30").units.sum()
        for made in (friendly, alone)
    ]
    assert after[0] > 1.3 * after[1]
    assert friendly.offers["political"][0] == pytest.approx(-2.0 * (1 - friendly.firms[0].effects.damping))


def test_broken_promises_turn_an_influencer():
    kept, broken = (market("influencer", firm={"promise": promise}) for promise in (0.8, 1.8))
    assert kept.stakeholders[0].satisfaction > 0 > broken.stakeholders[0].satisfaction


def test_overworked_employees_are_discontent():
    tight = {"firms": {"focal": {"capacity": 10.0}}}
    assert market("employees", parts=tight).stakeholders[0].satisfaction < 0


# ---------------------------------------------------------------- power


@pytest.mark.parametrize("ratio", [0.7, 1.0, 1.2])
def test_between_equals_the_part_is_the_nash_bargain(ratio):
    weight = ratio / (1 + ratio)
    best = minimize_scalar(
        lambda part: -(weight * np.log(part) + (1 - weight) * np.log(1 - part)),
        bounds=(1e-9, 1 - 1e-9),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert power.gain_share(ratio, power.Power()) == pytest.approx(best.x, abs=1e-7)


def test_beyond_the_band_one_dictates_and_power_is_dependence():
    p = power.Power(band=2.0)
    assert [power.gain_share(r, p) for r in (0.49, 0.51, 1.99, 2.01)] == pytest.approx(
        [0, 0.51 / 1.51, 1.99 / 2.99, 1]
    )
    assert power.power(0.5, 0.5, 2.0) == 0.5
    assert power.power_ratio(0.0, 0.0) == 1.0 and power.power_ratio(0.3, 0.0) > 1e100


def test_power_reaches_the_accounts():
    weak = {"share_of_its_trade": 0.1, "share_of_our_trade": 0.6}
    strong = {"share_of_its_trade": 0.6, "share_of_our_trade": 0.1}
    off = {"saving": 0, "improvement": 0, "late": 0, "negotiates": True}
    goods = {}
    for name, trade in (("weak", weak), ("equal", {}), ("strong", strong)):
        found = market("supplier", **off, **trade).books.outcomes().query("firm == 'focal'")
        goods[name] = found.goods.sum() / found.units.sum()
    assert goods == pytest.approx({"weak": 6.6, "equal": 6.0, "strong": 5.4})


def test_a_squeezed_supplier_trusts_less():
    def supplier(part_of_trade):
        return market(
            "supplier", negotiates=True, share_of_its_trade=part_of_trade, squeeze=1.5
        ).stakeholders[0]

    assert supplier(0.9).trust < supplier(0.3).trust


# ---------------------------------------------------------------- as a user meets them


def test_stakeholders_are_agents_of_the_market_and_strategies_know_only_how_many():
    tied = market("supplier", periods=1)
    assert tied.stakeholders[0] in tied.agents and len({a.unique_id for a in tied.agents}) == 4
    seen = tied.firms[0].view(())
    assert dict(seen.stakeholders) == {"supplier": 1} and not hasattr(seen, "trust")


@pytest.mark.parametrize(
    ("given", "key", "nearest"),
    [
        ({"kind": "suplier"}, "stakeholders.it.kind", "supplier"),
        ({}, "stakeholders.it.kind", None),
        ({"kind": "supplier", "savings": 0.1}, "stakeholders.it.savings", "saving"),
        ({"kind": "supplier", "firm": "focl"}, "stakeholders.it.firm", "focal"),
        ({"kind": "supplier", "saving": 2}, "stakeholders.it.saving", None),
        ({"kind": "ally", "rival": "focal"}, "stakeholders.it.rival", None),
        ({"kind": "ally", "rival": "nobody"}, "stakeholders.it.rival", None),
    ],
)  # fmt: skip
def test_a_wrong_stakeholder_is_named(given, key, nearest):
    with pytest.raises(InputError) as wrong:
        scenario({"stakeholders": {"it": given}})
    assert wrong.value.key == key and (nearest is None or wrong.value.nearest == nearest)


def test_a_scenario_with_stakeholders_comes_back_whole():
    made = scenario({"stakeholders": {"mill": {"kind": "supplier", "saving": 0.2}}})
    assert Scenario.from_config(made.to_dict()).to_dict() == made.to_dict()
    assert made.to_dict()["stakeholders"]["mill"]["late"] == 0.1


def test_conduct_neutral_treats_as_usual():
    for kind in KINDS:
        what = stakeholders.KINDS[kind]()
        margin = getattr(what, "margin", 0.0)
        assert what.treatment(Conduct(margin_left=margin), 0.5) == 0.0
