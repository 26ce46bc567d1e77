"""Concepts C19 to C25, C36 to C39, C42 to C44, C47 to C50, C58: what customers are worth, and why they leave."""

from sim.theory.switching_causes import CAUSES
from sim.validation.concepts.base import concept, customers, plan, plays

concept(
    "C19", "complements", "互补产品", "section second: works_with own or all; theory.second.complement",
    base="complement", off={"second": {"firms": {"focal": {"works_with": "all"}}}},
    on={"second": {"firms": {"focal": {"works_with": "own"}}}}, observable="profit", expects="higher", scenario="complements",
)  # fmt: skip
concept(
    "C20", "customer profitability", "顾客盈利性", "market.lifetime_values(); the whale curve; tiers by lifetime_value",
    off=customers(need_rate=0.5), on=customers(need_rate={"gamma": {"shape": 1.5, "mean": 0.5}}),
    observable="what the best fifth brings", expects="higher",
    scenario="one_to_one",
    by_construction="needs that are equal are made unequal, and the best fifth has more of them",
)  # fmt: skip
concept(
    "C21", "Kotler's four steps of retention cost", "维系成本四步", "guanxi report FOLDER --four-steps",
    off=plays("transactional"), on=plays("retention_focused"), observable="profit", expects="higher",
    scenario="retention_steps", lacks="the step at which the report stops is no metric; the scenario asks whether it is right",
)  # fmt: skip
concept(
    "C22", "leaky bucket", "漏桶", "an acquisition-only strategy; scenario leaky_bucket",
    base="new_service", off=plays("retention_focused"), on=plays("acquisition_only"), observable="main_customers",
    expects="lower", scenario="leaky_bucket, leaky_bucket_full",
    lacks="in the row no newcomer has run out yet: the market is filling; after it has filled: leaky_bucket_full",
)  # fmt: skip
concept(
    "C23", "Kotler's five levels", "基本, 被动, 负责, 能动, 伙伴", "strategies basic to partnership; scenario kotler_levels",
    off=plays("basic"), on=plays("partnership"), observable="profit", expects="", scenario="kotler_levels",
)  # fmt: skip
concept(
    "C24", "customer share, not market share", "顾客份额", "customer_share beside share",
    off={"theory": {"choice": {"w_hab": 0}}}, on={"theory": {"choice": {"w_hab": 1}}}, observable="customer_share",
    expects="higher", scenario="toothpaste_1973",
    by_construction="habit adds to the utility of whom one bought from",
)  # fmt: skip
concept(
    "C25", "sales = (new + old x retention) x use", "销售额恒等式", "an identity, checked with execution.check",
    on=customers(need_rate={"gamma": {"shape": 1.5, "mean": 1.0}}), observable="units", expects="higher",
    by_construction="twice the need is twice the occasions",
    lacks="the row moves one term; that the terms make up sales is checked in every run with execution.check",
)  # fmt: skip
concept(
    "C36", "customer lifecycle in five stages", "初识, 矜持, 平稳, 思异, 稳固",
    "stage of a customer; counts and transitions",
    base="unlimited", on=plan(contact_rate=0.15), observable="steady or consolidated",
    expects="higher",
)  # fmt: skip
concept(
    "C36b", "a last stage that lasts", "巩固期", "theory.relationship.consolidated_slack",
    base="unlimited", off=plan(contact_rate=0.15),
    on=plan(contact_rate=0.15) | {"theory": {"relationship": {"consolidated_slack": 0.1}}},
    observable="consolidated", expects="higher",
    by_construction="who was consolidated stays so below the thresholds too",
)  # fmt: skip
concept(
    "C37", "growth matrix: product x customer", "增长矩阵",
    "section second; cross_selling, second_advertising, bundle_discount of a plan; revenue by cell",
    base="second", on=plan(cross_selling=0.05), observable="profit", expects="higher",
    scenario="growth_matrix",
)  # fmt: skip
concept(
    "C38", "exit types", "叛离类型", f"switches by cause: {', '.join(CAUSES[:-1])}",
    on={"events": {"scandal": {"type": "political_shock", "at": 26}}}, observable="lost to political over others",
    expects="higher", scenario="influencer_policy_shock",
)  # fmt: skip
concept(
    "C39", "exit management: rate, profit lost, cost to reduce", "叛离管理",
    "switches by cause; guanxi report FOLDER --four-steps; recovery spend",
    base="failing", on=plan(recovery=5), observable="lost", expects="lower", scenario="service_recovery",
)  # fmt: skip
concept(
    "C42", "customer equity = value + brand + relationship equity", "顾客资产", "customer_equity and equity_split.parquet",
    off=plays("transactional"), on=plays("partner"), observable="customer_equity", expects="higher",
)  # fmt: skip
concept(
    "C43", "acquisition against retention budget", "获取与维系预算",
    "strategy blattberg_deighton: both spends by the closed form (law L9), turned exchanges them; acquisition_cost, keeping_cost",
    base="new_service", off=plays("blattberg_deighton", turned=1), on=plays("blattberg_deighton"), observable="profit",
    expects="higher", scenario="leaky_bucket",
)  # fmt: skip
concept(
    "C44", "drivers: price, quality, convenience, programmes", "驱动因素", "split driver of equity_split.parquet; the levers of a plan",
    on=plan(place=0.05), observable="profit", expects="higher",
)  # fmt: skip
concept(
    "C47", "service failure, complaint, recovery", "服务失败与补救", "failure_rate; voice; recovery spend",
    base="failing", on=plan(recovery=5), observable="profit", expects="higher", scenario="service_recovery",
)  # fmt: skip
concept(
    "C48", "5 points of retention, 25 to 85 % of profit", "维系率与利润",
    "theory.contract.h0; customer_equity; presets of nine industries and their table, docs/evidence/industries.md",
    base="contractual", off={"theory": {"contract": {"h0": 0.02}}}, on={"theory": {"contract": {"h0": 0.01}}},
    observable="customer_equity", expects="higher", scenario="retention_five_points",
    by_construction="who thinks of leaving half as often stays longer; by how much is the question of the scenario",
)  # fmt: skip
concept(
    "C49", "winning costs 5 to 6 times keeping", "获取成本与维系成本", "winning_to_keeping: acquisition_cost over keeping_cost",
    off=plays("club"), on=plays("retention_focused"), observable="acquisition over keeping cost",
    scenario="leaky_bucket",
)  # fmt: skip
concept(
    "C50", "20 % of customers give 80 % of sales", "二八定律", "top_fifth_share, gini; spread of need_rate",
    off=customers(need_rate={"gamma": {"shape": 1.5, "mean": 0.5}}),
    on=customers(need_rate={"gamma": {"shape": 0.5, "mean": 0.5}}), observable="top_fifth_share", expects="higher",
    scenario="toothpaste_1973",
    by_construction="the spread of needs is what the share of the top fifth reads",
)  # fmt: skip
concept(
    "C58", "evaluation in four dimensions", "四维评价", "guanxi report FOLDER --scorecard: knowledge, interaction, value, satisfaction",
    base="failing", off=plan(recovery=5), on=plan(recovery=5, feedback=0.05, contact_rate=0.05),
    observable="scorecard: failures known to the firm", expects="higher", scenario="service_recovery",
    by_construction="early warning is what finds failures that nobody voiced",
)  # fmt: skip
