#!/usr/bin/env python3
"""Writes tests/vectors/stats_summary.ndjson and tests/vectors/stats_week.ndjson, a case a line.

Run from the project's root, with numpy, scipy and duckdb installed:
python3 tools/vectors/stats.py

Figures are numpy's and scipy's, in f64; mean and variances are exact fractions rounded once, so
they can be compared more strictly. Week statistics are plain Python's, from the definitions in
docs/statistics.md, and DuckDB must say the same in SQL before anything is written.
"""

import json
import math
import random
from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
from scipy import stats

OUT = Path("tests/vectors")
METHODS = [
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
]
PROBABILITIES = [0, 0.01, 0.1, 0.2, 0.25, 1 / 3, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99, 1]


def spelled(value):
    """A float as JSON holds it: null where it is none."""
    value = float(value)
    return value if math.isfinite(value) else None


def rounded(fraction):
    """A fraction as the nearest float: null where that is none."""
    try:
        return float(fraction)
    except OverflowError:
        return None


def summary_case(name, kind, values, weights=None):
    """One column (None is null) and what numpy and scipy say of it."""
    kept = [value for value in values if value is not None]
    array = np.array(kept, dtype={"i32": np.int64, "i64": object, "f64": np.float64}[kind])
    floats = np.array([float(value) for value in kept])
    n = len(kept)
    exact = [Fraction(value) for value in kept]
    mean = sum(exact) / n if n else None
    squares = sum((value - mean) ** 2 for value in exact) if n else None
    differ = n > 0 and min(kept) != max(kept)
    variance = rounded(squares / (n - 1)) if n > 1 else None
    population = rounded(squares / n) if n else None
    expected = {
        "count": n,
        "nulls": len(values) - n,
        "sum": str(int(sum(kept))) if kind != "f64" else math.fsum(kept),
        "mean": float(mean) if n else None,
        "variance": variance,
        "variancePopulation": population,
        "std": None if variance is None else math.sqrt(variance),
        "stdPopulation": None if population is None else math.sqrt(population),
        "min": str(min(kept)) if n else None,
        "max": str(max(kept)) if n else None,
        "skewness": spelled(stats.skew(floats, bias=False)) if differ and n > 2 else None,
        "skewnessPopulation": spelled(stats.skew(floats)) if differ else None,
        "kurtosis": spelled(stats.kurtosis(floats, bias=False)) if differ and n > 3 else None,
        "kurtosisPopulation": spelled(stats.kurtosis(floats)) if differ else None,
        "quantiles": [
            [float(np.quantile(floats, p, method=method)) for p in PROBABILITIES] if n else None
            for method in METHODS
        ],
    }
    if differ and variance and population:
        assert math.isclose(expected["std"], np.std(floats, ddof=1), rel_tol=1e-9)
        assert math.isclose(expected["stdPopulation"], np.std(floats), rel_tol=1e-9)
    # What a sum in any order may be off by is a share of this.
    magnitude = math.fsum(abs(value) for value in floats)
    case = {"name": name, "type": kind, "values": values, "expected": expected}
    case["magnitude"] = magnitude
    if kind == "i64":
        case["values"] = [None if value is None else str(value) for value in values]
    if weights is not None:
        case["weights"] = weights
        pairs = [(v, w) for v, w in zip(values, weights) if v is not None and w is not None]
        top = sum(Fraction(v) * Fraction(w) for v, w in pairs)
        bottom = sum(Fraction(w) for _, w in pairs)
        expected["weightedMean"] = float(top / bottom) if bottom else None
        if pairs and bottom:
            check = np.average([v for v, _ in pairs], weights=[w for _, w in pairs])
            assert math.isclose(check, expected["weightedMean"], rel_tol=1e-12)
    assert array.size == n
    return case


def summary_cases():
    rng = random.Random(20261121)
    yield summary_case("no rows", "f64", [])
    yield summary_case("nulls alone", "i32", [None, None])
    yield summary_case("one", "f64", [2.5])
    yield summary_case("two", "i32", [7, -3])
    yield summary_case("three", "f64", [1.0, 2.0, 4.5])
    yield summary_case("four with nulls", "i64", [None, 1, 2, None, 4, 8])
    yield summary_case("constant", "f64", [0.1] * 1000)
    yield summary_case("large with a small spread", "f64", [1e9 + x / 8 for x in range(37)])
    yield summary_case("beyond 2^53", "i64", [2**62, 2**62 + 1, 2**63 - 1, -(2**63), 2**62 - 7])
    yield summary_case("i32 ends", "i32", [2**31 - 1] * 7 + [-(2**31)] * 2)
    yield summary_case("cancelling", "f64", [1e16, 1.0, -1e16, 3.0, 1e16, -1.0, -1e16, 0.5])
    signs = [rng.choice([-1, 1]) * rng.random() * 10.0 ** rng.randrange(-12, 13) for _ in range(777)]
    yield summary_case("cancelling, many", "f64", signs + [-value for value in signs] + [1e-9])
    yield summary_case("large", "f64", [1e100 * x for x in range(1, 40)])
    yield summary_case("almost too large", "f64", [1e152 * x for x in range(-20, 11)])
    yield summary_case("variance too large", "f64", [1e300, -1e300, 3e299])
    yield summary_case("tiny", "f64", [5e-324, 1e-323, 0.0, -5e-324, 2e-322])
    wide = [rng.choice([-1, 1]) * 10.0 ** rng.uniform(-140, 140) for _ in range(300)]
    yield summary_case("all magnitudes", "f64", wide)
    yield summary_case("i64 ends", "i64", [2**63 - 1] * 5 + [-(2**63)] * 3)
    yield summary_case("i64 sums beyond 64 bits", "i64", [2**63 - 1, 2**63 - 2, 2**63 - 3, 2**62])
    for n in [5, 8, 10, 11, 20, 100, 1025, 4099]:
        normal = [rng.gauss(10, 3) for _ in range(n)]
        yield summary_case(f"normal, {n}", "f64", normal)
        if n > 1025:
            continue
        skewed = [None if rng.random() < 0.1 else rng.expovariate(0.01) for _ in range(n)]
        weights = [None if rng.random() < 0.1 else rng.randrange(0, 9) / 4 for _ in range(n)]
        yield summary_case(f"exponential with nulls and weights, {n}", "f64", skewed, weights)
        ties = [rng.randrange(6) for _ in range(n)]
        yield summary_case(f"ties, {n}", "i32", ties, [rng.random() for _ in range(n)])
    big = [rng.randrange(-(2**63), 2**63) if rng.random() > 0.1 else None for _ in range(500)]
    yield summary_case("random i64", "i64", big)


def week_key(weeks):
    """Numbers in numeric order, else by UTF-8 bytes."""
    if all(isinstance(week, int) for week in weeks):
        return sorted(weeks)
    return sorted(weeks, key=lambda week: week.encode())


def week_stats(tasks):
    """The definitions, word for word."""
    result = []
    for week in week_key({task["week"] for task in tasks}):
        own = [task for task in tasks if task["week"] == week]
        scored = [task for task in own if task["score"] is not None]
        weights = [min(task["duration"] / 3600, 8) for task in scored]
        bottom = sum(weights)
        top = sum(task["score"] * weight for task, weight in zip(scored, weights))
        total = sum(task["duration"] for task in own)
        names = sorted({task["project"] for task in own if task["project"]}, key=str.encode)
        result.append({
            "week": week,
            "totalTasks": len(own),
            "totalSeconds": total,
            "meanSeconds": total / len(own),
            "meanScore": sum(task["score"] for task in scored) / len(scored) if scored else None,
            "productivity": top / bottom * 20 if bottom else 0,
            "projects": [
                {
                    "name": name,
                    "count": sum(task["project"] == name for task in own),
                    "seconds": sum(task["duration"] for task in own if task["project"] == name),
                }
                for name in names
            ],
        })
    return result


def check_with_sql(tasks, expected):
    """DuckDB's aggregates over the same tasks."""
    db = duckdb.connect()
    db.execute("create table t (week varchar, duration double, score double, project varchar)")
    rows = [(str(t["week"]), t["duration"], t["score"], t["project"]) for t in tasks]
    db.executemany("insert into t values (?, ?, ?, ?)", rows)
    found = db.execute("""
        select week, count(*), sum(duration), avg(duration), avg(score),
          coalesce(sum(score * least(duration / 3600, 8)) filter (score is not null)
            / nullif(sum(least(duration / 3600, 8)) filter (score is not null), 0) * 20, 0)
        from t group by week""").fetchall()
    by_week = {row[0]: row[1:] for row in found}
    assert len(by_week) == len(expected)
    for one in expected:
        names = ["totalTasks", "totalSeconds", "meanSeconds", "meanScore", "productivity"]
        for name, value in zip(names, by_week[str(one["week"])]):
            if one[name] is None:
                assert value is None, (one["week"], name)
            else:
                assert math.isclose(one[name], value, rel_tol=1e-12), (one["week"], name, value)
        projects = db.execute(
            "select project, count(*), sum(duration) from t where week = ? and project <> ''"
            " group by project",
            [str(one["week"])],
        ).fetchall()
        ours = {(p["name"], p["count"]): p["seconds"] for p in one["projects"]}
        assert ours.keys() == {(name, count) for name, count, _ in projects}
        for name, count, seconds in projects:
            assert math.isclose(ours[name, count], seconds, rel_tol=1e-12)


def week_case(name, tasks):
    expected = week_stats(tasks)
    if tasks:
        check_with_sql(tasks, expected)
    columns = {key: [task[key] for task in tasks] for key in ["week", "duration", "score", "project"]}
    return {"name": name, "columns": columns, "expected": expected}


def random_tasks(seed, count, weeks, projects, whole):
    rng = random.Random(seed)
    for _ in range(count):
        seconds = rng.choice([rng.randrange(0, 7200), rng.randrange(0, 60_000), 0, 28_800, 28_801])
        yield {
            "week": rng.choice(weeks),
            "duration": seconds if whole else seconds + rng.randrange(1000) / 1000,
            "score": None if rng.random() < 0.3 else rng.choice([1, 2, 3, 4, 5, 2.5, -1, 0]),
            "project": rng.choice(projects),
        }


def week_cases():
    one = {"week": 3, "duration": 0, "score": 5, "project": "a"}
    yield week_case("no tasks", [])
    yield week_case("no hours", [one])
    yield week_case("no score", [{**one, "score": None, "duration": 9}])
    yield week_case("no project", [{**one, "project": None}, {**one, "project": ""}])
    names = ["b", "a", "B", "Ä", "ä", "日本", "\U0001f600", "\uff5e", "", None, "a b", "z" * 40]
    yield week_case("numbers", list(random_tasks(1, 500, list(range(-3, 53)), names, True)))
    yield week_case("fractions", list(random_tasks(2, 500, list(range(1, 9)), names, False)))
    texts = ["2026-W09", "2026-W10", "Ä", "\U0001f600", "\uff5e", "10", "9", ""]
    yield week_case("texts", list(random_tasks(3, 300, texts, names, True)))
    far = [-(2**31), 2**31 - 1, 0, 7, 100_000]
    yield week_case("far apart", list(random_tasks(4, 200, far, names, True)))
    many = [f"p{number}" for number in range(120)]
    yield week_case("many projects", list(random_tasks(5, 1500, list(range(30)), many, False)))


def write(name, cases):
    options = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
    lines = [json.dumps(case, **options) + "\n" for case in cases]
    (OUT / name).write_text("".join(lines), encoding="utf-8")


write("stats_summary.ndjson", summary_cases())
write("stats_week.ndjson", week_cases())
