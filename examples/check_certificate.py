"""Checks a certificate in plain Python, without any code of spillway: docs/certificate.md is all that it was written from.

    python3 check_certificate.py EVENT ALLOCATION CERTIFICATE

EVENT is JSON or a folder of CSV files. Exact fractions only, the standard library only. Exit 0 only if the allocation is feasible
(within the 1e-9 that is always forgiven), is worth at most the stated value, and no allocation is worth less than the stated bound.
"""
import csv, hashlib, json, os, re, sys
from fractions import Fraction as F
from math import ceil, floor

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
FORGIVEN, SLACK = F(1, 10**9), 1 + F(1, 10**9)  # of a demand or a holding; of values, which may be rounded up


class Refused(ValueError):
    pass


def need(condition, why):
    if not condition:
        raise Refused(why)


# --- numbers and texts -------------------------------------------------------------------------------------------------------

def number(raw, path):
    """A JSON number counts as the shortest decimal that reads back to it, a text as written."""
    if isinstance(raw, float):
        return F(repr(raw))
    need(isinstance(raw, str) and len(raw) <= 400 and DECIMAL.fullmatch(raw), f"{path} is no decimal")
    return F(raw)


def plain(value):
    """Without exponent or trailing zeros: 84454.65, -0.000005, 0."""
    places = 0
    while 10**places % value.denominator:
        places += 1
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def script_number(x):
    """A double as ECMAScript prints it."""
    digits, exponent = re.sub(r"[-.]", "", repr(x).partition("e")[0]).strip("0"), 0
    if not digits:
        return "0"
    while abs(F(repr(x))) >= F(10) ** exponent:
        exponent += 1
    while abs(F(repr(x))) < F(10) ** (exponent - 1):
        exponent -= 1
    if -6 < exponent <= 21:
        return plain(F(repr(x)))
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{'-' if x < 0 else ''}{digits[0]}{rest}e{'+' if exponent > 0 else '-'}{abs(exponent - 1)}"


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def by_name(names):
    """Indices in the order of UTF-16 code units."""
    return sorted(range(len(names)), key=lambda i: names[i].encode("utf-16-be", "surrogatepass"))


def digest(lines):
    return "sha256:" + hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()


def content(value):
    """The lines that the digest of a JSON value is taken over."""
    if isinstance(value, list):
        return [f"[{len(value)}"] + [line for entry in value for line in content(entry)]
    if isinstance(value, dict):
        keys = list(value)
        return [f"{{{len(keys)}"] + [x for i in by_name(keys) for x in [quoted(keys[i])] + content(value[keys[i]])]
    return [script_number(value) if isinstance(value, float) else quoted(value)]


def read_json(path):
    def once(pairs):
        need(len({key for key, _ in pairs}) == len(pairs), f"a key stands twice in {path}")
        return dict(pairs)

    with open(path, encoding="utf-8-sig") as file:
        return json.load(file, parse_int=float, parse_constant=lambda _: need(False, "no number"), object_pairs_hook=once)


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(file, strict=True)]


def fields(value, names, path):
    need(isinstance(value, dict), f"{path} is no object")
    for key in value:
        need(key in names, f"{path} has a field {key}, and this checker does not know it")
    return value


# --- event and allocation ------------------------------------------------------------------------------------------------------

EXTRAS = ["maintenanceMargin", "walletBalance", "openedAt"]


def extras(row, path):
    moment = row.get("openedAt")
    need(moment is None or isinstance(moment, float) or DECIMAL.fullmatch(moment), f"{path} has a time that is no number")
    texts = [plain(number(row[key], path)) if row.get(key) is not None else "" for key in EXTRAS[:2]]
    return ",".join(texts + ["" if moment is None else script_number(float(moment))])


def read_event(path):
    if os.path.isdir(path):
        tables = {name: os.path.join(path, name + ".csv") for name in ("markets", "accounts", "positions", "demand")}
        demand = read_csv(tables["demand"]) if os.path.exists(tables["demand"]) else None
        rows = [{**row, "positions": []} for row in read_csv(tables["accounts"])]
        owners = {row["account"]: row for row in rows}
        for row in rows:
            need(row.get("exempt") in (None, "true", "false"), "exempt is true or false")
            row["exempt"] = row.get("exempt") == "true"
        for row in read_csv(tables["positions"]):
            need(row["account"] in owners, "a position has no account")
            owners[row.pop("account")]["positions"].append(row)
        raw = {"markets": read_csv(tables["markets"]), "accounts": rows, "demand": demand}
    else:
        raw = fields(read_json(path), ["format", "markets", "accounts", "demand"], "event")
        need(raw.get("format") == "spillway/event@1", "this is no event")
    return Event(raw)


class Event:
    def __init__(self, raw):
        optional = ["adlPrice", "lotSize", "factorLoading", "contractSize"]
        self.names, self.mark, self.close, self.lot, self.loading, texts = [], [], [], [], [], []
        for row in raw["markets"]:
            fields(row, ["market", "markPrice"] + optional, "a market")
            get = lambda key: number(row[key], key) if row.get(key) is not None else None
            mark, close, lot, loading, size = get("markPrice"), *(get(key) for key in optional)
            close, size = mark if close is None else close, None if size == 1 else size
            head = [quoted(row["market"]), plain(mark), plain(close)] + ["" if v is None else plain(v) for v in (lot, loading)]
            texts.append(",".join(head + ([f"contractSize {plain(size)}"] if size is not None else [])))
            need(mark >= 0 and close >= 0 and (lot is None or lot > 0) and (size is None or size > 0), "a price is negative")
            self.names.append(row["market"])
            self.mark.append(mark * (size or 1))
            self.close.append(close * (size or 1))
            self.lot.append(lot)
            self.loading.append(loading)
        index = {name: k for k, name in enumerate(self.names)}
        need(len(index) == len(self.names), "a market stands twice")
        order = by_name(self.names)
        rank = {k: position for position, k in enumerate(order)}
        self.accounts, self.equity, self.positions, self.exempt, blocks = [], [], [], [], []
        for row in raw["accounts"]:
            fields(row, ["account", "equity", "positions", "exempt"] + EXTRAS, "an account")
            held = []
            for own in row["positions"]:
                fields(own, ["market", "quantity", "entryPrice"] + EXTRAS, "a position")
                need(own["market"] in index, "a position is in no market")
                quantity = number(own["quantity"], "quantity")
                entry = "" if own.get("entryPrice") is None else plain(number(own["entryPrice"], "entryPrice"))
                if quantity:
                    held.append((index[own["market"]], quantity, f"{plain(quantity)},{entry},{extras(own, 'a position')}"))
            need(len({(k, n > 0) for k, n, _ in held}) == len(held), "a side of a market is held twice")
            held.sort(key=lambda one: (rank[one[0]], -one[1]))
            equity, exempt = number(row["equity"], "equity"), row.get("exempt") is True
            head = f"{quoted(row['account'])},{len(held)},{plain(equity)},{extras(row, 'an account')}{',exempt' * exempt}"
            blocks.append([head] + [f"{rank[k]},{text}" for k, _, text in held])
            self.accounts.append(row["account"])
            self.equity.append(equity)
            self.positions.append([(k, n) for k, n, _ in held])
            self.exempt.append(exempt)
        need(len(set(self.accounts)) == len(self.accounts), "an account stands twice")
        lines = [f"spillway/event@1 {len(self.names)} {len(self.accounts)}"] + [texts[k] for k in order]
        lines += [line for i in by_name(self.accounts) for line in blocks[i]]
        if raw.get("demand") is None:
            lines.append("derived")
            self.derive()
        else:
            given = []
            for row in raw["demand"]:
                fields(row, ["market", "side", "quantity"], "a demand")
                need(row["market"] in index and row["side"] in ("long", "short"), "a demand is of no market or side")
                given.append((index[row["market"]], 1 if row["side"] == "long" else -1, number(row["quantity"], "quantity")))
            need(len({k for k, _, _ in given}) == len(given) and all(q >= 0 for _, _, q in given), "a demand is wrong")
            lines.append(f"given {len(given)}")
            lines += [f"{rank[k]},{side},{plain(q)}" for k, side, q in sorted(given, key=lambda one: rank[one[0]])]
            self.demand = {k: (side, q) for k, side, q in given if q > 0}
        self.digest = digest(lines)
        self.decide()

    def derive(self):
        """Accounts below zero that are not exempt are taken over; what they held, netted, is demanded of the other side."""
        net, stay = {}, []
        for i in range(len(self.accounts)):
            if self.equity[i] < 0 and not self.exempt[i]:
                for k, n in self.positions[i]:
                    net[k] = net.get(k, 0) + n
            else:
                stay.append(i)
        for name in ("accounts", "equity", "positions", "exempt"):
            setattr(self, name, [getattr(self, name)[i] for i in stay])
        self.demand = {k: (-1 if n > 0 else 1, abs(n)) for k, n in net.items() if n}

    def decide(self):
        """Pairs of an account and a demanded market that may be closed, with what is held; d_k; g_i and a_i."""
        self.cost = {k: side * (self.mark[k] - self.close[k]) for k, (side, _) in self.demand.items()}
        self.pairs, self.held = {}, {k: F(0) for k in self.demand}
        for i, own in enumerate(self.positions):
            pairs = {k: abs(n) for k, n in own if k in self.demand and n * self.demand[k][0] > 0}
            if pairs and not self.exempt[i]:
                self.pairs[i] = pairs
                for k, n in pairs.items():
                    self.held[k] += n
        need(all(self.held[k] >= q for k, (_, q) in self.demand.items()), "more is demanded than the side holds")
        remark = {k: self.close[k] - self.mark[k] for k in self.demand}
        self.remarked = {i: self.equity[i] + sum(n * remark.get(k, 0) for k, n in self.positions[i]) for i in self.pairs}
        self.gross = {i: sum(abs(n) * self.mark[k] for k, n in self.positions[i]) for i in self.pairs}


def read_allocation(path, event):
    if path.endswith(".csv"):
        rows = read_csv(path)
    else:
        raw = fields(read_json(path), ["format", "reductions"], "allocation")
        need(raw.get("format") == "spillway/allocation@1", "this is no allocation")
        rows = raw["reductions"]
    names, closed, index = [], {}, {name: k for k, name in enumerate(event.names)}
    owner = {name: i for i, name in enumerate(event.accounts)}
    for row in rows:
        fields(row, ["account", "market", "quantity"], "a reduction")
        quantity = number(row["quantity"], "quantity")
        need(quantity >= 0, "a reduction is negative")
        names.append((f"{quoted(row['account'])},{quoted(row['market'])}", quantity))
        if quantity:
            i, k = owner.get(row["account"]), index.get(row["market"])
            need(k in event.pairs.get(i, {}), "a reduction closes nothing that may be closed")
            closed[i, k] = quantity
    need(len({name for name, _ in names}) == len(names), "a reduction stands twice")
    lines = ["spillway/allocation@1"] + [f"{names[i][0]},{plain(names[i][1])}" for i in by_name([n for n, _ in names]) if names[i][1]]
    return closed, digest(lines)


# --- leverage -----------------------------------------------------------------------------------------------------------------

class Leverage:
    """Accounts with g <= 0 close first, and are not counted; R_k is what is left to the others, who may close c_ik each."""

    def __init__(self, event, closed, lots):
        self.event, self.closed, self.lot = event, closed, event.lot if lots else [None] * len(event.names)
        whole = lambda n, k: n if self.lot[k] is None else floor(n / self.lot[k]) * self.lot[k]
        self.cap = {i: {k: whole(n, k) for k, n in own.items()} for i, own in event.pairs.items()}
        self.solvent = [i for i in event.pairs if event.remarked[i] > 0]
        first, given = {k: F(0) for k in event.demand}, {k: F(0) for k in event.demand}
        for i in event.pairs.keys() - set(self.solvent):
            for k, n in self.cap[i].items():
                first[k] += n
                given[k] += min(closed.get((i, k), 0), event.pairs[i][k])
        for k, (_, q) in event.demand.items():
            need(min(q, first[k]) - given[k] <= FORGIVEN * q, "insolvent accounts keep what demand would have closed first")
        self.rest = {k: max(F(0), q - first[k]) for k, (_, q) in event.demand.items()}
        self.free = {i: [k for k in self.cap[i] if self.rest[k] > 0] for i in self.solvent}
        self.total = {k: sum(self.cap[i].get(k, 0) for i in self.solvent) for k in event.demand}

    def left(self, i):
        """Gross notional after; what is closed beyond zero is a position again."""
        pairs, mark = self.event.pairs[i], self.event.mark
        return self.event.gross[i] + sum(mark[k] * (abs(n - self.closed.get((i, k), 0)) - n) for k, n in pairs.items())

    def squares(self, size):
        return sum((quotient(size(i) ** 2, self.event.remarked[i], ceil) for i in self.solvent), F(0))

    def lot_markets(self):
        """Markets with lots where something is left, if no account decides in two; else none."""
        apart = all(len(own) <= 1 for own in self.free.values())
        return {k for own in self.free.values() for k in own if self.lot[k] is not None} if apart else set()


def quotient(a, b, towards=floor):
    """a/b cut far below anything that is compared, so that sums of many stay short."""
    return F(towards(a * 10**400 / b), 10**400)


def largest_leverage(event, closed, evidence, inputs, lots):
    book = Leverage(event, closed, lots)
    worst = F(0)
    for i in book.solvent:
        equity = event.equity[i] - sum(d * closed.get((i, k), 0) for k, d in event.cost.items())
        size = book.left(i)
        if size > 0:
            worst = None if worst is None or equity <= 0 else max(worst, size / equity)
    names = {event.accounts[i]: i for i in book.solvent}
    fields(evidence, ["group"] + ["levels"] * lots, "evidence")
    need(all(name in names for name in evidence["group"]), "an account of the group is not counted")
    group = [names[name] for name in evidence["group"]]
    need(len(set(group)) == len(group), "an account stands twice in the group")
    total = lambda values: sum(values, F(0))
    most = {k: min(r, total(book.cap[i].get(k, 0) for i in group)) for k, r in book.rest.items()}
    least = {k: max(F(0), r - book.total[k] + total(book.cap[i].get(k, 0) for i in group)) for k, r in book.rest.items()}
    size, equity = total(event.gross[i] for i in group), total(event.equity[i] for i in group)

    def proves(bound):
        if bound is not None and bound <= 0:
            return True
        if bound is None and group and equity <= sum(d * (least if d > 0 else most)[k] for k, d in event.cost.items()):
            return True
        slopes = {k: event.mark[k] - bound * d for k, d in event.cost.items()} if bound is not None else {}
        if slopes and group and size - bound * equity >= sum(v * (most if v > 0 else least)[k] for k, v in slopes.items()):
            return True
        return any(counts(k, number_of(text), bound) for k, text in evidence.get("levels", {}).items())

    def number_of(text):
        need(re.fullmatch(r"-?[0-9]+(/[1-9][0-9]*)?", text), "a level is no fraction")
        return F(text)

    def counts(name, level, bound):
        """Below `level` some account needs more lots than it has, or all together more than are left."""
        need(name in event.names, "a level is of no market")
        k = event.names.index(name)
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
            if steps > book.cap[i][k] / book.lot[k]:
                return True
            needed += steps
        return needed > book.rest[k] / book.lot[k]

    return worst, proves


def by_key(event, given, allowed, path):
    need(isinstance(given, dict) and set(given) <= set(allowed), f"{path} names what does not count here")
    return {allowed[name]: number(text, path) for name, text in given.items()}


def squared_leverage(event, closed, evidence, inputs, lots):
    book = Leverage(event, closed, lots)
    fields(evidence, ["multipliers", "prices"] + ["lotPrices"] * lots, "evidence")
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
        bound -= theta * book.rest[k] / book.lot[k]
        for i in (i for i in book.solvent if k in book.free[i]):
            fall = step * (2 * event.gross[i] - step) - theta * event.remarked[i]
            j = min(max(0, ceil(fall / (2 * step * step))), book.cap[i][k] / book.lot[k])
            bound += quotient((event.gross[i] - j * step) ** 2, event.remarked[i]) + theta * j
    return book.squares(book.left), lambda stated: stated is not None and stated <= bound


def factor_leverage(event, closed, evidence, inputs, lots):
    book = Leverage(event, closed, lots)
    given = inputs.get("loadings")
    loading = [number(given[n], "loadings") if n in given else None for n in event.names] if given is not None else event.loading
    used = set(event.demand) | {k for i in event.pairs for k, _ in event.positions[i]}
    need(all(loading[k] is not None for k in used), "a market has no loading that this checker computes")
    each = {k: event.mark[k] * loading[k] for k in used}
    start = {i: sum(n * each[k] for k, n in event.positions[i]) for i in event.pairs}
    effect = {k: side * each[k] for k, (side, _) in event.demand.items()}
    size = lambda i: start[i] - sum(effect[k] * closed.get((i, k), 0) for k in event.pairs[i])
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

def scenario_loss(event, closed, evidence, inputs, lots, confidence):
    """The mean of the worst 1 - confidence of the total loss: 0 is the mean, 1 the worst move."""
    moves = fields(inputs["moves"], ["format", "markets", "moves", "weights"], "moves")
    column = [moves["markets"].index(name) for name in event.names]
    weight = [number(w, "weights") for w in moves.get("weights", [1.0] * len(moves["moves"]))]
    need(len(weight) == len(moves["moves"]) and min(weight) >= 0 < max(weight), "weights are wrong")
    move = {s: [number(row[c], "moves") for c in column] for s, row in enumerate(moves["moves"]) if weight[s]}
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
    need(len(price) == len(markets) and len(evidence["tails"]) == 1, "evidence is of another kind")
    part = fields(evidence["tails"][0], ["weight", "confidence", "masses"], "tails")
    is_narrow = tail <= min(w for w in weight if w)
    meant = 0 if len(move) == 1 else 1 if is_narrow else confidence
    need(number(part["weight"], "weight") == 1 and number(part["confidence"], "confidence") == meant, "another risk measure")
    mass = by_key(event, part["masses"], {str(s): s for s in move}, "masses")
    need(all(0 <= m and m * (1 - confidence) <= weight[s] for s, m in mass.items()), "a mass is too large")
    need(sum(mass.values()) <= total, "masses add up to too much")
    index = {event.accounts[i]: i for i in event.pairs}
    need(set(evidence["shares"]) <= set(index), "shares are of no eligible account")
    share = {index[n]: by_key(event, own, {str(s): s for s in move}, "shares") for n, own in evidence["shares"].items()}
    need(all(0 <= y <= 1 for own in share.values() for y in own.values()), "a share is not between 0 and 1")
    lot = event.lot if lots else [None] * len(event.names)
    cap = {i: {k: n if lot[k] is None else floor(n / lot[k]) * lot[k] for k, n in own.items()} for i, own in event.pairs.items()}
    held = {k: sum(own.get(k, 0) for own in cap.values()) for k in event.demand}
    forced = {k for k, (_, q) in event.demand.items() if held[k] == q}
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


def expected_loss(event, closed, evidence, inputs, lots):
    if "gaussian" not in inputs["moves"]:
        return scenario_loss(event, closed, evidence, inputs, lots, F(0))
    from check_normal_moves import normal_loss

    return normal_loss(event, closed, evidence, inputs["moves"], lots)


def cvar(event, closed, evidence, inputs, lots):
    return scenario_loss(event, closed, evidence, inputs, lots, number(inputs["confidence"], "confidence"))


def worst_case_loss(event, closed, evidence, inputs, lots):
    return scenario_loss(event, closed, evidence, inputs, lots, F(1))


# --- the certificate --------------------------------------------------------------------------------------------------------------

OBJECTIVES = {
    "min-max-leverage": (largest_leverage, []),
    "squared-leverage": (squared_leverage, []),
    "factor-leverage": (factor_leverage, ["loadings", "moves"]),
    "expected-loss": (expected_loss, ["moves"]),
    "cvar": (cvar, ["moves", "confidence"]),
    "worst-case-loss": (worst_case_loss, ["moves"]),
}
KEYS = "format objective inputs lots exact feasibility event allocation value bound evidence digest".split()


def fraction(text):
    need(text is None or re.fullmatch(r"-?[0-9]+(/[1-9][0-9]*)?", text), "value or bound is no fraction")
    return None if text is None else F(text)


def check(event_path, allocation_path, certificate_path):
    event = read_event(event_path)
    closed, allocation_digest = read_allocation(allocation_path, event)
    proof = fields(read_json(certificate_path), KEYS, "certificate")
    need(proof["format"] == "spillway/certificate@1", "this is no certificate")
    need(proof["digest"] == digest(content({k: v for k, v in proof.items() if k != "digest"})), "the certificate was changed")
    need(proof["event"] == event.digest, "the certificate is about another event")
    need(proof["allocation"] == allocation_digest, "the certificate is about another allocation")
    need(number(proof["feasibility"], "feasibility") == FORGIVEN, "the certificate forgives something else than 1e-9")
    need(proof["objective"] in OBJECTIVES and isinstance(proof["lots"], bool), "the objective is not known")
    judge, inputs = OBJECTIVES[proof["objective"]]
    given = {k: F(0) for k in event.demand}
    for (i, k), x in closed.items():
        held, lot = event.pairs[i][k], event.lot[k] if proof["lots"] else None
        off = 0 if lot is None else abs(x - round(x / lot) * lot)
        need(max(x - held, off) <= FORGIVEN * held, "a reduction is larger than the position, or no whole lots")
        given[k] += x
    for k, (_, q) in event.demand.items():
        need(abs(given[k] - q) <= FORGIVEN * q, "a demand is missed")
        need(not (proof["lots"] and event.lot[k]) or q % event.lot[k] == 0, "a demand is no whole lots")
    exact, proves = judge(event, closed, proof["evidence"], fields(proof["inputs"], inputs, "inputs"), proof["lots"])
    value, bound = fraction(proof["value"]), fraction(proof["bound"])
    size = sum((abs(n) * event.mark[k] for own in event.positions for k, n in own), F(0))
    fits = value is exact if value is None or exact is None else exact <= value <= exact * SLACK + size / 10**30
    need(fits, "the value is not the one stated")
    need(proves(bound), "the evidence does not prove the bound")
    return {"proved": True, "objective": proof["objective"], "value": proof["value"], "bound": proof["bound"]}


FAULTS = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, csv.Error)

if __name__ == "__main__":
    try:
        print(json.dumps(check(*sys.argv[1:4])))
    except FAULTS as reason:
        print(json.dumps({"proved": False, "reason": str(reason)}))
        sys.exit(1)
