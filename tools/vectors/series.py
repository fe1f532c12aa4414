#!/usr/bin/env python3
"""Writes tests/vectors/series.ndjson: events and the timelines expected of them.

Run from the project's root: python3 tools/vectors/series.py
Needs Python 3.11 with zone data (the system's, or the package tzdata). Periods come from datetime
and zoneinfo, sums of integers are Python's own, sums of floats are added one by one in the order
that docs/series.md states, so that every figure must be equal to the bit. Nothing here comes from
fastpath.
"""

import datetime as dt
import json
import random
from pathlib import Path
from zoneinfo import ZoneInfo

OUT = Path("tests/vectors/series.ndjson")
UTC = dt.timezone.utc
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo"]


def first_day(by, day):
    """The first day of the period that a day belongs to."""
    if by == "week":
        return day - dt.timedelta(days=day.weekday())
    if by == "month":
        return day.replace(day=1)
    if by == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if by == "year" else day


def next_day(by, day):
    """The first day of the period that follows."""
    days = {"day": 1, "week": 7, "month": 31, "quarter": 93, "year": 366}[by]
    return first_day(by, day + dt.timedelta(days=days))


def start_of(by, zone, moment):
    """The period's start: a day, or for hours a moment of UTC."""
    local = moment.astimezone(zone)
    if by == "hour":
        # The fold stays, so the repeated hour is an hour of its own.
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    return first_day(by, local.date())


def exists(day, zone):
    """Whether a zone's clock has shown a day at all: Apia had no 2011-12-30."""
    noon = dt.datetime.combine(day, dt.time(12), zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def text_of(start):
    if isinstance(start, dt.datetime):
        text = start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        fraction = f".{start.microsecond:06}".rstrip("0") if start.microsecond else ""
        return text + fraction + "Z"
    return start.isoformat()


def timeline(events, options, is_float):
    by, zone = options.get("by"), ZoneInfo(options.get("zone", "UTC"))
    zero = 0.0 if is_float else 0
    per_type = options.get("perType", False)
    sums = {}
    for moment, change, kind in events:
        start = start_of(by, zone, moment) if by else moment
        key = (start, kind if per_type else None)
        sums[key] = sums.get(key, zero) + (zero if change is None else change)
    starts = sorted({start for start, _ in sums})
    if options.get("fill") and starts:
        filled = [starts[0]]
        while filled[-1] < starts[-1]:
            step = filled[-1] + dt.timedelta(hours=1) if by == "hour" else next_day(by, filled[-1])
            filled.append(step)
        starts = [start for start in filled if by != "day" or exists(start, zone)]
    kinds = {kind for _, kind in sums}
    order = sorted(kinds - {None}, key=lambda kind: kind.encode()) + [None] * (None in kinds)
    rows, totals, history = [], {}, {}
    for start in starts:
        for kind in order:
            if (start, kind) not in sums and not options.get("fill"):
                continue
            change = sums.get((start, kind), zero)
            totals[kind] = totals.get(kind, zero) + change
            past = history.setdefault(kind, [])
            past.append(change)
            row = {"timestamp": text_of(start)}
            if per_type:
                row["type"] = kind
            row |= {"change": change, "total": totals[kind]}
            for window in options.get("rolling", []):
                total = None
                if len(past) >= window:
                    total = zero
                    for value in past[-window:]:
                        total += value
                row[f"sum{window}"] = total
                row[f"mean{window}"] = None if total is None else total / window
            rows.append(row)
    return rows


def events_of(rng, first, seconds, count, is_float, step):
    kinds = ["in", "out", "Zürich", "ｚ", "𝒛", None]
    events = []
    for _ in range(count):
        moment = first + dt.timedelta(seconds=rng.randrange(0, seconds, step))
        if step == 1 and rng.random() < 0.2:
            moment += dt.timedelta(microseconds=rng.randrange(1_000_000))
        change = round(rng.uniform(-1000, 1000), 2) if is_float else rng.randint(-(10**6), 10**6)
        events.append((moment, None if rng.random() < 0.05 else change, rng.choice(kinds)))
    return events


def text_of_int(value):
    """Integers are texts, as JSON's numbers end at 2^53 for JavaScript."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def main():
    rng = random.Random(20240331)
    cases = []
    for index in range(84):
        zone = ZONES[index % len(ZONES)]
        by = [None, "hour", "day", "week", "month", "quarter", "year"][index % 7]
        is_float = index % 2 == 1
        # Around changes of clocks: of 2023 and 2024, and the day that Apia has not had.
        first = dt.datetime(2011, 12, 28, tzinfo=UTC) if zone == "Pacific/Apia" else rng.choice([
            dt.datetime(2024, 3, 29, tzinfo=UTC), dt.datetime(2023, 10, 27, tzinfo=UTC),
            dt.datetime(2024, 4, 25, tzinfo=UTC), dt.datetime(1969, 12, 30, tzinfo=UTC),
        ])
        days = {"quarter": 1500, "year": 5000, "month": 600, "hour": 4}.get(by, 45)
        events = events_of(rng, first, days * 86400, rng.choice([1, 20, 50]), is_float,
                           rng.choice([1, 60, 3600]))
        options = {}
        if by:
            options = {"by": by, "zone": zone}
            if rng.random() < 0.5 and not (by == "hour" and zone == "Pacific/Apia"):
                options["fill"] = True
        if rng.random() < 0.5:
            options["perType"] = True
        options["rolling"] = rng.choice([[], [7], [7, 30], [1, 3]])
        rows = timeline(events, options, is_float)
        cases.append({
            "options": options,
            "type": "f64" if is_float else "i64",
            "timestamp": [text_of(moment) for moment, _, _ in events],
            "change": [text_of_int(change) for _, change, _ in events],
            "kind": [kind for _, _, kind in events],
            "columns": {name: [text_of_int(row[name]) for row in rows] for name in rows[0]},
        })
    lines = [json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases]
    OUT.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
