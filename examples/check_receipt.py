#!/usr/bin/env python3
"""Checks a receipt of an auto-deleveraging, with nothing but Python's standard library.

    python3 check_receipt.py RECEIPT PUBLIC      exit 0 accepted, 1 refused

The formats and what is proved are described in docs/receipts.md; this program was written from that page.
"""
import json
import re
import sys
from fractions import Fraction
from hashlib import sha256

SUMS = ["leaves", "capacity", "closed", "first"]
PLAIN = re.compile(r"(0|-?[1-9][0-9]*|-?(0|[1-9][0-9]*)\.[0-9]*[1-9])\Z")


class Refused(Exception):
    pass


def need(holds, why):
    if not holds:
        raise Refused(why)


def number(text, signed=False):
    need(isinstance(text, str) and PLAIN.match(text), f"{text!r} is no plain decimal")
    value = Fraction(text)
    need(signed or value >= 0, f"{text} is negative")
    return value


def plain(value):
    """The one spelling of a decimal."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    digits = int(value * 10**scale)
    if scale == 0:
        return str(digits)
    text = str(digits).rjust(scale + 1, "0")
    return f"{text[:-scale]}.{text[-scale:]}"


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def hashed(kind, *lines):
    return sha256("\n".join([f"spillway/receipts@1 {kind}", *lines]).encode()).hexdigest()


def keys(value, names, what):
    need(isinstance(value, dict) and sorted(value) == sorted(names), f"{what} has not the fields that it must have")


def no_twice(pairs):
    need(len(dict(pairs)) == len(pairs), "a field stands twice")
    return dict(pairs)


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=no_twice)


def check(receipt, public):
    names = ["format", "rule", "event", "allocation", "markets", "roots", "levels", "demand", "totals", "leaves"]
    keys(public, [*names, "digest"], "public.json")
    need(public["format"] == "spillway/receipts@1", "public.json is of another format")
    need(public["rule"] in ("water-filling", "pro-rata"), "the rule is not known here")
    rest = {name: value for name, value in public.items() if name != "digest"}
    need(sha256(compact(rest).encode()).hexdigest() == public["digest"], "public.json was changed")
    keys(receipt, ["format", "public", "number", "account", "salt", "grossNotional", "remarkedEquity", "markets"], "receipt")
    need(receipt["format"] == "spillway/receipt@1", "the receipt is of another format")
    need(receipt["public"] == public["digest"], "the receipt belongs to another public.json")
    need(isinstance(receipt["number"], int) and receipt["number"] >= 1, "the number is none")

    gross, remarked = number(receipt["grossNotional"]), number(receipt["remarkedEquity"], signed=True)
    held = [[own["market"], own["capacity"], own["closed"]] for own in receipt["markets"]]
    need(held and len({market for market, _, _ in held}) == len(held), "a market stands twice, or none at all")
    own_text = compact([receipt["number"], receipt["account"], receipt["grossNotional"], receipt["remarkedEquity"], held])
    account = hashed("account", receipt["salt"], own_text)

    facts = {}
    for row, demand in zip(public["markets"], public["demand"], strict=True):
        market = row["market"]
        need(demand["market"] == market and demand["side"] in ("long", "short"), "the demand fits no market")
        total = public["totals"][market]
        keys(total, SUMS, "totals")
        capacity, closed, first = (number(total[name]) for name in SUMS[1:])
        need(str(public["leaves"][market]) == total["leaves"], "the number of leaves is not that of the root")
        price, unit, wanted = number(row["markPrice"]), number(row["unit"]), number(demand["quantity"])
        d = (price - number(row["adlPrice"])) * (1 if demand["side"] == "long" else -1)
        level = None if public["levels"][market] is None else number(public["levels"][market])
        need(level is None or price > level * d, "the level is beyond what it can mean")
        need(abs(closed - wanted) <= unit, f"the cuts in {market} do not add up to the demand")
        need(first <= capacity, "the totals contradict each other")
        facts[market] = (price, d, unit, wanted, capacity, first, level)

    left = gross - sum(facts[market][0] * number(closed) for market, _, closed in held)
    money = sum(facts[market][0] * facts[market][2] for market, _, _ in held)
    for own in receipt["markets"]:
        market, c, x = own["market"], number(own["capacity"]), number(own["closed"])
        keys(own, ["market", "capacity", "closed", "path"], "a market")
        price, d, unit, wanted, capacity, first, level = facts[market]
        need(x <= c, "more is closed than was held")
        sums = ["1", own["capacity"], own["closed"], own["capacity"] if remarked <= 0 else "0"]
        node = hashed("leaf", account, compact(market), ",".join(sums))
        for side, sibling, *theirs in own["path"]:
            need(side in ("left", "right") and len(theirs) == 4, "a step of the path is malformed")
            need(re.fullmatch("[0-9a-f]{64}", sibling), "a hash is none")
            pair = [(node, ",".join(sums)), (sibling, ",".join(theirs))]
            (a, p), (b, q) = pair if side == "right" else reversed(pair)
            node = hashed("node", a, p, b, q)
            sums = [plain(number(one) + number(other)) for one, other in zip(sums, theirs)]
        need(sums == [public["totals"][market][name] for name in SUMS], "the leaf does not lead to the root")
        root = hashed("root", compact(market), node, ",".join(sums))
        need(root == public["roots"][market], "the leaf does not lead to the root")

        if public["rule"] == "pro-rata":
            follows = abs(x - c * wanted / capacity) <= unit
        elif remarked <= 0:
            follows = abs(x - c * min(Fraction(1), wanted / first)) <= unit
        elif level is None:
            follows = x <= unit
        else:
            above = left - level * price / (price - level * d) * remarked
            follows = not (above > money and x < c) and not (above < -money and x > 0)
        need(follows, f"the cut in {market} is not what rule and level say")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: check_receipt.py RECEIPT PUBLIC")
    try:
        check(read(sys.argv[1]), read(sys.argv[2]))
    except Refused as why:
        print(f"refused: {why}")
        return 1
    except (KeyError, TypeError, ValueError, AttributeError) as why:
        print(f"refused: the files are malformed ({why})")
        return 1
    print("accepted: the numbers are in the tree, the cut is what the rule says, and the totals add up to the demand")
    return 0


if __name__ == "__main__":
    sys.exit(main())
