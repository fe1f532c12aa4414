"""Rows that meet conditions, for the option `where`: tests/vectors/where.json.

Python's csv and json take the inputs apart; what a field is, is decided by
regular expressions and exact fractions, from docs/semantics.md alone. Each
case has the lines of its records and the numbers of those that are kept.

    python3 tools/vectors/where.py
"""

import csv
import datetime
import io
import json
import math
import random
import re
from fractions import Fraction
from pathlib import Path

INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
FLOAT = re.compile(
    r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
WORD = re.compile(r"-?(nan|inf|infinity)", re.I)
TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?",
    re.A,
)


def time_of(text):
    match = TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        at = datetime.datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0),
            int(second or 0), int((fraction or "0").ljust(6, "0")),
        )
        if zone not in (None, "Z"):
            hours, minutes = int(zone[1:3]), int(zone[4:6])
            if hours > 23 or minutes > 59:
                return None
            shift = datetime.timedelta(hours=hours, minutes=minutes)
            at = at - shift if zone[0] == "+" else at + shift
    except (ValueError, OverflowError):
        return None
    return at, zone is not None


def number_of(text):
    if INTEGER.fullmatch(text) and text != "-0":
        value = int(text)
        if -(2**63) <= value < 2**63:
            return Fraction(value)
        # Beyond 64 bits it counts if an f64 prints so: the shortest digits.
        is_float = abs(value) < 10**21 and Fraction(repr(float(value))) == value
        return Fraction(value) if is_float else None
    if FLOAT.fullmatch(text):
        value = float(text)
        return None if math.isinf(value) else Fraction(value)
    match = WORD.fullmatch(text)
    if match is None:
        return None
    if match[1].lower() == "nan":
        return math.nan
    return -math.inf if text[0] == "-" else math.inf


def bool_of(text):
    return {"true": True, "false": False}.get(text.lower())


def order(left, right):
    """-1, 0, 1, or None where one of them is NaN."""
    if left != left or right != right:
        return None
    return (left > right) - (left < right)


HOLDS = {
    "=": lambda o: o == 0,
    "!=": lambda o: o != 0,
    "<": lambda o: o == -1,
    "<=": lambda o: o in (-1, 0),
    ">": lambda o: o == 1,
    ">=": lambda o: o in (0, 1),
}


def met(field, op, literal, quoted):
    """field: None, or (kinds, text); kinds of which it may be."""
    if op == "is null":
        return field is None
    if field is None:
        return False
    if op == "is not null":
        return True
    kinds, text = field
    data, other = text.encode(), literal.encode()
    if op == "contains":
        return other in data
    if op == "starts-with":
        return data.startswith(other)
    if op == "ends-with":
        return data.endswith(other)
    if not quoted:
        for kind, parse in (("number", number_of), ("bool", bool_of)):
            right = parse(literal)
            if right is None:
                continue
            left = parse(text) if kind in kinds else None
            return left is not None and HOLDS[op](order(left, right))
        right = time_of(literal)
        if right is not None:
            left = time_of(text) if "time" in kinds else None
            return left is not None and left[1] == right[1] and HOLDS[op](
                order(left[0], right[0])
            )
    return HOLDS[op](order(data, other))


CELLS = [
    *["0", "-0", "1", "-1", "5", "10", "2.5", "-2.5", ".5", "5.", "1e3", "05"],
    *["9007199254740992", "9007199254740993", "9007199254740992.0"],
    *["9223372036854775807", "-9223372036854775808", "9223372036854775808"],
    *["100000000000000000000", "99999999999999999999", "1e20", "1e999"],
    *["nan", "NaN", "inf", "-inf", "Infinity", "+5", " 5", "0x10"],
    *["true", "FALSE", "True", "yes"],
    *["2024-01-01", "2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31"],
    *["2024-01-01 00:00", "2024-01-01T00:00:00.000001", "2024-01-01T00:00Z"],
    *["2024-01-01T01:00+01:00", "1969-12-31T23:59:59.999999"],
    *["a", "ab", "b", "Z", "é", "z", "日本", "\U0001f600", "\uff61", "and"],
    *["a b", "say \"hi\"", "x,y", "line\nfeed", "O'Brien"],
]
LITERALS = [
    *[(text, False) for text in CELLS if re.search(r'["\n]| and |^ ', text) is None
      and text not in ("and", "99999999999999999999", "9223372036854775808")],
    *[("9007199254740993.5", False), ("-9223372036854775808", False)],
    *[("5", True), ("", True), ("2024-01-01", True), ("line\nfeed", True)],
    *[("say \"hi\"", True), ("O'Brien", True), ("x and y", True), ("a", True)],
]
NULLS = ["is null", "is not null"]
TEXTS = ["contains", "starts-with", "ends-with"]


def condition(choose, columns):
    column = choose.choice(columns)
    op = choose.choice([*HOLDS, *HOLDS, *TEXTS, *NULLS])
    if op in NULLS:
        return (column, op, "", True), f"{column} {op}"
    literal, quoted = choose.choice(LITERALS)
    if op in TEXTS and choose.random() < 0.7:
        literal, quoted = choose.choice(["a", "b", "é", "2024", "5"]), True
    written = literal
    if quoted:
        quote = choose.choice("'\"")
        written = quote + literal.replace(quote, quote * 2) + quote
    blank = choose.choice(["", " "]) if op in HOLDS else " "
    sign = "==" if op == "=" and choose.random() < 0.3 else op
    return (column, op, literal, quoted), f"{column}{blank}{sign}{blank}{written}"


def csv_lines(choose, width):
    lines, rows = [], []
    for _ in range(choose.randrange(3, 40)):
        line, row = [], []
        for _ in range(width):
            if choose.random() < 0.15:
                line.append("")
                row.append(None)
                continue
            text = choose.choice(CELLS) if choose.random() > 0.05 else ""
            needs = text == "" or re.search(r'[",\n]', text) is not None
            if needs or choose.random() < 0.2:
                line.append('"' + text.replace('"', '""') + '"')
            else:
                line.append(text)
            row.append(text)
        lines.append(",".join(line))
        rows.append(row)
        # The line is what Python's csv says it is.
        parsed = next(csv.reader(io.StringIO(lines[-1], newline=""), strict=True))
        assert parsed == [cell or "" for cell in row], lines[-1]
    return lines, rows


def csv_case(choose):
    columns = ["a", "b", "c"]
    lines, rows = csv_lines(choose, len(columns))
    conditions, texts = zip(
        *[condition(choose, columns) for _ in range(choose.choice([1, 1, 2, 3]))]
    )
    kept = []
    for index, row in enumerate(rows):
        fields = dict(zip(columns, row))
        every = {"number", "bool", "time"}
        if all(
            met(None if fields[c] is None else (every, fields[c]), op, lit, q)
            for c, op, lit, q in conditions
        ):
            kept.append(index)
    return {
        "format": "csv",
        "where": choose.choice([" and ", " AND "]).join(texts),
        "head": "a,b,c",
        "lines": lines,
        "kept": kept,
    }


NUMBERS = ["0", "-0", "1", "5", "-1", "2.5", "1e3", "9007199254740993", "5.0"]
NESTED = ["[1,2]", '{"a":"b"}', "[]"]


def value(choose):
    """A JSON value as written, and the field that it is."""
    kind = choose.randrange(6)
    if kind == 0:
        return "null", None
    if kind == 1:
        word = choose.choice(["true", "false"])
        return word, ({"bool"}, word)
    if kind == 2:
        text = choose.choice(NESTED)
        return text, (set(), text)
    if kind == 3:
        text = choose.choice(NUMBERS)
        return text, ({"number"}, text)
    text = choose.choice(CELLS)
    written = json.dumps(text, ensure_ascii=choose.random() < 0.5)
    return written, ({"time"}, json.loads(written))


def ndjson_case(choose):
    columns = ["a", "b", "c", "d"]
    lines, rows = [], []
    for _ in range(choose.randrange(3, 40)):
        keys = choose.sample([*columns, 'q"k', "é"], choose.randrange(0, 6))
        row = {key: value(choose) for key in keys}
        blank = choose.choice(["", " "])
        members = [
            json.dumps(k, ensure_ascii=False) + blank + ":" + blank + v
            for k, (v, _) in row.items()
        ]
        lines.append("{" + ("," + blank).join(members) + "}")
        json.loads(lines[-1])
        rows.append({key: field for key, (_, field) in row.items()})
    conditions, texts = zip(
        *[condition(choose, [*columns, "never"])
          for _ in range(choose.choice([1, 1, 2]))]
    )
    kept = [
        index for index, row in enumerate(rows)
        if all(met(row.get(c), op, lit, q) for c, op, lit, q in conditions)
    ]
    return {
        "format": "ndjson",
        "where": " and ".join(texts),
        "head": None,
        "lines": lines,
        "kept": kept,
    }


def main():
    choose = random.Random(6)
    cases = []
    while len(cases) < 300:
        case = csv_case(choose) if len(cases) % 2 == 0 else ndjson_case(choose)
        # Cases that keep nothing say little.
        if case["kept"] or choose.random() < 0.15:
            cases.append(case)
    path = Path(__file__).parents[2] / "tests" / "vectors" / "where.json"
    path.write_text(json.dumps(cases, ensure_ascii=False) + "\n")
    shares = [len(c["kept"]) / len(c["lines"]) for c in cases]
    print(len(cases), "cases,", round(sum(shares) / len(shares), 2), "kept")


main()
