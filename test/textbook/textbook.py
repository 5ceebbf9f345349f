"""The optima of examples/textbook once more, stated apart from them and solved by SciPy; prints them as JSON by name of file."""
import json
import sys

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp, minimize
from scipy.sparse import eye_array, hstack, vstack


def lp(cost, **rows):
    result = linprog(cost, method="highs-ds", **rows)
    assert result.status == 0, result.message
    return result


def diet():
    table = """44.7 1411 2 365 0 55.4 33.3 441 0
    8.4 422 15.1 9 26 3 23.5 11 60
    7.4 448 16.4 19 28.1 .8 10.3 4 0
    2.2 333 .2 139 169.2 6.4 50.8 316 525
    2.6 125 4 36 7.2 9 4.5 26 5369
    14.3 336 1.8 118 6.7 29.4 7.1 198 2522
    1.1 106 0 138 918.4 5.7 13.8 33 2755
    9.6 138 2.7 54 290.7 8.4 5.4 83 1912
    17.4 1055 3.7 459 5.1 26.9 38.2 93 0
    26.9 1691 11.4 792 0 38.4 24.6 217 0"""
    foods = np.array([line.split() for line in table.splitlines()], dtype=float)
    return 365 * lp(np.ones(10), A_ub=-foods.T, b_ub=-np.array([3, 70, .8, 12, 5, 1.8, 2.7, 18, 75])).fun


def transport():
    cost = .09 * np.array([2.5, 1.7, 1.8, 2.5, 1.8, 1.4])
    supply = np.kron(np.eye(2), np.ones(3))
    demand = np.kron(np.ones(2), np.eye(3))
    return lp(cost, A_ub=np.vstack([supply, -demand]), b_ub=[350, 600, -325, -300, -275]).fun


def portfolio():
    mean = np.array([1.0890833333, 1.2136666667, 1.2345833333])
    # Schrage prints the covariance to eight places; the optimum keeps about six digits of it.
    c = np.array([[.01080754, .01240721, .01307513], [.01240721, .05839170, .05542639], [.01307513, .05542639, .09422681]])
    result = minimize(
        lambda x: 100 * x @ c @ x, np.full(3, 1 / 3), jac=lambda x: 200 * c @ x, method="SLSQP",
        bounds=[(0, 1)] * 3, options={"ftol": 1e-14, "maxiter": 500},
        constraints=[{"type": "eq", "fun": lambda x: x.sum() - 1}, {"type": "ineq", "fun": lambda x: mean @ x - 1.15}],
    )
    assert result.success, result.message
    return result.fun / 100


def blending():
    hardness = np.array([8.8, 6.1, 2, 4.2, 5])
    margin = 150 - np.array([110, 120, 130, 110, 115])
    rows = [[1, 1, 0, 0, 0], [0, 0, 1, 1, 1], hardness - 6, 3 - hardness]
    return -lp(-margin, A_ub=rows, b_ub=[200, 250, 0, 0]).fun


def knapsack():
    weight = [70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120]
    profit = [135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240]
    best = [0] * 751
    for w, p in zip(weight, profit):
        for room in range(750, w - 1, -1):
            best[room] = max(best[room], best[room - w] + p)
    return best[750]


def cvar_portfolio():
    """The scenarios are those of the example: square roots of primes, Box and Muller; the factor is NumPy's."""
    s = np.arange(1, 801)
    even = {prime: (np.sqrt(prime) * s) % 1 for prime in (2, 3, 5, 7)}
    far, other = np.sqrt(-2 * np.log(even[2])), np.sqrt(-2 * np.log(even[5]))
    z = np.array([far * np.cos(2 * np.pi * even[3]), far * np.sin(2 * np.pi * even[3]), other * np.cos(2 * np.pi * even[7])])
    mean = np.array([.010111, .0043532, .0137058])
    c = np.array([[.00324625, .00022983, .00420395], [.00022983, .00049937, .00019247], [.00420395, .00019247, .00764097]])
    returns = mean[:, None] + np.linalg.cholesky(c) @ z

    def shortfall(x):
        losses = np.sort(-(x @ returns))[::-1]
        return losses[:40].mean()  # 5 % of 800

    n = returns.shape[1]
    above = hstack([-returns.T, -np.ones((n, 1)), -eye_array(n)])
    expected = np.concatenate([-mean, np.zeros(1 + n)])
    result = lp(
        np.concatenate([np.zeros(3), [1], np.full(n, 1 / 40)]),
        A_ub=vstack([above, expected[None, :]], format="csc"), b_ub=np.concatenate([np.zeros(n), [-.011]]),
        A_eq=[np.concatenate([np.ones(3), np.zeros(1 + n)])], b_eq=[1],
        bounds=[(0, None)] * 3 + [(None, None)] + [(0, None)] * n,
    )
    assert abs(shortfall(result.x[:3]) - result.fun) < 1e-9
    return result.fun


def max_flow():
    """The smallest cut, over all of them: as large as the largest flow."""
    arcs = {("s", 1): 16, ("s", 2): 13, (1, 3): 12, (2, 1): 4, (2, 4): 14, (3, 2): 9, (3, "t"): 20, (4, 3): 7, (4, "t"): 4}
    sides = [{"s"} | {v for v in range(1, 5) if cut >> v & 1} for cut in range(0, 32, 2)]
    return min(sum(room for (a, b), room in arcs.items() if a in side and b not in side) for side in sides)


def shortest_path():
    steps = "AB2 AC4 AD3 BE7 BF4 BG6 CE3 CF2 CG4 DE4 DF1 DG5 EH1 EI4 FH6 FI3 GH3 GI3 HJ3 IJ4".split()
    distance = {"J": 0}
    for node in "IHGFEDCBA":
        distance[node] = min(int(length) + distance[head] for tail, head, length in steps if tail == node)
    return distance["A"]


def least_absolute_deviations():
    rows = np.array([
        (80, 27, 89, 42), (80, 27, 88, 37), (75, 25, 90, 37), (62, 24, 87, 28), (62, 22, 87, 18), (62, 23, 87, 18),
        (62, 24, 93, 19), (62, 24, 93, 20), (58, 23, 87, 15), (58, 18, 80, 14), (58, 18, 89, 14), (58, 17, 88, 13),
        (58, 18, 82, 11), (58, 19, 93, 12), (50, 18, 89, 8), (50, 18, 86, 7), (50, 19, 72, 8), (50, 19, 79, 8),
        (50, 20, 80, 9), (56, 20, 82, 15), (70, 20, 91, 15),
    ], dtype=float)
    x, y = np.hstack([np.ones((21, 1)), rows[:, :3]]), rows[:, 3]
    # The dual: max y'u over X'u = 0, −1 ≤ u ≤ 1.
    return -lp(-y, A_eq=x.T, b_eq=np.zeros(4), bounds=[(-1, 1)] * 21).fun


def unit_commitment():
    hours, demand = np.array([6, 3, 6, 3, 6]), np.array([15000, 30000, 25000, 40000, 27000])
    count, least, most = [12, 10, 5], [850, 1250, 1500], [2000, 1750, 4000]
    idle, fuel, start = [1000, 2600, 3000], [2, 1.3, 3], [2000, 1000, 500]
    cost, limits, rows, low = np.zeros(45), np.full(45, np.inf), [], []
    number = lambda what, t, k: 15 * what + 3 * t + k
    for t in range(5):
        total, reserve = np.zeros(45), np.zeros(45)
        for k in range(3):
            running, made, started = number(0, t, k), number(1, t, k), number(2, t, k)
            cost[running] = hours[t] * (idle[k] - fuel[k] * least[k])
            cost[made], cost[started] = hours[t] * fuel[k], start[k]
            limits[running] = limits[started] = count[k]
            for terms in ({made: 1, running: -least[k]}, {made: -1, running: most[k]},
                          {started: 1, running: -1, number(0, t - 1 if t else 4, k): 1}):
                row = np.zeros(45)
                for column, value in terms.items():
                    row[column] = value
                rows.append(row)
                low.append(0)
            total[made], reserve[running] = 1, most[k]
        rows += [total, reserve]
        low += [demand[t], 1.15 * demand[t]]
    whole = np.array([1] * 15 + [0] * 15 + [1] * 15)
    result = milp(cost, constraints=LinearConstraint(np.array(rows), low), integrality=whole, bounds=Bounds(0, limits),
                  options={"mip_rel_gap": 0})
    assert result.success, result.message
    return result.fun


models = [diet, transport, portfolio, blending, knapsack, cvar_portfolio, max_flow, shortest_path, least_absolute_deviations,
          unit_commitment]
json.dump({model.__name__.replace("_", "-"): float(model()) for model in models}, sys.stdout)
