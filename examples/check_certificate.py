"""Checks a certificate in plain Python, without any code of spillway: docs/certificate.md is all that it was written from.

    python3 check_certificate.py EVENT ALLOCATION CERTIFICATE [--feasibility 1e-9] [--keep-solvent] [--demand event|filled]

EVENT is JSON or a folder of CSV files. Exact fractions only, the standard library only. Exit 0 only if the allocation is feasible, is worth
what is stated, and no allocation is worth less than the stated bound, all under the terms of the flags. Files and digests are in
adl_files.py, normal moves in check_normal_moves.py.
"""
import argparse, csv, json, re, sys
from decimal import Decimal
from fractions import Fraction as F
from math import ceil, floor

from adl_files import content, cut, decimal, digest, double, entries, fields, need, number, read_allocation, read_event, read_json


def leading(x):
    """The power of ten of the first digit of a double above zero."""
    return Decimal(repr(x)).adjusted()


# --- leverage -----------------------------------------------------------------------------------------------------------------

class Leverage:
    """Accounts with g <= 0 close first, and are not counted; R_k is what is left to the others. Where nobody may end below zero they close last."""

    def __init__(self, event, closed):
        self.event, self.closed, self.cap, self.lot = event, closed, event.cap, event.lots
        self.solvent = [i for i in event.pairs if event.remarked[i] > 0]
        self.total = {k: sum(event.cap[i].get(k, 0) for i in self.solvent) for k in event.demand}
        insolvent = [(i, k) for i in event.pairs.keys() - set(self.solvent) for k in event.pairs[i]]
        first, given = {k: F(0) for k in event.demand}, {k: F(0) for k in event.demand}
        for i, k in insolvent:
            x = closed.get((i, k), F(0))
            need(not event.keeps or x <= event.forgiven * event.demand[k][1], "an account closes whose leverage that does not lower")
            first[k] += 0 if event.keeps else event.cap[i][k]
            given[k] += min(x, event.pairs[i][k])
        for k, (_, q) in event.demand.items():
            need(min(q, first[k]) - given[k] <= event.forgiven * q, "insolvent accounts keep what demand would have closed first")
        self.rest = {k: max(F(0), q - first[k]) for k, (_, q) in event.demand.items()}
        self.free = {i: [k for k in self.cap[i] if self.rest[k] > 0] for i in self.solvent}

    def decide_order(self, start, effect, is_ratio):
        """Where nobody may end below zero: N_i = start - effect x, and closing of an account with g <= 0 <= e must not lower |N|/E, of no other raise it."""
        event, cost = self.event, self.event.cost
        if not event.keeps or any(event.total(self.cap, k) < q for k, (_, q) in event.demand.items()):
            return
        need(all(q <= self.total[k] for k, (_, q) in event.demand.items()), "solvent accounts cannot meet the demand")
        last = [(i, k) for i in event.pairs.keys() - set(self.solvent) for k, c in self.cap[i].items() if c > 0]
        for i, k in last:
            pull = effect[k] * (start(i) > 0) - effect[k] * (start(i) < 0)
            need(cost[k] >= 0 and cost[k] * abs(start(i)) >= pull * event.equity[i], "who closes first is not decided")
        for i in self.solvent if last else []:
            change = {k: effect[k] * c for k, c in self.cap[i].items()}
            if is_ratio:
                need(all(cost[k] <= 0 or cost[k] * start(i) <= effect[k] * event.equity[i] for k in change), "who closes first is not decided")
            else:
                need(all(v * start(i) >= 0 for v in change.values() if start(i)), "who closes first is not decided")
                need(sum(abs(v) for v in change.values()) <= abs(start(i)), "who closes first is not decided")

    def left(self, i):
        """Gross notional after; what is closed beyond zero is a position again."""
        pairs, mark = self.event.pairs[i], self.event.mark
        return self.event.gross[i] + sum(mark[k] * (abs(n - self.closed.get((i, k), 0)) - n) for k, n in pairs.items())

    def squares(self, size):
        """Each term rounded up at forty digits behind the leading one of the largest, which is looked for in doubles."""
        own = {i: (size(i), self.event.remarked[i]) for i in self.solvent}
        most = max((float(z) * float(z) / float(g) for z, g in own.values()), default=0)
        return sum((cut(z * z / g, max(0, 40 - leading(most)), ceil) for z, g in own.values()), F(0)) if most else F(0)

    def lot_markets(self):
        """Markets with lots where something is left, if no account decides in two; else none."""
        apart = all(len(own) <= 1 for own in self.free.values())
        return {k for own in self.free.values() for k in own if self.lot[k] is not None} if apart else set()


def largest_leverage(event, closed, evidence, inputs):
    book = Leverage(event, closed)
    book.decide_order(event.gross.get, event.mark, True)
    worst = F(0)
    for i in book.solvent:
        equity = event.equity[i] - sum(d * closed.get((i, k), 0) for k, d in event.cost.items())
        size = book.left(i)
        if size > 0:
            worst = None if worst is None or equity <= 0 else max(worst, size / equity)
    names = {event.accounts[i]: i for i in book.solvent}
    fields(evidence, ["group"] + ["levels"] * event.in_lots, "evidence")
    need(all(name in names for name in entries(evidence["group"], "group")), "an account of the group is not counted")
    group = [names[name] for name in evidence["group"]]
    need(len(set(group)) == len(group), "an account stands twice in the group")
    total = lambda values: sum(values, F(0))
    most = {k: min(r, total(book.cap[i].get(k, 0) for i in group)) for k, r in book.rest.items()}
    least = {k: max(F(0), r - book.total[k] + total(book.cap[i].get(k, 0) for i in group)) for k, r in book.rest.items()}
    texts, markets = evidence.get("levels", {}), {event.names[k]: k for k in event.demand}
    need(set(texts) <= set(markets) and all(isinstance(text, str) for text in texts.values()), "a level is of no market, or no fraction")
    levels = {markets[name]: fraction(text) for name, text in texts.items()}
    size, equity = total(event.gross[i] for i in group), total(event.equity[i] for i in group)

    def proves(bound):
        if bound is not None and bound <= 0:
            return True
        if bound is None and group and equity <= sum(d * (least if d > 0 else most)[k] for k, d in event.cost.items()):
            return True
        slopes = {k: event.mark[k] - bound * d for k, d in event.cost.items()} if bound is not None else {}
        if slopes and group and size - bound * equity >= sum(v * (most if v > 0 else least)[k] for k, v in slopes.items()):
            return True
        return any(counts(k, level, bound) for k, level in levels.items())

    def counts(k, level, bound):
        """Below `level` some account needs more lots than it has, or all together more than are left."""
        able = [i for i in book.solvent if k in book.free[i]]
        alone = all(event.gross[i] == event.mark[m] * event.pairs[i][m] for i in book.solvent for m in book.free[i] if event.cost[m])
        weight = event.mark[k] + event.cost.get(k, 0) * level
        high = weight <= 0 or (bound is not None and event.mark[k] * level >= bound * weight)
        if k not in book.lot_markets() or not alone or level <= 0 or not high:
            return False
        step, needed = event.mark[k] * book.lot[k], 0
        for i in able:
            own = event.equity[i] if not event.cost[k] and event.equity[i] > 0 else event.remarked[i]
            steps = max(0, floor((event.gross[i] - level * own) / step) + 1)
            if steps > floor(book.cap[i][k] / book.lot[k]):
                return True
            needed += steps
        return needed > floor(book.rest[k] / book.lot[k])

    return worst, proves


def by_key(event, given, allowed, path):
    need(isinstance(given, dict) and set(given) <= set(allowed), f"{path} names what does not count here")
    return {allowed[name]: decimal(text, path) for name, text in given.items()}


def squared_leverage(event, closed, evidence, inputs):
    book = Leverage(event, closed)
    book.decide_order(event.gross.get, event.mark, False)
    fields(evidence, ["multipliers", "prices"] + ["lotPrices"] * event.in_lots, "evidence")
    elsewhere = book.lot_markets() if "lotPrices" in evidence else set()
    counted = {event.accounts[i]: i for i in book.solvent if not elsewhere & set(book.free[i])}
    markets = {event.names[k]: k for k in event.demand}
    level = by_key(event, evidence["multipliers"], counted, "multipliers")
    price = by_key(event, evidence["prices"], markets, "prices")
    bound = F(0)
    for i, m in level.items():
        bound += 2 * m * event.gross[i] - m * m * event.remarked[i]
        for k in book.free[i]:
            if k not in elsewhere:
                bound -= max(F(0), 2 * m * event.mark[k] - max(F(0), price.get(k, F(0)))) * book.cap[i][k]
    bound -= sum(max(F(0), price.get(k, F(0))) * r for k, r in book.rest.items() if k not in elsewhere)
    lot_price = by_key(event, evidence.get("lotPrices", {}), markets, "lotPrices")
    for k in elsewhere:
        step, theta = event.mark[k] * book.lot[k], lot_price.get(k, F(0))
        bound -= theta * floor(book.rest[k] / book.lot[k])
        able = [i for i in book.solvent if k in book.free[i]]
        sizes = [float(event.gross[i]) * float(event.gross[i]) / float(event.remarked[i]) for i in able]
        places = 40 + max([0] + [-leading(size) for size in sizes if size])
        for i in able:
            fall = step * (2 * event.gross[i] - step) - theta * event.remarked[i]
            j = min(max(0, ceil(fall / (2 * step * step))), floor(book.cap[i][k] / book.lot[k]))
            bound += cut((event.gross[i] - j * step) ** 2 / event.remarked[i], places) + theta * j
    return book.squares(book.left), lambda stated: stated is not None and stated <= bound


def factor_leverage(event, closed, evidence, inputs):
    book = Leverage(event, closed)
    given = inputs.get("loadings")
    turned = [-1 if inverse else 1 for inverse in event.inverse]
    stated = {n: double(text, "loadings") for n, text in given.items()} if given is not None else {}
    loading = event.loading if given is None else [stated[n] * turn if n in stated else None for n, turn in zip(event.names, turned)]
    used = set(event.demand) | {k for i in event.pairs for k, _ in event.positions[i]}
    need(all(loading[k] is not None for k in used), "a market has no loading that this checker computes")
    each = {k: event.mark[k] * loading[k] for k in used}
    start = {i: sum(n * each[k] for k, n in event.positions[i]) for i in event.pairs}
    effect = {k: side * each[k] for k, (side, _) in event.demand.items()}
    size = lambda i: start[i] - sum(effect[k] * closed.get((i, k), 0) for k in event.pairs[i])
    book.decide_order(start.get, effect, False)
    names = {event.names[k]: k for k in event.demand}
    level = by_key(event, fields(evidence, ["levels"], "evidence")["levels"], names, "levels")
    need(len(level) == len(names), "a market has no level")
    level = {k: F(repr(float(mu))) for k, mu in level.items()}
    is_open = {k: effect[k] != 0 and book.rest[k] > 0 for k in effect}
    bound = F(0)
    for i in book.solvent:
        room = [(k, abs(effect[k]) * n) for k, n in book.cap[i].items() if is_open[k]]
        a = start[i] + sum(u for k, u in room if effect[k] < 0)
        w, at = float(event.remarked[i]), float(a)
        m = None
        for k, u in sorted(room, key=lambda one: float(level[one[0]])):
            if at <= float(level[k]) * w:
                break
            at -= float(u)
            if at < float(level[k]) * w:
                m = level[k]
                break
        m = F(repr(at / w)) if m is None else m
        bound += 2 * m * a - m * m * event.remarked[i] - 2 * sum(max(F(0), m - level[k]) * u for k, u in room)
    for k in effect:
        sent = book.rest[k] if effect[k] > 0 else book.total[k] - book.rest[k]
        bound -= 2 * level[k] * abs(effect[k]) * sent if is_open[k] else 0
    return book.squares(size), lambda stated: stated is not None and stated <= max(F(0), bound)


# --- losses under scenarios -----------------------------------------------------------------------------------------------------

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


def scenario_loss(event, closed, evidence, inputs, confidence):
    """The mean of the worst 1 - confidence of the total loss: 0 is the mean, 1 the worst move."""
    move, weight = moves_of(event, inputs["moves"])
    total = sum(weight)

    def loss(i, row, x=lambda k: F(0)):
        given = sum((event.cost[k] + event.demand[k][0] * event.mark[k] * row[k]) * x(k) for k in event.pairs.get(i, {}))
        return given - event.equity[i] - sum(n * event.mark[k] * row[k] for k, n in event.positions[i])

    everyone = range(len(event.accounts))
    losses = {s: sum(max(F(0), loss(i, row, lambda k: closed.get((i, k), F(0)))) for i in everyone) for s, row in move.items()}
    value, tail, left = max(losses.values()), (1 - confidence) * total, (1 - confidence) * total
    if tail:
        value = F(0)
        for s in sorted(losses, key=lambda s: -losses[s]):
            value += min(weight[s], left) * losses[s] / tail
            left -= min(weight[s], left)
    fields(evidence, ["prices", "tails", "shares"], "evidence")
    markets = {event.names[k]: k for k in event.demand}
    price = by_key(event, evidence["prices"], markets, "prices")
    need(len(price) == len(markets) and len(entries(evidence["tails"], "tails")) == 1, "evidence is of another kind")
    part = fields(evidence["tails"][0], ["weight", "confidence", "masses"], "tails")
    is_narrow = tail <= min(w for w in weight if w)
    meant = 0 if len(move) == 1 else 1 if is_narrow else confidence
    need(decimal(part["weight"], "weight") == 1 and decimal(part["confidence"], "confidence") == meant, "another risk measure")
    mass = by_key(event, part["masses"], {str(s): s for s in move}, "masses")
    need(all(0 <= m and m * (1 - confidence) <= weight[s] for s, m in mass.items()), "a mass is too large")
    need(sum(mass.values()) <= total, "masses add up to too much")
    index = {event.accounts[i]: i for i in event.pairs}
    need(set(evidence["shares"]) <= set(index), "shares are of no eligible account")
    share = {index[n]: by_key(event, own, {str(s): s for s in move}, "shares") for n, own in evidence["shares"].items()}
    share = {i: {s: F(repr(float(y))) for s, y in own.items()} for i, own in share.items()}
    need(all(0 <= y <= 1 for own in share.values() for y in own.values()), "a share is not between 0 and 1")
    cap, forced = event.cap, {k for k, (_, q) in event.demand.items() if event.total(event.cap, k) == q}
    price = {k: F(0) if k in forced else price[k] * total for k in event.demand}
    bound = -sum(price[k] * q for k, (_, q) in event.demand.items())
    for i in everyone:
        slope = dict.fromkeys(cap.get(i, {}), F(0))
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


def is_large_book(event, moves):
    """Whether the losses of an honest value are added up in doubles, and rounded up."""
    count = sum(number(w, "weights") > 0 for w in moves["weights"]) if "weights" in moves else len(moves.get("moves", []))
    return (len(event.accounts) + sum(len(own) for own in event.positions)) * count > 200_000


def expected_loss(event, closed, evidence, inputs):
    if "gaussian" not in inputs["moves"]:
        return scenario_loss(event, closed, evidence, inputs, F(0))
    from check_normal_moves import normal_loss

    return normal_loss(event, closed, evidence, inputs["moves"])


def confidence_of(inputs):
    alpha = double(inputs["confidence"], "confidence")
    need(isinstance(inputs["confidence"], str) and 0 < alpha < 1, "a confidence is not between 0 and 1")
    return alpha


def cvar(event, closed, evidence, inputs):
    return scenario_loss(event, closed, evidence, inputs, confidence_of(inputs))


def worst_case_loss(event, closed, evidence, inputs):
    return scenario_loss(event, closed, evidence, inputs, F(1))


# --- the certificate --------------------------------------------------------------------------------------------------------------

OBJECTIVES = {
    "min-max-leverage": (largest_leverage, []),
    "squared-leverage": (squared_leverage, []),
    "factor-leverage": (factor_leverage, ["loadings", "moves"]),
    "expected-loss": (expected_loss, ["moves"]),
    "cvar": (cvar, ["moves", "confidence"]),
    "worst-case-loss": (worst_case_loss, ["moves"]),
}
LOSSES = ("expected-loss", "cvar", "worst-case-loss")
SLACK = 1 + F(1, 10**9)
KEYS = "format objective inputs lots keepSolvent demand exact feasibility event allocation value bound evidence digest".split()


def fraction(text):
    need(text is None or re.fullmatch(r"-?[0-9]+(/[1-9][0-9]*)?", text), "this is no fraction")
    return None if text is None else F(text)


def check(event_path, allocation_path, certificate_path, feasibility=1e-9, keeps=False, demand="event"):
    event = read_event(event_path)
    closed, allocation_digest = read_allocation(allocation_path, event)
    proof = fields(read_json(certificate_path), KEYS, "certificate")
    need(proof["format"] == "spillway/certificate@1", "this is no certificate")
    need(proof["digest"] == digest(content({k: v for k, v in proof.items() if k != "digest"})), "the certificate was changed")
    need(proof["event"] == event.digest, "the certificate is about another event")
    need(proof["allocation"] == allocation_digest, "the certificate is about another allocation")
    need(float(decimal(proof["feasibility"], "feasibility")) == feasibility, f"the certificate forgives something else than {feasibility}")
    need(proof.get("keepSolvent", True) is True and ("keepSolvent" in proof) == keeps, "the certificate is about another rule for who ends below zero")
    need(proof.get("demand", "filled") == "filled" and proof.get("demand", "event") == demand, "the certificate is about another demand")
    need(proof["objective"] in OBJECTIVES and isinstance(proof["lots"], bool) and isinstance(proof.get("exact", True), bool), "the objective is not known")
    judge, inputs = OBJECTIVES[proof["objective"]]
    event.forgiven, event.in_lots = F(repr(feasibility)), proof["lots"]
    if demand == "filled":
        event.fill(closed, proof["lots"])
    event.decide(proof["lots"], keeps)
    given = {k: F(0) for k in event.demand}
    for (i, k), x in closed.items():
        need(k in event.pairs.get(i, {}), "a reduction closes nothing that may be closed")
        held, lot = event.pairs[i][k], event.lots[k]
        off = 0 if lot is None else abs(x - round(x / lot) * lot)
        need(max(x - held, off) <= event.forgiven * held, "a reduction is larger than the position, or no whole lots")
        given[k] += x
    for k, (_, q) in event.demand.items():
        need(abs(given[k] - q) <= event.forgiven * q, "a demand is missed")
        need(event.whole(q, k) == q, "a demand is no whole lots")
    for i, pairs in event.pairs.items() if keeps else ():
        left = event.equity[i] - sum(event.cost[k] * closed.get((i, k), F(0)) for k in pairs)
        costly = [(event.cost[k], event.cost[k] * n) for k, n in pairs.items() if event.cost[k] > 0 and closed.get((i, k))]
        need(left >= 0 or -left <= event.forgiven * max(costly)[1], "an account ends below zero")
    exact, proves = judge(event, closed, proof["evidence"], fields(proof["inputs"], inputs, "inputs"))
    value, bound = fraction(proof["value"]), fraction(proof["bound"])
    is_large = proof["objective"] in LOSSES and not proof.get("exact") and is_large_book(event, proof["inputs"]["moves"])
    fits = value == exact if not is_large or None in (value, exact) else exact <= value <= exact * SLACK
    need(fits, "the value is not the one stated")
    need(proves(bound), "the evidence does not prove the bound")
    return {"proved": True, "objective": proof["objective"], "value": proof["value"], "bound": proof["bound"]}


FAULTS = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, csv.Error)

if __name__ == "__main__":
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("files", nargs=3)
    flags.add_argument("--feasibility", type=float, default=1e-9)
    flags.add_argument("--keep-solvent", action="store_true")
    flags.add_argument("--demand", choices=["event", "filled"], default="event")
    given = flags.parse_args()
    try:
        print(json.dumps(check(*given.files, given.feasibility, given.keep_solvent, given.demand)))
    except FAULTS as reason:
        print(json.dumps({"proved": False, "reason": str(reason)}))
        sys.exit(1)
