/* The period's two loops in C written for the processor: columns, vectors, single precision. The practical limit for
   sim/market/kernel/, as twin.c is the straightforward way.

   The same acts and equations as twin.c. Customers are kept in blocks of 256 as columns (layout.h), and each act is a loop
   over a column. Customers with a purchase occasion are gathered: all first occasions are computed together, then all
   second ones. exp, log and the normal quantile are polynomials without branches; random numbers are 32-bit hashes of
   their address. Built with cc -O3 -march=native -fopenmp-simd -fno-trapping-math -fno-math-errno, no fast-math: a loop
   marked EACH has independent turns, and a sum marked SUM may be added in any order. A value that is loaded under a
   condition alone would keep the compiler from making vectors; hence loads come first. For means of up to 80 occasions
   per customer per period. */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "layout.h" /* Person, Relation, Message: columns; Offer, Conditions, Parameters, Layer in single precision */

#define BLOCK 256 /* customers in a block of columns */
#define MOST_FIRMS 32
#define MOST_LAYERS 8
#define TIERS 4
#define PADDED 16                                            /* gathered customers are filled up to whole vectors */
#define STRIDE ((int32_t)(sizeof(Relation) / sizeof(float))) /* from a firm's column to the next firm's */
#define NEVER (-1e30f)                                       /* value of an offer that is unknown or closed */

#define EACH _Pragma("omp simd")
#define SUM(total) _Pragma(TEXT(omp simd reduction(+ : total)))
#define TEXT(words) #words

/* A column of relations from the block's first entry on: entry j * STRIDE + i belongs to firm j and customer i. */
#define COLUMN(relations, name) ((char *)(relations) + offsetof(Relation, name))

enum { REWARD, DISCOUNT, CONTACT, EFFORT, THROUGH_MEDIUM, GIVEN };
enum { ADVERTISED = 1, CONTACTED, NEED, MOMENT, CHOICE, FAILURE, PERFORMANCE, VOICE, FOUND, DROPOUT, SPEAK, LAYER, TIE };
enum { NO_STAGE, IS_ACQUAINTANCE, IS_RESERVE, IS_STEADY, IS_WANDERING, IS_CONSOLIDATED };
enum { CLIQUE, RING, IN_BLOCK, ANYONE };
enum { SILENT = -1, ABSENT = -2 };

typedef struct {
    int64_t customers, firms, period, threads;
    uint64_t key;
    const Conditions *market;
    const Parameters *p;
    const Offer *offers;
    const float (*programmes)[TIERS][GIVEN]; /* (firms, tiers, given) */
    const Layer *layers;
    int64_t n_layers;
    Person *people;      /* (blocks,) */
    Relation *relations; /* (blocks, firms) */
    Message *messages;   /* (blocks,) */
    double *ledger;      /* (firms, ENTRIES), added to */
    double *whole;       /* (MARKET_ENTRIES,), added to */
} Market;

/* One block while it lives a period. */
typedef struct {
    const Market *m;
    const Parameters *p;
    int firms;
    float period;
    Person *people;
    Relation *relations;
    Message *message;
    double (*books)[ENTRIES], *whole;
    uint32_t person[BLOCK];                /* key of the customer's random numbers */
    int32_t here[BLOCK], before[BLOCK];    /* 1 in the market; main supplier when the period began */
    int32_t enters[BLOCK], needs[BLOCK];   /* 1 buys at entry; purchase occasions */
    float time[BLOCK], ends[BLOCK];        /* of the last occasion and of the customer's period, within the period */
    float own[MOST_FIRMS * BLOCK], bonded[MOST_FIRMS * BLOCK], stake[MOST_FIRMS * BLOCK]; /* of offers, j * BLOCK + i */
} Block;

#define MOST (BLOCK + PADDED)

/* Customers gathered at an occasion, the last of them repeated to fill whole vectors. */
typedef struct {
    int n, padded;
    int32_t who[MOST], at_entry[MOST];   /* number within the block; 1 buys at entry */
    int32_t chosen[MOST], of[MOST];      /* firm chosen, -1 outside; entry of the relation to it in a column */
    uint32_t person[MOST];
    float price_sensitivity[MOST], paid[MOST];
} Occasion;

/* ---------------------------------------------------------------- random numbers and functions */

static inline uint32_t hash(uint32_t x) { /* lowbias32, Wellons 2018 */
    x = (x ^ (x >> 16)) * 0x7FEB352Du;
    x = (x ^ (x >> 15)) * 0x846CA68Bu;
    return x ^ (x >> 16);
}

static inline uint32_t address(uint32_t purpose, uint32_t occasion, uint32_t which) {
    return hash(purpose << 27 ^ hash(occasion << 8 ^ which));
}

static inline float uniform_of(uint32_t bits) { return ((float)(int32_t)(bits >> 9) + 0.5f) * 0x1p-23f; }

static inline float uniform(uint32_t person, uint32_t address) { return uniform_of(hash(person + address)); }

static inline uint32_t below(uint32_t bits, uint32_t n) { return (uint32_t)((uint64_t)bits * n >> 32); }

static inline float bits_as_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint32_t float_as_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float least(float a, float b) { return a < b ? a : b; }

static inline float most(float a, float b) { return a > b ? a : b; }

static inline float within(float x, float low, float high) { return least(most(x, low), high); }

static inline float exp_of(float x) { /* 2^k e^r, |r| <= ln(2)/2; relative error below 3e-7 */
    const float shift = 0x1.8p23f; /* adding it rounds to a whole number, which stands in the last bits */
    x = within(x, -87, 88);
    float shifted = x * 1.44269504f + shift, k = shifted - shift, r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
    float series = 1 + r * (1 + r * (0.5f + r * (1.6666667e-1f + r * (4.1665795e-2f + r * (8.3334519e-3f + r * 1.3981999e-3f)))));
    return bits_as_float(float_as_bits(series) + (float_as_bits(shifted) << 23));
}

static inline float log_of(float x) { /* k ln 2 + ln(1 + f), 1 + f in [0.7, 1.41]; Cephes; x above 1.2e-38 */
    int32_t bits = (int32_t)float_as_bits(x), k = (bits - 0x3F3504F3) >> 23;
    float f = bits_as_float((uint32_t)(bits - (int32_t)((uint32_t)k << 23))) - 1, q = f * f, halvings = (float)k;
    float series = 7.0376836292e-2f;
    series = series * f - 1.1514610310e-1f, series = series * f + 1.1676998740e-1f, series = series * f - 1.2420140846e-1f;
    series = series * f + 1.4249322787e-1f, series = series * f - 1.6668057665e-1f, series = series * f + 2.0000714765e-1f;
    series = series * f - 2.4999993993e-1f, series = series * f + 3.3333331174e-1f;
    return halvings * 0.693359375f + (f + (f * q * series - 0.5f * q - halvings * 2.12194440e-4f));
}

static inline float normal_quantile(float u) { /* Giles 2010, single precision */
    float w = -log_of(4 * u * (1 - u)), a = w - 2.5f, b = sqrtf(most(w, 0)) - 3;
    float central = 2.81022636e-08f, tail = -0.000200214257f;
    central = central * a + 3.43273939e-07f, central = central * a - 3.5233877e-06f, central = central * a - 4.39150654e-06f;
    central = central * a + 0.00021858087f, central = central * a - 0.00125372503f, central = central * a - 0.00417768164f;
    central = central * a + 0.246640727f, central = central * a + 1.50140941f;
    tail = tail * b + 0.000100950558f, tail = tail * b + 0.00134934322f, tail = tail * b - 0.00367342844f;
    tail = tail * b + 0.00573950773f, tail = tail * b - 0.0076224613f, tail = tail * b + 0.00943887047f;
    tail = tail * b + 1.00167406f, tail = tail * b + 2.83297682f;
    return 1.41421356f * (2 * u - 1) * (w < 5 ? central : tail);
}

static inline float tanh_of(float x) { return 1 - 2 / (exp_of(2 * x) + 1); }

/* ---------------------------------------------------------------- equations (sim/theory) */

/* One entry of a firm's programme by tier. */
typedef struct {
    float of[TIERS];
} Terms;

static inline Terms terms(const float (*programme)[GIVEN], int what) {
    return (Terms){{programme[0][what], programme[1][what], programme[2][what], programme[3][what]}};
}

static inline float given(Terms terms, int32_t tier) { /* nothing outside any tier */
    float found = tier == 0 ? terms.of[0] : 0;
    found = tier == 1 ? terms.of[1] : found;
    found = tier == 2 ? terms.of[2] : found;
    return tier == 3 ? terms.of[3] : found;
}

static inline float stake_in(float points, float threshold) { return points > 0 ? 1 - exp_of(-points / threshold) : 0; }

static inline float own_utility(float taste, float quality_weight, float expectation, float satisfaction, float price_sensitivity,
                                float price, float trust, float standing, float w_sat, float risk) {
    return taste + quality_weight * expectation + w_sat * satisfaction - price_sensitivity * price + standing - risk * (1 - trust);
}

static inline float bonds(float satisfaction, float stake, float social, float structural, float w_fin, float w_soc, float w_str) {
    return most(0, satisfaction) * (w_fin * stake + w_soc * social) + w_str * structural;
}

static inline float asymmetric(float gap, float loss_aversion, float tolerance) {
    return gap + (loss_aversion - 1) * least(0, gap + tolerance);
}

static inline float trust_after(float trust, float margin, float up, float down) {
    float gain = up * (1 - trust), loss = down * trust;
    return trust + margin * (margin >= 0 ? gain : loss);
}

static inline int32_t stage_of(int32_t before, int32_t purchases, float commitment, float bond, float satisfaction, float trust,
                               float temptation, int32_t acquaintance_until, float slack, float needed_commitment,
                               float needed_bond, float trust_threshold) {
    float eased = before == IS_CONSOLIDATED ? slack : 0;
    int32_t stage = before != NO_STAGE ? before : IS_ACQUAINTANCE; /* from the last rule to the first */
    stage = trust < trust_threshold ? IS_RESERVE : stage;
    stage = trust > trust_threshold ? (satisfaction > 0 ? IS_STEADY : stage) : stage;
    int32_t wanders = satisfaction < 0 ? IS_WANDERING : temptation > 0 ? IS_WANDERING : stage;
    stage = before >= IS_STEADY ? wanders : stage;
    stage = commitment > needed_commitment - eased ? (bond > needed_bond - eased ? IS_CONSOLIDATED : stage) : stage;
    return purchases < acquaintance_until ? IS_ACQUAINTANCE : stage;
}

static inline float standing_of(const Offer *o) {
    return o->convenience - o->effort + o->brand + o->technology + o->political;
}

/* ---------------------------------------------------------------- entries of columns */

/* Processors gather and scatter slowly: entries of four bytes are picked and put one by one, and computed with in vectors. */
#define ONE_BY_ONE __attribute__((noinline, optimize("no-tree-vectorize"))) static void

ONE_BY_ONE pick(void *to, const void *column, const int32_t *at, int n) {
    for (int k = 0; k < n; k++) memcpy((char *)to + 4 * k, (const char *)column + 4 * (ptrdiff_t)at[k], 4);
}

ONE_BY_ONE put(const void *from, void *column, const int32_t *at, int n) {
    for (int k = 0; k < n; k++) memcpy((char *)column + 4 * (ptrdiff_t)at[k], (const char *)from + 4 * k, 4);
}

/* ---------------------------------------------------------------- the acts of a block, each over columns */

static void name_persons(Block *b, int64_t first) {
    uint32_t key = hash((uint32_t)b->m->key) ^ hash((uint32_t)(b->m->key >> 32) + 0x9E3779B9u);
    EACH for (int i = 0; i < BLOCK; i++) b->person[i] = hash(key + 0x9E3779B9u * (uint32_t)(first + i + 1));
}

static void enter(Block *b) {
    const Person *c = b->people;
    float now = b->period, buys_at_entry = (float)(b->m->market->entry_by_purchase != 0), present = 0;
    EACH for (int i = 0; i < BLOCK; i++) {
        b->here[i] = (c->entered_at[i] < now + 1) & (c->leaves_at[i] > now);
        b->enters[i] = b->here[i] & (c->entered_at[i] >= now) & (buys_at_entry > 0);
        b->time[i] = most(c->entered_at[i], now) - now;
        b->ends[i] = least(c->leaves_at[i], now + 1) - now;
        b->before[i] = c->supplier[i];
    }
    SUM(present) for (int i = 0; i < BLOCK; i++) present += (float)b->here[i];
    b->whole[PRESENT] += present;
}

static void reach_out(Block *b, int j) {
    const Parameters *p = b->p;
    const Offer *o = &b->m->offers[j];
    const float (*programme)[GIVEN] = b->m->programmes[j];
    Terms effort_of = terms(programme, EFFORT), contact_of = terms(programme, CONTACT), online_of = terms(programme, THROUGH_MEDIUM);
    Person *c = b->people;
    Relation *t = &b->relations[j];
    uint32_t advertised = address(ADVERTISED, 0, j), contacted = address(CONTACTED, 0, j);
    float ad_chance = o->ad_chance, promise = o->promise, persuade = p->reach.persuade, depth_online = p->bonds.online_depth;
    float points_keep = p->bonds.points_keep, social_keep = p->bonds.social_keep, structural_keep = p->bonds.structural_keep;
    float reached = 0, expired = 0, integration = 0, contacts_made = 0, online = 0, most_contacts = 0;
    int32_t contacts[BLOCK];

    EACH for (int i = 0; i < BLOCK; i++) {
        int32_t touched = b->here[i] & (uniform(b->person[i], advertised) < ad_chance);
        float persuaded = t->expectation[i] + persuade * (promise - t->expectation[i]) / (1 + (float)t->purchases[i]);
        t->expectation[i] = touched ? persuaded : t->expectation[i];
        contacts[i] = (touched & ~(c->aware[i] >> j)) & 1;
        c->aware[i] |= (uint32_t)contacts[i] << j;
    }
    SUM(reached) for (int i = 0; i < BLOCK; i++) reached += (float)contacts[i];

    SUM(expired) for (int i = 0; i < BLOCK; i++) {
        float left = t->points[i] * (b->here[i] ? points_keep : 1);
        expired += t->points[i] - left;
        t->points[i] = left;
    }
    float g_str = p->bonds.g_str;
    SUM(integration) for (int i = 0; i < BLOCK; i++) {
        float effort = b->here[i] ? given(effort_of, t->tier[i]) : 0, bond = t->structural_bond[i] * (b->here[i] ? structural_keep : 1);
        t->social_bond[i] *= b->here[i] ? social_keep : 1;
        t->structural_bond[i] = bond + least(1, g_str * effort * t->trust[i]) * (1 - bond);
        integration += effort;
    }
    SUM(contacts_made) for (int i = 0; i < BLOCK; i++) {
        float rate = b->here[i] ? given(contact_of, t->tier[i]) : 0;
        contacts[i] = (int32_t)(rate + uniform(b->person[i], contacted));
        contacts_made += (float)contacts[i];
    }
    for (int k = 0; k < TIERS; k++) most_contacts = most(most_contacts, ceilf(contact_of.of[k]));
    float irritated_below = p->bonds.irritated_below, irritation = p->bonds.irritation, g_soc = p->bonds.g_soc;
    for (int k = 0; k < most_contacts; k++)
        SUM(online) for (int i = 0; i < BLOCK; i++) {
            int32_t made = k < contacts[i], irritates = made & (c->relational_orientation[i] < irritated_below);
            float medium = given(online_of, t->tier[i]), felt = t->satisfaction[i];
            float receptive = c->relational_orientation[i] * (1 + felt) / 2 * (1 - medium * (1 - depth_online));
            float grown = t->social_bond[i] + g_soc * receptive * (1 - t->social_bond[i]);
            t->social_bond[i] = made & !irritates ? grown : t->social_bond[i];
            t->satisfaction[i] = irritates ? most(-1, felt - irritation) : felt;
            online += made ? medium : 0;
        }
    b->books[j][REACHED] += reached;
    b->books[j][POINTS_EXPIRED] += expired;
    b->books[j][INTEGRATION] += integration;
    b->books[j][CONTACTS] += contacts_made;
    b->books[j][ONLINE] += online;
}

static void need(Block *b) {
    const Person *c = b->people;
    uint32_t at = address(NEED, 0, 0);
    float mean[BLOCK], draw[BLOCK], chance[BLOCK], reached[BLOCK], more = 0;
    pick(mean, b->m->market->demand, c->segment, BLOCK);
    EACH for (int i = 0; i < BLOCK; i++) {
        mean[i] *= c->need_rate[i] * (b->ends[i] - b->time[i]);
        mean[i] = b->here[i] ? mean[i] : 0;
        draw[i] = uniform(b->person[i], at);
        reached[i] = chance[i] = exp_of(-mean[i]);
        b->needs[i] = b->enters[i];
    }
    for (int k = 1; k == 1 || (more > 0 && k < 2000); k++) { /* Poisson by inversion, everybody's k-th term together */
        float share = 1.0f / (float)k;
        more = 0;
        SUM(more) for (int i = 0; i < BLOCK; i++) {
            int32_t goes_on = (draw[i] > reached[i]) & (((float)k < mean[i] + 1) | (chance[i] > 1e-9f));
            b->needs[i] += goes_on;
            chance[i] *= mean[i] * share;
            reached[i] += chance[i];
            more += (float)goes_on;
        }
    }
}

static void value_offers(Block *b, int j) {
    const Parameters *p = b->p;
    const Offer *o = &b->m->offers[j];
    const Person *c = b->people;
    const Relation *t = &b->relations[j];
    float *own = &b->own[j * BLOCK], *bonded = &b->bonded[j * BLOCK], *stake = &b->stake[j * BLOCK];
    float standing = standing_of(o), paid = o->paid, threshold = p->bonds.threshold, w_sat = p->choice.w_sat;
    float risk = p->choice.risk, w_fin = p->choice.w_fin, w_soc = p->choice.w_soc, w_str = p->choice.w_str;
    Terms discount = terms(b->m->programmes[j], DISCOUNT);
    uint32_t bit = o->open ? 1u << j : 0;
    EACH for (int i = 0; i < BLOCK; i++) {
        float price = paid * (1 - given(discount, t->tier[i]));
        stake[i] = stake_in(t->points[i], threshold);
        float alone = own_utility(t->taste[i], c->quality_weight[i], t->expectation[i], t->satisfaction[i],
                                  c->price_sensitivity[i], price, t->trust[i], standing, w_sat, risk);
        float with = alone + bonds(t->satisfaction[i], stake[i], t->social_bond[i], t->structural_bond[i], w_fin, w_soc, w_str);
        own[i] = c->aware[i] & bit ? alone : NEVER;
        bonded[i] = c->aware[i] & bit ? with : NEVER;
    }
}

/* Those of the customers due with a further occasion; they alone stay due. */
static int gather(const Block *b, Occasion *at, int occasion, int due, int32_t *who) {
    int n = 0;
    for (int k = 0; k < due; k++) {
        int32_t i = who[k];
        who[n] = i;
        n += b->needs[i] > occasion;
    }
    at->n = n, at->padded = (n + PADDED - 1) / PADDED * PADDED;
    for (int k = 0; k < at->padded; k++) at->who[k] = who[k < n ? k : n - 1];
    pick(at->person, b->person, at->who, at->padded);
    pick(at->price_sensitivity, b->people->price_sensitivity, at->who, at->padded);
    pick(at->at_entry, b->enters, at->who, at->padded);
    EACH for (int k = 0; k < at->padded; k++) at->at_entry[k] = occasion == 0 ? at->at_entry[k] : 0;
    return n;
}

/* The time of the occasion, which matters to those alone who may drop out after it. */
static void pass_time(Block *b, const Occasion *at, int occasion) {
    uint32_t moment = address(MOMENT, occasion, 0);
    float time[MOST], ends[MOST], dropout[MOST];
    int32_t needs[MOST];
    pick(time, b->time, at->who, at->padded);
    pick(ends, b->ends, at->who, at->padded);
    pick(needs, b->needs, at->who, at->padded);
    pick(dropout, b->people->dropout, at->who, at->padded);
    EACH for (int k = 0; k < at->padded; k++) {
        float left = (float)(needs[k] - occasion), u = uniform(at->person[k], moment);
        float share = 1 - exp_of(log_of(1 - u) / left);
        share = left == 1 ? u : share;
        share = dropout[k] > 0 ? share : 0;
        time[k] += at->at_entry[k] ? 0 : (ends[k] - time[k]) * share;
    }
    put(time, b->time, at->who, at->n);
}

/* Utility that it costs the customers to leave their main suppliers; 0 without one. */
static void costs_of_leaving(const Block *b, const Occasion *at, const int32_t *before, float *cost) {
    const Parameters *p = b->p;
    float satisfaction[MOST], social[MOST], structural[MOST], stake[MOST], lock_in[MOST];
    int32_t of[MOST], offer[MOST];
    float procedural = p->choice.procedural, s_fin = p->choice.s_fin, s_soc = p->choice.s_soc, s_str = p->choice.s_str;
    EACH for (int k = 0; k < at->padded; k++) {
        int32_t j = before[k] < 0 ? 0 : before[k];
        of[k] = j * STRIDE + at->who[k];
        offer[k] = j * BLOCK + at->who[k];
    }
    pick(satisfaction, COLUMN(b->relations, satisfaction), of, at->padded);
    pick(social, COLUMN(b->relations, social_bond), of, at->padded);
    pick(structural, COLUMN(b->relations, structural_bond), of, at->padded);
    pick(stake, b->stake, offer, at->padded);
    pick(lock_in, b->people->lock_in, at->who, at->padded);
    EACH for (int k = 0; k < at->padded; k++) {
        float found = procedural * lock_in[k] + most(0, satisfaction[k]) * (s_fin * stake[k] + s_soc * social[k]) + s_str * structural[k];
        cost[k] = before[k] < 0 ? 0 : found;
    }
}

/* Choose as the first of exponential races, one random number per firm. */
static void choose(Block *b, Occasion *at, int occasion) {
    const Parameters *p = b->p;
    int n = at->padded, firms = b->firms;
    float scale = p->choice.noise_scale, w_hab = p->choice.w_hab, pays = p->choice.outside_pays, outside = b->m->market->outside;
    float cost[MOST], best[MOST], total[MOST], first[MOST], habit[MOST], surplus = 0, value[(MOST_FIRMS + 1) * MOST];
    int32_t before[MOST];
    bool has_outside = b->m->market->has_outside != 0;

    pick(before, b->before, at->who, n);
    costs_of_leaving(b, at, before, cost);
    float *stays_out = &value[firms * n];
    pick(stays_out, b->people->taste_outside, at->who, n);
    EACH for (int k = 0; k < n; k++) {
        stays_out[k] += outside - cost[k] * pays;
        stays_out[k] = has_outside && !at->at_entry[k] ? stays_out[k] : NEVER;
        best[k] = stays_out[k], total[k] = 0, first[k] = INFINITY, at->chosen[k] = -1;
    }
    for (int j = 0; j < firms; j++) {
        float *of_firm = &value[j * n];
        pick(of_firm, &b->bonded[j * BLOCK], at->who, n);
        pick(habit, b->relations[j].habit, at->who, n);
        EACH for (int k = 0; k < n; k++) {
            of_firm[k] += w_hab * habit[k] - (before[k] == j ? 0 : cost[k]);
            best[k] = most(best[k], of_firm[k]);
        }
    }
    for (int j = 0; j <= firms; j++) {
        const float *of_firm = &value[j * n];
        uint32_t race = address(CHOICE, occasion, j == firms ? MOST_FIRMS : j);
        int32_t winner = j == firms ? -1 : j;
        EACH for (int k = 0; k < n; k++) {
            float weight = exp_of((of_firm[k] - best[k]) / scale), time = -log_of(uniform(at->person[k], race)) / weight;
            time = of_firm[k] > 0.5f * NEVER ? time : INFINITY;
            total[k] += weight;
            at->chosen[k] = time < first[k] ? winner : at->chosen[k];
            first[k] = least(time, first[k]);
        }
    }
    EACH for (int k = 0; k < n; k++) {
        float worth = (best[k] + scale * log_of(total[k])) / at->price_sensitivity[k];
        worth = at->price_sensitivity[k] > 0 ? worth : 0;
        total[k] = best[k] > 0.5f * NEVER ? worth : 0;
    }
    SUM(surplus) for (int k = 0; k < at->n; k++) surplus += total[k];
    b->whole[SURPLUS] += surplus;
    b->whole[OCCASIONS] += at->n;
}

/* Only those who chose a firm go on. */
static void keep_buyers(Block *b, Occasion *at) {
    int n = 0;
    for (int k = 0; k < at->n; k++) {
        at->who[n] = at->who[k], at->chosen[n] = at->chosen[k], at->person[n] = at->person[k];
        at->price_sensitivity[n] = at->price_sensitivity[k], at->at_entry[n] = at->at_entry[k];
        n += at->chosen[k] >= 0;
    }
    b->whole[OUTSIDE] += at->n - n;
    at->n = n, at->padded = (n + PADDED - 1) / PADDED * PADDED;
    for (int k = n; k < at->padded; k++) at->who[k] = at->who[n - 1], at->chosen[k] = at->chosen[n - 1];
    EACH for (int k = 0; k < at->padded; k++) at->of[k] = at->chosen[k] * STRIDE + at->who[k];
}

static void buy(Block *b, Occasion *at) {
    const Parameters *p = b->p;
    const Offer *offers = b->m->offers;
    Person *c = b->people;
    int n = at->padded;
    float points[MOST], money[MOST], issued[MOST], paid_out[MOST], habit[MOST], threshold = p->bonds.threshold, keep = p->choice.habit_keep;
    int32_t purchases[MOST], last[MOST], first[MOST], tier[MOST], streak[MOST], last_bought[MOST], now = (int32_t)b->m->period;
    pick(points, COLUMN(b->relations, points), at->of, n);
    pick(money, COLUMN(b->relations, money), at->of, n);
    pick(purchases, COLUMN(b->relations, purchases), at->of, n);
    pick(last, COLUMN(b->relations, last_purchase), at->of, n);
    pick(first, COLUMN(b->relations, first_purchase), at->of, n);
    pick(tier, COLUMN(b->relations, tier), at->of, n);
    pick(streak, c->streak, at->who, n);
    pick(last_bought, c->last_bought, at->who, n);
    for (int k = 0; k < n; k++) {
        const float *terms = b->m->programmes[at->chosen[k]][tier[k] < 0 ? 0 : tier[k]];
        at->paid[k] = offers[at->chosen[k]].paid * (1 - (tier[k] < 0 ? 0 : terms[DISCOUNT]));
        issued[k] = tier[k] < 0 ? 0 : terms[REWARD] * at->paid[k];
    }
    for (int k = 0; k < at->n; k++) {
        double *books = b->books[at->chosen[k]], listed = offers[at->chosen[k]].price;
        books[UNITS]++;
        books[REVENUE] += listed;
        books[PROMOTION] += listed - at->paid[k];
        books[POINTS_ISSUED] += issued[k];
        books[NEW_BUYERS] += purchases[k] == 0;
        books[BUYERS] += last[k] != now;
    }
    EACH for (int k = 0; k < n; k++) {
        float held = points[k] + issued[k], claims = issued[k] > 0 ? held : 0;
        paid_out[k] = claims >= threshold ? held : 0;
        points[k] = held - paid_out[k];
        first[k] = purchases[k] == 0 ? now : first[k];
        purchases[k] += 1;
        money[k] += at->paid[k];
        last[k] = now;
        streak[k] = last_bought[k] == at->chosen[k] ? streak[k] + 1 : 1;
    }
    for (int k = 0; k < at->n; k++)
        if (paid_out[k] > 0) b->books[at->chosen[k]][POINTS_PAID] += paid_out[k];
    put(points, COLUMN(b->relations, points), at->of, at->n);
    put(money, COLUMN(b->relations, money), at->of, at->n);
    put(purchases, COLUMN(b->relations, purchases), at->of, at->n);
    put(last, COLUMN(b->relations, last_purchase), at->of, at->n);
    put(first, COLUMN(b->relations, first_purchase), at->of, at->n);
    put(streak, c->streak, at->who, at->n);
    put(at->chosen, c->last_bought, at->who, at->n);
    for (int j = 0; j < b->firms; j++) {
        pick(habit, b->relations[j].habit, at->who, n);
        EACH for (int k = 0; k < n; k++) habit[k] = keep * habit[k] + (at->chosen[k] == j ? 1 - keep : 0);
        put(habit, b->relations[j].habit, at->who, at->n);
    }
}

/* The experience of those who bought: satisfaction, expectation and trust, and the utility of the offer from now on. */
static void experience(Block *b, const Occasion *at, int occasion) {
    const Parameters *p = b->p;
    const Offer *offers = b->m->offers;
    Person *c = b->people;
    int n = at->padded;
    uint32_t failure = address(FAILURE, occasion, 0), performance = address(PERFORMANCE, occasion, 0);
    uint32_t voice = address(VOICE, occasion, 0), find = address(FOUND, occasion, 0);
    float satisfaction[MOST], trust[MOST], expectation[MOST], points[MOST], taste[MOST], social[MOST], structural[MOST];
    float voices[MOST], desire[MOST], aversion[MOST], quality_weight[MOST], own[MOST], bonded[MOST], stake[MOST];
    float quality[MOST], promise[MOST], fails[MOST], finds[MOST], recovery[MOST], standing[MOST];
    int32_t last_failure[MOST], offer[MOST], failed[MOST], voiced[MOST], repaired[MOST];
    float year = 52 / b->m->market->weeks, now = b->period, severity = p->experience.severity, tolerance = p->satisfaction.tolerance;
    float second_failure = p->experience.second_failure, paradox = p->experience.paradox, threshold = p->bonds.threshold;
    float up = p->trust.up, down = p->trust.down;

    pick(satisfaction, COLUMN(b->relations, satisfaction), at->of, n);
    pick(trust, COLUMN(b->relations, trust), at->of, n);
    pick(expectation, COLUMN(b->relations, expectation), at->of, n);
    pick(points, COLUMN(b->relations, points), at->of, n);
    pick(taste, COLUMN(b->relations, taste), at->of, n);
    pick(social, COLUMN(b->relations, social_bond), at->of, n);
    pick(structural, COLUMN(b->relations, structural_bond), at->of, n);
    pick(voices, c->voice, at->who, n);
    pick(desire, c->desire, at->who, n);
    pick(aversion, c->loss_aversion, at->who, n);
    pick(quality_weight, c->quality_weight, at->who, n);
    pick(last_failure, c->last_failure, at->who, n);
    for (int k = 0; k < n; k++) {
        const Offer *o = &offers[at->chosen[k]];
        quality[k] = o->quality, promise[k] = o->promise, recovery[k] = o->recovery_quality, finds[k] = o->found_chance;
        fails[k] = within(o->failure_rate * (1 + o->congestion) * (1 - o->employee_effect), 0, 1);
        standing[k] = standing_of(o);
    }
    EACH for (int k = 0; k < n; k++) {
        uint32_t person = at->person[k];
        failed[k] = uniform(person, failure) < fails[k];
        voiced[k] = failed[k] & (uniform(person, voice) < voices[k]);
        repaired[k] = voiced[k] | (failed[k] & (uniform(person, find) < finds[k]));
        float repair = recovery[k] * severity * (now - (float)last_failure[k] <= year ? second_failure : 1);
        float felt = quality[k] + p->experience.customisation * structural[k]
                     + p->experience.noise_sd * normal_quantile(uniform(person, performance));
        felt -= failed[k] ? severity : 0;
        felt += repaired[k] ? repair : 0;
        last_failure[k] = failed[k] ? (int32_t)now : last_failure[k];

        float attribute = p->satisfaction.w_des * (felt - desire[k])
                          + p->satisfaction.w_exp * asymmetric(felt - expectation[k], aversion[k], tolerance);
        float judged = tanh_of(p->satisfaction.w_att * attribute
                               + p->satisfaction.w_inf * asymmetric(felt - promise[k], aversion[k], tolerance));
        judged = within(judged + (repaired[k] ? paradox * recovery[k] : 0), -1, 1);
        satisfaction[k] += p->satisfaction.rate_sat * (judged - satisfaction[k]);
        expectation[k] += p->satisfaction.rate_exp * (felt - expectation[k]);
        trust[k] = trust_after(trust[k], within(felt - (promise[k] - p->trust.tolerance), -1, 1), up, down);

        stake[k] = stake_in(points[k], threshold);
        own[k] = own_utility(taste[k], quality_weight[k], expectation[k], satisfaction[k], at->price_sensitivity[k], at->paid[k],
                             trust[k], standing[k], p->choice.w_sat, p->choice.risk);
        bonded[k] = own[k] + bonds(satisfaction[k], stake[k], social[k], structural[k], p->choice.w_fin, p->choice.w_soc,
                                   p->choice.w_str);
        offer[k] = at->chosen[k] * BLOCK + at->who[k];
    }
    for (int k = 0; k < at->n; k++)
        if (failed[k]) {
            double *books = b->books[at->chosen[k]];
            books[FAILURES]++;
            books[COMPLAINTS] += voiced[k];
            books[RECOVERED] += repaired[k];
        }
    put(satisfaction, COLUMN(b->relations, satisfaction), at->of, at->n);
    put(trust, COLUMN(b->relations, trust), at->of, at->n);
    put(expectation, COLUMN(b->relations, expectation), at->of, at->n);
    put(last_failure, c->last_failure, at->who, at->n);
    put(own, b->own, offer, at->n);
    put(bonded, b->bonded, offer, at->n);
    put(stake, b->stake, offer, at->n);
}

static void drop_out(Block *b, const Occasion *at, int occasion) {
    uint32_t drop = address(DROPOUT, occasion, 0);
    for (int k = 0; k < at->n; k++) {
        int32_t i = at->who[k];
        float chance = at->at_entry[k] ? 0 : b->people->dropout[i];
        if (chance > 0 && uniform(at->person[k], drop) < chance) {
            b->people->leaves_at[i] = b->period + b->time[i];
            b->needs[i] = occasion + 1;
        }
    }
}

/* The main supplier of those who bought: the largest habit, replaced only by a clear lead. */
static void update_suppliers(Block *b, const int32_t *bought) {
    Person *c = b->people;
    float largest[BLOCK], present[BLOCK], margin = b->p->relationship.switch_margin;
    int32_t leader[BLOCK];
    EACH for (int i = 0; i < BLOCK; i++) largest[i] = 0, present[i] = NEVER, leader[i] = -1;
    for (int j = 0; j < b->firms; j++) {
        const float *habit = b->relations[j].habit;
        if (b->m->offers[j].open == 0) continue;
        EACH for (int i = 0; i < BLOCK; i++) {
            leader[i] = habit[i] > largest[i] ? j : leader[i];
            largest[i] = most(habit[i], largest[i]);
            present[i] = b->before[i] == j ? habit[i] : present[i];
        }
    }
    EACH for (int i = 0; i < BLOCK; i++) {
        int32_t moves = largest[i] < present[i] + margin ? -1 : leader[i];
        moves = bought[i] ? moves : -1;
        c->supplier[i] = moves >= 0 ? moves : b->before[i];
    }
}

/* Those who leave the market, switch or stay; tenure, bonds left behind and the firms' books. */
static void settle(Block *b) {
    Person *c = b->people;
    float left_behind = b->p->bonds.left_behind, w_str = b->p->choice.w_str, left = 0;
    int32_t leaving[BLOCK];
    uint32_t open = 0;
    for (int j = 0; j < b->firms; j++) open |= (uint32_t)(b->m->offers[j].open != 0) << j;
    SUM(left) for (int i = 0; i < BLOCK; i++) {
        int32_t supplier = c->supplier[i], before = b->before[i];
        leaving[i] = b->here[i] & (c->leaves_at[i] <= b->period + 1);
        supplier = (supplier >= 0) & (int32_t)(open >> (supplier & 31) & 1) & !leaving[i] ? supplier : -1;
        supplier = b->here[i] ? supplier : c->supplier[i];
        c->supplier[i] = supplier;
        int32_t tenure = supplier != before ? 0 : c->tenure[i] + (supplier >= 0);
        c->tenure[i] = leaving[i] || !b->here[i] ? c->tenure[i] : tenure;
        c->stage[i] = supplier != before ? NO_STAGE : c->stage[i];
        left += (float)leaving[i];
    }
    b->whole[LEFT] += left;
    for (int j = 0; j < b->firms; j++) {
        Relation *t = &b->relations[j];
        float *bonded = &b->bonded[j * BLOCK], lost = 0, won = 0, kept = 0, expired = 0;
        SUM(lost) for (int i = 0; i < BLOCK; i++) {
            int32_t gone = (b->before[i] == j) & (c->supplier[i] != j);
            float behind = gone & !leaving[i] ? (1 - left_behind) * t->structural_bond[i] : 0;
            t->structural_bond[i] -= behind;
            bonded[i] -= w_str * behind;
            lost += (float)gone;
        }
        SUM(won) for (int i = 0; i < BLOCK; i++) won += (float)((b->before[i] != j) & (c->supplier[i] == j));
        SUM(kept) for (int i = 0; i < BLOCK; i++) kept += (float)(b->here[i] & (b->before[i] == j) & (c->supplier[i] == j));
        if (left > 0)
            SUM(expired) for (int i = 0; i < BLOCK; i++) {
                expired += leaving[i] ? t->points[i] : 0;
                t->points[i] = leaving[i] ? 0 : t->points[i];
            }
        b->books[j][LOST] += lost;
        b->books[j][WON] += won;
        b->books[j][KEPT] += kept;
        b->books[j][POINTS_EXPIRED] += expired;
    }
}

/* Commitment and the stage of the relationship with the main supplier. */
static void set_stages(Block *b) {
    const Parameters *p = b->p;
    Person *c = b->people;
    int32_t purchases[BLOCK], until = (int32_t)p->relationship.acquaintance_until;
    float satisfaction[BLOCK], trust[BLOCK], social[BLOCK], structural[BLOCK], own[BLOCK], stays[BLOCK], rival[BLOCK], tempting[BLOCK];
    float w_hab = p->choice.w_hab, slack = p->relationship.consolidated_slack, threshold = p->relationship.trust_threshold;
    float commitment = p->relationship.consolidated_commitment, bond = p->relationship.consolidated_bond;
    EACH for (int i = 0; i < BLOCK; i++) {
        rival[i] = tempting[i] = NEVER, purchases[i] = 0;
        satisfaction[i] = trust[i] = social[i] = structural[i] = own[i] = stays[i] = 0;
    }
    for (int j = 0; j < b->firms; j++) {
        const Relation *t = &b->relations[j];
        const float *own_j = &b->own[j * BLOCK], *bonded_j = &b->bonded[j * BLOCK];
        EACH for (int i = 0; i < BLOCK; i++) {
            int32_t main = c->supplier[i] == j;
            float value = bonded_j[i] + w_hab * t->habit[i];
            rival[i] = main ? rival[i] : most(rival[i], own_j[i]);
            tempting[i] = main ? tempting[i] : most(tempting[i], value);
            own[i] = main ? own_j[i] : own[i];
            stays[i] = main ? value : stays[i];
            purchases[i] = main ? t->purchases[i] : purchases[i];
            satisfaction[i] = main ? t->satisfaction[i] : satisfaction[i];
            trust[i] = main ? t->trust[i] : trust[i];
            social[i] = main ? t->social_bond[i] : social[i];
            structural[i] = main ? t->structural_bond[i] : structural[i];
        }
    }
    EACH for (int i = 0; i < BLOCK; i++) {
        float advantage = rival[i] > 0.5f * NEVER ? rival[i] - own[i] : 0;
        float pull = p->commitment.c0 + p->commitment.c_sat * satisfaction[i] + p->commitment.c_tr * trust[i]
                     + p->commitment.c_bond * (social[i] + structural[i]) - p->commitment.c_alt * advantage;
        int32_t stage = stage_of(c->stage[i], purchases[i], 1 / (1 + exp_of(-pull)), most(social[i], structural[i]), satisfaction[i],
                                 trust[i], tempting[i] - stays[i], until, slack, commitment, bond, threshold);
        stage = c->supplier[i] < 0 ? NO_STAGE : stage;
        c->stage[i] = b->here[i] ? stage : c->stage[i];
    }
}

/* Some of those who bought and stay speak of the firm that they last bought from. */
static void speak(Block *b, const int32_t *bought) {
    const Parameters *p = b->p;
    const Person *c = b->people;
    Message *says = b->message;
    uint32_t at = address(SPEAK, 0, 0);
    float dissatisfied = p->talk.dissatisfied_factor;
    for (int i = 0; i < BLOCK; i++) says->speaks_of[i] = b->here[i] & (c->leaves_at[i] > b->period + 1) ? SILENT : ABSENT;
    if (b->m->market->talk_on == 0) return;
    for (int i = 0; i < BLOCK; i++) {
        if (!bought[i] || says->speaks_of[i] == ABSENT) continue;
        int j = c->last_bought[i];
        float satisfaction = b->relations[j].satisfaction[i];
        float readiness = p->talk.talk_base + p->talk.talk_slope * fabsf(satisfaction);
        readiness *= satisfaction < 0 ? dissatisfied : 1;
        if (uniform(b->person[i], at) >= readiness) continue;
        says->speaks_of[i] = (int8_t)j;
        says->says_expectation[i] = b->relations[j].expectation[i];
        says->says_satisfaction[i] = satisfaction;
    }
}

static void live_block(Block *b, int64_t block) {
    int32_t bought[BLOCK], due[BLOCK];
    int n = BLOCK;
    Occasion at;
    name_persons(b, block * BLOCK);
    enter(b);
    for (int j = 0; j < b->firms; j++) reach_out(b, j);
    need(b);
    for (int j = 0; j < b->firms; j++) value_offers(b, j);
    EACH for (int i = 0; i < BLOCK; i++) bought[i] = 0, due[i] = i;
    for (int occasion = 0; (n = gather(b, &at, occasion, n, due)) > 0; occasion++) { /* all first ones, then all second ones */
        pass_time(b, &at, occasion);
        choose(b, &at, occasion);
        keep_buyers(b, &at);
        if (at.n == 0) continue;
        buy(b, &at);
        experience(b, &at, occasion);
        drop_out(b, &at, occasion);
        for (int k = 0; k < at.n; k++) bought[at.who[k]] = 1;
    }
    update_suppliers(b, bought);
    settle(b);
    set_stages(b);
    speak(b, bought);
}

/* ---------------------------------------------------------------- who asks whom (sim/customers/network.py) */

static inline uint32_t scramble(uint32_t number, uint32_t key) { return ((number + 1) * (2654435761u + 40503u * key)) >> 13; }

static inline uint32_t place_of(uint32_t customer, uint32_t half, uint32_t key) {
    uint32_t side = (1u << half) - 1, high = customer >> half & side, low = customer & side, was;
    was = high, high = low, low = (was + scramble(low, key * 4)) & side;
    was = high, high = low, low = (was + scramble(low, key * 4 + 1)) & side;
    was = high, high = low, low = (was + scramble(low, key * 4 + 2)) & side;
    was = high, high = low, low = (was + scramble(low, key * 4 + 3)) & side;
    return (customer >> 2 * half << 2 * half) + (high << half) + low;
}

static inline uint32_t customer_at(uint32_t place, uint32_t half, uint32_t key) {
    uint32_t side = (1u << half) - 1, high = place >> half & side, low = place & side, was;
    was = high, high = (low - scramble(high, key * 4 + 3)) & side, low = was;
    was = high, high = (low - scramble(high, key * 4 + 2)) & side, low = was;
    was = high, high = (low - scramble(high, key * 4 + 1)) & side, low = was;
    was = high, high = (low - scramble(high, key * 4)) & side, low = was;
    return (place >> 2 * half << 2 * half) + (high << half) + low;
}

static inline uint32_t relative(uint32_t customer, uint32_t bits) { /* cliques of 3, 4, 5, 6 in turn */
    uint32_t in = customer % 18, first = in < 3 ? 0 : in < 7 ? 3 : in < 12 ? 7 : 12, size = in < 3 ? 3 : in < 7 ? 4 : in < 12 ? 5 : 6;
    uint32_t next = in - first + 1 + below(bits, size - 1);
    return customer - in + first + (next >= size ? next - size : next);
}

static inline uint32_t colleague(uint32_t customer, uint32_t bits, uint32_t size, uint32_t half, uint32_t key) {
    uint32_t place = place_of(customer, half, key), in = place - size * (uint32_t)((double)place / size);
    uint32_t next = in + 1 + below(bits, size - 1);
    return customer_at(place - in + (next >= size ? next - size : next), half, key);
}

static inline uint32_t resident(uint32_t customer, uint32_t bits, uint32_t size, uint32_t far, uint32_t half, uint32_t key) {
    uint32_t near = size - far, reach = near / 2, which = below(bits, size), elsewhere = which >= near;
    uint32_t shuffle = elsewhere ? key + 1 + which - near : key, place = place_of(customer, half, shuffle);
    uint32_t ahead = place + which + 1, behind = place - (which - reach + 1);
    uint32_t beyond = (uint32_t)((double)place / (reach + 1)) % 2 == 0 ? place + reach + 1 : place - (reach + 1);
    uint32_t near_one = which < reach ? ahead : which < 2 * reach ? behind : beyond;
    uint32_t found = customer_at(elsewhere ? place ^ 1 : near_one, half, shuffle);
    return !elsewhere & (near_one > 0x7FFFFFFFu) ? UINT32_MAX : found; /* before the ring's beginning */
}

static inline uint32_t asked(const Layer *l, int kind, uint32_t customer, uint32_t bits) {
    uint32_t size = (uint32_t)l->members, half = (uint32_t)l->half, key = (uint32_t)l->key;
    if (kind == CLIQUE) return relative(customer, bits);
    if (kind == IN_BLOCK) return colleague(customer, bits, size, half, key);
    return resident(customer, bits, size, (uint32_t)l->far, half, key);
}

static void ask(const Market *m, const Layer *l, int n, const uint32_t *customer, uint32_t *bits, uint32_t *other) {
    uint32_t customers = (uint32_t)m->customers;
    Layer layer = *l;
    if (layer.kind == ANYONE)
        EACH for (int k = 0; k < n; k++) {
            uint32_t found = below(bits[k], customers);
            other[k] = found == customer[k] ? UINT32_MAX : found;
        }
    else if (layer.kind == CLIQUE)
        EACH for (int k = 0; k < n; k++) other[k] = asked(&layer, CLIQUE, customer[k], bits[k]);
    else if (layer.kind == IN_BLOCK)
        EACH for (int k = 0; k < n; k++) other[k] = asked(&layer, IN_BLOCK, customer[k], bits[k]);
    else
        EACH for (int k = 0; k < n; k++) other[k] = asked(&layer, RING, customer[k], bits[k]);
    if (layer.kind == ANYONE) return;
    for (int k = 0; k < n; k++) /* among the last customers: nobody there yet, so ask again */
        for (int try = 1; other[k] >= customers && try < 8; try++)
            other[k] = asked(&layer, (int)layer.kind, customer[k], bits[k] = hash(bits[k] + 1));
}

static void hear(Block *b, int i, const Message *message, int speaker, float strength) {
    const Parameters *p = b->p;
    int j = message->speaks_of[speaker];
    Relation *t = &b->relations[j];
    float says = message->says_satisfaction[speaker], heard = message->says_expectation[speaker] + p->talk.news * says;
    t->expectation[i] += p->talk.talk_rate * strength * (heard - t->expectation[i]);
    t->trust[i] += p->talk.talk_trust * strength * (most(0, says) * (1 - t->trust[i]) + least(0, says) * t->trust[i]);
    b->books[j][REFERRALS] += !(b->people->aware[i] >> j & 1);
    b->people->aware[i] |= 1u << j;
}

static void listen_block(Block *b, int64_t block) {
    const Market *m = b->m;
    uint32_t first = (uint32_t)(block * BLOCK), drawn = address(LAYER, 0, 0), tie = address(TIE, 0, 0);
    uint32_t customer[MOST_LAYERS + 1][BLOCK], bits[MOST_LAYERS + 1][BLOCK], other[BLOCK];
    int32_t layer[BLOCK], many[MOST_LAYERS + 1] = {0};
    name_persons(b, block * BLOCK);
    EACH for (int i = 0; i < BLOCK; i++) layer[i] = 0;
    for (int l = 0; l < m->n_layers; l++) {
        float share = m->layers[l].share_up_to;
        EACH for (int i = 0; i < BLOCK; i++) layer[i] += uniform(b->person[i], drawn) >= share;
    }
    for (int i = 0; i < BLOCK; i++) {
        int l = layer[i], k = many[l]++;
        customer[l][k] = first + (uint32_t)i;
        bits[l][k] = hash(b->person[i] + tie);
    }
    for (int l = 0; l < m->n_layers; l++) {
        ask(m, &m->layers[l], many[l], customer[l], bits[l], other);
        for (int k = 0; k < many[l]; k++) {
            if (other[k] >= (uint32_t)m->customers) continue;
            const Message *message = &m->messages[other[k] / BLOCK];
            int i = (int)(customer[l][k] - first);
            if (message->speaks_of[other[k] % BLOCK] >= 0 && b->message->speaks_of[i] != ABSENT)
                hear(b, i, message, (int)(other[k] % BLOCK), m->layers[l].strength);
        }
    }
}

/* ---------------------------------------------------------------- the two loops, over threads */

typedef struct {
    const Market *m;
    int64_t first, last;
    bool talking;
    double ledger[MOST_FIRMS][ENTRIES], whole[MARKET_ENTRIES];
} Part;

static void *part(void *given) {
    Part *part = given;
    const Market *m = part->m;
    Block *b = aligned_alloc(64, (sizeof *b + 63) / 64 * 64);
    *b = (Block){.m = m, .p = m->p, .firms = (int)m->firms, .period = (float)m->period,
                 .books = part->ledger, .whole = part->whole};
    for (int64_t block = part->first; block < part->last; block++) {
        b->people = &m->people[block];
        b->relations = &m->relations[block * m->firms];
        b->message = &m->messages[block];
        if (part->talking)
            listen_block(b, block);
        else
            live_block(b, block);
    }
    free(b);
    return NULL;
}

static void over_threads(const Market *m, bool talking) {
    pthread_t threads[64];
    int64_t blocks = (m->customers + BLOCK - 1) / BLOCK;
    Part *parts = calloc((size_t)m->threads, sizeof *parts);
    for (int k = 0; k < m->threads; k++) {
        parts[k].m = m;
        parts[k].first = blocks * k / m->threads;
        parts[k].last = blocks * (k + 1) / m->threads;
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
