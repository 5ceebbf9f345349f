"""Events and allocations as docs/certificate.md has them: exact numbers, digests, and what may be closed. For check_certificate.py, which
holds the rules of proof: a reader of one needs nothing of the other. The standard library only, and no code of spillway."""
import csv, hashlib, io, json, os, re
from datetime import date
from fractions import Fraction as F
from math import floor

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]{1,3}))?")
MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))?)?")


class Refused(ValueError):
    pass


def need(condition, why):
    if not condition:
        raise Refused(why)


# --- numbers and texts -------------------------------------------------------------------------------------------------------

def decimal(raw, path):
    """A text, exactly as written."""
    match = DECIMAL.fullmatch(raw) if isinstance(raw, str) and len(raw) <= 400 else None
    need(match and abs(int(match[2] or 0)) <= 400, f"{path} is no decimal")
    return F(raw)


def entries(value, path):
    need(isinstance(value, list), f"{path} is no list")
    return value


def number(raw, path):
    """A JSON number counts as the shortest decimal that reads back to it, a text as written: as long as files may have them, of a size that doubles have."""
    if isinstance(raw, float):
        return F(repr(raw))
    value = decimal(raw, path)
    need(len(raw) <= 300 and len(DECIMAL.fullmatch(raw)[1].replace(".", "").strip("0")) <= 250, f"{path} is too long")
    need(value == 0 or float(value) != 0, f"{path} is too small")
    return value


def nearest(value):
    """The double next to a number, as the shortest decimal that reads back to it."""
    return F(repr(float(value)))


def plain(value):
    """Without exponent or trailing zeros: 84454.65, -0.000005, 0."""
    places = 0
    while 10**places % value.denominator:
        places += 1
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def cut(value, places, towards=floor):
    return F(towards(value * 10**places), 10**places)


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


def moment(raw):
    """Milliseconds since 1970: a number, or a day, with or without a time, in UTC where no offset is given."""
    match = MOMENT.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        return float(number(raw, "a moment"))
    day, *clock, fraction, sign, hours, minutes = match.groups()
    hour, minute, second = (int(part or 0) for part in clock)
    is_midnight = (hour, minute, second, float(fraction or 0)) == (24, 0, 0, 0)
    need((hour < 24 or is_midnight) and minute < 60 and second < 60, "a moment is on no clock")
    offset = (int(hours or 0) * 60 + int(minutes or 0)) * (-1 if sign == "-" else 1)
    seconds = (date.fromisoformat(day).toordinal() - 719163) * 86400 + (hour * 60 + minute - offset) * 60 + second
    return seconds * 1000.0 + float(f"{fraction or 0}e3")


def quoted(text):
    """As ECMAScript writes it: halves of a pair of UTF-16 that stand alone are escaped."""
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", json.dumps(text, ensure_ascii=False))


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


def fields(value, names, path):
    need(isinstance(value, dict), f"{path} is no object")
    for key in value:
        need(key in names, f"{path} has a field {key}, and this checker does not know it")
    return value


def name(row, key):
    need(isinstance(row.get(key), str) and row[key] != "", f"{key} is no name")
    return row[key]


def read_json(path):
    def once(pairs):
        need(len({key for key, _ in pairs}) == len(pairs), f"a key stands twice in {path}")
        return dict(pairs)

    with open(path, encoding="utf-8-sig") as file:
        return json.load(file, parse_int=float, parse_constant=lambda _: need(False, "no number"), object_pairs_hook=once)


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    need(re.search("\r(?!\n)", text) is None, f"a line of {path} ends like no other")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    while rows and rows[-1] == []:
        rows.pop()
    need(len(set(header)) == len(header), "a column stands twice")
    need(all(len(row) == len(header) for row in rows), f"a row of {path} is not as wide as its header")
    flag = {"true": True, "false": False}
    is_flag = lambda key, cell: key in ("exempt", "inverse") and cell in flag
    return [{key: flag[cell] if is_flag(key, cell) else cell or None for key, cell in zip(header, row)} for row in rows]


# --- event and allocation ------------------------------------------------------------------------------------------------------

EXTRAS = ["maintenanceMargin", "walletBalance", "openedAt"]


def extras(row, path):
    texts = [plain(number(row[key], path)) if row.get(key) is not None else "" for key in EXTRAS[:2]]
    return ",".join(texts + ["" if row.get("openedAt") is None else script_number(moment(row["openedAt"]))])


def read_event(path):
    if not os.path.isdir(path):
        raw = fields(read_csv(path) if path.endswith(".csv") else read_json(path), ["format", "markets", "accounts", "demand"], "event")
        need(raw.get("format") == "spillway/event@1", "this is no event")
        return Event(raw)
    tables = {table: os.path.join(path, table + ".csv") for table in ("markets", "accounts", "positions", "demand")}
    for stem, end in map(os.path.splitext, os.listdir(path)):
        wrong = min(edits(stem.strip().lower(), table) for table in tables) if end.lower() == ".csv" else 9
        need(stem + end in {table + ".csv" for table in tables} or wrong > min(2, max(1, len(stem) // 3)), f"{stem} is nearly the name of a table")
    demand = read_csv(tables["demand"]) if os.path.exists(tables["demand"]) else None
    rows = [{**row, "positions": []} for row in read_csv(tables["accounts"])]
    owners = {row["account"]: row for row in rows}
    for row in read_csv(tables["positions"]):
        need(row["account"] in owners, "a position has no account")
        owners[row.pop("account")]["positions"].append(row)
    return Event({"markets": read_csv(tables["markets"]), "accounts": rows, "demand": demand})


def edits(a, b):
    """Letters to be put in, left out or changed."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        last, row = row, [i + 1]
        for j, other in enumerate(b):
            row.append(min(last[j] + (letter != other), last[j + 1] + 1, row[j] + 1))
    return row[-1]


def per_contract(price, size, is_inverse):
    """s p; of an inverse contract s/p, fifty digits behind the leading one, counted from the lengths of both."""
    if not is_inverse or price == 0:
        return price * size
    before = lambda value: len(plain(value).replace(".", "").lstrip("0")) - len(plain(value).partition(".")[2])
    return cut(size / price, max(0, 50 - (before(size) - before(price))))


class Event:
    """Prices are per contract; an inverse market stands in its coin, where its sides are turned."""

    def __init__(self, raw):
        optional = ["adlPrice", "lotSize", "factorLoading", "contractSize"]
        self.names, self.mark, self.close, self.lot, self.loading, self.inverse, texts, settles = [], [], [], [], [], [], [], []
        for row in entries(raw["markets"], "markets"):
            fields(row, ["market", "markPrice", "inverse", "settles"] + optional, "a market")
            get = lambda key: number(row[key], key) if row.get(key) is not None else None
            mark, close, lot, loading, size = get("markPrice"), *(get(key) for key in optional)
            need(close is None or close > 0 or close == mark == 0, "an ADL price is not above zero")
            close, size = mark if close is None else close, None if size == 1 else size
            need(mark >= 0 and (lot is None or lot > 0) and (size is None or size > 0), "a price is negative")
            need(isinstance(row.get("inverse"), (bool, type(None))), "inverse is yes or no")
            later = ([f"contractSize {plain(size)}"] if size is not None else []) + ["inverse"] * (row.get("inverse") is True)
            if row.get("settles") is not None:
                later.append(f"settles {quoted(name(row, 'settles'))}")
            texts.append(",".join([quoted(name(row, "market")), plain(mark), plain(close)] + ["" if v is None else plain(v) for v in (lot, loading)] + later))
            self.names.append(row["market"])
            self.inverse.append(row.get("inverse") is True)
            self.mark.append(per_contract(mark, size or F(1), self.inverse[-1]))
            self.close.append(per_contract(close, size or F(1), self.inverse[-1]))
            self.lot.append(lot)
            self.loading.append(-loading if self.inverse[-1] and loading is not None else loading)
            settles.append(row.get("settles"))
        index = {market: k for k, market in enumerate(self.names)}
        need(len(index) == len(self.names), "a market stands twice")
        need(len(set(settles) - {None}) <= 1, "markets settle in several currencies")
        need(len(index) == 1 or all(coin for coin, turned in zip(settles, self.inverse) if turned), "an inverse market does not say in what it settles")
        order = by_name(self.names)
        rank = {k: position for position, k in enumerate(order)}
        self.accounts, self.equity, self.positions, self.exempt, blocks = [], [], [], [], []
        for row in entries(raw["accounts"], "accounts"):
            fields(row, ["account", "equity", "positions", "exempt"] + EXTRAS, "an account")
            need(isinstance(row.get("exempt"), (bool, type(None))), "exempt is yes or no")
            held = []
            for own in entries(row["positions"], "positions"):
                fields(own, ["market", "quantity", "entryPrice"] + EXTRAS, "a position")
                need(own["market"] in index, "a position is in no market")
                quantity, entry = number(own["quantity"], "quantity"), "" if own.get("entryPrice") is None else number(own["entryPrice"], "entryPrice")
                need(quantity == 0 or entry == "" or entry > 0, "an entry price is not above zero")
                if quantity:
                    text = f"{plain(quantity)},{entry and plain(entry)},{extras(own, 'a position')}"
                    held.append((index[own["market"]], quantity, text))
            need(len({(k, n > 0) for k, n, _ in held}) == len(held), "a side of a market is held twice")
            held.sort(key=lambda one: (rank[one[0]], -one[1]))
            equity, exempt = number(row["equity"], "equity"), row.get("exempt") is True
            head = f"{quoted(name(row, 'account'))},{len(held)},{plain(equity)},{extras(row, 'an account')}{',exempt' * exempt}"
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
            for row in entries(raw["demand"], "demand"):
                fields(row, ["market", "side", "quantity"], "a demand")
                need(row["market"] in index and row["side"] in ("long", "short"), "a demand is of no market or side")
                given.append((index[row["market"]], 1 if row["side"] == "long" else -1, number(row["quantity"], "quantity")))
            need(len({k for k, _, _ in given}) == len(given) and all(q >= 0 for _, _, q in given), "a demand is wrong")
            lines.append(f"given {len(given)}")
            lines += [f"{rank[k]},{side},{plain(q)}" for k, side, q in sorted(given, key=lambda one: rank[one[0]])]
            self.demand = {k: (side, q) for k, side, q in given if q > 0}
        self.digest = digest(lines)
        turn = lambda k, value: -value if self.inverse[k] else value
        self.positions = [[(k, turn(k, n)) for k, n in own] for own in self.positions]
        self.demand = {k: (turn(k, side), q) for k, (side, q) in self.demand.items()}
        need(all(self.mark[k] for own in self.positions for k, _ in own) and all(self.mark[k] for k in self.demand), "a mark is zero")
        self.check_range()
        self.decide()
        need(all(self.total(self.pairs, k) >= q for k, (_, q) in self.demand.items()), "more is demanded than the side holds")

    def check_range(self):
        """Sizes that doubles can square and add up."""
        used = set(self.demand) | {k for own in self.positions for k, _ in own}
        sizes = self.equity + [size for own in self.positions for k, n in own for size in (n, n * self.mark[k], n * self.close[k])]
        sizes += [price for k in used for price in (self.mark[k], self.close[k])]
        need(all(v == 0 or F(10) ** -75 <= abs(v) <= 10**75 for v in sizes), "a number is too large or too small to be computed with")
        loadings = [self.loading[k] for k in used if self.loading[k]]
        need(all(F(10) ** -30 <= abs(v) <= 10**30 for v in loadings), "a loading is too large or too small")

    def derive(self):
        """Accounts below zero that are not exempt are taken over; what they held, netted, is demanded of the other side."""
        net, stay = {}, []
        for i in range(len(self.accounts)):
            if self.equity[i] < 0 and not self.exempt[i]:
                for k, n in self.positions[i]:
                    net[k] = net.get(k, 0) + n
            else:
                stay.append(i)
        for column in ("accounts", "equity", "positions", "exempt"):
            setattr(self, column, [getattr(self, column)[i] for i in stay])
        self.demand = {k: (-1 if n > 0 else 1, abs(n)) for k, n in net.items() if n}

    def total(self, amounts, k):
        return sum((own.get(k, F(0)) for own in amounts.values()), F(0))

    def decide(self, lots=False, keeps=False):
        """Pairs of an account and a demanded market that may be closed: what is held of each, and what may be closed of that. d_k; g_i and a_i."""
        self.keeps, self.lots = keeps, self.lot if lots else [None] * len(self.names)
        self.cost = {k: side * (self.mark[k] - self.close[k]) for k, (side, _) in self.demand.items()}
        self.pairs, self.cap = {}, {}
        for i, own in enumerate(self.positions):
            pairs = {k: abs(n) for k, n in own if k in self.demand and n * self.demand[k][0] > 0}
            if pairs and not self.exempt[i] and not (keeps and self.equity[i] < 0):
                self.pairs[i] = pairs
                self.cap[i] = {k: self.whole(min(n, self.affordable(i, k) if keeps else n), k) for k, n in pairs.items()}
        self.rows = [i for i in self.pairs if keeps and self.is_row(i)]
        remark = {k: self.close[k] - self.mark[k] for k in self.demand}
        self.remarked = {i: self.equity[i] + sum(n * remark.get(k, 0) for k, n in self.positions[i]) for i in self.pairs}
        self.gross = {i: sum(abs(n) * self.mark[k] for k, n in self.positions[i]) for i in self.pairs}

    def whole(self, n, k):
        return n if self.lots[k] is None else floor(n / self.lots[k]) * self.lots[k]

    def affordable(self, i, k):
        """What of a pair leaves its account at zero or above, as far as the pair alone says."""
        if not self.can_fall(i) or self.cost[k] <= 0 or any(self.cost[m] < 0 for m in self.pairs[i]):
            return self.pairs[i][k]
        return cut(self.equity[i] / self.cost[k], 60)

    def can_fall(self, i):
        return sum(max(F(0), self.cost[m]) * n for m, n in self.pairs[i].items()) > self.equity[i]

    def is_row(self, i):
        """Whether the sum over its markets keeps an account at zero or above, and not a cap of one."""
        own = [self.cost[m] for m in self.pairs[i]]
        return self.can_fall(i) and (min(own) < 0 or sum(d > 0 for d in own) > 1)

    def fill(self, rows, lots):
        """Demands only what the allocation closes, counted up to each holding and each demand, in whole lots where they count."""
        filled = dict.fromkeys(self.demand, F(0))
        for pair, quantity in rows.items():
            i, k = pair
            filled[k] += min(quantity, self.pairs[i][k])
        self.decide(lots)
        self.demand = {k: (side, self.whole(min(q, filled[k]), k)) for k, (side, q) in self.demand.items()}
        self.demand = {k: (side, q) for k, (side, q) in self.demand.items() if q}


def read_allocation(path, event):
    """What is closed by account and market, every entry of it a pair of the event as it was given, and the digest."""
    if path.endswith(".csv"):
        rows = read_csv(path)
    else:
        raw = fields(read_json(path), ["format", "reductions"], "allocation")
        need(raw.get("format") == "spillway/allocation@1", "this is no allocation")
        rows = entries(raw["reductions"], "reductions")
    names, closed, index = [], {}, {market: k for k, market in enumerate(event.names)}
    owner = {account: i for i, account in enumerate(event.accounts)}
    for row in rows:
        fields(row, ["account", "market", "quantity"], "a reduction")
        quantity = number(row["quantity"], "quantity")
        need(quantity >= 0, "a reduction is negative")
        names.append((f"{quoted(name(row, 'account'))},{quoted(name(row, 'market'))}", quantity))
        if quantity:
            i, k = owner.get(row["account"]), index.get(row["market"])
            need(k in event.pairs.get(i, {}), "a reduction closes nothing that may be closed")
            closed[i, k] = quantity
    need(len({text for text, _ in names}) == len(names), "a reduction stands twice")
    lines = ["spillway/allocation@1"] + [f"{names[i][0]},{plain(names[i][1])}" for i in by_name([n for n, _ in names]) if names[i][1]]
    return closed, digest(lines)
