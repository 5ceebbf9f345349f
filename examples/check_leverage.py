"""The three leverage objectives: who closes first, what an allocation is worth, and what their evidence proves. Part of check_certificate.py."""
import re
from decimal import Decimal
from fractions import Fraction as F
from math import ceil, floor

from adl_files import cut, decimal, entries, fields, nearest, need


def leading(x):
    """The power of ten of the first digit of a double above zero."""
    return Decimal(repr(x)).adjusted()


def fraction(text):
    need(text is None or re.fullmatch(r"-?[0-9]+(/[1-9][0-9]*)?", text), "this is no fraction")
    return None if text is None else F(text)


def by_key(event, given, allowed, path):
    need(isinstance(given, dict) and set(given) <= set(allowed), f"{path} names what does not count here")
    return {allowed[name]: decimal(text, path) for name, text in given.items()}


class Leverage:
    """Accounts with g <= 0 close first, and are not counted; R_k is what is left to the others. Where nobody may end below zero they close last."""

    def __init__(self, event, closed):
        self.event, self.closed, self.cap, self.lot = event, closed, event.cap, event.lots
        self.solvent = [i for i in event.pairs if event.remarked[i] > 0]
        self.total = {k: sum(event.cap[i].get(k, 0) for i in self.solvent) for k in event.demand}
        insolvent = [(i, k) for i in event.pairs.keys() - set(self.solvent) for k in event.pairs[i]]
        sum_of = lambda k, own: sum((own(i, k) for i, m in insolvent if m == k), F(0))
        for k, (_, q) in event.demand.items():
            if event.keeps:
                early = sum_of(k, lambda i, k: closed.get((i, k), F(0))) - max(F(0), q - self.total[k])
                need(early <= event.forgiven * q, "an account closes whose leverage that does not lower")
            else:
                kept = min(q, sum_of(k, lambda i, k: event.cap[i][k])) - sum_of(k, lambda i, k: min(closed.get((i, k), F(0)), event.pairs[i][k]))
                need(kept <= event.forgiven * q, "insolvent accounts keep what demand would have closed first")
        given = lambda k, q: min(q, self.total[k]) if event.keeps else max(F(0), q - sum_of(k, lambda i, k: event.cap[i][k]))
        self.rest = {k: given(k, q) for k, (_, q) in event.demand.items()}
        self.free = {i: [k for k in self.cap[i] if self.rest[k] > 0] for i in self.solvent}

    def decide_order(self, start, effect, is_ratio):
        """Where nobody may end below zero: N_i = start - effect x, and closing of an account with g <= 0 <= e must not lower |N|/E, of no other raise it."""
        event, cost = self.event, self.event.cost
        if not event.keeps or any(event.total(self.cap, k) < q for k, (_, q) in event.demand.items()):
            return
        need(not set(event.rows) & set(self.solvent), "a part of what closes could push a solvent account below zero")
        last = [(i, k) for i in event.pairs.keys() - set(self.solvent) for k, c in self.cap[i].items() if c > 0]
        scarce = [i for i, k in last if event.demand[k][1] > self.total[k]]
        need(len(set(scarce)) == len(scarce), "an account gives in two markets that the others cannot meet")
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

    def decide_last(self):
        """Those who close beyond what the solvent hold end no higher than they must: below the highest of them they could give no more than that."""
        for k, (_, q) in self.event.demand.items() if self.event.keeps else ():
            wanted, lot, d, p = q - self.total[k], self.lot[k], self.event.cost[k], self.event.mark[k]
            last = [i for i in self.event.pairs if k in self.cap[i] and self.event.remarked[i] <= 0] if wanted > 0 else []
            top = None
            for i in last:
                x = self.closed.get((i, k), F(0))
                x = x if lot is None else floor(x / lot + F(1, 2)) * lot
                size, equity = self.event.gross[i] - p * x, self.event.equity[i] - d * x
                if x > 0 and size > 0 and (top is None or size * top[1] > top[0] * equity):
                    top = size, equity
            slope = top[0] * d - top[1] * p if top else 0
            if slope <= 0:
                continue
            total = F(0)
            for i in last:
                room = max(F(0), (top[0] * self.event.equity[i] - top[1] * self.event.gross[i]) / slope)
                level = d * self.event.gross[i] == p * self.event.equity[i] and room > 0
                total += min(self.cap[i][k], room if lot is None or level else max(0, ceil(room / lot) - 1) * lot)
            need(total <= wanted + self.event.forgiven * q if lot is None else total < wanted, "an account that closes last ends higher than it must")

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
    book.decide_last()
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
    stated = {n: nearest(decimal(text, "loadings")) for n, text in given.items()} if given is not None else {}
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
    level = {k: nearest(mu) for k, mu in level.items()}
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
