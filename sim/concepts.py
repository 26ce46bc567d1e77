"""The concepts of relationship marketing, by id: where each acts in this version, or that it does not yet."""

from __future__ import annotations

from typing import NamedTuple

LATER = "not built yet"


class Concept(NamedTuple):
    """A concept: its id, title, Chinese term, and where a scenario reaches it."""

    name: str
    title: str
    chinese: str
    where: str

    @property
    def built(self) -> bool:
        """Whether it acts in this version."""
        return not self.where.startswith(LATER)


_TABLE = """
C1 | transaction marketing, the 4 Ps | 交易营销 | strategies that set price, promotion, quality and place only
C2 | relationship marketing: attract, keep, deepen, end | 关系营销 | programmes per tier of a plan
C3 | transactional and relationship marketing side by side | 交易与关系对照 | guanxi report FOLDER --side-by-side ARM ARM; sim.report.side_by_side; traits of the strategies
C4 | two-way communication | 双向沟通 | feedback: surveys, complaints
C5 | cooperation, win-win | 协同, 双赢 | consumer_surplus beside profit
C6 | emotion, intimacy | 亲密 | social_bond; affective trust
C7 | control, feedback and early warning | 控制, 反馈 | feedback spend: failures found that nobody voiced
C8 | proactive communication, promise and trust, mutual benefit | 三原则 | promise against quality; contacts
C9 | need found, need met, loyalty made | 三部曲 | the order of a period
C10 | seven factors of satisfaction | 欲望, 期望, 感知绩效, 欲望一致, 期望一致, 属性满意, 信息满意 | theory.satisfaction
C11 | retention and causes of leaving | 维系, 叛离 | retention; switches by cause
C12 | level 1, financial bond | 一级 | reward_rate and discount of a tier
C13 | level 2, social bond | 二级 | contact_rate of a tier
C14 | level 3, structural bond, both sides locked | 三级, 双边锁定 | integration of a tier
C15 | switching costs: procedural, financial, relational | 转移成本 | lock_in of a segment; theory.choice.s_fin, s_soc, s_str
C16 | always a share, and lost for good | 始终有份, 一去不返 | market.type
C17 | the three force equations | 作用方程 | not built yet: power between firm and stakeholder
C18 | customer delivered value | 让渡价值 | theory.choice; the waterfall of value
C19 | complements | 互补产品 | not built yet: a second category
C20 | customer profitability | 顾客盈利性 | market.lifetime_values(); the whale curve (whale.parquet) beside the Lorenz curve of revenue
C21 | Kotler's four steps of retention cost | 维系成本四步 | guanxi report FOLDER --four-steps; scenario retention_steps
C22 | leaky bucket | 漏桶 | an acquisition-only strategy; scenario leaky_bucket
C23 | Kotler's five levels | 基本, 被动, 负责, 能动, 伙伴 | strategies basic to partnership; scenario kotler_levels
C24 | customer share, not market share | 顾客份额 | customer_share beside share
C25 | sales = (new + old x retention) x use | 销售额恒等式 | an identity, checked with execution.check
C26 | forms of tie: kin, place, profession, culture, chance | 亲缘, 地缘, 业缘, 文化, 偶发 | network: five layers
C27 | word of mouth, free advocates | 口碑 | theory.talk; referrals
C28 | relationship managers and key accounts | 关系经理 | tiers by key_accounts with managers and case_load
C29 | steps: select partners, assign managers, plan, watch | 实施步骤 | tiers by key_accounts
C30 | organisation and resources, conflict of departments | 组织与资源 | not built yet: only staff spend acts
C31 | six markets | 六个市场 | not built yet: only customers and rivals act
C32 | internal market: content staff, good service | 内部市场 | not built yet: staff spend lowers failures, staff have no ties
C33 | co-opetition | 协作竞争 | not built yet: alliances
C34 | channel partners | 分销伙伴 | not built yet: distributors
C35 | influencers, government, public | 影响者市场 | not built yet: influencers
C36 | customer lifecycle in five stages | 初识, 矜持, 平稳, 思异, 稳固 | stage of a customer; counts and transitions
C37 | growth matrix: product x customer | 增长矩阵 | not built yet: a second product
C38 | exit types | 叛离类型 | switches by cause: price, product, service, market, technology, political
C39 | exit management: rate, profit lost, cost to reduce | 叛离管理 | switches by cause; guanxi report FOLDER --four-steps: profit lost, cost to reduce it, where to stop
C40 | trust in levels | 认知, 情感, 行为信任 | trust_cognitive, trust_affective, trust_behavioural
C41 | promises kept | 守诺 | promise of an offer or plan
C42 | customer equity = value + brand + relationship equity | 顾客资产 | customer_equity; its parts in equity_split.parquet and the figure equity
C43 | acquisition against retention budget | 获取与维系预算 | strategies acquisition_only and retention_focused; acquisition_cost, keeping_cost
C44 | drivers: price, quality, convenience, programmes | 驱动因素 | split driver of equity_split.parquet and the figure drivers; the levers of a plan
C45 | service traits: intangible, inseparable, variable, perishable | 服务特性 | theory.experience.noise_sd; capacity of a firm
C46 | non-money cost: time, search, convenience, psychic | 非货币成本 | effort of a firm; theory.choice.risk; place spend
C47 | service failure, complaint, recovery | 服务失败与补救 | failure_rate; voice; recovery spend
C48 | 5 points of retention, 25 to 85 % of profit | 维系率与利润 | not built yet: nine industry presets
C49 | winning costs 5 to 6 times keeping | 获取成本与维系成本 | winning_to_keeping: acquisition_cost over keeping_cost
C50 | 20 % of customers give 80 % of sales | 二八定律 | top_fifth_share, gini
C51 | frequency marketing, loyalty programme, club | 频次营销, 俱乐部 | strategies frequency_programme and club
C52 | one-to-one, customer database | 一对一营销, 顾客数据库 | tiers by rfm and lifetime_value
C53 | customisation | 定制 | theory.experience.customisation
C54 | communication online, event marketing, data capture | 网络与事件营销 | not built yet
C55 | service, internet, green, integrated marketing | 其他营销模式 | not built yet
C56 | 4 Ps to 4 Cs | 4P 到 4C | not built yet: a table of plan fields by C
C57 | when which wins | 适用条件 | sweep market, offers and segments with -m; phase diagrams are not built yet
C58 | evaluation in four dimensions | 四维评价 | guanxi report FOLDER --scorecard
C59 | case: retailer with one trusted brand (Marks & Spencer) | 玛莎百货 | not built yet: needs suppliers
C60 | case: computer maker, bonds in three layers (Lenovo) | 联想 | not built yet: needs dealers and alliances
C61 | case: engineering designer, three giant customers | 电信设计院 | not built yet: needs power
C62 | case: airline or hotel loyalty scheme | 航空与酒店常客计划 | not built yet
C63 | case: outsourced logistics | 物流外包 | not built yet
C64 | case: medicine maker and dealers | 医药企业与经销商 | not built yet: needs dealers
C65 | case: tournament web site (IBM, Wimbledon) | 温布尔登网站 | not built yet
C66 | case: seasonal tourism | 季节性旅游 | not built yet: needs partners
"""

#: Every concept, by id.
CONCEPTS: dict[str, Concept] = {
    concept.name: concept
    for concept in (
        Concept(*(part.strip() for part in line.split("|"))) for line in _TABLE.strip().splitlines()
    )
}
