"""Concepts C12 to C17, C40, C41, C51 to C53: bonds, switching costs, power and trust."""

from sim.validation.concepts.base import RestsOn, concept, customers, plan, plays

_CLAIMED = {"theory": {"bonds": {"threshold": 2}}}
_NO_TIE = {"theory": {"choice": {"w_str": 0, "s_str": 0}}}

_FILE = plays("database_marketer", upkeep=0)

concept(
    "C12",
    title="level 1, financial bond",
    chinese="一级",
    where="reward_rate and discount of a tier",
    base="unlimited",
    on=plan(reward_rate=0.05),
    observable="retention",
    expects="higher",
    scenario="bond_ladder",
)
concept(
    "C13",
    title="level 2, social bond",
    chinese="二级",
    where="contact_rate of a tier",
    base="unlimited",
    on=plan(contact_rate=0.15),
    observable="retention",
    expects="higher",
    scenario="bond_ladder",
)
concept(
    "C14",
    title="level 3, structural bond",
    chinese="三级, 双边锁定",
    where="joint work with a tier (integration)",
    base="unlimited",
    on=plan(integration=1),
    observable="retention",
    expects="higher",
    scenario="bond_ladder",
    by_construction="the bond and customisation add to the utility of staying, the budget is free, and nothing takes from it",
    lacks="a specific asset that is lost with a customer who leaves: joint work is paid per week",
)
concept(
    "C14b",
    title="structural bond, the firm's side locked",
    chinese="双边锁定",
    where="theory.power.firm_locked and account_locked, for customers who negotiate",
    base="key_account_power",
    off="teams_power",
    on="teams_firm_locked",
    observable="price_paid",
    expects="lower",
    scenario="key_account_power",
    by_construction="a customer who is hard to replace has power over the firm, and the firm's part of the gain falls",
)
concept(
    "C15",
    title="switching costs: procedural, financial, relational",
    chinese="转移成本",
    where="lock_in of a segment; theory.choice.s_fin, s_soc, s_str",
    base="contractual",
    off=customers(lock_in=0),
    on=customers(lock_in=2),
    observable="retention",
    expects="higher",
    scenario="number_portability",
    by_construction="lock_in is a cost of leaving in the choice",
)
concept(
    "C16",
    title="always a share, and lost for good",
    chinese="始终有份, 一去不返",
    where="market.type",
    off=plays("partner"),
    on=plays("partner") | {"market": {"type": "contractual"}},
    less=plays("transactional"),
    observable="profit",
    expects="higher",
    scenario="jackson_markets",
)
concept(
    "C17",
    title="the three force equations",
    chinese="作用方程",
    where="negotiates, share_of_its_trade, ease and information of a stakeholder; theory.power, its accounts for key accounts",
    base="supplier",
    off={"stakeholders": {"supplier": {"negotiates": True, "share_of_its_trade": 0.1}}},
    on={"stakeholders": {"supplier": {"negotiates": True, "share_of_its_trade": 0.9}}},
    observable="profit",
    expects="higher",
    scenario="key_account_power",
    by_construction="the price is split by power, and the part that the supplier yields is profit",
)
concept(
    "C40",
    title="trust in levels",
    chinese="认知, 情感, 行为信任",
    where="trust_cognitive, trust_affective, trust_behavioural",
    base="unlimited",
    on=plan(contact_rate=0.15),
    observable="trust_affective",
    expects="higher",
    scenario="promise_and_trust",
    by_construction="the affective level begins at a social bond, which contacts alone build",
)
concept(
    "C41",
    title="promises kept",
    chinese="守诺",
    where="promise of an offer or plan",
    off=plan(promise=0.8),
    on=plan(promise=1.8),
    observable="profit",
    expects="lower",
    scenario="promise_and_trust",
)
concept(
    "C51",
    title="frequency marketing, loyalty programme, club",
    chinese="频次营销, 俱乐部",
    where="strategies frequency_programme and club",
    off=plays("transactional") | _CLAIMED,
    on=plays("frequency_programme") | _CLAIMED,
    observable="profit",
    expects="higher",
    scenario="bond_ladder",
    rests_on=RestsOn(
        what="points that are claimed: theory.bonds.threshold 2",
        without="the default of 20",
        off=plays("transactional"),
        on=plays("frequency_programme"),
    ),
)
concept(
    "C52",
    title="one-to-one, customer database",
    chinese="一对一营销, 顾客数据库",
    where="tiers by rfm and lifetime_value; theory.knowledge, data_upkeep of a plan; strategy database_marketer; current_records",
    off=_FILE | {"theory": {"knowledge": {"decay": 0.05}}},
    on=_FILE,
    observable="profit",
    expects="higher",
    scenario="value_of_the_database",
)
concept(
    "C53",
    title="customisation",
    chinese="定制",
    where="theory.experience.customisation",
    off=plays("transactional") | _NO_TIE,
    on=plays("partner") | _NO_TIE,
    observable="profit",
    expects="higher",
    scenario="telecom_design",
)
