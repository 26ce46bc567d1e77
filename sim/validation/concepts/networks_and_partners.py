"""Concepts C26 to C35, C45, C54, C55, C57: networks, people, the other markets, and the fit of marketing to markets."""

from typing import Any

from sim.validation.concepts.base import concept, plan, plays

_SILENT = {name: {"share": 0} for name in ("kin", "neighbourhood", "profession", "culture", "chance")}
_ALL = ("supplier_support", "employee_support", "distributor_support", "alliance", "public_relations")
_BUSY = {"theory": {"managers": {"wage": 0.5, "account_time": 0.02, "contact_time": 0.04}}}
_SHOCK = {"events": {"scandal": {"type": "political_shock", "at": 52}}}


def _at_odds(joint: float) -> dict[str, Any]:
    """The tree of a firm whose departments are at odds, which spends on coordination or may not."""
    played = {"name": "market_oriented", "joint": joint}
    return {"firms": {"focal": {"alignment": 0.6, "strategy": played}}}


concept(
    "C26",
    title="forms of tie: kin, place, profession, culture, chance",
    chinese="亲缘, 地缘, 业缘, 文化, 偶发",
    where="network: five layers",
    base="unknown",
    off={
        "network": {
            "kin": {"share": 1.0},
            "neighbourhood": {"share": 0},
            "profession": {"share": 0},
            "culture": {"share": 0},
            "chance": {"share": 0},
        }
    },
    on={"network": {}},
    observable="aware",
    expects="higher",
    scenario="bad_news_weak_ties",
)
concept(
    "C27",
    title="word of mouth, free advocates",
    chinese="口碑",
    where="theory.talk; referrals",
    base="unknown",
    off={"network": _SILENT},
    observable="profit",
    expects="higher",
    scenario="bad_news_weak_ties",
)
concept(
    "C28",
    title="relationship managers and key accounts",
    chinese="关系经理",
    where="tiers by key_accounts with managers and case_load; theory.managers, theory.power.accounts",
    off=plan(accounts=60, case_load=60, contact_rate=0.5) | _BUSY,
    on=plan(accounts=60, case_load=15, contact_rate=0.5) | _BUSY,
    observable="profit",
    expects="higher",
    scenario="key_account_power",
)
concept(
    "C29",
    title="steps: select partners, assign managers, plan, watch",
    chinese="实施步骤",
    where="tiers by key_accounts",
    off=plays("transactional"),
    on=plays("partnership"),
    observable="profit",
    expects="higher",
    scenario="telecom_design",
    lacks="the steps belong to one strategy; none is switched by itself",
)
concept(
    "C30",
    title="organisation and resources, conflict of departments",
    chinese="组织与资源",
    where="staff spend; alignment of a firm, coordination of a plan, theory.departments; strategy market_oriented; alignment, "
    "misalignment_cost",
    off=_at_odds(0.0),
    on=_at_odds(0.5),
    observable="profit",
    expects="higher",
    scenario="departments_at_odds",
)
concept(
    "C31",
    title="six markets",
    chinese="六个市场",
    where="stakeholders of five kinds; a lever of the plan for each",
    base="six_markets",
    on=plan(**dict.fromkeys(_ALL, 0.01)),
    observable="profit",
    expects="higher",
    scenario="six_markets",
)
concept(
    "C32",
    title="internal market: content staff, good service",
    chinese="内部市场",
    where="stakeholders of kind employees; employee_support",
    base="employees",
    on=plan(employee_support=0.05),
    observable="profit",
    expects="higher",
)
concept(
    "C33",
    title="co-opetition",
    chinese="协作竞争",
    where="stakeholders of kind ally; alliance",
    base="ally",
    off=plan(quality=1.2),
    on=plan(quality=1.2, alliance=0.05),
    observable="profit",
    expects="higher",
    scenario="alliance",
)
concept(
    "C34",
    title="channel partners",
    chinese="分销伙伴",
    where="stakeholders of kind distributor; distributor_support, discipline, margin, serving, claims",
    base="distributor",
    on=plan(distributor_support=0.05),
    observable="profit",
    expects="higher",
    scenario="fmcg_consumers_and_dealers",
)
concept(
    "C35",
    title="influencers, government, public",
    chinese="影响者市场",
    where="stakeholders of kind influencer; public_relations; events",
    base="influencer",
    off=_SHOCK,
    on=plan(public_relations=0.05) | _SHOCK,
    observable="profit",
    expects="higher",
    scenario="influencer_policy_shock",
)
concept(
    "C45",
    title="service traits: intangible, inseparable, variable, perishable",
    chinese="服务特性",
    where="theory.experience.noise_sd; capacity of a firm",
    on={"firms": {"focal": {"capacity": 30}}},
    observable="failures",
    expects="higher",
    scenario="airline_scheme",
    by_construction="beyond its capacity a firm fails more often, in the equation",
)
concept(
    "C54",
    title="communication online, event marketing, data capture",
    chinese="网络与事件营销",
    where="event of a plan; theory.event; tiers by prospects; strategy event_marketer; attended, captured, captured_revenue",
    base="unknown",
    off=plays("transactional"),
    on=plays("event_marketer"),
    observable="profit",
    expects="higher",
    scenario="tournament_web_site",
)
concept(
    "C55",
    title="service, internet, green, integrated marketing",
    chinese="其他营销模式",
    where="strategies green, integrated, personal_service, employee_first, event_marketer, internet",
    off=plays("transactional"),
    on=plays("integrated"),
    observable="trust",
    expects="higher",
)
concept(
    "C55b",
    title="internet marketing",
    chinese="网络营销",
    where="online of a tier: share of contacts through a medium; theory.bonds.online_cost, online_depth; strategy internet",
    off={"firms": {"focal": {"strategy": {"name": "internet", "online": 0}}}},
    on=plays("internet"),
    observable="social_bond",
    expects="lower",  # a medium carries less than a person (Daft & Lengel 1986)
    lacks="data that customers leave through the medium: a firm's records hold their purchases, and data left at events",
)
concept(
    "C57",
    title="when which wins",
    chinese="适用条件",
    where="two keys with -m, and their map: guanxi report FOLDER --phase",
    off=plays("partner") | {"firms": {"focal": {"unit_cost": 9, "strategy": {"name": "partner"}}}},
    on={"firms": {"focal": {"unit_cost": 2, "strategy": {"name": "partner"}}}},
    less=plays("transactional"),
    observable="profit",
    expects="higher",
    scenario="kotler_levels",
)
