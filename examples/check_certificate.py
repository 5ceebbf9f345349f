"""Checks a certificate in plain Python, without any code of spillway: docs/certificate.md is all that it was written from.

    python3 check_certificate.py EVENT ALLOCATION CERTIFICATE [--feasibility 1e-9] [--keep-solvent] [--demand event|filled]

EVENT is JSON or a folder of CSV files. Exact fractions only, the standard library only. Exit 0 only if the allocation is feasible, is worth
what is stated, and no allocation is worth less than the stated bound, all under the terms of the flags. Files and digests are in
adl_files.py, leverage in check_leverage.py, normal moves in check_normal_moves.py.
"""
import argparse, csv, json, sys
from fractions import Fraction as F

from adl_files import content, cut, decimal, digest, double, entries, fields, need, number, read_allocation, read_event, read_json
from check_leverage import by_key, factor_leverage, fraction, largest_leverage, squared_leverage


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
    fields(evidence, ["prices", "tails", "shares"] + ["solvency"] * bool(event.rows), "evidence")
    need(not (event.rows and event.in_lots), "several markets could push an account below zero, and in whole lots that is no row")
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


def is_large_book(event, moves):
    """Whether the losses of an honest value are added up in doubles, and rounded up."""
    count = sum(number(w, "weights") > 0 for w in moves["weights"]) if "weights" in moves else len(moves.get("moves", []))
    return (len(event.accounts) + sum(len(own) for own in event.positions)) * count > 200_000


def expected_loss(event, closed, evidence, inputs):
    if "gaussian" not in inputs["moves"]:
        return scenario_loss(event, closed, evidence, inputs, F(0))
    need(not event.rows, "several markets could push an account below zero, and under normal moves that is no row")
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
