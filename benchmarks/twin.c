/* The period's two loops in plain C: people live their period, then they talk. The yardstick for sim/market/kernel/period.py.

   The same acts and equations on the same rows (layout.h is written from the records of sim/customers/columns.py and
   sim/customers/ledger.py), repertoire markets, without causes and reports. Built with cc -O3 -march=native, no fast-math;
   exp and log are the C library's. Random numbers by address, as there, but not the same numbers. */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "layout.h" /* Person, Relation, Message, Offer, Conditions, Parameters, Layer; ENTRIES, MARKET_ENTRIES and their names */

#define MOST_FIRMS 32
#define TIERS 4

enum { REWARD, DISCOUNT, CONTACT, EFFORT, THROUGH_MEDIUM, GIVEN };
enum { ADVERTISED = 1, CONTACTED, NEED, MOMENT, CHOICE, FAILURE, PERFORMANCE, VOICE, FOUND, DROPOUT, SPEAK, LAYER, TIE };
enum { NO_STAGE, IS_ACQUAINTANCE, IS_RESERVE, IS_STEADY, IS_WANDERING, IS_CONSOLIDATED };
enum { CLIQUE, RING, BLOCK, ANYONE };

typedef struct {
    int64_t customers, firms, period, threads;
    uint64_t key;
    const Conditions *market;
    const Parameters *p;
    const Offer *offers;
    const double (*programmes)[TIERS][GIVEN]; /* (firms, tiers, given) */
    const Layer *layers;
    int64_t n_layers;
    Person *people;
    Relation *relations; /* (customers, firms) */
    Message *messages;
    double *ledger; /* (firms, ENTRIES), added to */
    double *whole;  /* (MARKET_ENTRIES,), added to */
} Market;

typedef struct {
    const Market *m;
    int64_t first, last;
    bool talking;
    double ledger[MOST_FIRMS][ENTRIES], whole[MARKET_ENTRIES];
} Part;

/* ---------------------------------------------------------------- random numbers */

static inline uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline double uniform(uint64_t person, uint64_t purpose, uint64_t occasion, uint64_t which) {
    uint64_t bits = mix(person + 0x9E3779B97F4A7C15u * (purpose << 56 | occasion << 36 | (which + 1)));
    return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

static double normal_quantile(double u) { /* Wichura 1988, AS 241, PPND16 */
    static const double
        a[] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
               4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
        b[] = {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
               2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3},
        c[] = {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
               1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
        d[] = {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
               1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9},
        e[] = {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
               2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
        f[] = {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
               7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};
    const double *above = a, *below = b;
    double q = u - 0.5, r, up, down;
    bool central = fabs(q) <= 0.425;
    if (central)
        r = 0.180625 - q * q;
    else {
        r = sqrt(-log(q < 0 ? u : 1 - u));
        if (r <= 5)
            above = c, below = d, r -= 1.6;
        else
            above = e, below = f, r -= 5;
    }
    up = above[7], down = below[7];
    for (int k = 6; k >= 0; k--) {
        up = up * r + above[k];
        down = down * r + below[k];
    }
    return central ? q * up / down : copysign(up / down, q);
}

/* ---------------------------------------------------------------- equations (sim/theory) */

static inline double asymmetric(double gap, double loss_aversion, double tolerance) {
    return gap + (loss_aversion - 1) * fmin(0, gap + tolerance);
}

static inline double trust_after(double trust, double felt, double promise, const Parameters *p) {
    double margin = fmax(-1, fmin(1, felt - (promise - p->trust.tolerance)));
    return margin >= 0 ? trust + p->trust.up * (1 - trust) * margin : trust + p->trust.down * trust * margin;
}

static inline double logistic(double x) { return 1 / (1 + exp(-x)); }

static inline double stake(double points, double threshold) { return points > 0 ? 1 - exp(-points / threshold) : 0; }

static int occasions(double mean, double draw) {
    double chance = exp(-mean), below = chance;
    int number = 0;
    while (draw > below && number < 2000) {
        chance *= mean / ++number;
        below += chance;
    }
    return number;
}

static int stage(int before, int purchases, double commitment, double social, double structural, double satisfaction,
                 double trust, bool held_by_cost, const Parameters *p) {
    if (purchases < p->relationship.acquaintance_until) return IS_ACQUAINTANCE;
    double slack = before == IS_CONSOLIDATED ? p->relationship.consolidated_slack : 0;
    if (commitment > p->relationship.consolidated_commitment - slack
        && fmax(social, structural) > p->relationship.consolidated_bond - slack)
        return IS_CONSOLIDATED;
    bool settled = before == IS_STEADY || before == IS_CONSOLIDATED || before == IS_WANDERING;
    if (settled && (satisfaction < 0 || held_by_cost)) return IS_WANDERING;
    if (trust > p->relationship.trust_threshold && satisfaction > 0) return IS_STEADY;
    if (trust < p->relationship.trust_threshold) return IS_RESERVE;
    return before != NO_STAGE ? before : IS_ACQUAINTANCE;
}

/* ---------------------------------------------------------------- one customer's period */

static inline bool knows(const Person *c, int j) { return c->aware >> j & 1; }

static inline double price_for(const Market *m, const Relation *t, int j) {
    double price = m->offers[j].paid;
    return t[j].tier < 0 ? price : price * (1 - m->programmes[j][t[j].tier][DISCOUNT]);
}

/* Utilities own, and with bonds and inertia; returns the cost of leaving the main supplier. */
static double evaluate(const Market *m, const Person *c, const Relation *t, double *own, double *value) {
    const Parameters *p = m->p;
    int supplier = c->supplier;
    double cost = 0;
    for (int j = 0; j < m->firms; j++) {
        const Offer *o = &m->offers[j];
        if (!knows(c, j) || !o->open) {
            own[j] = value[j] = -INFINITY;
            continue;
        }
        double content = fmax(0, t[j].satisfaction), at_stake = stake(t[j].points, p->bonds.threshold);
        own[j] = t[j].taste + c->quality_weight * t[j].expectation + p->choice.w_sat * t[j].satisfaction
                 - c->price_sensitivity * price_for(m, t, j)
                 + o->convenience - o->effort - p->choice.risk * (1 - t[j].trust)
                 + o->brand + o->technology + o->political;
        value[j] = own[j] + p->choice.w_fin * content * at_stake + p->choice.w_soc * content * t[j].social_bond
                   + p->choice.w_str * t[j].structural_bond + p->choice.w_hab * t[j].habit;
        if (j == supplier)
            cost = p->choice.procedural * c->lock_in + content * (p->choice.s_fin * at_stake + p->choice.s_soc * t[j].social_bond)
                   + p->choice.s_str * t[j].structural_bond;
    }
    if (supplier >= 0)
        for (int j = 0; j < m->firms; j++)
            if (j != supplier) value[j] -= cost;
    return cost;
}

/* The firm chosen at an occasion, or -1: the first of exponential races, one random number per firm; adds the surplus. */
static int choose(const Market *m, const Person *c, const double *value, double outside, bool at_entry, uint64_t person,
                  int occasion, double *surplus) {
    double scale = m->p->choice.noise_scale;
    bool may_stay_out = m->market->has_outside && !at_entry;
    double best = may_stay_out ? outside : -INFINITY, total = 0, first = INFINITY;
    int chosen = -1;
    for (int j = 0; j < m->firms; j++) best = fmax(best, value[j]);
    if (best == -INFINITY) return -1;
    for (int j = 0; j < m->firms; j++) {
        if (value[j] == -INFINITY) continue;
        double weight = exp((value[j] - best) / scale), race = -log(uniform(person, CHOICE, occasion, j)) / weight;
        total += weight;
        if (race < first) first = race, chosen = j;
    }
    if (may_stay_out) {
        double weight = exp((outside - best) / scale), race = -log(uniform(person, CHOICE, occasion, m->firms)) / weight;
        total += weight;
        if (race < first) chosen = -1;
    }
    if (c->price_sensitivity > 0) *surplus += (best + scale * log(total)) / c->price_sensitivity;
    return chosen;
}

static void reach_out(const Market *m, Person *c, Relation *t, uint64_t person, double books[][ENTRIES]) {
    const Parameters *p = m->p;
    for (int j = 0; j < m->firms; j++) {
        const Offer *o = &m->offers[j];
        if (o->ad_chance > 0 && uniform(person, ADVERTISED, 0, j) < o->ad_chance) {
            if (!knows(c, j)) {
                c->aware |= 1u << j;
                books[j][REACHED]++;
            }
            t[j].expectation += p->reach.persuade * (o->promise - t[j].expectation) / (1.0 + t[j].purchases);
        }
        if (t[j].points > 0) {
            float held = t[j].points;
            t[j].points = held * p->bonds.points_keep;
            books[j][POINTS_EXPIRED] += held - t[j].points;
        }
        t[j].social_bond *= p->bonds.social_keep;
        t[j].structural_bond *= p->bonds.structural_keep;
        if (t[j].tier < 0) continue;
        const double *given = m->programmes[j][t[j].tier];
        if (given[CONTACT] > 0) {
            int contacts = (int)(given[CONTACT] + uniform(person, CONTACTED, 0, j));
            for (int k = 0; k < contacts; k++) {
                if (c->relational_orientation < p->bonds.irritated_below)
                    t[j].satisfaction = fmax(-1, t[j].satisfaction - p->bonds.irritation);
                else
                    t[j].social_bond += p->bonds.g_soc * (c->relational_orientation * (1 + t[j].satisfaction) / 2)
                                        * (1 - given[THROUGH_MEDIUM] * (1 - p->bonds.online_depth)) * (1 - t[j].social_bond);
            }
            books[j][CONTACTS] += contacts;
            books[j][ONLINE] += contacts * given[THROUGH_MEDIUM];
        }
        if (given[EFFORT] > 0) {
            double grows = fmin(1, p->bonds.g_str * given[EFFORT] * t[j].trust);
            t[j].structural_bond += grows * (1 - t[j].structural_bond);
            books[j][INTEGRATION] += given[EFFORT];
        }
    }
}

static void buy(const Market *m, Person *c, Relation *t, int j, double price, double *books) {
    const Parameters *p = m->p;
    books[UNITS]++;
    books[REVENUE] += m->offers[j].price;
    books[PROMOTION] += m->offers[j].price - price;
    if (t[j].tier >= 0 && m->programmes[j][t[j].tier][REWARD] > 0) {
        double issued = m->programmes[j][t[j].tier][REWARD] * price, held = t[j].points + issued;
        books[POINTS_ISSUED] += issued;
        if (held >= p->bonds.threshold) {
            books[POINTS_PAID] += held;
            held = 0;
        }
        t[j].points = held;
    }
    if (t[j].purchases == 0) {
        books[NEW_BUYERS]++;
        t[j].first_purchase = m->period;
    }
    if (t[j].last_purchase != m->period) books[BUYERS]++;
    t[j].purchases++;
    t[j].last_purchase = m->period;
    t[j].money += price;
    c->streak = c->last_bought == j ? c->streak + 1 : 1;
    c->last_bought = j;
}

static void experience(const Market *m, Person *c, Relation *t, int j, uint64_t person, int occasion, double *books) {
    const Parameters *p = m->p;
    const Offer *o = &m->offers[j];
    double chance = fmin(1, fmax(0, o->failure_rate * (1 + o->congestion) * (1 - o->employee_effect))), lift = 0;
    bool failed = uniform(person, FAILURE, occasion, j) < chance;
    double felt = o->quality + p->experience.customisation * t[j].structural_bond;
    if (p->experience.noise_sd > 0)
        felt += p->experience.noise_sd * normal_quantile(uniform(person, PERFORMANCE, occasion, j));
    if (failed) {
        felt -= p->experience.severity;
        books[FAILURES]++;
        bool voiced = uniform(person, VOICE, occasion, j) < c->voice;
        if (voiced) books[COMPLAINTS]++;
        if (voiced || uniform(person, FOUND, occasion, j) < o->found_chance) {
            books[RECOVERED]++;
            bool again = (m->period - c->last_failure) * m->market->weeks <= 52;
            felt += o->recovery_quality * p->experience.severity * (again ? p->experience.second_failure : 1);
            lift = p->experience.paradox * o->recovery_quality;
        }
        c->last_failure = m->period;
    }
    double attribute = p->satisfaction.w_des * (felt - c->desire)
                       + p->satisfaction.w_exp * asymmetric(felt - t[j].expectation, c->loss_aversion, p->satisfaction.tolerance);
    double information = asymmetric(felt - o->promise, c->loss_aversion, p->satisfaction.tolerance);
    double judged = tanh(p->satisfaction.w_att * attribute + p->satisfaction.w_inf * information) + lift;
    judged = fmax(-1, fmin(1, judged));
    t[j].satisfaction += p->satisfaction.rate_sat * (judged - t[j].satisfaction);
    t[j].expectation += p->satisfaction.rate_exp * (felt - t[j].expectation);
    t[j].trust = trust_after(t[j].trust, felt, o->promise, p);
}

static int main_supplier(const Market *m, const Relation *t, int supplier) {
    int leader = -1;
    for (int j = 0; j < m->firms; j++)
        if (m->offers[j].open && (leader < 0 || t[j].habit > t[leader].habit)) leader = j;
    if (leader < 0 || t[leader].habit <= 0 || leader == supplier) return supplier;
    if (supplier >= 0 && m->offers[supplier].open
        && t[leader].habit < t[supplier].habit + m->p->relationship.switch_margin)
        return supplier;
    return leader;
}

static int stage_now(const Market *m, const Person *c, const Relation *t) {
    const Parameters *p = m->p;
    double own[MOST_FIRMS], value[MOST_FIRMS];
    int j = c->supplier;
    if (j < 0) return NO_STAGE;
    double cost = evaluate(m, c, t, own, value), advantage = -INFINITY;
    bool held_by_cost = false;
    for (int k = 0; k < m->firms; k++)
        if (k != j) {
            advantage = fmax(advantage, own[k] - own[j]);
            held_by_cost |= value[k] + cost > value[j];
        }
    if (advantage == -INFINITY) advantage = 0;
    double committed = logistic(p->commitment.c0 + p->commitment.c_sat * t[j].satisfaction + p->commitment.c_tr * t[j].trust
                                + p->commitment.c_bond * (t[j].social_bond + t[j].structural_bond)
                                - p->commitment.c_alt * advantage);
    return stage(c->stage, t[j].purchases, committed, t[j].social_bond, t[j].structural_bond, t[j].satisfaction, t[j].trust,
                 held_by_cost, p);
}

static void live_one(const Market *m, int64_t i, double books[][ENTRIES], double *whole) {
    const Parameters *p = m->p;
    Person *c = &m->people[i];
    Relation *t = &m->relations[i * m->firms];
    m->messages[i].speaks_of = -1;
    if (c->entered_at >= m->period + 1 || c->leaves_at <= m->period) return;
    uint64_t person = mix(m->key + 0x9E3779B97F4A7C15u * (uint64_t)(i + 1));
    int before = c->supplier;
    double leaves = c->leaves_at, own[MOST_FIRMS], value[MOST_FIRMS];
    whole[PRESENT]++;
    reach_out(m, c, t, person, books);

    double ends = fmin(leaves, m->period + 1.0) - m->period, time = fmax(c->entered_at - m->period, 0);
    bool at_entry = m->market->entry_by_purchase && c->entered_at >= m->period, bought = false;
    double mean = c->need_rate * m->market->demand[c->segment] * (ends - time);
    int needs = mean > 0 ? occasions(mean, uniform(person, NEED, 0, 0)) : 0;
    needs += at_entry;
    for (int k = 0; k < needs; k++) {
        bool entry = at_entry && k == 0;
        if (c->dropout > 0 && !entry) {
            int left = needs - k;
            double u = uniform(person, MOMENT, k, 0);
            time += (ends - time) * (left == 1 ? u : 1 - exp(log(1 - u) / left));
        }
        whole[OCCASIONS]++;
        double cost = evaluate(m, c, t, own, value), outside = m->market->outside + c->taste_outside;
        if (before >= 0) outside -= cost * p->choice.outside_pays;
        int j = choose(m, c, value, outside, entry, person, k, &whole[SURPLUS]);
        if (j < 0) {
            whole[OUTSIDE]++;
            continue;
        }
        for (int f = 0; f < m->firms; f++)
            t[f].habit = p->choice.habit_keep * t[f].habit + (f == j ? 1 - p->choice.habit_keep : 0);
        bought = true;
        buy(m, c, t, j, price_for(m, t, j), books[j]);
        experience(m, c, t, j, person, k, books[j]);
        if (!entry && c->dropout > 0 && uniform(person, DROPOUT, k, 0) < c->dropout) {
            c->leaves_at = leaves = m->period + time;
            break;
        }
    }

    int supplier = before;
    if (bought) supplier = main_supplier(m, t, before);
    if (supplier >= 0 && !m->offers[supplier].open) supplier = -1;
    bool leaving = leaves <= m->period + 1;
    if (leaving) {
        supplier = -1;
        for (int j = 0; j < m->firms; j++) {
            books[j][POINTS_EXPIRED] += t[j].points;
            t[j].points = 0;
        }
        if (before >= 0) books[before][LOST]++;
        whole[LEFT]++;
    } else if (supplier != before) {
        if (before >= 0) {
            t[before].structural_bond *= p->bonds.left_behind;
            books[before][LOST]++;
        }
        if (supplier >= 0) books[supplier][WON]++;
        c->tenure = 0;
        c->stage = NO_STAGE;
    } else if (supplier >= 0) {
        c->tenure++;
        books[supplier][KEPT]++;
    }
    c->supplier = supplier;
    c->stage = stage_now(m, c, t);

    if (bought && !leaving && m->market->talk_on) {
        const Relation *of = &t[c->last_bought];
        double readiness = p->talk.talk_base + p->talk.talk_slope * fabs(of->satisfaction);
        if (of->satisfaction < 0) readiness *= p->talk.dissatisfied_factor;
        if (uniform(person, SPEAK, 0, 0) < fmin(1, readiness))
            m->messages[i] = (Message){.speaks_of = c->last_bought, .says_expectation = of->expectation,
                                .says_satisfaction = of->satisfaction};
    }
}

/* ---------------------------------------------------------------- who asks whom (sim/customers/network.py) */

static inline double again(double draw) {
    draw = draw * 48271.0 + 0.5772156649015329;
    return draw - floor(draw);
}

static inline int64_t scramble(int64_t number, int64_t key) { return ((number + 1) * (2654435761 + 40503 * key)) >> 13; }

static int64_t place_of(int64_t customer, int64_t half, int64_t key) {
    int64_t side = ((int64_t)1 << half) - 1, high = customer >> half & side, low = customer & side;
    for (int turn = 0; turn < 4; turn++) {
        int64_t was = high;
        high = low, low = (was + scramble(low, key * 4 + turn)) & side;
    }
    return (customer >> 2 * half << 2 * half) + (high << half) + low;
}

static int64_t customer_at(int64_t place, int64_t half, int64_t key) {
    int64_t side = ((int64_t)1 << half) - 1, high = place >> half & side, low = place & side;
    for (int turn = 3; turn >= 0; turn--) {
        int64_t was = high;
        high = (low - scramble(high, key * 4 + turn)) & side, low = was;
    }
    return (place >> 2 * half << 2 * half) + (high << half) + low;
}

static int64_t relative(int64_t customer, double draw) {
    int64_t within = customer % 18, first = 0, size = 3;
    while (within >= first + size) first += size++;
    return customer - within + first + (within - first + 1 + (int64_t)(draw * (size - 1))) % size;
}

static int64_t colleague(int64_t customer, double draw, const Layer *l) {
    int64_t place = place_of(customer, l->half, l->key), within = place % l->members;
    return customer_at(place - within + (within + 1 + (int64_t)(draw * (l->members - 1))) % l->members, l->half, l->key);
}

static int64_t resident(int64_t customer, double draw, const Layer *l) {
    int64_t near = l->members - l->far, reach = near / 2, which = (int64_t)(draw * l->members);
    if (which >= near) {
        int64_t key = l->key + 1 + which - near;
        return customer_at(place_of(customer, l->half, key) ^ 1, l->half, key);
    }
    int64_t place = place_of(customer, l->half, l->key);
    if (which < reach)
        place += which + 1;
    else if (which < 2 * reach)
        place -= which - reach + 1;
    else
        place += place / (reach + 1) % 2 == 0 ? reach + 1 : -(reach + 1);
    return place >= 0 ? customer_at(place, l->half, l->key) : -1;
}

static int64_t whom(const Market *m, int64_t i, double draw, const Layer *l) {
    if (l->kind == ANYONE) {
        int64_t other = (int64_t)(draw * m->customers);
        return other != i ? other : -1;
    }
    for (int try = 0; try < 8; try++) {
        int64_t other = l->kind == CLIQUE ? relative(i, draw) : l->kind == BLOCK ? colleague(i, draw, l) : resident(i, draw, l);
        if (other >= 0 && other < m->customers) return other;
        draw = again(draw);
    }
    return -1;
}

static void listen_one(const Market *m, int64_t i, double books[][ENTRIES]) {
    const Parameters *p = m->p;
    uint64_t person = mix(m->key + 0x9E3779B97F4A7C15u * (uint64_t)(i + 1));
    double draw = uniform(person, LAYER, 0, 0);
    const Layer *l = m->layers;
    while (l < m->layers + m->n_layers && draw >= l->share_up_to) l++;
    if (l == m->layers + m->n_layers) return;
    int64_t other = whom(m, i, uniform(person, TIE, 0, 0), l);
    if (other < 0 || m->messages[other].speaks_of < 0) return;
    Person *c = &m->people[i];
    if (c->entered_at >= m->period + 1 || c->leaves_at <= m->period + 1) return;
    int j = m->messages[other].speaks_of;
    Relation *t = &m->relations[i * m->firms + j];
    double says = m->messages[other].says_satisfaction, heard = m->messages[other].says_expectation + p->talk.news * says;
    t->expectation += p->talk.talk_rate * l->strength * (heard - t->expectation);
    t->trust += p->talk.talk_trust * l->strength * (fmax(0, says) * (1 - t->trust) + fmin(0, says) * t->trust);
    if (!knows(c, j)) {
        c->aware |= 1u << j;
        books[j][REFERRALS]++;
    }
}

/* ---------------------------------------------------------------- the two loops, over threads */

static void *part(void *given) {
    Part *part = given;
    for (int64_t i = part->first; i < part->last; i++)
        if (part->talking)
            listen_one(part->m, i, part->ledger);
        else
            live_one(part->m, i, part->ledger, part->whole);
    return NULL;
}

static void over_threads(const Market *m, bool talking) {
    pthread_t threads[64];
    Part *parts = calloc(m->threads, sizeof *parts);
    for (int k = 0; k < m->threads; k++) {
        parts[k].m = m;
        parts[k].first = m->customers * k / m->threads;
        parts[k].last = m->customers * (k + 1) / m->threads;
        parts[k].talking = talking;
        if (k > 0) pthread_create(&threads[k], NULL, part, &parts[k]);
    }
    part(&parts[0]);
    for (int k = 0; k < m->threads; k++) {
        if (k > 0) pthread_join(threads[k], NULL);
        for (int j = 0; j < m->firms; j++)
            for (int e = 0; e < ENTRIES; e++) m->ledger[j * ENTRIES + e] += parts[k].ledger[j][e];
        for (int e = 0; e < MARKET_ENTRIES; e++) m->whole[e] += parts[k].whole[e];
    }
    free(parts);
}

void live(const Market *m) { over_threads(m, false); }

void listen(const Market *m) { over_threads(m, true); }
