"""Write docs/evidence/findings.md from runs of the scenarios: ``python docs/generators/findings.py FOLDER``.

Runs each scenario into FOLDER/<name> unless it is there already; an hour or more on two free cores. With --made
nothing is run.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.firms.metrics import ALL
from sim.report.run_and_report import Result, run
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario

PAGE = Path(__file__).resolve().parents[1] / "evidence" / "findings.md"
RUNS = {
    "toothpaste_1973": [],
    "subscription_high_end": [],
    "bond_ladder": ["experiment.twin=false"],
    "bond_ladder_controls": ["experiment.twin=false", "population.customers=2000"],
    "leaky_bucket": ["experiment.twin=false"],
    "leaky_bucket_full": ["experiment.twin=false"],
    "jackson_markets": ["experiment.twin=false", "population.customers=2000"],
    "kotler_levels": [],
    "number_portability": [],
    "promise_and_trust": [],
    "service_recovery": [],
    "loyalty_off": [],
    "bad_news_weak_ties": [],
    "influencer_policy_shock": [],
    "alliance": [],
    "fmcg_consumers_and_dealers": [],
    "bargains_then_ripoffs": [],
    "one_to_one": [],
    "six_markets": [],
    "marks_and_spencer": [],
    "range_of_goods": [],
    "lenovo": [],
    "entry_abroad": [],
    "telecom_design": [],
    "key_account_power": [],
    "airline_scheme": [],
    "outsourced_logistics": [],
    "medicine_maker": [],
    "retention_steps": [],
    "growth_matrix": [],
    "complements": [],
    "retention_five_points": [],
    "seasonal_tourism": [],
    "tournament_web_site": [],
    "departments_at_odds": [],
    "value_of_the_database": [],
}
HEAD = """# Findings of the scenarios

{scenarios} scenarios test {expectations} expectations from the literature. Each was written down before the run that decides it. {met} are met,
{not_met} are not met, {undecided} are undecided. In short:

- **Differences in taste alone look like loyalty.** In a market where nobody can become loyal, main customers still give a firm seven
  tenths of their purchases; four tenths if tastes were alike, too (`loyalty_off`). Published figures of a toothpaste market and of
  subscribers are reproduced although no customer in the model ever changes (`toothpaste_1973`, `subscription_high_end`).
- **Of three bonds the structural one earns most**, 2.2 per customer per year more than plain marketing. In the first year it earns
  less, and half of the gain arises because joint work also improves the product (`bond_ladder`, `bond_ladder_controls`).
- **Points earn something only as long as few customers collect enough to claim them** (`bond_ladder_controls`).
- **A firm that keeps its customers earns less than one that only wins new ones** while a market fills, and 2 % more once it
  has filled (`leaky_bucket`, `leaky_bucket_full`).
- **Bonds pay more where every purchase is a new choice** than where a lost customer never returns, contrary to Jackson (`jackson_markets`).
- **A broken promise costs trust, retention and profit** (`promise_and_trust`), and recovering from failures satisfies customers but
  does not earn back its cost; preventing failures earns far more (`service_recovery`).
- **Spending on suppliers, dealers and influencers pays; spending on employees and on an ally does not**, at the assumed sizes
  (`six_markets`).
- **Large buyers that negotiate lower the price by nearly 6 %**, and by a fifth the profit of a firm without a
  programme for them, which tenders for each purchase (`key_account_power`).
- **Partners and events earn more than advertising where advertising reaches hardly anybody.** At the default reach of advertising
  most or all of this advantage is gone (`entry_abroad`, `seasonal_tourism`, `tournament_web_site`).

The paragraph below each table gives the reason or the limits of the finding. No parameter was tuned to make an expectation come true.
[Changes after the first runs](rewordings.md) lists later changes to the model that altered results, and claims that were reworded. [How
the amounts were chosen](mixes.md) gives the rule for the amounts that the strategies spend.

*Met*, *not met* and *undecided* follow from the 95 % interval over thirty replications, given in brackets. No verdict is corrected
for the number of other verdicts. Money is per customer per year, counting the customers at the start.

Made by `python docs/generators/findings.py FOLDER`, which runs the commands below.
"""
YEARLY = ("bond_ladder", "bond_ladder_controls", "leaky_bucket", "leaky_bucket_full", "entry_abroad")
#: What the figures say beyond their verdicts; to be read again whenever the page is made again.
READING = {
    "six_markets": (
        "At these sizes spending on suppliers, dealers and influencers pays; spending on employees and on an ally "
        "does not. Employees who are treated as usual are already content, and an ally multiplies a quality that is "
        "only a little above base while it learns from the firm. Nothing is spent on a market that is left out. Its "
        "partner stays and remains content, and the dealers' margin is paid all the same. With no partner at all "
        "(no_partners) the firm sells a quarter less, but earns 7 % more than with all five and 30 % more than "
        "customers_only, because the dealers' margin (7.3 per customer per year) costs more than all five partners "
        "bring. Spending the money on advertising adds 1 % more. Partners therefore pay only for a firm that has them "
        "anyway. The budget binds in every arm but customers_only and no_partners, so money that one market does not "
        "get goes to the others and to quality. The table therefore compares the spending on a market with the next "
        "best use of its money."
    ),
    "range_of_goods": (
        "A shop that drops slow sellers sells 29 % more and earns a third more than one that spends the money on "
        "advertising. This is far above the 11 % of sales in Boatwright & Nunes 2001. The differences between goods, "
        "the cost of a trial and the speed at which tastes change are assumed; trials four times as expensive, or "
        "tastes that change four times as fast, roughly halve the gain. The gain comes from dropping the right goods: "
        "if goods are dropped at random, with as many trials, the range is no better than before, and the money is "
        "missing in advertising. Study is worth 1.3 per customer per year to a shop that reviews its range, although "
        "the arm without it spends 0.3 more. To a shop that does not review, study is worth a little less than the "
        "same advertising. If every rival reviews its range too, nothing of the gain is left compared with no review "
        "(-0.05, -0.24 to 0.15), and it goes to customers. Of the 5.9 gained over an ordinary shop, 1.8 comes from "
        "the makers and the study. The scenario does not ask whether a wider range is better: every arm has the same "
        "number of goods, and their number has no effect by itself."
    ),
    "toothpaste_1973": (
        "The model reproduces the published market with nothing in it but different tastes and needs."
    ),
    "subscription_high_end": ("The model reproduces the published curve although no customer ever changes."),
    "bond_ladder": (
        "Level 3 earns most, about two more per customer per year, after a first year in which it earns less than "
        "plain marketing. One rival who copies it at once takes an eighth of this gain. Levels 1 and 2 rank the other "
        "way round from the literature. These runs do not determine whether it costs profit that contacts are copied "
        "at once. Level 1 owes its gain to points that are never claimed: points worth 0.93 per customer per year are "
        "issued and charged to its budget in place of other marketing, and 0.05 is paid out at the assumed threshold "
        "of 20, which few customers reach. With a threshold that they do reach, the gain is gone and both verdicts "
        "turn (bond_ladder_controls). Each level is plain marketing with one more lever, in an amount that was a best "
        "reply in a similar market. In this market a level can therefore hardly lose; in another one it can. All arms "
        "spend half the budget after the first year. In the first year level 3 spends more, because plain marketing "
        "pays for quality only as quality rises. Customer equity is measured before the cost of programmes; the "
        "upkeep of level 3 takes a large part of its equity."
    ),
    "bond_ladder_controls": (
        "Level 1 gains next to nothing where its points are claimed. Half of the gain of level 3 is its bond alone; "
        "the other half arises because joint work improves the product (`customisation`) at no cost per unit. Where "
        "every rival copies all of it, a third of the gain is left. Where the first improvement in quality is free, "
        "level 3 loses to plain marketing over these years: the answer depends on a cost that nobody has measured. "
        "Plain marketing earns more than doing nothing, though not in the first two years."
    ),
    "leaky_bucket": (
        "The firm that keeps its customers (the keeper) loses a smaller part of them and holds customers worth more "
        "at the end. While the market fills it has fewer customers, and over the eight years it earns a sixth less "
        "for the same spend. For the firm that only wins customers, newcomers run out soon: its part of the market is "
        "flat from the fifth year (0.18, 0.22, 0.24, 0.25, and so on to the eighth). The keeper's part still rises at "
        "the end (0.14, 0.16, 0.19, 0.21, 0.22, 0.23, 0.24, 0.25). These years therefore do not show the time after "
        "newcomers have run out; leaky_bucket_full does. While newcomers keep coming the keeper earns a quarter less, "
        "because it wins new customers only to replace lost ones, and it loses few. This contradicts the theory at "
        "these assumed sizes, and for these two strategies, whose amounts are set by hand."
    ),
    "leaky_bucket_full": (
        "Once the market has filled the theory holds, by a small margin: in years 9 to 16 the keeper has 1.8 % more "
        "customers and earns 1.7 % more for the same spend. In the ninth year both firms are level, in customers and "
        "in profit, and the keeper's lead still grows at the end. It wins no fewer customers: where nobody new comes, "
        "a firm wins back customers whom firms lose, itself included. The 41 per customer (discounted) that it earned "
        "less while the market filled is not made up: the eight years after bring 2."
    ),
    "jackson_markets": (
        "Contrary to Jackson, bonds pay more where every purchase is a new choice. Where a lost customer is gone, the "
        "structural bond pays, and the social bond does not differ significantly from plain marketing. One reading: "
        "under contract a customer stays without choosing, so much of the money is spent on customers who would have "
        "stayed anyway."
    ),
    "kotler_levels": (
        "Where customers are many and margins thin no level pays: a firm that spends nothing earns half as much again "
        "as the best of them. That basic does not beat partnership there says little, because basic spends as much as "
        "partnership in this model. In the other corners partnership earns most, 2 to 4 % more than basic, and more "
        "than spending nothing (few customers and thin margins: +1.07, -0.07 to 2.20). Its advantage over spending "
        "nothing is largest where customers are few and margins high, the corner in which Kotler's grid puts it. "
        "Accountable beats basic in the two other corners, in agreement with the grid, but it does not beat "
        "partnership. Three cautions: partnership here ties at most a tenth of the customers; all levels spend the "
        "same, while Kotler's grid compares levels that cost more with margins that allow less; and all amounts were "
        "searched at one margin between the two. In the corners with few customers a customer buys ten times as much, "
        "so compare money per customer within a corner only."
    ),
    "number_portability": (
        "Customers who were locked in leave when they can. Under the law the poor supplier keeps half as many of its "
        "customers per year, its profit falls too, and prices that firms find by trial end lower. Two results "
        "contradict Jones & Sasser. Under lock-in a poor supplier still keeps fewer customers than a good one, "
        "because it also disappoints often enough to be reconsidered. The good supplier loses by the law too, because "
        "tastes that lock-in had held back now take effect. Prices found by trial rise far above cost in both "
        "markets, because almost nobody leaves the category."
    ),
    "promise_and_trust": (
        "All results agree with the theory. A promise one unit above delivery draws a few more customers into a first "
        "purchase. It costs three quarters of their trust, and it costs retention and, over four years, profit. "
        "Promising less than is delivered builds trust and costs few first purchases. The strategy of the loudest "
        "promise fares like the plan with the big promise."
    ),
    "service_recovery": (
        "Recovery satisfies customers more and keeps a few more of them, both by very little, and does not earn back "
        "its cost. Searching for failures that nobody voiced keeps a few more again and costs six times as much. In "
        "this model a failure is soon forgotten (satisfaction learns three tenths per purchase). Not failing is worth "
        "far more than recovery. With the paradox assumed, the firm's retention is lower than without it, by 0.0002 "
        "(-0.0004 to -0.0000004): so few customers are recovered that this does not show whether they stay. Measured "
        "for them purchase by purchase, the effect is undecided (docs/evidence/facts.md, F10)."
    ),
    "loyalty_off": (
        "Most of the apparent loyalty arises without any loyalty. Tastes alone bring a main customer's share of "
        "wallet to seven tenths, where chance among equal tastes gives four, and half of the retention; revenue is as "
        "concentrated as in real data. Contacts and ties that have no effect on choices only cost money. Points are "
        "the exception, for an accounting reason: they are charged to the budget in place of other marketing when "
        "issued, and most expire unclaimed, as in bond_ladder."
    ),
    "bad_news_weak_ties": (
        "Weak ties carry a product further, good or bad. A failure rate of 2 % costs 3 % of the product's value. This "
        "is no more among weak ties than among strong ones, and far less than Goldenberg et al. found. A product that "
        "fails at every fifth purchase does better among weak ties. One reading: talk makes a firm known, whether it "
        "is good or bad, and for a firm known to one person in twenty this outweighs the content of the talk. "
        "Silencing the dissatisfied therefore loses it customers as well. The scenario does not measure the cost of "
        "failures where the dissatisfied are silent, because no arm without failures is silent."
    ),
    "influencer_policy_shock": (
        "The ties recover most of the cost of the scandal, and keep most of the customers that it drives away. The "
        "untied firm spends nothing, but the same money spent on plain marketing (1.7 per customer per year; in the "
        "scandal 1.6) has neither effect: in the scandal ties earn 5.3 more. They also pay in quiet times, 2.3 "
        "compared with spending nothing and 2.1 compared with plain marketing. This contradicts the idea of an "
        "insurance with a premium. The reason is that favourable statements about the firm add to its brand "
        "(`regard`, assumed). A firm that breaks its promises is dropped by the same influencers: it loses what it "
        "spends on them (1.8) and earns less than a firm without ties that keeps its promises."
    ),
    "alliance": (
        "Without leakage the alliance adds 1 % to profit, and with the usual leakage next to nothing (0.1 %). At ten "
        "times that leakage the firm would be better off alone, because its lead goes to the ally. Customers gain in "
        "each case. All of it depends on two assumed sizes: the quality that the alliance adds and the rate at which "
        "knowledge leaks."
    ),
    "fmcg_consumers_and_dealers": (
        "In agreement with the texts, money for dealers earns more than the same money in advertising, and contacts "
        "with consumers earn less. With dealers against the product the same advertising sells 15 % less. Contrary to "
        "the texts, points for consumers earn more than advertising (mostly because they go unclaimed, as elsewhere). "
        "That price discipline pays rests on two assumed parts of the model, set before they were run: dealers' "
        "effort follows the margin left to them (`serving`), and the firm bears half of the amount by which dealers "
        "undercut each other (`claims`). With both at their default of 1, discipline earns 4.1 per customer per year; "
        "with both at 0.5 (dealers_half) it earns 1.6; with neither (dealers_bear) it costs 1.5, because dealers who "
        "bear the whole cost of undercutting and serve as before sell more at their own expense. Of the two parts, "
        "claims matter more: alone they make discipline earn 3.3, effort alone 0.7 (600 customers, six replications). "
        "Every arm may spend the same; points and contacts spend a little less."
    ),
    "bargains_then_ripoffs": (
        "A bargain followed by a high price beats the steady price where leaving is costly, and almost as clearly "
        "where it is not: contracts keep customers by themselves, and a price of 11 in place of 10 loses few of them "
        "in either case. Under a large switching cost, prices found by trial are higher than without one. The result "
        "of Dube, Hitsch & Rossi, that a moderate switching cost lowers prices, is not reproduced."
    ),
    "one_to_one": (
        "Treating customers by their value earns more than plain marketing and more than treating all alike. The gain "
        "is larger where a few customers buy most, and an old list earns less. It keeps hardly more customers. The "
        "customers it ties, who buy most, give it a larger share of their purchases (units +3 %), for the same spend."
    ),
    "marks_and_spencer": (
        "The case holds: the shop that works with its makers earns a fifth more than one that advertises, almost all "
        "of it by the makers' partnership. Keeping the promise earns even more, because a loud promise costs trust "
        "and a quarter of the profit. Feedback adds next to nothing. Contrary to the case, a shop that used its power "
        "to dictate prices would earn more: the lower cost outweighs the damage to the makers' ties."
    ),
    "lenovo": (
        "The case earns a quarter more than the advertiser. Protected, trained dealers are nine tenths of the gain; "
        "the three bonds add a little, and the ally costs as much as it brings, at the money given to it. The value "
        "of dealers rests on the same two assumed parts as in fmcg_consumers_and_dealers."
    ),
    "entry_abroad": (
        "With partners the cost of the entry is recovered, counted from the entry, in its second year: it costs 1.9 "
        "per customer in the first year and earns 2.4 and 4.5 in the next two, 16 % more over the three than staying "
        "at home. The traders bring this; the ally adds 0.08. Partners who introduce nobody cost three tenths of the "
        "profit, by construction. A third of that is their margin, which is paid on all sales, in the year before the "
        "entry too; with that year's 0.9 the cost is recovered in the third year. But advertising from the same "
        "budget (1.7 spent; the partners cost 2.0 and 1.4 of margin) earns far more, and at once: at the default "
        "reach of 10 nearly everybody abroad knows the maker within the year. Where advertising is hardly heard "
        "(reach 0.05) it brings nothing over the three years, and the partners are worth 15 %. The case therefore "
        "depends on one assumed size, the reach of an unknown maker's advertising abroad; nothing else in this model "
        "makes entry hard. Quality above base is charged to the budget, which binds: of the 2.6 per customer per year "
        "that an entry asks for, it gets 1.7 (advertising), 2.0 (partners) and 2.5 (idle)."
    ),
    "telecom_design": (
        "Teams on the customer's site earn a quarter more than tendering and keep far more customers. Tendering "
        "spends 26.0 per customer per year here and the teams 15.6. Where tendering spends 15.6 too (tender_frugal), "
        "it earns 6 % more than before, and the teams earn 18 % more than that. But shared work alone earns more than "
        "work and contact together, and contact alone earns less than tendering: it costs more than the social bond "
        "holds, and it irritates customers who want no relationship. Where three buyers negotiate the fee by power "
        "(the arms named three), it falls from 10 to 8.7, and tendering loses two thirds of its profit. Teams keep "
        "the fee at 9.1 and earn 15.0 more than tendering; where nobody negotiates they earn 13.7 more. Most of this "
        "is not due to the fee, because the teams spend 9 less and hold more of the trade. With three buyers chance "
        "decides much: the interval of the profit of tendering reaches from 3 to 47. The buyers are drawn at random "
        "and are not the operators of the case. See key_account_power for buyers of other sizes."
    ),
    "key_account_power": (
        "Three giant buyers take nearly 6 % off the mean price and a fifth of the profit of a firm that tenders. "
        "Teams on their site pay with and without negotiation, also compared with the same money spent on plain "
        "marketing (4.6 per customer per year more). They keep a better price than tendering, which spends nothing, "
        "but not a better one than plain marketing (9.59 against 9.62): anything that brings more of the trade does "
        "this. Being hard to replace keeps the price too. Whether one manager for all three earns less than one for "
        "each is undecided: the teams lose about as much by less attention as two wages cost. Assets that a team "
        "builds for one account alone lower the price by 0.4 if they lock the firm, and take about all that teams "
        "earn over tendering (the rest, -0.1, does not differ significantly from 0). They add 0.2 if they lock the "
        "account. If they lock both alike nothing changes, as follows from the equations when both are equally easy "
        "to replace."
    ),
    "airline_scheme": (
        "The scheme keeps a few more travellers and pays next to nothing (0.2 %) while no rival has one. Copied by "
        "both rivals it leaves all three rather better off and travellers worse off. This contradicts Dowling & "
        "Uncles: copied, the scheme earns the airline 0.42 more than uncopied, so nothing is competed away; and that "
        "this is within 0.5 of no scheme says little where the uncopied scheme pays 0.04. Money for points is money "
        "not spent on quality and advertising, and points tie customers to every firm that gives them. Special "
        "treatment pays a little although it is copied, and no more than points."
    ),
    "outsourced_logistics": (
        "Hardly any customer leaves its own fleet in five years, under any offer: the cost of leaving, and contracts "
        "that nobody reconsiders, hold customers. Help with leaving (a lower price for a year, paid out of profit and "
        "not out of the budget) wins some more and earns most (1.92). Help and bond together earn 0.19, less than "
        "help alone and less than neither (1.64). The control spends nothing; the bound provider spends 2.7 per "
        "customer per year, a sum for the whole market that so few customers do not earn back. The same money spent "
        "on plain marketing is not earned back either. Compared with that, the bond keeps 0.5 % more of the customers "
        "who come and earns 0.08 less, so four fifths of the retention that the bound provider seems to gain over the "
        "control is due to the budget and not to the bond. Even the survey's 62 % lower cost would win only one in "
        "twenty. The sizes of lock-in are assumed."
    ),
    "medicine_maker": (
        "Professional promotion through trained dealers and informed authorities beats favours, with the law and "
        "without it. In this market every maker should therefore have shifted before the law, contrary to the case. "
        "Favours keep three customers in a thousand more than spending nothing, and cost more than that brings; the "
        "ban saves the maker their cost. Professional promotion also earns 7.1 per customer per year more than the "
        "same money spent on plain marketing, so the gain is not due to the money. The favours' money earns less in "
        "plain marketing than if it is kept. Of two makers who shift, the one who does so half a year before the law "
        "is ahead of the one who does so half a year after; late is better than never. Its lead is 3.0 per customer "
        "per year from the date of the law. Including the half year before, not counted here, in which it alone pays "
        "for promotion and leads by 0.5, the lead is 2.5. In these arms only the favour is forbidden. With dealers "
        "one after another (the arms named chain) the law of the channel, one dealer fewer and 40 % for the other, "
        "gives the maker more than any programme, 16.1 per customer per year, because list prices are assumed to "
        "stay: the maker now gets the second dealer's part. The shift is ahead as before. A maker who relies on "
        "favours has spent nothing on its dealers and loses no customer by the 40 %. Trained dealers who are held to "
        "15 % turn from content to discontent, and the maker keeps two customers in a hundred fewer per year; but the "
        "maker saves more than that on them, by 7.7 per customer per year."
    ),
    "growth_matrix": (
        "Each lever moves its own cell, and the cells beside it too: contacts and cross-selling also bring new "
        "customers of the second product, and advertising also reaches old ones. The ranking of their profits "
        "contradicts the theory: the same money earns most by winning new customers for the first product and next by "
        "advertising the second. Cross-selling earns hardly more than its cost, and contacts less than theirs. That "
        "new customers of the first product pay best rests on an assumed size, that half of the market does not know "
        "the firm. Where all know it (the arms named known), advertising of the first product loses 0.1 per customer "
        "per year in place of earning 5.9, contacts lose 0.3, cross-selling earns 0.6, and advertising the second "
        "product, which one in ten knows, earns most, 2.0. Cross-selling earns less than diversification, and "
        "contacts less than advertising, either way. The claim rests on the idea that winning a customer costs more "
        "than keeping one, which is no assumption of the model."
    ),
    "complements": (
        "All results agree with the theory, though the first claim could hardly fail: a second product that costs "
        "nothing to have earns its margin. A firm that makes the only complement, and makes it for its own product "
        "alone, draws a quarter more of the first category's purchases and keeps a few more customers. It sells fewer "
        "complements than an open one would, and still earns more, and customers are worse off. Most of the gain from "
        "control is the complement's own margin, which an open complement earns too; closing it adds a third to that. "
        "An open complement made by another firm takes away more than closing had added, and customers get all of it "
        "back. A firm that makes an open complement gains nothing in the first category, by construction."
    ),
    "retention_steps": (
        "Every step keeps more customers, and the rule (`guanxi report FOLDER --four-steps`) stops at the fourth "
        "step. Profit disagrees: over these years doing nothing earns most, though not significantly more than the "
        "first step. The rule counts the margins of a kept customer in all later years; the run counts three of those "
        "years, and customers who leave may come back. Causes of leaving: with nothing spent, 36.0 customers in a "
        "thousand leave per year, 10.5 of them because of the product, 0.1 because of service and the rest by chance; "
        "at the third step 31.7 leave, 7.7 because of the product and 0.6 because of service. A failed service is "
        "booked under product here, because it acts through satisfaction with what was delivered. Service means "
        "convenience, trust and bonds, and more customers leave because of it where contacts have made a bond that "
        "can fade. Keaveney's service failures are therefore among the product's losses, which fall by a quarter."
    ),
    "retention_five_points": (
        "Five more points of retention raise the profit of a firm that is alone in gaining them by three tenths. This "
        "agrees with the lower published figures and is less than half of the 75 % published for credit cards. Profit "
        "rises because the firm has more customers: its customer base is worth a third more, each of its customers 3 "
        "% more. That nobody earns more where every firm does it follows by construction here, because nobody enters "
        "or leaves the market. docs/evidence/industries.md has the nine industries: at lower retention the rise is "
        "smaller, and below 25 % in six of them."
    ),
    "seasonal_tourism": (
        "Where a hotel serves everybody, awareness matters and the season does not. Partners elsewhere earn the hotel "
        "a quarter more than the same money in advertising, because they make it known where advertising is assumed "
        "to reach hardly anybody (reach 0.05). With the default reach of 10 they earn 11 % less than advertising. "
        "Most of the gain, 3.2 of 3.9 per customer per year, comes from partners who get their commission and no "
        "support, because partners treated as usual are content. Guests who travel in the other season are worth 1 % "
        "more than guests who come on top of the full season, because in these arms a hotel beyond its capacity "
        "serves everybody, with more failures. Where full hotels turn guests away, the season matters: partners whose "
        "guests come in the full season add 0.3 per customer per year, not 3.8, and partners whose guests come in the "
        "other one add 1.6. Most of the 5.2 between these two arms (15.5 against 10.4) arises because people from far "
        "away travel in the other season at all, partners or not: without partners it is 3.9 (13.9 against 10.0), so "
        "that the partners' own part is 1.3 (1.2 to 1.4). A guest who is turned away loses the occasion and no "
        "satisfaction. Partners out of season then earn 11 % more than advertising, not 26 %: with them the second "
        "season fills up too, and three times as many guests are turned away as without."
    ),
    "tournament_web_site": (
        "The tournament earns far more than advertising of the same cost, because it makes the maker known where "
        "advertising is assumed to reach hardly anybody (reach 0.1) and an event to draw many people (draws 10). With "
        "the defaults of both (10 and 2) everybody knows the maker anyway, and the tournament earns no more than "
        "advertising (+0.001, -0.008 to 0.010). With the default draws alone its gain falls to a third. The gain "
        "comes from meeting people and not from the data: a first offer to people who left data adds less than one in "
        "a hundred."
    ),
    "departments_at_odds": (
        "At alignment 0.6 the firm loses a seventh of its profit, and with relationship work it then earns less than "
        "with plain marketing. Where departments agree it earns 0.15 less too; 0.12 of that is because it spends more "
        "(2.67 against 2.55). That trust falls follows from the shortfall. Little of the loss is money spent without "
        "effect (0.3 per customer per year of 3.5): most follows from promises that are not kept. It therefore rests "
        "on the assumed shortfall of 0.5, and the plain marketer loses nearly as much. Coordination at 7 % of the "
        "spend wins back three fifths for either firm."
    ),
    "value_of_the_database": (
        "Contrary to the expectations, contact does not pay in this amount with customers who buy once in ten weeks. "
        "A firm that can no longer reach the customers it would contact therefore saves the money and earns more, the "
        "faster its file goes stale. Keeping the file up costs more than it brings; that it keeps more records "
        "current follows from the equation. The money for customers who are not served is not spent, because the "
        "strategy does not spend it on others. Spending nothing at all earns 1.7 more than any of it, and plain "
        "marketing for the same money 0.03 more than contact: the budget is too large for customers who buy so "
        "seldom, and anything that leaves money unspent wins. The three verdicts therefore do not show the value of a "
        "file where contact pays. Contact by value does not differ significantly from the same money spent on "
        "everybody. Slightly fewer customers are kept with a stale file."
    ),
}


def page(folder: Path, made_only: bool = False) -> str:
    """The whole page as Markdown; ``made_only`` runs nothing and lists the scenarios without a run."""
    there = [name for name in RUNS if not made_only or (folder / name / "manifest.json").is_file()]
    waiting = [name for name in RUNS if name not in there]
    sections = [section(name, folder / name) for name in there]
    missing = ["## Not run yet", ", ".join(f"`{name}`" for name in waiting) + ".", ""] if waiting else []
    return "\n".join([HEAD.format(**counts(sections)), *sections, *missing])


def counts(sections: Sequence[str]) -> dict[str, int]:
    """Scenarios with expectations, expectations, and each verdict, counted from the sections of the page."""
    said = [re.findall(r"\| \*\*(met|not met|undecided)\*\* \|", text) for text in sections]
    verdicts = Counter(verdict for one in said for verdict in one)
    return {
        "scenarios": sum(bool(one) for one in said),
        "expectations": verdicts.total(),
        "met": verdicts["met"],
        "not_met": verdicts["not met"],
        "undecided": verdicts["undecided"],
    }


def section(name: str, where: Path) -> str:
    """One scenario: its question, command and size, and a row for each expectation."""
    if not (where / "manifest.json").is_file():
        run(compose(name, RUNS[name]), where, report="none")
    result = Result.read(where)
    setting = result.scenario
    size = (
        f"{setting.population.customers:,} customers, {setting.experiment.periods} periods{burn_in(setting)}, "
        f"{result.manifest['replications']} replications"
    )
    lines = [
        f"## {name}", setting.question, "",
        f"`{' '.join(['guanxi run', f'scenario={name}', *RUNS[name]])}`: {size}.", "",
        *(expected(result) if result.expectations else differences(result)), "", means(result), "",
        *([by_year(result), ""] if name in YEARLY else []),
    ]  # fmt: skip
    return "\n".join([*lines, *([READING[name], ""] if name in READING else [])])


def burn_in(setting: Scenario) -> str:
    """The periods that statistics leave out, in words."""
    left_out = setting.experiment.burn_in
    return f" (the first {left_out} not counted)" if left_out else ""


def expected(result: Result) -> list[str]:
    """The table of what was expected."""
    return [
        "| expectation | test | estimate | verdict | source |",
        "|---|---|---|---|---|",
        *(row(entry) for entry in result.expectations),
    ]


def differences(result: Result) -> list[str]:
    """A table of paired differences from each arm's control, for a scenario without expectations."""
    asked = result.scenario.experiment.metrics[:3]
    titles = [f"`{metric}`, {ALL[metric].summary_unit}" for metric in asked]
    found = {metric: result.difference(metric).set_index("arm") for metric in asked}
    lines = [f"| arm | control | {' | '.join(titles)} |", f"|---|---|{'---|' * len(asked)}"]
    for arm in found[asked[0]].index:
        rows = [found[metric].loc[arm] for metric in asked]
        cells = [f"{r.difference:+.3g} ({r.low:.3g} to {r.high:.3g})" for r in rows]
        lines.append(f"| {arm} | {rows[0].control} | {' | '.join(cells)} |")
    return lines


def row(entry: dict[str, Any]) -> str:
    """An expectation with its estimate and verdict."""
    if entry.get("between") is not None:
        low, high = entry["between"]
        asked = f"`{entry['metric']}` of `{entry['arm']}` between {low:g} and {high:g}"
    else:
        by = f" within {entry['by']:g}" if entry["is"] == "equal" else ""
        link = "to" if entry["is"] == "equal" else "than"
        asked = f"`{entry['metric']}` of `{entry['arm']}` {entry['is']}{by} {link} `{entry['against']}`"
    found = f"{entry['estimate']:.4g} ({entry['low']:.4g} to {entry['high']:.4g})"
    return f"| {entry['claim']} | {asked} | {found} | **{entry['verdict']}** | {entry['literature']} |"


def by_year(result: Result) -> str:
    """Differences in profit from the control by year, money per customer, the burn-in included."""
    setting = result.scenario
    profit = result.outcomes.query("firm == @setting.experiment.focal").assign(
        year=lambda rows: (rows["period"] // setting.market.periods_per_year).astype(int) + 1
    )
    table = profit.pivot_table(index="seed", columns=["arm", "year"], values="profit", aggfunc="sum")
    controls = {arm: control for arm, control in result.manifest["controls"].items() if arm != control}
    entries = [
        f"{arm} {', '.join(f'{x:+.2f}' for x in (table[arm] - table[control]).mean() / setting.population.customers)}"
        for arm, control in controls.items()
    ]
    return f"Difference in profit from the control, year by year from the start: {'; '.join(entries)}."


def means(result: Result) -> str:
    """The first metric of every arm, with intervals."""
    metric = result.scenario.experiment.metrics[0]
    rows = result.summary[result.summary["metric"] == metric]
    of, mean = result.manifest["controls"], dict(zip(rows["arm"], rows["mean"], strict=True))
    entries = [
        f"{r.arm} {r.mean:.4g} ({r.low:.4g} to {r.high:.4g}{_against(r.mean, r.arm, mean, of)})"
        for r in rows.itertuples()
    ]
    return f"Mean `{metric}` by arm: {'; '.join(entries)}."


def _against(own: float, arm: str, mean: dict[str, float], of: dict[str, str]) -> str:
    """The difference from its control in per cent of the control; nothing for a control."""
    control = of.get(arm, arm)
    return "" if control == arm or mean[control] <= 0 else f"; {own / mean[control] - 1:+.1%} from {control}"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--made"]):
        sys.exit("python docs/generators/findings.py FOLDER [--made]   (--made: only what is there already)")
    PAGE.write_text(page(Path(sys.argv[1]), sys.argv[2:] == ["--made"]), encoding="utf-8")
    print("docs/evidence/findings.md")
