"""Concepts C59 to C66: the cases, each a scenario with an arm that lacks the feature of the case."""

from sim.validation.concepts.base import RestsOn, concept


def _case(
    name: str,
    title: str,
    chinese: str,
    scenario: str,
    off: str,
    on: str,
    lacks: str = "",
    also: str = "",
    and_scenario: str = "",
    **keys: RestsOn,
) -> None:
    """Declare a case: its control arm, the arm of the case, and profit, which the case claims is higher."""
    where = f"scenario {scenario}; {also}" if also else f"scenario {scenario}"
    concept(
        name, title=f"case: {title}", chinese=chinese, where=where, base=scenario, off=off, on=on, observable="profit",
        expects="higher", scenario=", ".join(filter(None, (scenario, and_scenario))), lacks=lacks, **keys,
    )  # fmt: skip


concept(
    "C59",
    title="case: retailer with one trusted brand (Marks & Spencer)",
    chinese="玛莎百货",
    where="scenario marks_and_spencer; its range: goods of an offer, range_review of a plan, theory.assortment",
    base="range_of_goods",
    off="ordinary",
    on="review",
    observable="profit",
    expects="higher",
    scenario="range_of_goods, marks_and_spencer",
)
_case(
    "C60",
    "computer maker, bonds in three layers (Lenovo)",
    "联想",
    "lenovo",
    "advertiser",
    "case",
    "finance by partners in the entry abroad, and the factory bought there",
    also="its entry into a second market: entry_abroad",
    and_scenario="entry_abroad",
)
_case(
    "C61",
    "engineering designer, three giant customers",
    "电信设计院",
    "telecom_design",
    "tender",
    "region_teams",
    "operators that decide as one buyer: in the arms of this row each is a segment of independent buyers",
    also="buyers who set the fee: its arms with three buyers",
)
_case(
    "C62",
    "airline or hotel loyalty scheme",
    "航空与酒店常客计划",
    "airline_scheme",
    "no_scheme",
    "scheme",
)
_case("C63", "outsourced logistics", "物流外包", "outsourced_logistics", "standard", "both")
_case(
    "C64",
    "medicine maker and dealers",
    "医药企业与经销商",
    "medicine_maker",
    "shift_after",
    "shift_before",
    "conversion of dealers into a sales force of the maker: they stay dealers",
    also="two invoices and mark-ups limited by price band: event channel_law, stages of a distributor; its arms named chain",
)
_case(
    "C65",
    "tournament web site (IBM, Wimbledon)",
    "温布尔登网站",
    "tournament_web_site",
    "advertising",
    "tournament",
    "the experience of the site itself: visitors experience the firm as a customer would",
    rests_on=RestsOn(
        what="theory.reach.reach 0.1 and theory.event.draws 10",
        without="the defaults of both, 10 and 2",
        off="advertising_reaches",
        on="tournament_reaches",
    ),
)
_case(
    "C66",
    "seasonal tourism",
    "季节性旅游",
    "seasonal_tourism",
    "alone",
    "partners",
    also="when_full of a firm: its arms whose full hotels turn guests away",
    rests_on=RestsOn(
        what="theory.reach.reach 0.05",
        without="the default of 10",
        off="alone_reached",
        on="partners_reached",
    ),
)
