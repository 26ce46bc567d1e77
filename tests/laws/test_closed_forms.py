"""The closed forms of the laws against the numbers published for them, as they were published."""

import math
from dataclasses import astuple
from itertools import combinations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta as beta_law

from sim.theory import lifetime_value
from sim.validation.laws import LAWS, dirichlet, logit, mean_field, sbg

TOOTHPASTE = {"total": 1.298, "mean": 1.456, "shape": 0.779}
# share: penetration, purchases per buyer, category purchases per buyer, share of requirements, sole buyers
PUBLISHED = {
    0.25: (".200", "1.82", "3.16", ".576", ".452"),
    0.19: (".157", "1.76", "3.22", ".548", ".424"),
    0.10: (".087", "1.68", "3.30", ".509", ".386"),
    0.09: (".078", "1.67", "3.31"),
    0.08: (".070", "1.66", "3.32"),
    0.03: (".027", "1.62", "3.37"),
    0.02: (".018", "1.61", "3.38", ".476", ".355"),
}
HIGH_END = "85.1, 74.7, 67.0, 61.0, 56.2, 52.2, 48.9, 46.0, 43.6, 41.4, 39.5, 37.8"


def rounds_to(published: str, computed: float) -> bool:
    """Whether a number rounds to one as printed."""
    digits = len(published.split(".")[1])
    return abs(computed - float(published)) <= 0.5 * 10.0**-digits + 1e-9


def misprints(**wrong) -> int:
    """How many published numbers of toothpaste the closed form does not round to."""
    given = TOOTHPASTE | wrong
    return sum(
        not rounds_to(text, got)
        for share, texts in PUBLISHED.items()
        for text, got in zip(texts, dirichlet.buying(share, **given), strict=False)
    )


def test_l1_toothpaste_as_published():
    assert misprints() == 0


@pytest.mark.parametrize("wrong", [{"total": 1.298 * 1.05}, {"mean": 1.456 * 1.01}, {"shape": 0.779 * 1.02}])
def test_l1_is_not_published_at_other_parameters(wrong):
    assert misprints(**wrong) > 0


def test_l2_double_jeopardy_and_duplication_as_published():
    brands = [dirichlet.buying(share, **TOOTHPASTE) for share in PUBLISHED]
    assert rounds_to("1.13", brands[0].purchases_per_buyer / brands[-1].purchases_per_buyer)
    assert round(brands[0].penetration / brands[-1].penetration) == 11
    constants = [brand.purchases_per_buyer * (1 - brand.penetration) for brand in brands]
    assert rounds_to("1.46", min(constants)) and rounds_to("1.58", max(constants))
    pairs = [dirichlet.duplication(a, b, **TOOTHPASTE) for a, b in combinations(PUBLISHED, 2)]
    assert rounds_to("1.198", np.mean(pairs)) and max(pairs) - min(pairs) < 0.02
    other = TOOTHPASTE | {"total": 1.298 * 1.2}
    assert not rounds_to(
        "1.198", np.mean([dirichlet.duplication(a, b, **other) for a, b in combinations(PUBLISHED, 2)])
    )


@pytest.mark.parametrize("share", PUBLISHED)
def test_l3_repeat_rate_is_the_mean_of_squares_of_dirichlet_chances(share):
    law = beta_law(1.298 * share, 1.298 * (1 - share))
    twice = law.var() + law.mean() ** 2
    assert dirichlet.repeat_rate(share, 1.298) == pytest.approx(twice / share)
    assert dirichlet.repeat_rate(share, 1.298 * 1.2) != pytest.approx(twice / share, rel=0.02)


def test_l5_survival_as_published():
    texts = HIGH_END.split(", ")
    found = 100 * sbg.survival(0.668, 3.806, 12)[1:]
    assert len(texts) == len(found) and all(map(rounds_to, texts, found))
    assert not all(map(rounds_to, texts, 100 * sbg.survival(0.668 * 1.02, 3.806, 12)[1:]))


def test_l5_survival_is_the_mean_of_geometric_lives_and_retention_its_ratio():
    law = beta_law(0.668, 3.806)
    found = sbg.survival(0.668, 3.806, 12)
    for t in (1, 5, 12):
        assert found[t] == pytest.approx(law.expect(lambda p, t=t: (1 - p) ** t), rel=1e-6)
    assert sbg.retention(0.668, 3.806, 12) == pytest.approx(found[1:] / found[:-1])
    assert (np.diff(sbg.retention(0.668, 3.806, 12)) > 0).all()


def test_l6_elasticities_as_published():
    for text, r in zip(("2.67", "3.50", "5.09"), (0.7, 0.8, 0.9), strict=True):
        assert rounds_to(text, lifetime_value.elasticity(r, 0.12))
        assert not rounds_to(text, lifetime_value.elasticity(r, 0.10))
        step = 1e-5
        up, down = (lifetime_value.value(4.0, r * math.exp(s), 0.12) for s in (step, -step))
        assert math.log(up / down) / (2 * step) == pytest.approx(lifetime_value.elasticity(r, 0.12), rel=1e-6)


def test_l6_value_is_the_sum_of_discounted_expected_margins():
    assert lifetime_value.value(4.0, 0.8, 0.12) == pytest.approx(
        sum(4 * (0.8 / 1.12) ** k for k in range(1, 400))
    )
    with_first = lifetime_value.value(4.0, 0.8, 0.10, first_at_once=True)
    assert with_first == pytest.approx(sum(4 * (0.8 / 1.10) ** k for k in range(400)))


@pytest.mark.parametrize(("times", "text"), [(1.1, ".503"), (1.25, ".710"), (1.5, ".859"), (2.0, ".958")])
def test_l7_preference_as_published(times, text):
    found = mean_field.preference(times)
    assert rounds_to(text, found) and abs(math.tanh(times * found) - found) < 1e-6
    assert not rounds_to(text, mean_field.preference(times * 1.02))


def test_l7_no_preference_below_the_threshold():
    assert mean_field.preference(0.9) == mean_field.preference(1.0) == 0.0


def test_l7_three_firms_have_loyal_states_below_their_threshold_and_two_have_none():
    assert mean_field.loyal(0.95 * mean_field.threshold(3), 3) is not None
    assert mean_field.loyal(0.90 * mean_field.threshold(3), 3) is None
    assert mean_field.loyal(0.99 * mean_field.threshold(2), 2) is None
    d = 2 * mean_field.loyal(1.5 * mean_field.threshold(2), 2).loyal - 1
    assert d == pytest.approx(mean_field.preference(1.5), abs=1e-9)


def test_l8_chances_are_those_of_the_largest_utility_with_gumbel_noise():
    utility, outside = (0.3, -0.2), 0.1

    def first(x):  # density of utility[0] + noise at x, and both others below
        below = sum(math.exp(-(x - v)) for v in (utility[1], outside))
        return math.exp(-(x - utility[0]) - math.exp(-(x - utility[0])) - below)

    assert logit.shares(utility, outside)[0] == pytest.approx(quad(first, -20, 60)[0], rel=1e-6)


def test_l8_staying_by_the_formula():
    v, outside, s, pays = (-3.7, -3.55, -4.0), -4.0, 1.2, 0.5
    chain = logit.transitions(v, outside, s, pays)
    for j in range(3):
        others = sum(math.exp(v[k] - v[j] - s) for k in range(3) if k != j)
        assert chain[j, j] == pytest.approx(1 / (1 + others + math.exp(outside - v[j] - s * pays)))
    assert chain.sum(axis=1) == pytest.approx(np.ones(3))


def test_l8_discounted_choices_by_summing_the_chain():
    v, outside, s, pays, keep = (-3.7, -3.55), -4.0, 1.2, 0.5, 0.9
    for lost in (False, True):
        found = logit.discounted_choices(v, outside, s, pays, keep, lost_for_good=lost)
        chain = np.vstack([logit.transitions(v, outside, s, pays), logit.shares(v, outside)])
        state, total, gone = np.eye(3), np.zeros((3, 2)), np.zeros((3, 3))
        for k in range(1, 400):
            chosen = state @ chain
            total += keep**k * chosen[:, :2]
            none = gone if lost else state * chain[:, 2]
            state = np.hstack([chosen[:, :2], np.zeros((3, 1))]) + none
        assert found == pytest.approx(total)


def test_every_law_says_what_it_is():
    assert len({law.id for law in LAWS}) == len(LAWS)
    assert all(all(astuple(law)) for law in LAWS)
