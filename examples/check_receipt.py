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
from math import floor

SUMS = ["leaves", "capacity", "closed", "first"]
RANGE = ["least", "greatest"]
PLAIN = re.compile(r"(0|-?[1-9][0-9]*|-?(0|[1-9][0-9]*)\.[0-9]*[1-9])\Z")
# By rule: fields of an account, of what it holds, and of a public market that others do not have; whether it is a queue.
RULES = {
    "water-filling": ([], [], [], False),
    "water-filling-lots": ([], [], ["lotSize", "lastNotional", "lastEquity", "lastNumber"], False),
    "factor-water-filling": (["factorExposure"], [], ["factorLoading"], False),
    "pro-rata": ([], [], [], False),
    "queue-leverage": (["equity"], [], [], True),
    "queue-pnl-leverage": (["equity"], ["entryPrice"], [], True),
    "bitmex": (["equity"], ["entryPrice"], [], True),
    "hyperliquid": (["equity"], ["entryPrice"], [], True),
    "bybit": (["equity"], ["entryPrice"], [], True),
    "okx": (["equity"], ["entryPrice"], [], True),
    "bitget": (["equity", "maintenanceMargin"], ["entryPrice"], [], True),
    "gate": (["equity", "maintenanceMargin"], ["entryPrice"], [], True),
    "binance": (["equity", "maintenanceMargin"], ["entryPrice", "walletBalance"], [], True),
    "aevo": (["equity", "maintenanceMargin"], ["entryPrice", "walletBalance"], [], True),
}
INFINITY = Fraction(10) ** 1000  # beyond every score that is written down


class Refused(Exception):
    pass


def need(holds, why):
    if not holds:
        raise Refused(why)


def number(text, signed=False):
    need(isinstance(text, str) and len(text) <= 400 and PLAIN.match(text), f"{text!r} is no plain decimal")
    value = Fraction(text)
    need(signed or value >= 0, f"{text} is negative")
    return value


def whole(value):
    """Whether a JSON value numbers something: from 1 on, as far as doubles count."""
    return type(value) is int and 1 <= value < 2**53


def is_hash(text):
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text)


def summed(texts, what):
    """Sums of a group: a leaf at least, and no more closed, or first, than held."""
    leaves, capacity, closed, first = (number(text) for text in texts[:4])
    need(leaves >= 1 and leaves.denominator == 1, f"{what} has no leaf")
    need(closed <= capacity and first <= capacity, f"{what} contradicts itself")
    return capacity, closed, first


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
    """As ECMAScript writes it: halves of a pair of UTF-16 that stand alone are escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def hashed(kind, *lines):
    return sha256("\n".join([f"spillway/receipts@1 {kind}", *lines]).encode()).hexdigest()


def keys(value, names, what):
    need(isinstance(value, dict) and sorted(value) == sorted(names), f"{what} has not the fields that it must have")


def no_twice(pairs):
    need(len(dict(pairs)) == len(pairs), "a field stands twice")
    return dict(pairs)


def read(path):
    # 4.0 is 4.
    value = lambda text: int(float(text)) if float(text).is_integer() else float(text)
    with open(path, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=no_twice, parse_float=value)


def score(text):
    """A fraction in its one spelling, or before or behind all of them."""
    if text in ("infinity", "-infinity"):
        return INFINITY if text == "infinity" else -INFINITY
    need(isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,400}(/[1-9][0-9]{0,400})?", text), "a score is none")
    need(str(Fraction(text)) == text, "a score has another spelling")
    return Fraction(text)


def score_text(place):
    return "infinity" if place == INFINITY else "-infinity" if place == -INFINITY else str(place)


def own_score(rule, price, is_long, c, entry, gross, equity, margin, wallet):
    """docs/receipts.md, queues."""
    if rule == "queue-leverage":
        return gross / equity if equity > 0 else INFINITY
    if rule == "hyperliquid":
        return INFINITY if equity <= 0 else price * c / (entry * equity) if is_long else entry * price * c / equity
    gain = price - entry if is_long else entry - price
    if rule in ("binance", "aevo"):
        if gain <= 0 or (equity <= 0 and rule == "binance"):
            return Fraction(0)
        return gain * c * margin / (max(Fraction(1), wallet) * equity) if equity > 0 else INFINITY
    size = gross if rule == "queue-pnl-leverage" else margin if rule in ("bitget", "gate") else price * c
    if gain == 0 or (gain > 0 and equity <= 0 and size == 0):
        return Fraction(0)
    if gain > 0 or (rule in ("bybit", "okx", "gate") and equity > 0):
        return gain * size / (entry * equity) if equity > 0 else INFINITY
    if rule in ("bybit", "okx", "gate") or size == 0:
        return -INFINITY
    return gain * equity / (entry * size) if equity > 0 else Fraction(0)


def lots_taken(gross, remarked, number, price, lot, capacity, last):
    """Lots that stand before the last one, or are it: of equal levels the smaller equity first, then the smaller number."""
    if last is None:
        return Fraction(0)
    notional, equity, last_number = last
    steps = (gross - notional / equity * remarked) / (price * lot)
    is_behind = (remarked, number) > (equity, last_number)
    return min(capacity, lot * max(0, floor(steps) if steps == floor(steps) and is_behind else floor(steps) + 1))


def read_public(public):
    names = ["format", "rule", "event", "allocation", "markets", "roots", "levels", "demand", "totals", "leaves"]
    keys(public, [*names, "digest"], "public.json")
    need(public["format"] == "spillway/receipts@1", "public.json is of another format")
    need(public["rule"] in RULES, "the rule is not known here")
    rest = {name: value for name, value in public.items() if name != "digest"}
    need(sha256(compact(rest).encode()).hexdigest() == public["digest"], "public.json was changed")
    rule = public["rule"]
    _, _, extra, is_queue = RULES[rule]
    facts, names = {}, [row["market"] for row in public["markets"]]
    need(len(set(names)) == len(names), "a market stands twice")
    for name in ("roots", "levels", "totals", "leaves"):
        keys(public[name], names, name)
    for row, demand in zip(public["markets"], public["demand"], strict=True):
        keys(demand, ["market", "side", "quantity"], "a demand")
        keys(row, ["market", "markPrice", "adlPrice", "unit", *extra], "a market")
        market, is_long = row["market"], demand["side"] == "long"
        need(demand["market"] == market and demand["side"] in ("long", "short"), "the demand fits no market")
        total = public["totals"][market]
        keys(total, SUMS + RANGE * is_queue, "totals")
        capacity, closed, first = summed([total[name] for name in SUMS], "the root")
        need(whole(public["leaves"][market]) and str(public["leaves"][market]) == total["leaves"], "the number of leaves is not that of the root")
        price, unit, wanted = number(row["markPrice"]), number(row["unit"]), number(demand["quantity"])
        need(price > 0, "a price is zero")
        need(unit == 0 or re.fullmatch(r"10*|0\.0*1", row["unit"]) and unit <= wanted / 10**9, "a unit is no power of ten of at most 1e-9 of the demand")
        d = (price - number(row["adlPrice"])) * (1 if is_long else -1)
        level, last, lot = public["levels"][market], None, None
        level = None if level is None else number(level, rule == "factor-water-filling")
        need(level is None or rule != "water-filling" or price > level * d, "the level is beyond what it can mean")
        effect = price
        if rule == "factor-water-filling":
            effect = price * number(row["factorLoading"], True) * (1 if is_long else -1)
            need(effect != 0, "the factor does not move a market")
        if rule == "water-filling-lots":
            lot = number(row["lotSize"])
            last_fields = ["lastNotional", "lastEquity", "lastNumber"]
            need(lot > 0 and all((level is None) == (row[field] is None) for field in last_fields), "the last lot is none")
            if level is not None:
                need(whole(row["lastNumber"]), "the last lot is of nobody")
                last = (number(row["lastNotional"]), number(row["lastEquity"]), row["lastNumber"])
                need(level == Fraction(floor(last[0] / last[1] * 10**20), 10**20), "the level is not that of the last lot")
        need(abs(closed - wanted) <= unit, f"the cuts in {market} do not add up to the demand")
        facts[market] = dict(price=price, d=d, unit=unit, wanted=wanted, capacity=capacity, first=first, level=level, effect=effect, lot=lot, last=last, is_long=is_long)
    return facts


def climb(market, own, account, first, ranks, public):
    """From the leaf to the root; in a queue what stands ahead, and together with the own score."""
    sums = ["1", own["capacity"], own["closed"], first] + [ranks] * 2 * (ranks is not None)
    node = hashed("leaf", account, compact(market), ",".join(sums))
    ahead, together, spared, early = Fraction(0), number(own["capacity"]), (0, 0), (0, 0)
    for side, sibling, *theirs in own["path"]:
        need(side in ("left", "right") and len(theirs) == len(sums), "a step of the path is malformed")
        need(is_hash(sibling), "a hash is none")
        summed(theirs, "a group")
        pair = [(node, sums), (sibling, theirs)]
        (a, p), (b, q) = pair if side == "right" else reversed(pair)
        node = hashed("node", a, ",".join(p), b, ",".join(q))
        if ranks is not None:
            least, greatest, mine = score(theirs[4]), score(theirs[5]), score(ranks)
            need(least <= greatest, "a range of scores is turned")
            if least == greatest == mine:
                together += number(theirs[1])
            elif side == "left":
                need(least > mine, "the queue is not in the order of its scores")
                ahead += number(theirs[1])
                spared = (spared[0] + number(theirs[1]) - number(theirs[2]), spared[1] + number(theirs[0]))
            else:
                need(greatest < mine, "the queue is not in the order of its scores")
                early = (early[0] + number(theirs[2]), early[1] + number(theirs[0]))
        sums = [plain(number(one) + number(other)) for one, other in zip(p[:4], q)] + ([q[4], p[5]] if len(sums) > 4 else [])
    names = SUMS + RANGE * (ranks is not None)
    need(sums == [public["totals"][market][name] for name in names], "the leaf does not lead to the root")
    root = hashed("root", compact(market), node, ",".join(sums))
    need(root == public["roots"][market], "the leaf does not lead to the root")
    return ahead, together, spared, early


def check(receipt, public):
    facts, rule = read_public(public), public["rule"]
    own_names, held_names, _, is_queue = RULES[rule]
    plain_names = ["format", "public", "number", "account", "salt", "grossNotional", "remarkedEquity"]
    keys(receipt, [*plain_names, *own_names, "markets"], "receipt")
    need(receipt["format"] == "spillway/receipt@1", "the receipt is of another format")
    need(receipt["public"] == public["digest"], "the receipt belongs to another public.json")
    need(whole(receipt["number"]), "the number is none")
    need(isinstance(receipt["account"], str) and is_hash(receipt["salt"]), "account or salt is none")
    gross, remarked = number(receipt["grossNotional"]), number(receipt["remarkedEquity"], signed=True)
    extra = {name: number(receipt[name], signed=True) for name in own_names}
    for own in receipt["markets"]:
        keys(own, ["market", "capacity", "closed", *held_names, "path"], "a market")
    held = [[own["market"], own["capacity"], own["closed"], *(own[name] for name in held_names)] for own in receipt["markets"]]
    need(held and len({row[0] for row in held}) == len(held), "a market stands twice, or none at all")
    own_text = compact([receipt["number"], receipt["account"], receipt["grossNotional"], receipt["remarkedEquity"], *(receipt[name] for name in own_names), held])
    account = hashed("account", receipt["salt"], own_text)

    left = extra.get("factorExposure", gross) - sum(facts[row[0]]["effect"] * number(row[2]) for row in held)
    money = sum(abs(facts[row[0]]["effect"]) * facts[row[0]]["unit"] for row in held)
    for own in receipt["markets"]:
        market, c, x = own["market"], number(own["capacity"]), number(own["closed"])
        fact = facts[market]
        unit, wanted, first, level = fact["unit"], fact["wanted"], fact["first"], fact["level"]
        need(x <= c, "more is closed than was held")
        ranks = None
        if is_queue:
            entry = number(own["entryPrice"]) if held_names else None
            need(entry is None or entry > 0, "an entry price is zero")
            wallet, margin = number(own.get("walletBalance", "0"), signed=True), extra.get("maintenanceMargin", Fraction(0))
            need(margin >= 0, "a maintenance margin is negative")
            ranks = score_text(own_score(rule, fact["price"], fact["is_long"], c, entry, gross, extra["equity"], margin, wallet))
        is_first = remarked <= 0 and not is_queue
        ahead, together, spared, early = climb(market, own, account, own["capacity"] if is_first else "0", ranks, public)
        if rule == "pro-rata":
            follows = abs(x * fact["capacity"] - c * wanted) <= unit * fact["capacity"]
        elif is_queue:
            need(wanted < ahead or spared[0] <= unit * spared[1], "somebody who stands ahead was not closed whole")
            need(wanted > ahead + together or early[0] <= unit * early[1], "somebody who stands behind was closed before")
            follows = abs(x * together - c * min(together, max(Fraction(0), wanted - ahead))) <= unit * together
        elif remarked <= 0 and rule == "factor-water-filling" and wanted < first:
            follows = True  # the split among accounts with g <= 0 is not part of the rule
        elif remarked <= 0:
            follows = abs(x * first - c * min(first, wanted)) <= (unit + (fact["lot"] or 0)) * first
        elif fact["lot"]:
            follows = abs(x - lots_taken(gross, remarked, receipt["number"], fact["price"], fact["lot"], c, fact["last"])) <= unit
        elif level is None:
            follows = x <= unit
        else:
            turn = 1 if fact["effect"] > 0 else -1
            share = level if extra else level * fact["price"] / (fact["price"] - level * fact["d"])
            above = turn * (left - share * remarked)
            follows = not (above > money and x < c) and not (above < -money and x > 0)
        need(follows, f"the cut in {market} is not what rule and level say")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: check_receipt.py RECEIPT PUBLIC")
    try:
        receipt, public = read(sys.argv[1]), read(sys.argv[2])
        check(receipt, public)
    except Refused as why:
        print(f"refused: {why}")
        return 1
    except (ArithmeticError, KeyError, TypeError, ValueError, AttributeError) as why:
        print(f"refused: the files are malformed ({why})")
        return 1
    # Only who holds the account can say whether these are right.
    for row in (receipt, *receipt["markets"]):
        hidden = ("format", "public", "salt", "markets", "path")
        print(", ".join(f"{name} {value}" for name, value in row.items() if name not in hidden))
    for row, demand in zip(public["markets"], public["demand"]):
        print(f"{row['market']} {demand['side']}: {demand['quantity']} in all, mark {row['markPrice']}, ADL price {row['adlPrice']}")
    print("accepted: the numbers are in the tree, the cut is what the rule says, and the totals add up to the demand")
    return 0


if __name__ == "__main__":
    sys.exit(main())
