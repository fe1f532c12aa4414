#!/usr/bin/env python3
"""Writes tests/vectors/writers.json with Python's csv and json modules.

Run from the project's root: python3 tools/vectors/writers.py, then deno fmt -q tests/vectors
Each case is a table and the bytes that csv.writer (CRLF, minimal quotes) and json.dumps (no
spaces, no ASCII escapes) make of its rows. What Python decides differently is not among the
values: csv.writer does not tell an empty text from None, repr has other exponents and prints
1.0 for 1, bool is True. Python's reader was asked, too: each CSV reads back as the same texts.
`all` and `nonNumeric` are QUOTE_ALL and QUOTE_NONNUMERIC field by field: where Python quotes None,
we do not, as its QUOTE_NOTNULL of 3.12 does not. Bools are given as texts: to Python True is 1.

Values: i64 as text, dates and timestamps as fastpath prints them, null for None.
"""

import csv
import datetime as dt
import io
import json
import random
from pathlib import Path

RANDOM = random.Random(20240229)
PIECES = (
    ["a", "B", "7", " ", "'", '"', '""', ",", ";", "\t", "\n", "\r", "\r\n", "\\", "/", "=", "-"]
    + ["é", "ß", "日", "\U0001f600", "\U0010ffff", "\u2028", "\u0001", "\u001f", "\u007f", "null"]
)
TYPES = ["bool", "i32", "i64", "f64", "date", "timestamp", "timestamp_utc", "utf8", "utf8"]
EPOCH = dt.datetime(1970, 1, 1)


def value(kind):
    """A value as Python has it."""
    if kind == "bool":
        return RANDOM.random() < 0.5
    if kind == "i32":
        return RANDOM.choice([0, -1, 2**31 - 1, -(2**31), RANDOM.randrange(10**6)])
    if kind == "i64":
        return RANDOM.choice([0, 2**63 - 1, -(2**63), RANDOM.randrange(-(2**62), 2**62)])
    if kind == "f64":
        whole = RANDOM.uniform(0.001, 1e6)
        return round(whole, RANDOM.randrange(3, 17)) * RANDOM.choice([1, -1]) + 0.0001220703125
    if kind == "date":
        return dt.date.fromordinal(RANDOM.randrange(1, dt.date.max.toordinal() + 1))
    if kind.startswith("timestamp"):
        days = RANDOM.randrange(-719162, 2932897)
        micros = RANDOM.choice([0, 500000, RANDOM.randrange(86_400_000_000)])
        return EPOCH + dt.timedelta(days=days, microseconds=micros)
    return "".join(RANDOM.choice(PIECES) for _ in range(RANDOM.randrange(1, 7)))


def text(kind, item):
    """The text of a value in a CSV, before quoting."""
    if kind == "bool":
        return str(item).lower()
    if kind == "f64":
        return repr(item)
    if kind == "date":
        return item.isoformat()
    if kind.startswith("timestamp"):
        stamp = item.isoformat()
        stamp = stamp.rstrip("0") if "." in stamp else stamp
        return stamp + ("Z" if kind == "timestamp_utc" else "")
    return str(item)


def quoted(kinds, names, rows, quoting):
    """A CSV whose fields csv.writer quotes one by one; None is nothing."""

    def field(kind, item):
        if item is None:
            return ""
        out = io.StringIO(newline="")
        plain = item if kind in ("i32", "i64", "f64") else text(kind, item)
        csv.writer(out, lineterminator="", quoting=quoting).writerow([plain])
        return out.getvalue()

    lines = [",".join(field("utf8", name) for name in names)]
    lines += [",".join(field(kind, item) for kind, item in zip(kinds, row)) for row in rows]
    return "".join(line + "\r\n" for line in lines)


def case(number):
    """A table with its CSV and its NDJSON."""
    kinds = [RANDOM.choice(TYPES) for _ in range(RANDOM.randrange(2, 6))]
    names = [f"{RANDOM.choice(PIECES[:19])}{index}" for index in range(len(kinds))]
    rows = []
    for _ in range(RANDOM.randrange(1, 12)):
        rows.append([None if RANDOM.random() < 0.2 else value(kind) for kind in kinds])
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(names)
    texts = [
        [None if item is None else text(kind, item) for kind, item in zip(kinds, row)]
        for row in rows
    ]
    writer.writerows(texts)
    again = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert again == [names] + [[cell or "" for cell in row] for row in texts], number

    lines = []
    for row in rows:
        plain = {}
        for name, kind, item in zip(names, kinds, row):
            is_time = kind == "date" or kind.startswith("timestamp")
            plain[name] = text(kind, item) if is_time and item is not None else item
        lines.append(json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n")

    def stored(kind, item):
        if item is None or kind in ("bool", "i32", "f64", "utf8"):
            return item
        return text(kind, item)

    columns = [
        {"name": name, "type": kind, "values": [stored(kind, row[index]) for row in rows]}
        for index, (name, kind) in enumerate(zip(names, kinds))
    ]
    return {
        "columns": columns,
        "csv": out.getvalue(),
        "all": quoted(kinds, names, rows, csv.QUOTE_ALL),
        "nonNumeric": quoted(kinds, names, rows, csv.QUOTE_NONNUMERIC),
        "ndjson": "".join(lines),
    }


def main():
    cases = [case(number) for number in range(60)]
    path = Path("tests/vectors/writers.json")
    path.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")


main()
