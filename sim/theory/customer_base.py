"""Analysis of the customer base: activity and estimated lifetime value of the customers on file."""

from sim.core.parameters import param, section


@section("records")
class Records:
    """Definitions and estimates that a firm applies to its customer file."""

    active_weeks: float = param(
        13.0,
        low=1,
        high=520,
        unit="weeks",
        meaning="time since the last purchase for which a customer on file counts as active",
    )
    review_weeks: float = param(
        13.0, low=1, high=520, unit="weeks", meaning="time between two assignments of ranked tiers"
    )
    horizon: float = param(
        3.0, low=0.1, high=50, unit="years", meaning="horizon of the estimated lifetime value"
    )
    dropout_a: float = param(
        0.793, low=0.01, high=100, unit="", meaning="Beta parameter a of dropping out, in the estimated chance of being active",
        source="BG/NBD on CDNOW, Fader, Hardie & Lee 2005 (L4)",
    )  # fmt: skip
    dropout_b: float = param(
        2.426, low=0.01, high=100, unit="", meaning="Beta parameter b of dropping out", source="as dropout_a"
    )
