"""Expected losses under normal moves, for check_certificate.py: docs/certificate.md, normal moves."""
from fractions import Fraction as F
from math import ceil, floor, isqrt, sqrt

from adl_files import cut, decimal, double, entries, fields, need, number, plain
from check_leverage import leading

PI = 31415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679
FARTHEST = 10


def normal(tau, digits=26):
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


def exponent(value):
    """The power of ten of the first digit of a decimal above zero."""
    whole, _, places = plain(value).partition(".")
    return len(whole) - 1 if whole != "0" else len(places.lstrip("0")) - len(places) - 1


def root(a, digits=50):
    """The root from above: of so many digits, or one more where that makes their places even."""
    places = digits - 1 - exponent(a)
    places += places % 2
    scaled = ceil(a * F(10) ** places)
    low = isqrt(scaled)
    return F(low + (low * low < scaled)) / F(10) ** (places // 2)


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


def normal_loss(event, closed, evidence, moves):
    law = fields(fields(moves, ["format", "markets", "gaussian"], "moves")["gaussian"], ["mean", "covariance"], "gaussian")
    need(moves["format"] == "spillway/moves@1" and not any(event.inverse), "reciprocals of normal prices are not normal")
    for rows in (moves["markets"], law["covariance"], law.get("mean", []), evidence["cuts"], *law["covariance"]):
        entries(rows, "moves or cuts")
    width = {len(moves["markets"]), len(set(moves["markets"])), len(law["covariance"]), *(len(row) for row in law["covariance"]), len(law.get("mean", moves["markets"]))}
    need(len(width) == 1, "the moves are not of every market")
    at = [moves["markets"].index(name) for name in event.names]
    mean = [double(law["mean"][a], "mean") if "mean" in law else F(0) for a in at]
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

    def above(gain, exposure):
        """E (-m - sZ)^+ from above: (-m)^+ + s phi(z) - |m| Phi(-z) with z = |m|/s, at a decimal close to z/sqrt(2)."""
        debt, distance = max(F(0), -gain), abs(gain)
        variance = sum(own * exposure[k] for k, own in times(exposure).items())
        if variance <= 0:
            return debt
        spread, tau = root(variance), cut(distance / root(2 * variance), 20)
        _, dense, tail, _ = normal(min(tau, F(FARTHEST)))
        return debt + spread * dense + (0 if tau >= FARTHEST else 2 * spread * dense / 10**40 - distance * tail)

    def below(gain, exposure):
        """The same from below, for accounts that nothing is closed of: any lower bound counts."""
        debt, distance = max(F(0), -gain), abs(gain)
        variance = sum(own * exposure[k] for k, own in times(exposure).items())
        tau = cut(distance / root(2 * variance, 80), 25) if variance > 0 else F(FARTHEST)
        if tau >= FARTHEST:
            return debt
        dense, _, _, tail = normal(tau, 38)
        return debt + max(F(0), root(variance, 80) * (1 - F(1, 10**38)) * dense - distance * tail)

    everyone = range(len(event.accounts))
    size = sum(abs(n) * event.mark[k] for own in event.positions for k, n in own)
    places = max(0, 52 - exponent(size)) if size else 400
    losses = [above(*state(i, lambda k: closed.get((i, k), F(0)))) for i in everyone]
    value = cut(sum(cut(loss, places, ceil) if i in event.pairs else loss for i, loss in zip(everyone, losses)), places, ceil)
    fields(evidence, ["prices", "cuts"], "evidence")
    need(set(evidence["prices"]) == {event.names[k] for k in event.demand}, "prices are of other markets")
    cuts = {fields(one, ["account", "tau", "direction"], "a cut")["account"]: one for one in evidence["cuts"]}
    need(len(cuts) == len(evidence["cuts"]) and set(cuts) == {event.accounts[i] for i in event.pairs}, "cuts are of others")
    bound, slopes = F(0), {k: [] for k in event.demand}
    for i, name in enumerate(event.accounts):
        gain, exposure = state(i, lambda k: F(0))
        if i not in event.pairs:
            bound += below(gain, exposure)
            continue
        tau = F(repr(float(decimal(cuts[name]["tau"], "tau"))))
        need(abs(tau) <= FARTHEST, "a threshold is too far")
        direction = cuts[name]["direction"]
        need(set(direction) == {event.names[k] for k in exposure}, "a direction is of other markets")
        v = {k: decimal(direction[event.names[k]], "direction") for k in exposure}
        need(all(abs(own) <= 10**100 for own in v.values()), "a direction is too long")
        most, share = F(0), F(0)
        if abs(tau) < FARTHEST:
            dense_low, _, share, tail_high = normal(abs(tau))
            most = cut(dense_low * share / tail_high, 26 + floor(9 * tau * tau / 20))
        weight = 1 - share if tau < 0 else share
        slope = times(v)
        variance = sum(own * v[k] for k, own in slope.items())
        if most == 0 or variance <= 0:
            slope = dict.fromkeys(v, F(0))
        elif variance > most * most:
            length = root(variance)
            places = 40 + max(0, 1 + leading(float(length) / float(most)))
            slope = {k: own * cut(most / length, places) for k, own in slope.items()}
        bound += sum(slope[k] * exposure[k] for k in slope) - weight * gain
        for k in event.pairs[i]:
            side = event.demand[k][0] * event.mark[k]
            slopes[k].append((-side * slope[k] + weight * (side * mean[k] + event.cost[k]), event.cap[i][k]))
    for k, (_, q) in event.demand.items():
        is_forced = sum(n for _, n in slopes[k]) == q
        price = F(0) if is_forced else decimal(evidence["prices"][event.names[k]], "prices")
        bound += sum((own if is_forced else min(F(0), own + price)) * n for own, n in slopes[k]) - price * q
    return value, lambda stated: stated is not None and stated <= max(F(0), bound)
