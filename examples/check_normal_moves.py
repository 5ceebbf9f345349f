"""Losses of moves with mean and covariance, for check_certificate.py: expected ones under normal moves, worst ones over an ellipsoid."""
from fractions import Fraction as F
from math import ceil, floor, isqrt, sqrt

from adl_files import cut, decimal, entries, fields, nearest, need, number, plain
from check_leverage import leading
from check_scenarios import confidence_of

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


def root_places(a, digits=50):
    """Decimal places of a root of so many digits; those of a, twice as many, are one more where they would be odd."""
    places = digits - 1 - exponent(a)
    return (places + places % 2) // 2


def root(a, digits=50):
    """The root from above."""
    places = root_places(a, digits)
    scaled = ceil(a * F(100) ** places)
    low = isqrt(scaled)
    return F(low + (low * low < scaled)) / F(10) ** places


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


class Book:
    """What accounts stand to gain, and how that moves: m and y by account, C for all."""

    def __init__(self, event, closed, moves):
        need(not event.rows, "several markets could push an account below zero, and under such moves that is no row")
        law = fields(fields(moves, ["format", "markets", "gaussian"], "moves")["gaussian"], ["mean", "covariance"], "gaussian")
        need(moves["format"] == "spillway/moves@1" and not any(event.inverse), "mean and covariance are not those of reciprocals")
        for rows in (moves["markets"], law["covariance"], law.get("mean", []), *law["covariance"]):
            entries(rows, "moves")
        width = {len(moves["markets"]), len(set(moves["markets"])), len(law["covariance"]), *(len(row) for row in law["covariance"]), len(law.get("mean", moves["markets"]))}
        need(len(width) == 1, "the moves are not of every market")
        at = [moves["markets"].index(name) for name in event.names]
        self.event, self.closed = event, closed
        self.mean = [nearest(number(law["mean"][a], "mean")) if "mean" in law else F(0) for a in at]
        self.covariance = lifted([[float(number(law["covariance"][a][b], "covariance")) for b in at] for a in at])

    def times(self, v):
        return {k: sum(self.covariance[k][l] * own for l, own in v.items()) for k in v}

    def square(self, v):
        return sum(own * v[k] for k, own in self.times(v).items())

    def state(self, i, is_after):
        """Mean gain and exposures by market, before or after closing."""
        event, gain, exposure = self.event, self.event.equity[i], {}
        for k, n in event.positions[i]:
            exposure[k] = exposure.get(k, F(0)) + n * event.mark[k]
            gain += n * event.mark[k] * self.mean[k]
        for k in event.pairs.get(i, {}) if is_after else ():
            x = self.closed.get((i, k), F(0))
            change = event.demand[k][0] * event.mark[k] * x
            exposure[k] -= change
            gain -= change * self.mean[k] + event.cost[k] * x
        return gain, exposure

    def direction(self, given, exposure):
        """A vector by held market, each of them named."""
        names = self.event.names
        need(isinstance(given, dict) and set(given) == {names[k] for k in exposure}, "a direction is of other markets")
        return {k: decimal(given[names[k]], "direction") for k in exposure}

    def slopes(self, i, weight, along):
        """What closing a contract adds to weight (-m) + y.along, with what may be closed: by market."""
        for k in self.event.pairs[i]:
            side = self.event.demand[k][0] * self.event.mark[k]
            yield k, weight * (side * self.mean[k] + self.event.cost[k]) - side * along[k], self.event.cap[i][k]

    def priced(self, slopes, given):
        """What all slopes together take off at most, where every demand is met."""
        names, demand = self.event.names, self.event.demand
        need(isinstance(given, dict) and set(given) == {names[k] for k in demand}, "prices are of other markets")
        price, sum_of = {k: decimal(given[names[k]], "prices") for k in demand}, F(0)
        for k, (_, q) in demand.items():
            own = [(slope, c) for m, slope, c in slopes if m == k]
            if sum(c for _, c in own) == q:
                sum_of += sum(slope * c for slope, c in own)
            else:
                sum_of += sum(min(F(0), slope + price[k]) * c for slope, c in own) - price[k] * q
        return sum_of


def by_account(rows, names, allowed, path):
    """Rows of evidence by account, none twice, all of accounts that are allowed."""
    found = {fields(one, names, path)["account"]: one for one in entries(rows, path)}
    need(len(found) == len(rows) and set(found) <= set(allowed), f"{path} is of others, or twice of one")
    return found


def above(variance, gain):
    """E (-m - sZ)^+ from above: (-m)^+ + s phi(z) - |m| Phi(-z) with z = |m|/s, at a decimal close to z/sqrt(2)."""
    debt, distance = max(F(0), -gain), abs(gain)
    if variance <= 0:
        return debt
    spread, tau = root(variance), cut(distance / root(2 * variance), 20)
    _, dense, tail, _ = normal(min(tau, F(FARTHEST)))
    return debt + spread * dense + (0 if tau >= FARTHEST else 2 * spread * dense / 10**40 - distance * tail)


def below(variance, gain):
    """The same from below, for accounts that nothing is closed of: any lower bound counts."""
    debt, distance = max(F(0), -gain), abs(gain)
    tau = cut(distance / root(2 * variance, 80), 25) if variance > 0 else F(FARTHEST)
    if tau >= FARTHEST:
        return debt
    dense, _, _, tail = normal(tau, 38)
    return debt + max(F(0), root(variance, 80) * (1 - F(1, 10**38)) * dense - distance * tail)


def normal_loss(event, closed, evidence, inputs):
    book = Book(event, closed, inputs["moves"])
    size = sum(abs(n) * event.mark[k] for own in event.positions for k, n in own)
    places = max(0, 52 - exponent(size)) if size else 400
    value = F(0)
    for i in range(len(event.accounts)):
        gain, exposure = book.state(i, True)
        loss = above(book.square(exposure), gain)
        value += cut(loss, places, ceil) if i in event.pairs else loss
    value = cut(value, places, ceil)
    fields(evidence, ["prices", "cuts"], "evidence")
    cuts = by_account(evidence["cuts"], ["account", "tau", "direction"], [event.accounts[i] for i in event.pairs], "cuts")
    need(len(cuts) == len(event.pairs), "an account has no cut")
    bound, slopes = F(0), []
    for i, name in enumerate(event.accounts):
        gain, exposure = book.state(i, False)
        if i not in event.pairs:
            bound += below(book.square(exposure), gain)
            continue
        tau = nearest(decimal(cuts[name]["tau"], "tau"))
        need(abs(tau) <= FARTHEST, "a threshold is too far")
        v = book.direction(cuts[name]["direction"], exposure)
        need(all(abs(own) <= 10**100 for own in v.values()), "a direction is too long")
        most, share = F(0), F(0)
        if abs(tau) < FARTHEST:
            dense_low, _, share, tail_high = normal(abs(tau))
            most = cut(dense_low * share / tail_high, 26 + floor(9 * tau * tau / 20))
        weight = 1 - share if tau < 0 else share
        slope, variance = book.times(v), book.square(v)
        if most == 0 or variance <= 0:
            slope = dict.fromkeys(v, F(0))
        elif variance > most * most:
            length = root(variance)
            places = 40 + max(0, 1 + leading(float(length) / float(most)))
            slope = {k: own * cut(most / length, places) for k, own in slope.items()}
        bound += sum(slope[k] * exposure[k] for k in slope) - weight * gain
        slopes += book.slopes(i, weight, slope)
    bound += book.priced(slopes, evidence["prices"])
    return value, lambda stated: stated is not None and stated <= max(F(0), bound)


# --- worst losses over an ellipsoid --------------------------------------------------------------------------------------------

def worst_above(variance, gain, alpha):
    """(kappa s - m)^+ from above; (1 - alpha) kappa s is the root of alpha (1 - alpha) s^2."""
    length, places = root_of_share(variance, alpha)
    return max(F(0), cut(length / (1 - alpha), places, ceil) - gain)


def worst_below(variance, gain, alpha):
    """The same from below: a root is at least the number over anything that is not below the root."""
    length, places = root_of_share(variance, alpha)
    return max(F(0), (cut(alpha * variance / length, places) if length else F(0)) - gain)


def root_of_share(variance, alpha):
    """The root of alpha (1 - alpha) s^2 from above, and thirty places behind its own."""
    if variance <= 0:
        return F(0), 30
    length = root(alpha * (1 - alpha) * variance)
    return length, 30 + max(0, root_places(alpha * (1 - alpha) * variance))


def ellipsoid_loss(event, closed, evidence, inputs):
    book, alpha = Book(event, closed, inputs["moves"]), confidence_of(inputs)
    fields(evidence, ["prices", "moves"], "evidence")
    moves = by_account(evidence["moves"], ["account", "share", "direction"], [event.accounts[i] for i in event.pairs], "moves")
    value, bound, slopes = F(0), F(0), []
    for i, name in enumerate(event.accounts):
        gain, exposure = book.state(i, True)
        value += worst_above(book.square(exposure), gain, alpha)
        gain, exposure = book.state(i, False)
        if i not in event.pairs:
            bound += worst_below(book.square(exposure), gain, alpha)
            continue
        share, along = F(0), dict.fromkeys(exposure, F(0))
        if name in moves:
            share = decimal(moves[name]["share"], "share")
            z = book.direction(moves[name]["direction"], exposure)
            need(0 <= share <= 1 and (1 - alpha) * book.square(z) <= alpha, "a share is none, or a move is not in the ellipsoid")
            along = {k: -share * own for k, own in book.times(z).items()}
        bound += sum(along[k] * exposure[k] for k in along) - share * gain
        slopes += book.slopes(i, share, along)
    bound += book.priced(slopes, evidence["prices"])
    return value, lambda stated: stated is not None and stated <= max(F(0), bound)
