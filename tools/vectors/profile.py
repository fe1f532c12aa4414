#!/usr/bin/env python3
"""Writes tests/vectors/profile/*.csv and, for each, a .json with the profile expected of it.

Run from the project's root: python3 tools/vectors/profile.py
Both engines' tests read the files. The figures are computed with Python's csv, re, datetime,
fractions and hashlib, straight from the definitions (docs/semantics.md) and with exact fractions
where the engines use compensated sums; never from fastpath. So mean and std of f64 columns, and
std of integers, agree to a relative 1e-13 and everything else agrees exactly.

The JSON has the form of a kernel's result: i64 as strings, dates and timestamps as printed.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import math
import random
import re
from fractions import Fraction
from pathlib import Path

OUT = Path("tests/vectors/profile")
FRACTIONS = [0.25, 0.5, 0.75, 0.95, 0.99]
EPOCH = dt.datetime(1970, 1, 1)
INT = re.compile(r"-?(0|[1-9][0-9]*)")
FLOAT = re.compile(r"-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
WORD = re.compile(r"-?(nan|inf|infinity)", re.IGNORECASE)
TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?",
    re.ASCII,
)


def parse_time(text):
    """Kind and microseconds of a date or timestamp, or None."""
    match = TIME.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        date = dt.datetime(int(year), int(month), int(day))
        if hour is None:
            return "date", (date - EPOCH) // dt.timedelta(microseconds=1)
        micros = int((fraction or "0").ljust(6, "0"))
        clock = dt.timedelta(hours=int(hour), minutes=int(minute), seconds=int(second or 0))
        if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
            return None
        value = (date + clock - EPOCH) // dt.timedelta(microseconds=1) + micros
        if zone is None:
            return "local", value
        if zone != "Z":
            hours, minutes = int(zone[1:3]), int(zone[4:6])
            if hours > 23 or minutes > 59:
                return None
            offset = (hours * 60 + minutes) * 60_000_000
            value -= offset if zone[0] == "+" else -offset
        return "zoned", value
    except ValueError:
        return None


def classify(text):
    """Kind and exact value of a field's text."""
    if text.lower() in ("true", "false"):
        return "bool", text.lower() == "true"
    if INT.fullmatch(text) and text != "-0":
        value = int(text)
        return ("int", value) if -(2**63) <= value < 2**63 else ("text", text)
    if WORD.fullmatch(text):
        return "float", float(text)
    if FLOAT.fullmatch(text):
        value = float(text)
        return ("text", text) if math.isinf(value) else ("float", value + 0.0)
    return parse_time(text) or ("text", text)


def type_of(values):
    kinds = {kind for kind, _ in values}
    ints = [value for kind, value in values if kind == "int"]
    if kinds == {"bool"}:
        return "bool"
    if kinds == {"int"}:
        return "i32" if all(-(2**31) <= value < 2**31 for value in ints) else "i64"
    if kinds and kinds <= {"int", "float"}:
        return "utf8" if any(abs(value) > 2**53 for value in ints) else "f64"
    if kinds == {"date"}:
        return "date"
    if kinds and kinds <= {"date", "local"} or kinds == {"zoned"}:
        return "timestamp"
    return "utf8"


def printer(kind, zoned):
    """How a value stands in the result."""

    def show_time(micros):
        text = (EPOCH + dt.timedelta(microseconds=micros)).isoformat()
        if kind == "date":
            return text[:10]
        head, dot, tail = text.partition(".")
        return head + (dot + tail.rstrip("0")) + ("Z" if zoned else "")

    def show_float(value):
        return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"

    shows = {"i64": str, "f64": show_float, "date": show_time, "timestamp": show_time}
    return shows.get(kind, lambda value: value)


def rooted(square):
    """The square root of a fraction, correctly rounded but for the last bit."""
    scale = 2**160
    return float(Fraction(math.isqrt(int(square * scale * scale)), scale))


def numeric(out, kind, values):
    """Mean, deviation and quantiles of a sorted list of numbers."""
    n = len(values)
    if any(math.isinf(value) for value in values) or n == 0:
        out["mean"] = out["std"] = None
    else:
        exact = [Fraction(value) for value in values]
        total = sum(exact)
        mean = total / n
        out["mean"] = float(Fraction(total, n)) if kind != "f64" else float(mean)
        squares = sum((value - mean) ** 2 for value in exact)
        out["std"] = rooted(squares / (n - 1)) if n > 1 else None
    out["quantiles"] = []
    for fraction in FRACTIONS:
        if n == 0:
            out["quantiles"].append(None)
            continue
        place = (n - 1) * fraction
        low = math.floor(place)
        a, b = float(values[low]), float(values[min(low + 1, n - 1)])
        result = a if a == b or place == low else a + (place - low) * (b - a)
        out["quantiles"].append(result if math.isfinite(result) else None)
    out["quantilesExact"] = True


def profile_column(name, fields):
    """The expected figures; a field is None, "" (quoted and empty) or its text."""
    texts = [field for field in fields if field]
    classes = [classify(text) for text in texts]
    kind = type_of(classes)
    zoned = kind == "timestamp" and classes[0][0] == "zoned"
    nulls = sum(field is None for field in fields)
    values = [value for _, value in classes]
    if kind == "utf8":
        values = [field for field in fields if field is not None]
    elif kind == "f64":
        values = [float(value) for value in values]
    out = {"name": name, "type": kind, "zoned": zoned, "count": len(values)}
    out["nulls"] = nulls if kind == "utf8" else len(fields) - len(values)
    nans = 0
    if kind == "f64":
        nans = sum(math.isnan(value) for value in values)
        out["nans"] = nans
        values = [value for value in values if not math.isnan(value)]
    order = (lambda text: text.encode()) if kind == "utf8" else (lambda value: value)
    values.sort(key=order)
    counts = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    show = printer(kind, zoned)
    out["distinct"] = len(counts) + (nans > 0)
    out["distinctExact"] = True
    out["min"] = show(values[0]) if values else None
    out["max"] = show(values[-1]) if values else None
    if kind in ("i32", "i64", "f64"):
        numeric(out, kind, values)
    elif kind in ("date", "timestamp"):
        places = [math.floor((len(values) - 1) * fraction) for fraction in FRACTIONS]
        out["quantiles"] = [show(values[place]) for place in places]
        out["quantilesExact"] = True
    top = sorted(counts.items(), key=lambda item: (-item[1], order(item[0])))[:5]
    out["top"] = [[show(value), count] for value, count in top]
    out["topExact"] = True
    if kind == "bool":
        out["trueCount"], out["falseCount"] = counts.get(True, 0), counts.get(False, 0)
    if kind == "utf8":
        lengths = [len(text) for text in values]
        out["lengthMin"] = min(lengths, default=None)
        out["lengthMax"] = max(lengths, default=None)
    return out


def write(name, header, rows):
    """Writes a CSV of fields (None: empty, "": quoted and empty) and what is expected of it."""

    def spell(field):
        if field is None:
            return ""
        quoted = field == "" or any(mark in field for mark in ',"\n\r')
        return '"' + field.replace('"', '""') + '"' if quoted else field

    lines = [",".join(spell(field) for field in row) for row in [header, *rows]]
    data = ("\n".join(lines) + "\n").encode()
    # The csv module agrees on where the fields are.
    read = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert read == [[field or "" for field in row] for row in [header, *rows]]
    columns = [profile_column(head, [row[at] for row in rows]) for at, head in enumerate(header)]
    digest = hashlib.sha256(data).hexdigest()
    result = {"rows": len(rows), "bytes": len(data), "digests": {"sha256": digest}}
    (OUT / f"{name}.csv").write_bytes(data)
    text = json.dumps({**result, "columns": columns}, ensure_ascii=False, indent=1)
    (OUT / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def kinds():
    """One column per type and per corner of the rules."""
    columns = {
        "bool": ["true", "FALSE", "True", None, "false", "true", "", "tRUE"],
        "i32": ["1", "-5", "2147483647", "1", None, "-2147483648", "0", "7"],
        "i64": ["9223372036854775807", "-9223372036854775808", "9007199254740993", "5", None,
                "5", "9223372036854775807", "9223372036854775807"],
        "float": ["1", "1.0", "1e0", "-0", "0", "0.00", "nan", "-NaN"],
        "infinite": ["inf", "-inf", "1.5", "Infinity", "2", "inf", "nan", None],
        "all_nan": ["nan", "NAN", None, "nan", "-nan", "", None, "nan"],
        "long_digits": ["0.1", "0.30000000000000004", "1e-7", "123456789.123456789", "-2.5",
                        "1e150", "5.", ".5"],
        "too_big": ["1.5", "9007199254740993", "1", "1", "2", None, "", "2"],
        "date": ["2024-02-29", "1999-12-31", "0001-01-01", "9999-12-31", None, "2024-02-29",
                 "1970-01-01", ""],
        "local": ["2024-02-29", "2024-02-29T00:00", "2024-02-29 00:00:00.000", None,
                  "2024-03-01T23:59:59.999999", "1969-12-31T23:59:59.5", "2024-02-29T12:30",
                  "1600-01-01T00:00"],
        "zoned": ["2024-02-29T00:00Z", "2024-02-29T02:00+02:00", "2024-02-28T19:00:00-05:00", "",
                  "2024-03-01 10:00:00.25Z", None, "2024-03-01T10:00-00:00", "2024-01-01T00:00Z"],
        "zone_mix": ["2024-02-29T00:00Z", "2024-02-29T00:00", "2024-02-29", None, "", "", "x",
                     "2024-02-29"],
        "text": ["b", "a,b", 'say "hi"', "two\nlines", "\u00e9t\u00e9", "\U0001f600", "\uff5e", ""],
        "codes": ["00501", "501", "00501", "+1", " 1", "1 ", "1_000", None],
        "empty": [None] * 8,
        "quoted_empty": [None, "", "", None, "", None, "", ""],
        "one": [None, None, "42", None, None, None, None, None],
    }
    write("kinds", list(columns), list(zip(*columns.values())))


def mixed():
    """Seeded columns with ties, nulls and numbers that are hard to add."""
    rng = random.Random(20240229)
    rows = []
    for row in range(1500):
        day = dt.date(2020, 1, 1) + dt.timedelta(days=rng.randrange(900))
        moment = dt.datetime(2020, 1, 1) + dt.timedelta(seconds=rng.randrange(10**8))
        rows.append([
            str(rng.randrange(-50, 50)),
            str(rng.randrange(2**60, 2**60 + 400) * rng.choice([1, -1])),
            f"{rng.gauss(0, 1):.3f}",
            repr(rng.uniform(-1, 1) * 10.0 ** rng.randrange(-12, 12)),
            day.isoformat() if rng.random() < 0.9 else None,
            moment.isoformat(sep=rng.choice("T ")) if rng.random() < 0.8 else day.isoformat(),
            rng.choice(["red", "green", "blue", "\u00e9", "", None]),
            rng.choice(["true", "false", "FALSE"]),
            f"note {rng.randrange(700)}, page {rng.randrange(3)}",
        ])
    names = ["small", "snowflake", "decimal", "float", "date", "moment", "color", "flag", "note"]
    write("mixed", names, rows)


def many():
    """More distinct values than a column keeps as texts, and a type that changes at the end."""
    rows = []
    for row in range(17_000):
        price = row * 7919 % 100_003
        rows.append([f"{price // 100}.{price % 100:02}", str(row * 31 % 17_011)])
    rows[16_990][1] = "n/a"
    rows[16_995][1] = None
    rows[16_999][0] = "1e2"
    write("many", ["price", "code"], rows)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    kinds()
    mixed()
    many()
