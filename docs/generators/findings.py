"""The page of findings, from runs of the scenarios: ``python docs/findings.py FOLDER > docs/findings.md``.

Runs each scenario into FOLDER/<name> unless it is there already; an hour or more on two free cores. With --made
nothing is run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sim.firms.metrics import ALL
from sim.report.comparison import Result, run
from sim.scenario.files import compose

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
HEAD = """# What the scenarios found

Each expectation was committed before its scenario was first run, but for those told below; no metric, direction or
bound was changed afterwards. No parameter was tuned to have one met, but two things were changed after first runs had been seen, and
they change answers: a cost of the first quality above base (`theory.reach.marginal_cost_quality`, calibration.md;
what the ladder finds without it stands under bond_ladder_controls), and the strategies' amounts, which are now set
by one rule for all (mixes.md); with amounts set by hand, 27 of the 38 expectations had been met. After trial runs
arms were renamed in two files, arms that spend nothing added to `kotler_levels`, sizes cut, and the years of
`subscription_high_end` counted anew when its preset began to acquire the cohort in year 0. In `alliance`,
`fmcg_consumers_and_dealers` and `service_recovery` the list `controls` was dropped after first runs, so that every arm
has a difference from the same control; no expectation rests on it. In `key_account_power` it was added after the full
run, so that teams at list price are compared with the tender at list price; no expectation rests on it. In
`growth_matrix` the plans were made to start as the burn-in ends after a trial run in which they had begun with the run:
one verdict, on new customers, turned by it. In `retention_five_points` an expectation that could not fail was dropped,
and one claim on a total reworded to say so. To `telecom_design` four arms with three buyers, their controls and four
expectations were added after its full run, to `seasonal_tourism` four in which full hotels turn guests away, with four
expectations, and to `medicine_maker` six with dealers one after another and a law of the channel, with four
expectations; those expectations were committed before these arms were first run.
Arms that a file says were added after the first runs carry no expectation, or one that was added with them: they show
on which assumed sizes it rests.

A review then found claims that said more than was asked, and expectations that could not fail. Two of these were
dropped, both met: that recovered customers stay no longer (`service_recovery`), that an open complement moves no share
(`complements`). Claims were reworded to what is asked, with no verdict turned by it: in `airline_scheme`,
`bad_news_weak_ties`, `bond_ladder`, `complements`, `fmcg_consumers_and_dealers`, `influencer_policy_shock`,
`key_account_power`, `leaky_bucket` ("once newcomers run out" had been asked from the first day), `lenovo`,
`loyalty_off`, `marks_and_spencer`, `medicine_maker`, `number_portability`, `outsourced_logistics` ("both together earn
most" had been asked against one arm), `retention_steps` ("because of service" had been asked of all causes),
`seasonal_tourism` and `six_markets`. Expectations that ask the claims were added, and `leaky_bucket_full`; a file
tells them from the first ones. Each was committed before the run that judges it; of arms that had been run before its
sign was known, and the file says so. Afterwards one claim each was reworded in `range_of_goods` and `entry_abroad`, and two
arms without an expectation added to `value_of_the_database`. Some expectations still follow from what their arms set (that
upkeep keeps records current, that a shortfall costs trust, that partners who introduce nobody cost money, that strong buyers
pay less, that a lock of both sides alike cancels, that a maker keeps what a law takes from its dealers where list prices stay):
they are checks and no findings.

Until then a rival who copied a programme gave it to all its customers, also one that the copied firm gives to half of
its own, and so paid twice as much for it. It now copies for how many too; `bond_ladder`, `bond_ladder_controls` and
`airline_scheme` were run anew. One verdict turned by it: that being copied at once costs the social bond profit had
been not met, and is undecided.

*Met*, *not met* and *undecided* are what the 95 % interval over thirty replications says; brackets are that interval.
Money is a head and year, heads being the customers at
the start; no verdict is corrected for the number of others.

Made by `python docs/findings.py FOLDER > docs/findings.md`, which runs the commands below.
"""
YEARLY = ("bond_ladder", "bond_ladder_controls", "leaky_bucket", "leaky_bucket_full", "entry_abroad")
#: What the figures say beyond their verdicts; to be read again whenever the page is made again.
READING = {
    "six_markets": (
        "Suppliers, dealers and influencers are worth what is spent on them, staff and an ally are not: staff treated as "
        "usual is content enough at these sizes, and an ally multiplies a quality that is only a little above base while "
        "it learns from it. A market left out is not spent on; its partner stays, content, and the dealers' margin is "
        "paid all the same. With no partner at all (no_partners) the firm sells a quarter less and earns 7 % more than "
        "with all five, and 30 % more than customers_only: at these sizes the dealers' margin (7.3 a head and year) costs "
        "more than all five bring, and advertising with the money adds 1 % more. So the partners pay only for a firm that "
        "has them anyway. The budget binds in every arm but customers_only and no_partners, so what one market does not "
        "get the others and the quality do: the table says what a market is worth against the next best use of its money."
    ),
    "range_of_goods": (
        "A shop that drops slow sellers sells 29 % more and earns a third more than one that advertises with the money, far "
        "above the 11 % of sales in Boatwright & Nunes 2001: how goods differ, what a trial costs and how fast tastes change "
        "are assumed, and trials four times as dear, or tastes four times as fast, roughly halve the gain. It is dropping "
        "the right goods that pays: at random, with as many trials, the range is worth what it was, and the money is missing "
        "in advertising. Study is worth 1.3 "
        "a head and year to a shop that reviews, though the arm without it spends 0.3 more; to one that does not, a little "
        "less than that advertising. Where every rival reviews its range too, nothing of the gain is left against no review "
        "(-0.05, -0.24 to 0.15): customers have it. Of the 5.9 over an ordinary shop 1.8 is the makers' and the study's. "
        "Whether a wider range is better is not asked: every arm has as many goods, and their number counts for nothing."
    ),
    "toothpaste_1973": "The published market comes out with nothing in it but different tastes and needs.",
    "subscription_high_end": "The published curve comes out with nobody ever changing.",
    "bond_ladder": (
        "Level 3 earns most, some two more a head and year, after a first year in which it earns less, and one rival "
        "who copies it at once takes an eighth of it. Levels 1 and 2 stand the other way round; whether it costs "
        "that contacts are copied at once cannot be told. Level 1 owes its gain to points that are never claimed: 0.93 a head and year "
        "is issued and charged to its budget in place of other marketing, 0.05 is paid out at the assumed threshold of 20, "
        "which few can reach: with one that they reach the gain is gone and both verdicts turn (bond_ladder_controls). "
        "Each level is plain marketing with one lever more, at an amount that was a best reply in a market like this "
        "one: here a level can hardly lose, elsewhere it can. All arms spend half the budget once the first year is out; "
        "in it level 3 spends more, for plain marketing pays for quality only as that rises. Equity is before what "
        "programmes cost: of level 3's, its own upkeep takes a large part."
    ),
    "bond_ladder_controls": (
        "Level 1 gains next to nothing where its points are claimed. Half of level 3's gain is its bond alone; the other half is that work done together betters the product "
        "(`customisation`) at no cost a unit. Where every rival copies all of it, a third is left. And it loses to plain "
        "marketing, over these years, where a little more quality is free: the answer turns on a cost that nobody has "
        "measured. Plain marketing earns more than doing nothing, though not in the first two years."
    ),
    "leaky_bucket": (
        "The keeper loses a smaller part of its customers and holds customers worth more at the end; but while the market "
        "fills it has fewer of them, and over the eight years it earns a sixth less at the same spend. Newcomers run out "
        "soon for the other, whose part of the market is flat from the fifth year (0.18, 0.22, 0.24, 0.25 and so on to the "
        "eighth); the keeper's still rises at the end (0.14, 0.16, 0.19, 0.21, 0.22, 0.23, 0.24, 0.25). So these years do not "
        "say what comes when newcomers have run out: leaky_bucket_full does. While "
        "newcomers keep coming it earns a quarter less, for it wins new customers only to replace lost ones, and lost ones "
        "are few. Against the theory at these assumed sizes, and for these two archetypes, whose amounts are set by hand."
    ),
    "leaky_bucket_full": (
        "Once the market has filled the theory holds, by little: in years 9 to 16 the keeper has 1.8 % more customers and "
        "earns 1.7 % more for the same spend. It is level in the ninth year, in customers and in profit, and its lead still "
        "grows at the end. It wins no fewer: where nobody new comes, a firm wins back what firms lose, itself among them. What "
        "it earned less while the market filled, 41 a head discounted, is not made up: the eight years after bring 2."
    ),
    "jackson_markets": (
        "Against Jackson: bonds pay more where every purchase is a new choice; where a lost customer is gone the "
        "structural bond pays and the social bond cannot be told from plain marketing. One reading: "
        "under contract a customer stays without choosing, so that much of the spend goes to who would have stayed."
    ),
    "kotler_levels": (
        "Where customers are many and margins thin no level pays: who spends nothing earns half as much again as the best "
        "of them, and that basic does not beat partnership there says only that basic here spends as much. In the "
        "other corners partnership earns most, by 2 to 4 % over basic, and more than nothing spent (few and thin: +1.07, -0.07 to "
        "2.20); most over nothing where customers are few and margins high, the corner in which Kotler's grid puts it. Accountable beats basic "
        "in the corners between, as the grid has it, but not partnership. For caution: partnership here ties a tenth "
        "of the customers at most, all levels spend the same, while Kotler's grid weighs levels that cost more against "
        "margins that allow less, and all amounts were searched at one margin between the two. A head of the corners "
        "with few customers buys ten times as much: compare within a corner only."
    ),
    "number_portability": (
        "Hostages leave when they can: the poor supplier keeps half as many of its customers a year under the law, and its "
        "profit with it, and prices that firms seek by trial end lower. Against Jones & Sasser twice: locked in, a poor "
        "supplier still keeps fewer than a good one, because it also disappoints often enough to be reconsidered; and "
        "the good one loses by the law too, since tastes that the lock-in held back come out. Prices found by trial "
        "rise far above cost in both, as nearly nobody leaves the category."
    ),
    "promise_and_trust": (
        "As the theory has it, all of it: a promise a unit above delivery draws a few more customers into a first "
        "purchase and costs three quarters of their trust, retention and, over four years, profit; promising less than "
        "is delivered builds trust, and costs few first purchases. The strategy of the loudest promise fares like the "
        "plan with the big promise."
    ),
    "service_recovery": (
        "Recovery satisfies more and keeps a few more, both by very little, and does not earn back its cost; to look for "
        "failures that nobody voiced keeps a few more again and costs six times as much. A failure is soon forgotten "
        "here (satisfaction learns three tenths a purchase). Not to fail is worth far more than to mend. With the paradox "
        "assumed, the firm's retention is lower than without it, by 0.0002 (-0.0004 to -0.0000004): so few customers are recovered "
        "that this does not say whether they stay. Asked of them purchase by purchase it cannot be told (docs/facts.md, F10)."
    ),
    "loyalty_off": (
        "Most of what looks like loyalty is there without any: tastes alone bring a main customer's share of wallet to "
        "seven tenths, where chance among equal tastes gives four, and half of the retention; the concentration of "
        "revenue is that of real data. Contacts and ties that bind nobody only cost. Points are the exception, for a "
        "reason of the accounts: they are charged to the budget in place of other marketing when issued and mostly "
        "expire unclaimed, as in bond_ladder."
    ),
    "bad_news_weak_ties": (
        "Weak ties carry a product further, good or bad. A failure rate of 2 % costs 3 % of its value, no more among "
        "weak ties than among strong ones and nothing like what Goldenberg et al. found, and a product that fails at "
        "every fifth purchase does better among weak ties. One reading: talk makes a firm "
        "known whatever it says, and for a firm that one in twenty knows being known outweighs what is said; so to "
        "silence the dissatisfied loses it customers as well. What failing costs where they are silent is not asked: no arm "
        "without failures is silent."
    ),
    "influencer_policy_shock": (
        "The ties are worth most of what the scandal costs, and keep most of the customers it drives away; the untied firm "
        "spends nothing, but as much money in plain marketing (1.7 a head and year; in the scandal 1.6) does neither: ties earn 5.3 more "
        "in the scandal. They pay in quiet times too, 2.3 against nothing spent and 2.1 against plain marketing, against the "
        "idea of an insurance with a premium, because what is said well of the firm adds to its brand (`regard`, assumed). A firm "
        "that breaks its promises is dropped by the same influencers: it loses what it spends on them (1.8) and earns less than one "
        "without ties that keeps its promises."
    ),
    "alliance": (
        "Without leakage the alliance is worth 1 %, and with the usual leakage next to nothing (0.1 %); at ten times that "
        "leakage the firm would be better off alone, for its lead goes to the ally. Customers gain in each "
        "case. All of it turns on two assumed sizes, what the alliance adds and how fast it leaks."
    ),
    "fmcg_consumers_and_dealers": (
        "As the texts have it, money for dealers earns more than the same in advertising, contacts with consumers less, "
        "and with dealers against the product the same advertising sells 15 % less. Points for consumers earn more than advertising "
        "(mostly unclaimed, as elsewhere), against them. That price discipline pays rests on two assumed parts of the "
        "model, set before they were run: dealers' effort goes by the margin left to them (`serving`), and the firm bears "
        "half of what they undercut (`claims`). With both at their default of 1 discipline earns 4.1 a head and year, "
        "with both at 0.5 (dealers_half) 1.6, and with neither (dealers_bear) it costs 1.5: dealers who bear all of what "
        "they undercut and serve all the same sell more at their own expense. Of the two, claims do most: alone they make "
        "discipline earn 3.3, effort alone 0.7 (600 customers, six replications). Each arm may spend the same; points and "
        "contacts spend a little less."
    ),
    "bargains_then_ripoffs": (
        "Bargain, then rip-off, beats the steady price where leaving is costly, and nearly as clearly where it is not: "
        "contracts keep customers by themselves, and a price of 11 in place of 10 loses few of them in any case. Under a "
        "large switching cost prices found by trial are higher than without; that a moderate one lowers them, as Dube, "
        "Hitsch & Rossi found, does not show."
    ),
    "one_to_one": (
        "Treating customers by what they are worth earns more than plain marketing and than treating all alike, more "
        "so where a few buy most, and an old list is worth less. It keeps hardly more customers; those it ties, who buy "
        "most, give it more of what they buy (units +3 %), for the same spend."
    ),
    "marks_and_spencer": (
        "The case stands: the shop that works with its makers earns a fifth more than one that advertises, and nearly all "
        "of it is the makers' partnership; the promise kept is worth more still, for a loud one costs trust and a quarter "
        "of the profit. Feedback adds next to nothing. Against the case, a shop that used its power to dictate prices "
        "would earn more: the makers' ties suffer less from it than the cost falls."
    ),
    "lenovo": (
        "The case earns a quarter more than the advertiser, and protected, trained dealers are nine tenths of it; the three "
        "bonds add a little, and the ally costs as much as it brings, at the money given to it. What dealers are worth "
        "rests on the same two assumed parts as in fmcg_consumers_and_dealers."
    ),
    "entry_abroad": (
        "With partners the entry is recovered, counted from it in its second year: it costs 1.9 a head in the first and earns "
        "2.4 and 4.5 in the next, 16 % more over the three than staying at home. It is the traders who do it: the ally adds 0.08, and partners who "
        "introduce nobody cost three tenths of the profit, as follows; a third of that is their margin, which is paid on all sales, in the "
        "year before the entry too: with that year's 0.9 it is recovered in the third. But to "
        "advertise from the same budget (1.7 spent; the partners 2.0 and 1.4 of margin) earns far more, and at once: at the default reach of 10 nearly everybody abroad knows "
        "the maker within the year. Where advertising is hardly heard (reach 0.05) it brings nothing over the three years, and the "
        "partners are worth 15 %. So the case stands or falls with an assumed size, how well an unknown maker's advertising is heard "
        "abroad; nothing else here makes a stranger's entry hard. Quality above base is charged to the budget, which binds: of "
        "the 2.6 a head and year that an entry asks for it gets 1.7 (advertising), 2.0 (partners) and 2.5 (idle)."
    ),
    "telecom_design": (
        "Teams on the customer's site earn a quarter more than tendering and keep far more customers. Tendering spends "
        "26.0 a head and year here and the teams 15.6; where it spends 15.6 too (tender_frugal) it earns 6 % more than "
        "before, and the teams 18 % more than that. But shared work alone earns more than work and contact together, and "
        "contact alone earns less than tendering: what it costs is more than what the social bond holds, and it irritates "
        "those who want no relationship. Where three buyers negotiate the fee by power (the arms named three) it falls from 10 to "
        "8.7, and tendering loses two thirds of its profit. Teams keep the fee at 9.1 and earn 15.0 more than tendering, where "
        "nobody negotiates 13.7 more: most of it is not the fee's, for they spend 9 less and hold more of the trade. With three "
        "buyers luck decides much: the interval of what tendering earns reaches from 3 to 47. They are drawn, and not the "
        "operators of the case. See key_account_power for buyers of other sizes."
    ),
    "key_account_power": (
        "Three giants take nearly 6 % off the mean price and a fifth of the profit of a firm that tenders. Teams on their "
        "site pay with power and without it, also against as much spent on plain marketing (4.6 a head and year more). They keep "
        "a better price than tendering, which spends nothing, but not than plain marketing (9.59 against 9.62): whatever brings "
        "more of the trade does. Being hard to replace keeps the price too. Whether one manager for all three earns less than one for "
        "each cannot be told: what the teams lose in attention is about what two wages cost. What a team builds for an account and "
        "for nobody else takes 0.4 off the price where it locks the firm, and about what teams earn over tendering (what is left, -0.1, cannot be told from 0); it adds "
        "0.2 where it locks the account. Where it locks both alike nothing changes, as the equations have it where both are as "
        "easily replaced."
    ),
    "airline_scheme": (
        "The scheme keeps a few more travellers and pays next to nothing (0.2 %) while it is alone; copied by both rivals it leaves all "
        "three rather better off and travellers worse, against Dowling & Uncles: copied it earns the airline 0.42 more than "
        "uncopied, so that nothing is competed away, and that this is within 0.5 of no scheme says little where the uncopied "
        "scheme pays 0.04. Money for points is money not spent on "
        "quality and advertising, and points are a tie for whoever gives them. Special treatment pays a little although "
        "copied, and no more than points."
    ),
    "outsourced_logistics": (
        "Hardly any customer leaves a fleet of his own in five years, whatever is offered: the cost of leaving and "
        "contracts that nobody reconsiders hold him. Help with leaving, a lower price for a year that profit bears and no "
        "budget, wins some more and earns most (1.92); both together earn 0.19, less than help alone and less than neither "
        "(1.64). The control spends nothing, the bound provider 2.7 a head and year, a sum for the whole market that is not "
        "earned back on so few. As much spent on plain marketing is not earned back either: against that the bond "
        "keeps 0.5 % more of those who come and earns 0.08 less, so four fifths of what the bound provider seems to keep "
        "beyond the control is what the budget does without a bond. Even the survey's 62 % lower cost "
        "would win only one in twenty. The sizes of lock-in are assumed."
    ),
    "medicine_maker": (
        "Professional promotion through trained dealers and informed authorities beats favours with the law and without it, "
        "so by this market every maker should have shifted before: against the case's own account. Favours keep three "
        "customers in a thousand more than nothing spent and cost more than that; to have them forbidden saves the maker "
        "their cost. Professional promotion also earns 7.1 a head and year more than as much spent on plain marketing, so it is "
        "not the money; the favours' money put into plain marketing earns less than kept. Of two makers who shift, the one who "
        "does so half a year before the law is ahead of the one who does so half a year after; late is better than never. Its "
        "lead is 3.0 a head and year from the date of the law; the half year before, left out here, in which it alone pays for "
        "promotion and leads by 0.5, makes that 2.5. There only the favour is forbidden. With "
        "dealers one after another (the arms named chain) the law of the channel, a dealer fewer and 40 % for the other, gives the "
        "maker more than any programme, 16.1 a head and year, because list prices are assumed to stay: what the second dealer kept "
        "is the maker's; the shift is ahead as before. Who relies on favours, having spent nothing on its dealers, loses no "
        "customer by 40 %; trained dealers who are held to 15 % turn from content to discontent and the maker keeps two "
        "customers in a hundred fewer a year, but what it saves on them is more, by 7.7 a head and year."
    ),
    "growth_matrix": (
        "Each lever moves its own cell, and the cells beside it too: contacts and cross-selling also bring new customers "
        "of the second product, advertising also reaches old ones. Which pays is against the theory: the same money earns "
        "most by winning new customers for the first product, next by advertising the second, and cross-selling hardly "
        "more than its cost, contacts less than theirs. That the first product's new customers pay best rests on an "
        "assumed size, that half of the market does not know the firm: where all know it (the arms named known) "
        "advertising of the first product loses 0.1 a head and year in place of earning 5.9, contacts lose 0.3, cross- "
        "selling earns 0.6, and advertising the second product, which one in ten knows, earns most, 2.0. Cross-selling "
        "earns less than diversification, and contacts less than advertising, either way. That winning a customer is "
        "dearer than keeping one, on which the claim rests, is no assumption of the model."
    ),
    "complements": (
        "As the theory has it, all of it, though the first claim could hardly fail: a second product that costs nothing to "
        "have earns its margin. To make the only complement and for its own product alone draws a quarter more "
        "of the first category's purchases to the firm and keeps a few more customers; it sells fewer complements than one "
        "open to all would and still earns more, and customers are worse off. Most of what control earns is the complement's own "
        "margin, which an open one earns too: closing it adds a third to that. An open complement of somebody else's takes more "
        "than closing had added, and gives the customers all of it back. A firm that makes an open complement gains nothing in the first category, by construction."
    ),
    "retention_steps": (
        "Every step keeps more customers, and the rule (`guanxi report FOLDER --four-steps`) says to go on to the "
        "fourth step. Profit says otherwise: over these years doing nothing earns most, though the first step cannot be told from it. "
        "The rule counts what a kept customer brings in all years to come; the run counts three of them, and customers who "
        "leave may come back. Why they leave: with nothing spent 36.0 in a thousand a year leave, 10.5 of them for the product, "
        "0.1 for service and the rest by chance; at the third step 31.7, 7.7 and 0.6. A failed service is booked under product "
        "here, for it acts by the satisfaction with what was delivered; service is convenience, trust and bonds, and more leave "
        "for it where contacts have made a bond that can fade. So Keaveney's service failures are among the product's losses, "
        "which fall by a quarter."
    ),
    "retention_five_points": (
        "Five points more raise the profit of a firm that is alone in it by three tenths, as the lower figures have it "
        "and less than half of the 75 % published for credit cards. It does so by having more customers: its customer base is "
        "worth a third more, a customer of it 3 % more. That nobody earns more where every firm does it is so by "
        "construction here: nobody enters or leaves the market. docs/industries.md has the nine industries: at lower "
        "retention the rise is smaller, and below 25 % in six of them."
    ),
    "seasonal_tourism": (
        "Where a hotel serves everybody: awareness, not season. Partners elsewhere earn the hotel a quarter more than the same money in advertising, "
        "because they make it known where advertising is assumed to make it known to hardly anybody (reach 0.05): with "
        "the default reach of 10 they earn 11 % less than advertising. Most of the gain, 3.2 of 3.9 a head and year, "
        "comes by partners who are there for their commission and get no support, since partners treated as usual are "
        "content. Guests who travel in the other season are worth 1 % more than guests who come on top of the full "
        "season, for beyond its capacity a hotel serves everybody there, with more failures. Where full hotels turn "
        "guests away it is the season: partners whose guests come in the full one add 0.3 a head and year, not 3.8, and those "
        "whose guests come in the other one 1.6. Most of the 5.2 between these two arms (15.5 against 10.4) is that people "
        "from far away travel in the other season at all, partners or not: without partners it is 3.9 (13.9 against "
        "10.0), so that the partners' own part is 1.3 (1.2 to 1.4). Who is turned away loses the occasion and no "
        "satisfaction. Partners out of season then earn 11 % more than advertising, not 26 %: with "
        "them the second season fills up too, and three times as many guests are turned away as without."
    ),
    "tournament_web_site": (
        "The tournament earns far more than advertising of the same cost, because it makes the maker known where "
        "advertising is assumed to reach hardly anybody (reach 0.1) and an event to draw many (draws 10). With the "
        "defaults of both (10 and 2) everybody knows the maker anyway, and the tournament earns no more than advertising "
        "(+0.001, -0.008 to 0.010); with the default draws alone its gain falls to a third. It is the meeting that does "
        "it, not the data: a first offer to those who left data adds less than one in a hundred."
    ),
    "departments_at_odds": (
        "At alignment 0.6 the firm loses a seventh of its profit, and with relationship work it then earns less than by "
        "plain marketing; where departments agree it earns 0.15 less too, of which 0.12 is that it spends more (2.67 "
        "against 2.55). That trust falls follows from the shortfall. Little of the loss is money spent without "
        "effect (0.3 a head and year of 3.5): most is what is promised and not delivered, so it rests on the assumed "
        "shortfall of 0.5, and the plain marketer loses nearly as much. Coordination at 7 % of the spend wins back three "
        "fifths for either."
    ),
    "value_of_the_database": (
        "Against what was expected: with customers who buy once in ten weeks contact does not pay at this dose, so a "
        "firm that can no longer reach those it would contact saves the money and earns more, the faster its file goes "
        "stale; keeping the file up costs more than it brings, and that it keeps more records current follows from the "
        "equation. What is spent is less by what is not served: the strategy does not turn it to others. To spend nothing at all earns "
        "1.7 more than any of it, and plain marketing for the same money 0.03 more than contact: the budget is too large for "
        "customers who buy so seldom, and whatever leaves money unspent wins; so the three verdicts do not say what a file is "
        "worth where contact pays. Contact by value cannot be told from the same money on everybody. "
        "Slightly fewer customers are kept with a stale file."
    ),
}


def page(folder: Path, made_only: bool = False) -> str:
    """The whole page as Markdown; ``made_only`` runs nothing and says what has not been run."""
    there = [name for name in RUNS if not made_only or (folder / name / "manifest.json").is_file()]
    waiting = [name for name in RUNS if name not in there]
    told = (
        ["## Not run at this size yet", ", ".join(f"`{name}`" for name in waiting) + ".", ""]
        if waiting
        else []
    )
    return "\n".join([HEAD, *(section(name, folder / name) for name in there), *told])


def section(name: str, where: Path) -> str:
    """One scenario: its question, command and size, and a row for each expectation."""
    if not (where / "manifest.json").is_file():
        run(compose(name, RUNS[name]), where, report=False)
    result = Result.read(where)
    setting = result.scenario
    size = (
        f"{setting.population.customers:,} customers, {setting.experiment.periods} periods of which the first "
        f"{setting.experiment.burn_in} are left out, {result.manifest['replications']} replications"
    )
    lines = [
        f"## {name}", setting.question, "",
        f"`{' '.join(['guanxi run', f'scenario={name}', *RUNS[name]])}`: {size}.", "",
        *(expected(result) if result.expectations else differences(result)), "", means(result), "",
        *([by_year(result), ""] if name in YEARLY else []),
    ]  # fmt: skip
    return "\n".join([*lines, *([READING[name], ""] if name in READING else [])])


def expected(result: Result) -> list[str]:
    """The table of what was expected."""
    return [
        "| expected | asked of the summary | measured | verdict | who expects it |", "|---|---|---|---|---|",
        *(row(entry) for entry in result.expectations),
    ]  # fmt: skip


def differences(result: Result) -> list[str]:
    """A table of paired differences from each arm's control, where nothing was expected."""
    asked = result.scenario.experiment.metrics[:3]
    titles = [f"`{metric}`, {ALL[metric].summary_unit}" for metric in asked]
    found = {metric: result.difference(metric).set_index("arm") for metric in asked}
    lines = [f"| arm | less | {' | '.join(titles)} |", f"|---|---|{'---|' * len(asked)}"]
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
    """The difference in profit of every arm in each year from the start, money a head: what the burn-in leaves out."""
    setting = result.scenario
    profit = result.outcomes.query("firm == @setting.experiment.focal").assign(
        year=lambda rows: (rows["period"] // setting.market.periods_per_year).astype(int) + 1
    )
    table = profit.pivot_table(index="seed", columns=["arm", "year"], values="profit", aggfunc="sum")
    controls = {arm: control for arm, control in result.manifest["controls"].items() if arm != control}
    told = [
        f"{arm} {', '.join(f'{x:+.2f}' for x in (table[arm] - table[control]).mean() / setting.population.customers)}"
        for arm, control in controls.items()
    ]
    return f"Profit less the control's, year by year from the start: {'; '.join(told)}."


def means(result: Result) -> str:
    """The first metric of every arm, with intervals."""
    metric = result.scenario.experiment.metrics[0]
    rows = result.summary[result.summary["metric"] == metric]
    of, mean = result.manifest["controls"], dict(zip(rows["arm"], rows["mean"], strict=True))
    told = [
        f"{r.arm} {r.mean:.4g} ({r.low:.4g} to {r.high:.4g}{_against(r.mean, r.arm, mean, of)})"
        for r in rows.itertuples()
    ]
    return f"Means of `{metric}` by arm: {'; '.join(told)}."


def _against(own: float, arm: str, mean: dict[str, float], of: dict[str, str]) -> str:
    """How much more than its control an arm has, in per cent of the control; nothing for a control."""
    control = of.get(arm, arm)
    return "" if control == arm or mean[control] <= 0 else f"; {own / mean[control] - 1:+.1%} on {control}"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--made"]):
        sys.exit(
            "python docs/findings.py FOLDER [--made] > docs/findings.md   (--made: only what is there already)"
        )
    print(page(Path(sys.argv[1]), sys.argv[2:] == ["--made"]), end="")
