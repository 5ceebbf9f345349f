"""Losses under scenarios, for check_certificate.py: mean, CVaR, worst case and EVaR of the total loss, with docs/certificate.md's rules."""
from fractions import Fraction as F
from math import ceil, floor

from adl_files import cut, decimal, entries, fields, nearest, need, number
from check_leverage import by_key


def moves_of(event, given):
    """Moves of positive weight by their place in the list, r_k in the order of the event, and all weights. Of 1/p a move r of p is -r/(1 + r)."""
    moves = fields(given, ["format", "markets", "moves", "weights"], "moves")
    column, rows = [entries(moves["markets"], "markets").index(name) for name in event.names], entries(moves["moves"], "moves")
    need(moves["format"] == "spillway/moves@1" and len(set(moves["markets"])) == len(moves["markets"]), "this is no list of moves")
    need(all(len(entries(row, "a move")) == len(moves["markets"]) for row in rows), "a move is not one of every market")
    weight = [number(w, "weights") for w in entries(moves.get("weights", [1.0] * len(rows)), "weights")]
    need(len(weight) == len(rows) and min(weight) >= 0 < max(weight), "weights are wrong")
    exact = [[number(own, "moves") for own in row] for row in rows]
    need(all(row[c] > -1 for row in exact for c, turned in zip(column, event.inverse) if turned), "a move leaves an inverse market without a value")
    turn = lambda r, k: cut(-r / (1 + r), 50) if event.inverse[k] and r else r
    return {s: [turn(row[c], k) for k, c in enumerate(column)] for s, row in enumerate(exact) if weight[s]}, weight


def is_large_book(event, moves):
    """Whether the losses of an honest value are added up in doubles, and rounded up."""
    count = sum(number(w, "weights") > 0 for w in moves["weights"]) if "weights" in moves else len(moves.get("moves", []))
    return (len(event.accounts) + sum(len(own) for own in event.positions)) * count > 200_000


def scenario_loss(event, closed, evidence, inputs, confidence, is_entropic=False):
    """The mean of the worst 1 - confidence of the total loss, 0 is the mean, 1 the worst move; or its EVaR."""
    move, weight = moves_of(event, inputs["moves"])
    total = sum(weight)
    tail = (1 - confidence) * total

    def loss(i, row, x=lambda k: F(0)):
        given = sum((event.cost[k] + event.demand[k][0] * event.mark[k] * row[k]) * x(k) for k in event.pairs.get(i, {}))
        return given - event.equity[i] - sum(n * event.mark[k] * row[k] for k, n in event.positions[i])

    everyone = range(len(event.accounts))
    losses = {s: sum(max(F(0), loss(i, row, lambda k: closed.get((i, k), F(0)))) for i in everyone) for s, row in move.items()}
    is_narrow = tail <= min(w for w in weight if w)
    meant = F(0) if len(move) == 1 else F(1) if is_narrow else confidence
    is_entropic = is_entropic and meant == confidence
    fields(evidence, ["prices", "tails", "shares"] + ["solvency"] * bool(event.rows) + ["temperature"] * is_entropic, "evidence")
    value = entropic_value(losses, weight, confidence, evidence) if is_entropic else mean_of_worst(losses, weight, tail)
    need(not (event.rows and event.in_lots), "several markets could push an account below zero, and in whole lots that is no row")
    markets = {event.names[k]: k for k in event.demand}
    price = by_key(event, evidence["prices"], markets, "prices")
    need(len(price) == len(markets) and len(entries(evidence["tails"], "tails")) == 1, "evidence is of another kind")
    part = fields(evidence["tails"][0], ["weight", "confidence", "masses"], "tails")
    need(decimal(part["weight"], "weight") == 1 and decimal(part["confidence"], "confidence") == meant, "another risk measure")
    mass = by_key(event, part["masses"], {str(s): s for s in move}, "masses")
    need(all(m >= 0 for m in mass.values()) and sum(mass.values()) <= total, "masses are negative, or add up to too much")
    if is_entropic:
        need(divergence(mass, weight) <= total * log(1 / (1 - confidence))[0], "masses are too far from the weights")
    else:
        need(all(m * (1 - meant) <= weight[s] for s, m in mass.items()), "a mass is too large")
    index = {event.accounts[i]: i for i in event.pairs}
    need(set(evidence["shares"]) <= set(index), "shares are of no eligible account")
    share = {index[n]: by_key(event, own, {str(s): s for s in move}, "shares") for n, own in evidence["shares"].items()}
    need(all(0 <= y <= 1 for own in share.values() for y in own.values()), "a share is not between 0 and 1")
    share = {i: {s: nearest(y) for s, y in own.items()} for i, own in share.items()}
    dual = by_key(event, evidence.get("solvency", {}), {event.accounts[i]: i for i in event.rows}, "solvency")
    need(all(mu >= 0 for mu in dual.values()), "a dual of a row is negative")
    cap, forced = event.cap, {k for k, (_, q) in event.demand.items() if event.total(event.cap, k) == q}
    price = {k: F(0) if k in forced else price[k] * total for k in event.demand}
    bound = -sum(price[k] * q for k, (_, q) in event.demand.items())
    for i in everyone:
        slope = {k: dual.get(i, F(0)) * total * event.cost[k] for k in cap.get(i, {})}
        bound -= dual.get(i, F(0)) * total * event.equity[i]
        for s, m in mass.items():
            row, start = move[s], loss(i, move[s])
            gain = {k: event.cost[k] + event.demand[k][0] * event.mark[k] * row[k] for k in slope}
            low = start + sum(min(F(0), g) * cap[i][k] for k, g in gain.items())
            high = start + sum(max(F(0), g) * cap[i][k] for k, g in gain.items())
            y = m * (1 if low >= 0 else 0 if high <= 0 else share.get(i, {}).get(s, 0))
            bound += y * start
            for k, g in gain.items():
                slope[k] += y * g
        for k, own in slope.items():
            bound += (own if k in forced else min(F(0), own + price[k])) * cap[i][k]
    return value, lambda stated: stated is not None and stated * total <= bound


def mean_of_worst(losses, weight, tail):
    if not tail:
        return max(losses.values())
    value, left = F(0), tail
    for s in sorted(losses, key=lambda s: -losses[s]):
        value += min(weight[s], left) * losses[s] / tail
        left -= min(weight[s], left)
    return value


# --- entropic value at risk ----------------------------------------------------------------------------------------------------

PLACES, NEAR = 192, F(1, 10**6)


def twice_area_tangent(z):
    """2 artanh(z) in fixed point, 0 <= z <= 1/3, off by less than 602 units of its last place."""
    square, total, power, odd = z * z >> PLACES, 0, z, 1
    while power:
        total += power // odd
        power, odd = power * square >> PLACES, odd + 2
    return 2 * total


LN_2 = twice_area_tangent((1 << PLACES) // 3)


def enclosed(middle, error, places):
    return cut(F(middle - error, 1 << places), 50), cut(F(middle + error, 1 << places), 50, ceil)


def log(a):
    """The logarithm of a fraction above zero, from below and from above."""
    up, down = a.numerator, a.denominator
    k = up.bit_length() - down.bit_length()
    k -= a < F(2) ** k
    up, down = (up, down << k) if k >= 0 else (up << -k, down)
    return enclosed(k * LN_2 + twice_area_tangent((up - down << PLACES) // (up + down)), 602 * (abs(k) + 1), PLACES)


def exponential(a):
    """exp(-a) of a fraction that is not negative, from below and from above."""
    rest = floor(a * 2**PLACES)
    q = rest // (LN_2 + 602)
    if q > PLACES:
        return F(0), F(1, 10**50)
    rest -= q * LN_2
    term = total = 1 << PLACES
    j = 1
    while term:
        term = (term * rest >> PLACES) // j
        total += term
        j += 1
    low, high = enclosed((1 << 2 * PLACES) // total, 3 * (602 * q + 2) + 201, PLACES + q)
    return max(F(0), low), high


def divergence(mass, weight):
    """The sum of m ln(m W/(M w)) from above."""
    total = sum(mass.values())
    return sum((m * log(m * sum(weight) / (total * weight[s]))[1] for s, m in mass.items() if m), F(0))


def entropic_value(losses, weight, confidence, evidence):
    """M + t (ln(A/W) + kappa) from above, by the temperature t that is stated, or M: refused where weights do not prove as much from below."""
    most, total, kappa = max(losses.values()), sum(weight), log(1 / (1 - confidence))
    if "temperature" in evidence:
        t = decimal(evidence["temperature"], "temperature")
        need(t > 0, "the temperature is not above zero")
        tilt = {s: exponential((most - own) / t) for s, own in losses.items()}
    else:
        t, tilt = None, {s: (F(own >= most * (1 - NEAR)),) * 2 for s, own in losses.items()}
    whole = [sum(weight[s] * tilt[s][end] for s in losses) for end in (0, 1)]
    below = [sum(weight[s] * tilt[s][end] * (most - own) for s, own in losses.items()) for end in (0, 1)]
    value = most if t is None else min(most, most + t * (log(whole[1] / total)[1] + kappa[1]))
    apart = -log(whole[0] / total)[0] - (0 if t is None else cut(below[0] / (whole[1] * t), 50))
    share = 1 if apart <= kappa[0] else cut(kappa[0] / apart, 50)
    least = share * (most - cut(below[1] / whole[0], 50, ceil)) + (1 - share) * sum(weight[s] * own for s, own in losses.items()) / total
    need(value <= (1 + NEAR) * least, "the temperature is not where the value is least")
    return value


# --- the objectives ------------------------------------------------------------------------------------------------------------

def confidence_of(inputs):
    alpha = nearest(decimal(inputs["confidence"], "confidence"))
    need(0 < alpha < 1, "a confidence is not between 0 and 1")
    return alpha


def mean_loss(event, closed, evidence, inputs):
    return scenario_loss(event, closed, evidence, inputs, F(0))


def cvar(event, closed, evidence, inputs):
    return scenario_loss(event, closed, evidence, inputs, confidence_of(inputs))


def evar(event, closed, evidence, inputs):
    return scenario_loss(event, closed, evidence, inputs, confidence_of(inputs), True)


def worst_case_loss(event, closed, evidence, inputs):
    return scenario_loss(event, closed, evidence, inputs, F(1))
