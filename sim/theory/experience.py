"""Service experience: performance, failure, recovery."""

from sim.core.parameters import equation, param, section


@section("experience")
class Experience:
    """Service delivery and recovery."""

    noise_sd: float = param(
        0.5, low=0, high=5, unit="quality", meaning="spread of performance (sd)",
        source="assumed; checked by mean satisfaction .3 to .5 (F3)",
    )  # fmt: skip
    severity: float = param(1.5, low=0, high=10, unit="quality", meaning="loss of performance by a failure")
    customisation: float = param(
        0.3,
        low=0,
        high=5,
        unit="quality at a full structural bond",
        meaning="quality added by customisation in a learning relationship",
        loyalty=True,
    )
    second_failure: float = param(
        0.5, low=0, high=1, unit="share", meaning="effect of recovery after a second failure within a year, relative to the first",
        source="assumed; a second failure is worst, F10",
    )  # fmt: skip
    paradox: float = param(
        0.0, low=0, high=1, unit="satisfaction", meaning="satisfaction of a recovered customer above one without a failure",
        source="0 by default: rare and small, F10",
    )  # fmt: skip


@equation
def chance_full(asked, capacity):
    """Probability that a customer who chooses the firm is turned away: excess share of last period's demand.

    >>> chance_full(200.0, 100.0), chance_full(80.0, 100.0)
    (0.5, 0.0)
    """
    return 1.0 - capacity / asked if asked > capacity else 0.0


@equation
def chance_of_failure(base, congestion, employee_effect):
    """Probability of a service failure, in [0, 1]; rises with congestion above capacity."""
    return min(1.0, max(0.0, base * (1.0 + congestion) * (1.0 - employee_effect)))


@equation
def performance(quality, structural_bond, noise, failed, p):
    """Delivered performance on the quality scale; ``noise`` is standard normal, ``failed`` 0 or 1."""
    return quality + p.customisation * structural_bond + p.noise_sd * noise - failed * p.severity


@equation
def recovered(recovery_quality, weeks_since_failure, p):
    """Part of the severity that is recovered; less for a second failure within a year (F10)."""
    if weeks_since_failure <= 52.0:
        return recovery_quality * p.second_failure * p.severity
    return recovery_quality * p.severity
