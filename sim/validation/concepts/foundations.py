"""Concepts C1 to C11, C18, C46, C56: what relationship marketing is, and what a customer gets."""

from sim.validation.concepts.base import concept, customers, plan, plays

CLUB, PARTNER = plays("club"), plays("partner")
PLAIN = plays("transactional")

concept(
    "C1", "transaction marketing, the 4 Ps", "交易营销",
    "strategies that set price, promotion, quality and place only",
    on=PLAIN, observable="profit", expects="higher", scenario="bond_ladder_controls",
)  # fmt: skip
concept(
    "C2", "relationship marketing: attract, keep, deepen, end", "关系营销", "programmes per tier of a plan",
    off=PLAIN, on=PARTNER, observable="profit", expects="higher", scenario="bond_ladder",
)  # fmt: skip
concept(
    "C3", "transactional and relationship marketing side by side", "交易与关系对照",
    "guanxi report FOLDER --side-by-side ARM ARM; traits of the strategies",
    off=PLAIN, on=CLUB, observable="retention", expects="higher", scenario="jackson_markets",
    lacks="the row moves one trait of the table, which is measured for any two strategies",
)  # fmt: skip
concept(
    "C4", "two-way communication", "双向沟通", "feedback: surveys, complaints",
    base="failing", off=plan(recovery=5), on=plan(recovery=5, feedback=0.05), observable="profit", expects="higher",
    scenario="service_recovery",
)  # fmt: skip
concept(
    "C5", "cooperation, win-win", "协同, 双赢", "consumer_surplus beside profit",
    off=PLAIN, on=PARTNER, observable="profit", beside="consumer_surplus", expects="higher",
    scenario="marks_and_spencer",
)  # fmt: skip
concept(
    "C6", "emotion, intimacy", "亲密", "social_bond; affective trust",
    off=plan(contact_rate=0.15) | {"theory": {"choice": {"w_soc": 0, "s_soc": 0}}}, on=plan(contact_rate=0.15),
    observable="retention", expects="higher",
    by_construction="the weight of the social bond goes from 0 to its default, and only the focal firm has bonds",
)  # fmt: skip
concept(
    "C7", "control, feedback and early warning", "控制, 反馈", "feedback spend: failures found that nobody voiced",
    base="failing", off=plan(recovery=5), on=plan(recovery=5, feedback=0.05), observable="lost", expects="lower",
    scenario="service_recovery",
)  # fmt: skip
concept(
    "C8", "proactive communication, promise and trust, mutual benefit", "三原则", "promise against quality; contacts",
    off=plays("reactive"), on=plays("proactive"), observable="trust", expects="higher", scenario="promise_and_trust",
)  # fmt: skip
concept(
    "C9", "need found, need met, loyalty made", "三部曲", "the order of a period; aware, tried, repeated, loyal_true",
    off=plan(quality=0.2, promise=0.8), on=plan(quality=0.8, promise=0.8), observable="loyal_true", expects="higher",
)  # fmt: skip
concept(
    "C10", "seven factors of satisfaction", "欲望, 期望, 感知绩效, 欲望一致, 期望一致, 属性满意, 信息满意",
    "theory.satisfaction; desire of a segment; a column for each factor in customers.parquet",
    on=customers(desire={"normal": {"mean": 1.0, "sd": 0.5}}), observable="satisfaction", expects="lower",
    scenario="promise_and_trust",
    by_construction="satisfaction falls with desire in its equation",
)  # fmt: skip
concept(
    "C11", "retention and causes of leaving", "维系, 叛离", "retention; switches by cause",
    on={"events": {"fall": {"type": "quality_crisis", "at": 26}}}, observable="lost to product over others",
    expects="higher",
    scenario="leaky_bucket",
)  # fmt: skip
concept(
    "C18", "customer delivered value", "让渡价值", "theory.choice; the waterfall of value",
    on=plan(quality=1.2), observable="value of product", expects="higher",
    by_construction="the reading is the part of utility that quality makes",
)  # fmt: skip
concept(
    "C46", "non-money cost: time, search, convenience, psychic", "非货币成本",
    "effort of a firm; theory.choice.risk; place spend",
    on={"firms": {"focal": {"effort": 0.5}}}, observable="units", expects="lower",
    by_construction="effort is taken from the utility of the focal firm alone",
)  # fmt: skip
concept(
    "C56", "4 Ps to 4 Cs", "4P 到 4C", "guanxi list levers; guanxi report FOLDER --mix: spend by P and by C",
    off=plays("heavy_promoter"), on=plays("quality_leader"), observable="profit", expects="higher",
)  # fmt: skip
