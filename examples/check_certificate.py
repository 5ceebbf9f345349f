"""Checks a certificate in plain Python, without any code of spillway: docs/certificate.md is all that it was written from.

    python3 check_certificate.py EVENT ALLOCATION CERTIFICATE [--feasibility 1e-9] [--keep-solvent] [--demand event|filled]

EVENT is JSON or a folder of CSV files. Exact fractions only, the standard library only. Exit 0 only if the allocation is feasible, is worth
what is stated, and no allocation is worth less than the stated bound, all under the terms of the flags. Files and digests are in
adl_files.py, leverage in check_leverage.py, losses under scenarios in check_scenarios.py, those of moves with mean and covariance in
check_normal_moves.py.
"""
import argparse, csv, json, re, sys
from fractions import Fraction as F

from adl_files import content, decimal, digest, fields, need, read_allocation, read_event, read_json
from check_leverage import factor_leverage, fraction, largest_leverage, squared_leverage
from check_normal_moves import ellipsoid_loss, normal_loss
from check_scenarios import cvar, evar, is_large_book, mean_loss, worst_case_loss


def expected_loss(event, closed, evidence, inputs):
    judge = normal_loss if "gaussian" in inputs["moves"] else mean_loss
    return judge(event, closed, evidence, inputs)


OBJECTIVES = {
    "min-max-leverage": (largest_leverage, []),
    "squared-leverage": (squared_leverage, []),
    "factor-leverage": (factor_leverage, ["loadings", "moves"]),
    "expected-loss": (expected_loss, ["moves"]),
    "cvar": (cvar, ["moves", "confidence"]),
    "evar": (evar, ["moves", "confidence"]),
    "worst-case-loss": (worst_case_loss, ["moves"]),
    "ellipsoid-loss": (ellipsoid_loss, ["moves", "confidence"]),
}
LOSSES = ("expected-loss", "cvar", "evar", "worst-case-loss")
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
    need(re.fullmatch(r"[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?", proof["feasibility"]), "feasibility is no plain decimal")
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
