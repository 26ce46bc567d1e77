"""Word of mouth: probability of speaking, and effects on the listener."""

from sim.core.parameters import equation, param, section


@section("talk")
class Talk:
    """Readiness to speak and weight of word of mouth."""

    talk_base: float = param(
        0.05,
        low=0,
        high=1,
        unit="chance per period with a purchase",
        meaning="chance of talking about a firm after an ordinary experience",
    )
    talk_slope: float = param(
        0.15,
        low=0,
        high=1,
        unit="chance per unit of satisfaction",
        meaning="effect of the strength of an experience on the chance of talking about it",
    )
    dissatisfied_factor: float = param(
        2.0,
        low=0,
        high=10,
        unit="times",
        meaning="readiness of dissatisfied customers to talk relative to satisfied ones",
    )
    news: float = param(
        0.5,
        low=0,
        high=10,
        unit="quality per unit of satisfaction",
        meaning="effect of satisfaction on the quality that is reported",
    )
    talk_rate: float = param(
        0.3,
        low=0,
        high=1,
        unit="share of the gap at strength 1",
        meaning="effect of word of mouth on expectations",
        loyalty=True,
    )
    talk_trust: float = param(
        0.1,
        low=0,
        high=1,
        unit="share at strength 1",
        meaning="effect of word of mouth on trust",
        loyalty=True,
    )


@equation
def chance_to_speak(satisfaction, p):
    """Probability that a buyer speaks about the purchase.

    >>> round(chance_to_speak(-0.5, Talk()), 3), round(chance_to_speak(0.5, Talk()), 3)
    (0.25, 0.125)
    """
    readiness = p.talk_base + p.talk_slope * abs(satisfaction)
    return min(1.0, readiness * (p.dissatisfied_factor if satisfaction < 0.0 else 1.0))


@equation
def heard(expectation, satisfaction, p):
    """Message of the speaker, on the quality scale."""
    return expectation + p.news * satisfaction


@equation
def expectation_after(expectation, heard, strength, p):
    """Expectation of the listener; linear in utility, so word of mouth is a shift on the logit scale (F12)."""
    return expectation + p.talk_rate * strength * (heard - expectation)


@equation
def trust_after(trust, satisfaction, strength, p):
    """Trust of the listener in [0, 1]."""
    return trust + p.talk_trust * strength * (
        max(0.0, satisfaction) * (1.0 - trust) + min(0.0, satisfaction) * trust
    )
