"""Reasons why facts are not met, for the pages that show them: one place for calibration.md and facts.md."""

#: Why a fact is not met, by key; shown only where it is not.
WHY = {
    "switchers_points": "Points enter utility as the social bond does, with a smaller weight, and only for content customers. "
    "They therefore hold some satisfied switchers too. No weight makes them hold stayers and not switchers.",
    "elasticity_first_year": "Habit, lock-in and first impressions hold most customers for a year. The source's mean is met by "
    "prices that always differed, not by a change of price, though its estimates are mostly of prices that change from "
    "week to week (recalled). A larger `price_sensitivity` would meet this fact and miss the source's mean.",
    "convexity": "The curve rises by ever smaller steps: satisfaction enters utility linearly, tastes decide most choices, and staying cannot exceed 1.",
    "times": "The very satisfied stay only a little more readily than the satisfied, for the same reason. A larger `w_sat` "
    "would steepen the curve, but also tie buying more closely to satisfaction than in F3.",
    "tenure": "All customers enter in the first week, so that most have about the same tenure: too little spread.",
    "lifetime": "Above the range; nearly all of it is there with loyalty off, so it is due to differences in need and taste: a customer who "
    "buys often is observed for longer.",
    "repeat_1": "The level depends on tastes (`taste_weight`) and on the number of firms.",
    "repeat_fall": "Habit makes the latest brand more likely than an old one, but by less than in Yogurt.",
    "repeat_fall_twin": "Tastes do not move, so nothing should fall; the rest is due to random numbers.",
    "gone_2": "Customers have 26 occasions per year and four firms; brands in the source are bought rarely and most are small. "
    "The rows with rare needs and small brands come nearer.",
    "gone_5": "Buyers do not erode either: needs and tastes are drawn once and never change, and by default nobody enters or leaves.",
    "gone_2_small": "Tastes are strong: customers who like a brand buy it again, also with rare needs.",
    "gone_5_small": "As above: without renewal of needs and tastes the fifth year is like the second.",
    "lasts social_bond over points": "The order is that of the half-lives, which are assumed: structural 104 weeks, points 52, social 26. Points "
    "that are not claimed go on binding after the scheme has ended.",
    "left structural_bond over social_bond": "All are copied after four weeks. The structural bond loses two fifths of its gain, because it ties the "
    "copiers' customers to them; contacts lose nothing. That a rival copies joint work much later is an input (the lags of `imitator`) and is "
    "left out here.",
    "left social_bond over points": "Points gain by being copied. One reading: a rival that copies them pays for them in place of plain marketing, which earns "
    "more here, and most points are never claimed.",
    "satisfaction recovered": "The paradox is an assumption of the model, off by default: without it a recovery restores the satisfaction that the failure "
    "cost, or a little less.",
    "good over bad": "At the default failure rate of 5 %. The ratio follows from mean satisfaction, which F3 sets, and from the dissatisfied speaking "
    "twice as readily (`dissatisfied_factor`, assumed).",
    "shift good": "A conversation moves the listener's expectation by `talk_rate` (0.3, assumed) times the strength of the tie (0.3 on average, assumed) "
    "of the gap to the message, and customers who know a firm expect nearly what the message says. The source's figures are shifts that "
    "people report after advice they remember. Ratio and form agree, sizes differ twentyfold.",
    "shift bad": "As the good shift.",
    "repertoire moderate": "Prices found by trial rise with the switching cost from the first. One reading: the source's firms look ahead and invest "
    "in future customers; these firms judge a price by the profit of eight weeks, so they charge their present customers more.",
    "contractual moderate": "As in the repertoire market.",
}  # fmt: skip
