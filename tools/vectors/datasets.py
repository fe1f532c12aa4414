#!/usr/bin/env python3
"""Writes tests/vectors/datasets.json: what the CSV files of npm vega-datasets hold, by Python.

Run from the project's root: python3 tools/vectors/datasets.py FOLDER
FOLDER is the package's folder `data`. Only Python's standard library is used: csv splits, the
types follow docs/semantics.md as they are written here, datetime counts days, float() rounds.

Per file and column: name, type, nulls, and a SHA-256 over the values in row order: a byte 0 for a
null; else a byte 1 and the value: text in UTF-8 with a byte 0 behind it, f64 and whole numbers
(days, microseconds) in eight bytes, little endian, bool in one byte.
"""

import csv
import datetime
import hashlib
import json
import re
import struct
import sys
from pathlib import Path

OUT = Path("tests/vectors/datasets.json")
FILES = [
    "airports.csv", "birdstrikes.csv", "co2-concentration.csv", "disasters.csv", "github.csv",
    "la-riots.csv", "seattle-weather-hourly-normals.csv", "seattle-weather.csv", "sp500-2000.csv",
    "species.csv", "stocks.csv", "us-employment.csv", "weather.csv", "windvectors.csv",
    "zipcodes.csv",
]
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
FLOAT = re.compile(r"-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
WORD = re.compile(r"-?(nan|inf|infinity)", re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")
EPOCH = datetime.date(1970, 1, 1)


def moment(text):
    """Class and microseconds of a timestamp, or None."""
    match = TIME.fullmatch(text)
    if not match:
        return None
    day, minute, second, zone = match.groups()
    try:
        time = datetime.datetime.fromisoformat(f"{day}T{minute}{second or ''}")
        offset = datetime.timedelta()
        if zone not in (None, "Z"):
            sign = -1 if zone[0] == "-" else 1
            offset = sign * datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
    except ValueError:
        return None
    since = time - offset - datetime.datetime(1970, 1, 1)
    return "zoned" if zone else "local", since // datetime.timedelta(microseconds=1)


def classify(text):
    """The class and the value of a text, by rules 3 to 6."""
    if text.lower() in ("true", "false"):
        return "bool", text.lower() == "true"
    if INTEGER.fullmatch(text) and text != "-0":
        value = int(text)
        if -(2**31) <= value < 2**31:
            return "i32", value
        return ("i64", value) if -(2**63) <= value < 2**63 else ("text", text)
    if FLOAT.fullmatch(text) or WORD.fullmatch(text):
        value = float(text)
        if value in (float("inf"), float("-inf")) and not WORD.fullmatch(text):
            return "text", text
        return "float", value
    if DATE.fullmatch(text):
        try:
            return "date", (datetime.date.fromisoformat(text) - EPOCH).days
        except ValueError:
            return "text", text
    return moment(text) or ("text", text)


def join(classes, values):
    """The type of a column, by rule 2, and how a class's value becomes one of it."""
    if not classes:
        return "utf8", None
    if classes == {"bool"}:
        return "bool", lambda _, value: bytes([value])
    if classes <= {"i32", "i64"}:
        name = "i64" if "i64" in classes else "i32"
        return name, lambda _, value: struct.pack("<q", value)
    if classes <= {"i32", "i64", "float"}:
        if any(kind == "i64" and abs(value) > 2**53 for kind, value in values):
            return "utf8", None
        return "f64", lambda _, value: struct.pack("<d", value)
    if classes == {"date"}:
        return "date", lambda _, value: struct.pack("<q", value)
    if classes <= {"date", "local"}:
        day = 86_400_000_000
        return "timestamp", lambda kind, value: struct.pack(
            "<q", value * day if kind == "date" else value)
    if classes == {"zoned"}:
        return "timestamp_utc", lambda _, value: struct.pack("<q", value)
    return "utf8", None


def column(name, texts):
    classified = [classify(text) for text in texts if text != ""]
    kind, pack = join({found for found, _ in classified}, classified)
    digest = hashlib.sha256()
    for text in texts:
        if text == "":
            digest.update(b"\0")
        elif pack is None:
            digest.update(b"\1" + text.encode() + b"\0")
        else:
            digest.update(b"\1" + pack(*classify(text)))
    return {"name": name, "type": kind, "nulls": texts.count(""), "sha256": digest.hexdigest()}


def table(path):
    # The files hold no quoted empty field, which csv could not tell from a null.
    assert b',""' not in path.read_bytes(), path
    with path.open(newline="", encoding="utf-8-sig") as file:
        names, *rows = [row for row in csv.reader(file, strict=True) if row]
    columns = [column(name, [row[index] for row in rows]) for index, name in enumerate(names)]
    return {"file": path.name, "rows": len(rows), "columns": columns}


folder = Path(sys.argv[1])
tables = [table(folder / name) for name in FILES]
OUT.write_text(json.dumps(tables, indent=1) + "\n")
