"""A VIPR 1.0 checker of its own, written from the format's specification: python3 check_vipr.py FILE...

Exact fractions, no dependencies, a verdict a line, exit 0 only if every relation to prove follows. It reads minimisation with a lower bound to
prove, and the reasons asm, lin, rnd and uns; anything else in a file is refused.
"""
import re
import sys
from fractions import Fraction
from math import ceil, floor


class Refused(Exception):
    pass


def demand(condition, why):
    if not condition:
        raise Refused(why)


def natural(word):
    demand(re.fullmatch("[0-9]+", word), f"{word} is no count")
    return int(word)


class Words:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        at = 0
        while at < len(lines) and lines[at].startswith("%"):
            at += 1
        self.words = iter(" ".join(lines[at:]).split())

    def next(self):
        try:
            return next(self.words)
        except StopIteration:
            raise Refused("the file ends early") from None

    def expect(self, *words):
        for word in words:
            found = self.next()
            demand(found == word, f"{word} expected, {found} found")

    def count(self):
        return natural(self.next())

    def value(self):
        word = self.next()
        demand(re.fullmatch("-?[0-9]+(/0*[1-9][0-9]*)?", word), f"{word} is no number")
        return Fraction(word)

    def terms(self, limit):
        terms = {}
        for _ in range(self.count()):
            index, value = self.count(), self.value()
            demand(index < limit and index not in terms, f"index {index} is wrong")
            if value:
                terms[index] = value
        return terms


SENSE = {"E": 0, "L": -1, "G": 1}


def constraint(words, variables, objective):
    words.next()
    letter = words.next()
    demand(letter in SENSE, f"{letter} is no sense")
    side = words.value()
    mark = words.next()
    if mark == "OBJ":
        return objective, SENSE[letter], side
    terms = {}
    for _ in range(natural(mark)):
        index, value = words.count(), words.value()
        demand(index < variables and index not in terms, f"variable {index} is wrong")
        if value:
            terms[index] = value
    return terms, SENSE[letter], side


def is_falsehood(terms, sense, side):
    return not terms and ((sense >= 0 and side > 0) or (sense <= 0 and side < 0))


def dominates(one, other):
    (terms, sense, side), (wanted, wanted_sense, wanted_side) = one, other
    if is_falsehood(terms, sense, side):
        return True
    if terms != wanted:
        return False
    if wanted_sense > 0:
        return sense >= 0 and side >= wanted_side
    if wanted_sense < 0:
        return sense <= 0 and side <= wanted_side
    return sense == 0 and side == wanted_side


def combination(words, known, assumed, last_use):
    terms, side, sense, rests = {}, Fraction(0), 0, set()
    for index, factor in words.terms(len(known)).items():
        demand(last_use[index] < 0 or last_use[index] >= len(known), f"line {index} is used after its last use")
        other, other_sense, other_side = known[index]
        sign = other_sense if factor > 0 else -other_sense
        demand(not sign or not sense or sign == sense, "the senses of a combination do not fit")
        sense = sense or sign
        for variable, value in other.items():
            terms[variable] = terms.get(variable, 0) + factor * value
        side += factor * other_side
        rests |= assumed[index]
    return ({v: a for v, a in terms.items() if a}, sense, side), rests


def check(path):
    words = Words(path)
    words.expect("VER", "1.0", "VAR")
    variables = words.count()
    for _ in range(variables):
        words.next()
    words.expect("INT")
    integers = {words.count() for _ in range(words.count())}
    demand(all(i < variables for i in integers), "an integer variable does not exist")
    words.expect("OBJ", "min")
    objective = words.terms(variables)
    words.expect("CON")
    rows, bounds = words.count(), words.count()
    demand(bounds <= rows, "more bounds than rows")
    known = [constraint(words, variables, objective) for _ in range(rows)]
    assumed, last_use = [frozenset()] * rows, [-1] * rows
    words.expect("RTP", "range")
    wanted = (objective, 1, words.value())
    words.expect("inf", "SOL", "0", "DER")
    for _ in range(words.count()):
        stated = constraint(words, variables, objective)
        words.expect("{")
        reason = words.next()
        if reason == "asm":
            rests = frozenset([len(known)])
        elif reason in ("lin", "rnd"):
            found, rests = combination(words, known, assumed, last_use)
            if reason == "rnd":
                terms, sense, side = found
                whole = all(v in integers and a.denominator == 1 for v, a in terms.items())
                demand(whole and sense, "a combination cannot be rounded")
                found = (terms, sense, Fraction(ceil(side) if sense > 0 else floor(side)))
            demand(dominates(found, stated), "a combination does not give what it states")
        elif reason == "uns":
            first, one, second, other = (words.count() for _ in range(4))
            cases = (first, one, second, other)
            demand(max(cases) < len(known), "a case does not exist")
            demand(all(last_use[i] < 0 or last_use[i] >= len(known) for i in cases), "a case is used after its last use")
            demand(dominates(known[first], stated) and dominates(known[second], stated), "a case proves something else")
            low, high = sorted((known[one], known[other]), key=lambda c: c[1])
            whole = all(v in integers and a.denominator == 1 for v, a in low[0].items())
            apart = low[0] == high[0] and (low[1], high[1]) == (-1, 1) and high[2] == low[2] + 1
            demand(whole and apart and low[2].denominator == 1, "two cases leave a third")
            rests = (assumed[first] - {one}) | (assumed[second] - {other})
        else:
            raise Refused(f"the reason {reason} is not known")
        words.expect("}")
        last = words.next()
        last_use.append(-1 if last == "-1" else natural(last))
        known.append(stated)
        assumed.append(frozenset(rests))
    demand(len(known) > rows, "nothing is derived")
    demand(not assumed[-1], "the last line rests on assumptions")
    demand(dominates(known[-1], wanted), "the last line is not the relation to prove")


if __name__ == "__main__":
    status = 0
    for path in sys.argv[1:]:
        try:
            check(path)
            print("proved")
        except Refused as reason:
            print(f"refused: {reason}")
            status = 1
    sys.exit(status)
