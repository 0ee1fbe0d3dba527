"""How fast the portfolio is chosen and how good 'from the top of the list' is, on hard made-up rounds.

    python -m bench.portfolio [--seeds 5] [--sizes 100,1000,10000] [--explain]

The rounds are like those that the other solvers were measured on (scores that grow with the cost, which makes the
knapsack hard; 25 district budgets, at most a fifth of a district's average number per district, a minimum in each of
eight fields), with this programme's groups: at most one of two to four. Times are of the processor (`cpu`) and of the
clock; on a busy machine only the first says anything. Explaining is timed by the processor.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from sanghyeop.engines.portfolio import Problem, Proposal, Rules, broken_rules, explain, solve, top_of_list

DISTRICTS, FIELDS = 25, 8
UNIT = 100_000


def a_round(n: int, seed: int) -> Problem:
    """n proposals in 25 districts and 8 fields; a budget for an eighth of what is asked."""
    random = np.random.default_rng(seed)
    district = random.integers(0, DISTRICTS, n)
    field = random.choice(FIELDS, n, p=[0.25, 0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.04])
    city = np.clip(random.lognormal(7.0, 0.5, n), 200, 5000).astype(int)
    own = (city * random.uniform(0.3, 0.9, n)).astype(int)
    value = (random.normal(70, 10, n).clip(30, 100) * 100 * np.sqrt(city / 1100)).astype(int)
    ceilings = {}
    for k in range(DISTRICTS):
        asked = own[district == k].sum()
        ceilings[f"D{k}"] = max(int(asked * random.uniform(0.10, 0.22)), int(np.quantile(own, 0.6))) * UNIT
    in_field = np.bincount(field, minlength=FIELDS)
    group = np.full(n, -1)
    order, place, name = random.permutation(n)[: max(4, n // 20)], 0, 0
    while place + 2 <= len(order):
        size = int(random.integers(2, 5))
        group[order[place : place + size]] = name
        place, name = place + size, name + 1
    proposals = [
        Proposal(
            id=str(j),
            district=f"D{district[j]}",
            field=f"F{field[j]}",
            value=int(value[j]),
            city_krw=int(city[j]) * UNIT,
            district_krw=int(own[j]) * UNIT,
            group=f"G{group[j]}" if group[j] >= 0 else "",
        )
        for j in range(n)
    ]
    rules = Rules(
        city_krw=int(city.sum() * 0.12) * UNIT,
        district_krw=ceilings,
        per_district_max=max(2, int(n / DISTRICTS * 0.2)),
        field_min={f"F{k}": max(1, int(count * 0.06)) for k, count in enumerate(in_field) if count},
    )
    return Problem.of(proposals, rules)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--explain", action="store_true", help="also the reasons for every rejected project")
    arguments = parser.parse_args()
    solve(a_round(60, 0))  # loads the solver
    heads = {"n": 6, "seed": 4, "status": 8, "clock s": 8, "cpu s": 8, "gap %": 8, "top of list %": 14, "explain s": 10}
    print(" ".join(f"{head:>{size}}" for head, size in heads.items()))
    for n in map(int, arguments.sizes.split(",")):
        clocks, cpus, gaps, shares = [], [], [], []
        for seed in range(1, arguments.seeds + 1):
            problem = a_round(n, seed)
            clock, cpu = time.perf_counter(), time.process_time()
            solution = solve(problem)
            clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
            if solution.chosen is None:
                print(f"{n:>6} {seed:>4} {solution.status:>8} {clock:8.3f} {cpu:8.3f}")
                continue
            assert not broken_rules(problem, solution.chosen)
            share = top_of_list(problem).share_of(solution)
            explained = ""
            if arguments.explain:
                started = time.process_time()
                explain(problem, solution)
                explained = f"{time.process_time() - started:10.2f}"
            print(
                f"{n:>6} {seed:>4} {solution.status:>8} {clock:8.3f} {cpu:8.3f} {solution.gap * 100:8.4f} "
                f"{share * 100:14.1f} {explained}",
                flush=True,
            )
            clocks.append(clock)
            cpus.append(cpu)
            gaps.append(solution.gap)
            shares.append(share)
        if clocks:
            print(
                f"{n:>6}  all {'median':>8} {statistics.median(clocks):8.3f} {statistics.median(cpus):8.3f} "
                f"{max(gaps) * 100:8.4f} {statistics.median(shares) * 100:14.1f}   (gap: the largest)"
            )


if __name__ == "__main__":
    main()
