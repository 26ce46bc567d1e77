"""Dealers one after another, and the law that limits their number and their mark-up: exact in the books."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.firms.partners import base as stakeholders
from sim.firms.partners.base import PartnerEffects
from sim.firms.shocks import FirmShocks
from sim.scenario.events import base as events
from support.markets import lived, plan, scenario

PERIODS, AT = 24, 12
FREE = {"market": {"budget": "free"}}
BARE = {"margin": 0.3, "undercut": 0, "spread": 0}
NO_LIMIT = {"invoices": None, "markup": None, "markup_dear": None}


def market(dealers=None, law=None, more=None, periods=PERIODS):
    """A market whose focal firm works through dealers, under a law of the channel if one is given."""
    parts = {"stakeholders": {"dealers": {"kind": "distributor"} | BARE | (dealers or {})}}
    if law is not None:
        parts["events"] = {"law": {"type": "channel_law", "at": AT} | law}
    focal = {"firms": {"focal": plan(distributor_support=0.02)}}
    return lived(scenario(FREE, focal, parts, more or {}, customers=200, periods=periods))


def books(made, firm="focal", begin=0, end=PERIODS):
    found = made.books.outcomes()
    return found[(found.firm == firm) & (found.period >= begin) & (found.period < end)]


def law(**given):
    return events.EVENTS["channel_law"](**given)


def effects_of(laws=(), listed=10.0, gain_share=0.5, count=1, **values):
    """Drives of dealers in full bond and trust, none of whom is discontent."""
    tie = SimpleNamespace(of_its_kind=count, bond=1.0, trust=1.0, satisfaction=0.0, gain_share=gain_share)
    effects = PartnerEffects.under(laws, listed)
    stakeholders.KINDS["distributor"](**values).add_effects(tie, effects, {"focal": effects})
    return effects


# ---------------------------------------------------------------- stages


@pytest.mark.parametrize("stages", [1, 2, 3, 10])
def test_what_dealers_one_after_another_keep_has_a_closed_form(stages):
    made, one = market({"stages": stages}), market()
    own = books(made)
    kept = 1 - 0.7**stages
    assert made.firms[0].dealers_share == pytest.approx(kept, rel=1e-12)
    np.testing.assert_allclose(own.terms_cost, kept * own.revenue, rtol=1e-12)
    whole = [book.profit + book.terms_cost for book in (books(one), own)]
    np.testing.assert_allclose(whole[1], whole[0], rtol=1e-12, err_msg="what dealers keep the firm loses")
    money = ["profit", "discounted_profit", "terms_cost", "customer_equity"]
    alone, chain = (m.books.outcomes().drop(columns=money) for m in (one, made))
    assert alone.equals(chain), "customers meet the same offers"


def test_each_dealer_judges_its_own_margin():
    assert market({"stages": 3}).ties == market().ties


def test_the_last_dealer_alone_undercuts_and_wins_back():
    # 0.3 agreed, 0.05 undercut, half of it won back; the one before keeps 0.3 of the 0.7 at which it sells
    effects = effects_of(margin=0.3, stages=2)
    assert (effects.margin, effects.undercut) == pytest.approx((0.325, 0.05))
    assert effects.upstream == pytest.approx(0.3 * 0.7)


@given(*[st.floats(0, 0.9)] * 3, st.integers(1, 10), st.floats(0, 1), st.floats(0, 1))
def test_dealers_keep_no_more_than_the_price(margin, undercut, spread, stages, gain_share, claims):
    effects = effects_of(
        margin=margin, undercut=undercut, spread=spread, stages=stages, gain_share=gain_share, claims=claims
    )
    kept = effects.margin + effects.upstream - effects.undercut
    assert -1e-12 <= kept <= 1.0 - effects.undercut + 1e-12


def test_a_chain_wins_back_no_more_than_is_left():
    # of 1: 0.1 paid to the last but one, 0.09 of it kept there, 0.01 left to the firm; 0.2 was to be won back
    effects = effects_of(margin=0.9, undercut=0.4, spread=0, stages=2)
    assert effects.margin - 0.9 == pytest.approx(0.01) and effects.upstream == pytest.approx(0.09)


def test_of_dealers_who_share_the_trade_each_has_its_own_chain():
    effects = PartnerEffects()
    for stages in (1, 3):
        one = effects_of(margin=0.3, stages=stages, count=2)
        effects.upstream += one.upstream
    assert effects.upstream == pytest.approx(0.5 * (0.7 - 0.7**3))


def test_equity_is_net_of_what_all_stages_keep():
    # of each unit's 4 the dealers get 1.9
    nothing = {"margin": 0.1, "effort": 0, "push": 0}
    chain, none = (market(nothing | more) for more in ({"stages": 2}, {"margin": 0}))
    np.testing.assert_allclose(chain.customer_equity()[0], 2.1 / 4 * none.customer_equity()[0], rtol=1e-9)


# ---------------------------------------------------------------- invoices


@pytest.mark.parametrize(("invoices", "stages"), [(2, 1), (3, 2), (4, 3), (9, 3)])
def test_from_the_law_on_there_are_as_many_stages_as_invoices_allow(invoices, stages):
    only = NO_LIMIT | {"invoices": invoices}
    chain, short = market({"stages": 3}, only), market({"stages": stages})
    assert chain.books.outcomes().query("period >= @AT").equals(short.books.outcomes().query("period >= @AT"))
    before = books(chain, end=AT)
    np.testing.assert_allclose(before.terms_cost, (1 - 0.7**3) * before.revenue, rtol=1e-12)
    assert (chain.offers == short.offers).all() and chain.ties == short.ties


def test_a_law_that_lapses_leaves_the_chain_as_it_was():
    only = NO_LIMIT | {"invoices": 2, "lasts": 5}
    one, chain = books(market({"stages": 2}, only)), books(market({"stages": 2}))
    same = (one.terms_cost == chain.terms_cost).tolist()
    assert same == [not AT <= period < AT + 5 for period in range(PERIODS)]


# ---------------------------------------------------------------- mark-ups


@pytest.mark.parametrize("stages", [1, 2])
@pytest.mark.parametrize("markup", [0.0, 0.15, 0.4])
def test_a_dealer_keeps_the_mark_up_of_the_law_to_the_penny(markup, stages):
    made = market({"stages": stages, "effort": 0, "push": 0}, NO_LIMIT | {"markup": markup})
    after = books(made, begin=AT)
    at_firm = after.revenue - after.terms_cost  # what the first dealer pays
    np.testing.assert_allclose(after.revenue, at_firm * (1 + markup) ** stages, rtol=1e-12)
    before = books(made, end=AT)
    np.testing.assert_allclose(before.revenue - before.terms_cost, before.revenue * 0.7**stages, rtol=1e-12)


@pytest.mark.parametrize("given", [{}, {"invoices": None, "markup": 0.43}, {"markup": None, "dear_from": 11}])
def test_a_law_that_nobody_breaks_changes_nothing(given):
    # 0.3 of the price sold at is 3/7 on the price paid; 0.25 is a third
    margin = {"margin": 0.25 if given == {} else 0.3, "undercut": 0.05}
    assert market(margin, given).books.outcomes().equals(market(margin).books.outcomes())


def test_who_is_held_to_a_mark_up_serves_by_what_is_left_and_is_treated_worse():
    kept = 0.15 / 1.15
    held, free = (effects_of(laws, margin=0.3, undercut=0) for laws in ([law(markup=0.15)], []))
    assert held.convenience == pytest.approx(free.convenience * kept / 0.3)
    limited, usual = market({}, {"markup": 0.15}), market()
    after = limited.firms[0].conduct(0.0)
    assert limited.stakeholders[0].partner.treatment(after, 0.5) == pytest.approx(5.0 * (kept - 0.3))
    assert limited.stakeholders[0].satisfaction < usual.stakeholders[0].satisfaction


@pytest.mark.parametrize("gain_share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("undercut", [0.0, 0.05, 0.5])
@pytest.mark.parametrize("markup", [0.0, 0.15, 0.4, 3.0])
def test_neither_power_nor_what_is_won_back_lifts_a_dealer_over_the_law(gain_share, undercut, markup):
    effects = effects_of([law(markup=markup)], gain_share=gain_share, margin=0.7, undercut=undercut)
    kept = (effects.margin - effects.undercut) / (1 - effects.undercut)
    assert 0 <= kept <= markup / (1 + markup) + 1e-15
    assert effects.undercut <= markup / (1 + markup), "nobody undercuts out of more than the law leaves"
    if gain_share == 0.0 and markup < 3.0:  # all of the loss is won back, so far as the law allows
        assert kept == pytest.approx(markup / (1 + markup))


@pytest.mark.parametrize(("dear_from", "markup"), [(None, 0.4), (10.01, 0.4), (10.0, 0.15), (0.0, 0.15)])
def test_dear_goods_have_the_lower_mark_up(dear_from, markup):
    after = books(market({}, {"dear_from": dear_from} if dear_from is not None else {}), begin=AT)
    kept = min(0.3, markup / (1 + markup))
    np.testing.assert_allclose(after.terms_cost, kept * after.revenue, rtol=1e-12)


def test_goods_are_dear_by_the_list_price_of_the_period():
    war = {"events": {"war": {"type": "price_war", "at": AT + 4, "cut": 0.1, "lasts": 4}}}
    own = books(market({}, {"dear_from": 10.0}, war), begin=AT)
    kept = np.repeat([0.15 / 1.15, 0.4 / 1.4, 0.15 / 1.15], 4)
    np.testing.assert_allclose(own.terms_cost, kept * own.revenue, rtol=1e-12)


def test_of_two_laws_the_strictest_holds_and_every_firm_is_under_them():
    laws = [law(invoices=3, markup=0.2), law(invoices=5, markup=0.1, dear_from=20), law(**NO_LIMIT)]
    held = PartnerEffects.under(laws, 10.0)
    assert (held.stages_most, held.largest_margin) == (2, pytest.approx(0.1 / 1.1))
    shocks = events.MarketShocks({name: FirmShocks() for name in ("focal", "rival_1")})
    laws[0].act(shocks)
    assert [firm.channel for firm in shocks.firms.values()] == [[laws[0]]] * 2


# ---------------------------------------------------------------- as a user meets it


@pytest.mark.parametrize(("tree", "key", "allowed"), [
    ({"events": {"it": {"type": "channel_law", "at": 1, "invoices": 1}}}, "events.it.invoices", "a whole number from 2 to 100"),
    ({"events": {"it": {"type": "channel_law", "at": 1, "invoices": 2.5}}}, "events.it.invoices", "a whole number from 2 to 100"),
    ({"events": {"it": {"type": "channel_law", "at": 1, "markup": -0.1}}}, "events.it.markup", "a number from 0 to 100"),
    ({"events": {"it": {"type": "channel_law", "at": 1, "dear_from": "ten"}}}, "events.it.dear_from", "a number from 0"),
    ({"stakeholders": {"it": {"kind": "distributor", "stages": 0}}}, "stakeholders.it.stages", "a whole number from 1 to 10"),
    ({"stakeholders": {"it": {"kind": "distributor", "stages": 1.5}}}, "stakeholders.it.stages", "a whole number from 1 to 10"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_what_is_allowed(tree, key, allowed):
    with pytest.raises(InputError) as wrong:
        scenario(tree)
    assert wrong.value.key == key and allowed in str(wrong.value)


def test_a_key_that_is_none_is_named_with_its_nearest():
    with pytest.raises(InputError) as wrong:
        scenario({"events": {"it": {"type": "channel_law", "at": 1, "markup_deer": 0.1}}})
    assert (wrong.value.key, wrong.value.nearest) == ("events.it.markup_deer", "markup_dear")
