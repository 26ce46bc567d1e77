"""Concepts C1 to C11, C18, C46, C56: the idea of relationship marketing, and the value for a customer."""

from sim.validation.concepts.base import concept, customers, plan, plays

CLUB, PARTNER = plays("club"), plays("partner")
PLAIN = plays("transactional")

concept(
    "C1",
    title="transaction marketing, the 4 Ps",
    chinese="交易营销",
    where="strategies that set price, promotion, quality and place only",
    on=PLAIN,
    observable="profit",
    expects="higher",
    scenario="bond_ladder_controls",
)
concept(
    "C2",
    title="relationship marketing: attract, keep, deepen, end",
    chinese="关系营销",
    where="programmes per tier of a plan",
    off=PLAIN,
    on=PARTNER,
    observable="profit",
    expects="higher",
    scenario="bond_ladder",
)
concept(
    "C3",
    title="transactional and relationship marketing side by side",
    chinese="交易与关系对照",
    where="guanxi report FOLDER --side-by-side ARM ARM; traits of the strategies",
    off=PLAIN,
    on=CLUB,
    observable="retention",
    expects="higher",
    scenario="jackson_markets",
    lacks="the row moves one trait of the table, which is measured for any two strategies",
)
concept(
    "C4",
    title="two-way communication",
    chinese="双向沟通",
    where="feedback: surveys, complaints",
    base="failing",
    off=plan(recovery=5),
    on=plan(recovery=5, feedback=0.05),
    observable="profit",
    expects="higher",
    scenario="service_recovery",
)
concept(
    "C5",
    title="cooperation, win-win",
    chinese="协同, 双赢",
    where="consumer_surplus beside profit",
    off=PLAIN,
    on=PARTNER,
    observable="profit",
    beside="consumer_surplus",
    expects="higher",
    scenario="marks_and_spencer",
)
concept(
    "C6",
    title="emotion, intimacy",
    chinese="亲密",
    where="social_bond; affective trust",
    off=plan(contact_rate=0.15) | {"theory": {"choice": {"w_soc": 0, "s_soc": 0}}},
    on=plan(contact_rate=0.15),
    observable="retention",
    expects="higher",
    by_construction="the weight of the social bond goes from 0 to its default, and only the focal firm has bonds",
)
concept(
    "C7",
    title="control, feedback and early warning",
    chinese="控制, 反馈",
    where="feedback spend: failures found that nobody voiced",
    base="failing",
    off=plan(recovery=5),
    on=plan(recovery=5, feedback=0.05),
    observable="lost",
    expects="lower",
    scenario="service_recovery",
)
concept(
    "C8",
    title="proactive communication, promise and trust, mutual benefit",
    chinese="三原则",
    where="promise against quality; contacts",
    off=plays("reactive"),
    on=plays("proactive"),
    observable="trust",
    expects="higher",
    scenario="promise_and_trust",
)
concept(
    "C9",
    title="need found, need met, loyalty made",
    chinese="三部曲",
    where="the order of a period; aware, tried, repeated, loyal_true",
    off=plan(quality=0.2, promise=0.8),
    on=plan(quality=0.8, promise=0.8),
    observable="loyal_true",
    expects="higher",
)
concept(
    "C10",
    title="seven factors of satisfaction",
    chinese="欲望, 期望, 感知绩效, 欲望一致, 期望一致, 属性满意, 信息满意",
    where="theory.satisfaction; desire of a segment; a column for each factor in customers.parquet",
    on=customers(desire={"normal": {"mean": 1.0, "sd": 0.5}}),
    observable="satisfaction",
    expects="lower",
    scenario="promise_and_trust",
    by_construction="satisfaction falls with desire in its equation",
)
concept(
    "C11",
    title="retention and causes of leaving",
    chinese="维系, 叛离",
    where="retention; switches by cause",
    on={"events": {"fall": {"type": "quality_crisis", "at": 26}}},
    observable="lost to product over others",
    expects="higher",
    scenario="leaky_bucket",
)
concept(
    "C18",
    title="customer delivered value",
    chinese="让渡价值",
    where="theory.choice; the waterfall of value",
    on=plan(quality=1.2),
    observable="value of product",
    expects="higher",
    by_construction="the observable is the part of utility that quality adds",
)
concept(
    "C46",
    title="non-money cost: time, search, convenience, psychic",
    chinese="非货币成本",
    where="effort of a firm; theory.choice.risk; place spend",
    on={"firms": {"focal": {"effort": 0.5}}},
    observable="units",
    expects="lower",
    by_construction="effort is taken from the utility of the focal firm alone",
)
concept(
    "C56",
    title="4 Ps to 4 Cs",
    chinese="4P 到 4C",
    where="guanxi list levers; guanxi report FOLDER --mix: spend by P and by C",
    off=plays("heavy_promoter"),
    on=plays("quality_leader"),
    observable="profit",
    expects="higher",
)
