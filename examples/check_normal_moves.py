"""Expected losses under normal moves, for check_certificate.py: docs/certificate.md, normal moves."""
from fractions import Fraction as F
from math import ceil, floor, isqrt, log10, sqrt

from check_certificate import fields, need, number

PI = 31415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679
FARTHEST = 10


def cut(value, places, towards=floor):
    return F(towards(value * 10**places), 10**places)


def normal(tau, digits):
    """Density and tail at sqrt(2) tau from below and above: two positive series in fixed point, off by less than 4096 units."""
    x = tau * tau
    places = 160 + 3 * (floor(x) + 1) // 2
    one, at = 1 << places, floor(x * 2**places)
    total = term = one
    j = 1
    while term:
        term = (term * at >> places) // j
        total += term
        j += 1
    series = term = floor(tau * 2**places)
    k = 3
    while term:
        term = (term * 2 * at >> places) // k
        series += term
        k += 2
    square = 10**100 << 2 * places
    density = ((one << places) // total) * isqrt(square // (2 * PI)) >> places
    complement = one - (((series << places) // total) * isqrt(4 * square // PI) >> places)
    shown = digits + floor(9 * x / 20)
    ends = [F(density - 4096, one), F(density + 4096, one), F(complement - 4096, 2 * one), F(complement + 4096, 2 * one)]
    return [cut(end, shown, towards) for end, towards in zip(ends, (floor, ceil, floor, ceil))]


def root(a, digits=25):
    """The root from above, to so many digits."""
    shift = 2 * digits - len(str(floor(a))) if a >= 1 else 2 * digits + len(str(floor(1 / a)))
    shift += shift % 2
    scaled = ceil(a * F(10) ** shift)
    low = isqrt(scaled)
    return F(low + (low * low < scaled)) / F(10) ** (shift // 2)


def lifted(given):
    """The covariance, made positive semidefinite beyond doubt: docs/certificate.md gives the order of every operation."""
    size = range(len(given))
    variance = [given[i][i] for i in size]
    need(all(given[i][j] == given[j][i] for i in size for j in size), "the covariance is not symmetric")

    def factor(entries):
        rest, order = [row[:] for row in entries], []
        share = lambda i: rest[i][i] / entries[i][i] if entries[i][i] > 0 else 0.0
        left = list(size)
        while left:
            p = max(left, key=share)
            if not share(p) > 4 * len(given) * 2.0**-52:
                break
            left.remove(p)
            pivot = rest[p][p]
            column = [0.0 if i not in left and i != p else rest[i][p] / pivot for i in size]
            for i in left:
                for j in size:
                    rest[i][j] -= column[i] * pivot * column[j]
            order.append((pivot, column))
        return order

    def required(residue):
        def one(i):
            total = 0.0
            for j in size:
                off = abs(residue(i, j))
                if off > 0:
                    total += off * sqrt(variance[i] / variance[j] if variance[j] else float("inf"))
            return total * (1 + 1e-10)

        return [one(i) for i in size]

    less = [[v * (1 - 1e-12) if i == j else v for j, v in enumerate(row)] for i, row in enumerate(given)]
    parts = factor(less)

    def rounded(i, j):
        total = less[i][j]
        magnitude = abs(total)
        for pivot, column in parts:
            term = column[i] * pivot * column[j]
            total -= term
            magnitude += abs(term)
        return abs(total) + magnitude * (len(parts) + 4) * 2.0**-52

    exact = [[F(repr(v)) for v in row] for row in given]
    if all(own <= variance[i] * 1e-12 * 0.5 for i, own in enumerate(required(rounded))):
        return exact
    shown = [(F(repr(pivot)), [F(repr(v)) for v in column]) for pivot, column in factor(given)]
    lift = required(lambda i, j: float(exact[i][j] - sum(c[i] * p * c[j] for p, c in shown)))
    need(all(own <= variance[i] * 1e-9 for i, own in enumerate(lift)), "the covariance is not positive semidefinite")
    for i in size:
        exact[i][i] += F(repr(lift[i]))
    return exact


def normal_loss(event, closed, evidence, moves, lots):
    law = fields(fields(moves, ["format", "markets", "gaussian"], "moves")["gaussian"], ["mean", "covariance"], "gaussian")
    at = [moves["markets"].index(name) for name in event.names]
    mean = [F(repr(float(number(law["mean"][a], "mean")))) if "mean" in law else F(0) for a in at]
    covariance = lifted([[float(number(law["covariance"][a][b], "covariance")) for b in at] for a in at])

    def times(v):
        return {k: sum(covariance[k][l] * own for l, own in v.items()) for k in v}

    def state(i, x):
        """Mean gain and exposures by market after closing x."""
        gain, exposure = event.equity[i], {}
        for k, n in event.positions[i]:
            exposure[k] = exposure.get(k, F(0)) + n * event.mark[k]
            gain += n * event.mark[k] * mean[k]
        for k in event.pairs.get(i, {}):
            change = event.demand[k][0] * event.mark[k] * x(k)
            exposure[k] -= change
            gain -= change * mean[k] + event.cost[k] * x(k)
        return gain, exposure

    def shortfall(gain, exposure, above):
        """E (-m - sZ)^+ from above or below: (-m)^+ + s phi(z) - |m| Phi(-z) with z = |m|/s, at a decimal close to z/sqrt(2)."""
        debt, distance = max(F(0), -gain), abs(gain)
        variance = sum(own * exposure[k] for k, own in times(exposure).items())
        if variance <= 0:
            return debt
        spread = root(variance, 40)
        tau = cut(distance / root(2 * variance, 40), 25)
        dense_low, dense_high, tail_low, tail_high = normal(min(tau, F(FARTHEST)), 38)
        if above:
            return debt + spread * dense_high + (0 if tau >= FARTHEST else spread * dense_high / 10**48 - distance * tail_low)
        low = spread * (1 - F(1, 10**38)) * dense_low - distance * tail_high
        return debt + (max(F(0), low) if tau < FARTHEST else 0)

    value = sum(shortfall(*state(i, lambda k: closed.get((i, k), F(0))), True) for i in range(len(event.accounts)))
    fields(evidence, ["prices", "cuts"], "evidence")
    need(set(evidence["prices"]) == {event.names[k] for k in event.demand}, "prices are of other markets")
    cuts = {fields(one, ["account", "tau", "direction"], "a cut")["account"]: one for one in evidence["cuts"]}
    need(len(cuts) == len(evidence["cuts"]) and set(cuts) == {event.accounts[i] for i in event.pairs}, "cuts are of others")
    lot = event.lot if lots else [None] * len(event.names)
    cap = {i: {k: n if lot[k] is None else floor(n / lot[k]) * lot[k] for k, n in own.items()} for i, own in event.pairs.items()}
    bound, slopes = F(0), {k: [] for k in event.demand}
    for i, name in enumerate(event.accounts):
        gain, exposure = state(i, lambda k: F(0))
        if i not in event.pairs:
            bound += shortfall(gain, exposure, False)
            continue
        tau = F(repr(float(number(cuts[name]["tau"], "tau"))))
        need(abs(tau) <= FARTHEST, "a threshold is too far")
        direction = cuts[name]["direction"]
        need(set(direction) == {event.names[k] for k in exposure}, "a direction is of other markets")
        v = {k: number(direction[event.names[k]], "direction") for k in exposure}
        most, share = F(0), F(0)
        if abs(tau) < FARTHEST:
            dense_low, _, share, tail_high = normal(abs(tau), 26)
            most = cut(dense_low * share / tail_high, 26 + floor(9 * tau * tau / 20))
        weight = 1 - share if tau < 0 else share
        slope = times(v)
        variance = sum(own * v[k] for k, own in slope.items())
        if most == 0 or variance <= 0:
            slope = dict.fromkeys(v, F(0))
        elif variance > most * most:
            length = root(variance)
            places = 40 + max(0, ceil(log10(float(length) / float(most))))
            slope = {k: own * cut(most / length, places) for k, own in slope.items()}
        bound += sum(slope[k] * exposure[k] for k in slope) - weight * gain
        for k in event.pairs[i]:
            side = event.demand[k][0] * event.mark[k]
            slopes[k].append((-side * slope[k] + weight * (side * mean[k] + event.cost[k]), cap[i][k]))
    for k, (_, q) in event.demand.items():
        is_forced = sum(n for _, n in slopes[k]) == q
        price = F(0) if is_forced else number(evidence["prices"][event.names[k]], "prices")
        bound += sum((own if is_forced else min(F(0), own + price)) * n for own, n in slopes[k]) - price * q
    return value, lambda stated: stated is not None and stated <= max(F(0), bound)
