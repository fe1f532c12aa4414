#!/usr/bin/env python3
"""Writes tests/vectors/csv_dialects.json: rows as Python's csv module reads them, not strictly.

Run from the project's root: python3 tools/vectors/csv_dialects.py
Both engines' tests read the file; nothing in it comes from fastpath.

Python gives rows of any width and an empty list for a blank line. The width is that of the first
row that is not blank; shorter rows get empty texts, longer ones lose what is too much.

What is left out, because Python means something else: an escape before a line end or at the end of
the input, and spaces before a delimiter (skipinitialspace drops those behind it only).
"""

import csv
import io
import json
import random
from pathlib import Path

OUT = Path("tests/vectors/csv_dialects.json")
random.seed(20_266)

WORDS = ["a", "bc", "1", "2.5", "é", "日本", "😀", "\0", "x y", "''", "007"]
ENDS = ["\n", "\n", "\n", "\r\n", "\r"]


def pieces(delimiter, quote, escape, trims):
    mark = quote or '"'
    out = WORDS + [delimiter] * 8 + ENDS * 2 + [mark] * 4 + [mark * 2]
    out += [f"{mark}p{delimiter}q{mark}", f"{mark}r\ns{mark}", f"{mark}t\r\nu{mark}"]
    if escape:
        out += [escape + delimiter, escape + mark, escape * 2, escape + "n"]
    if trims:
        out = [piece for piece in out if " " not in piece]
        out += [delimiter + " ", delimiter + "   "]
    return out


def rows_of(text, delimiter, quote, escape, trims):
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        doublequote=escape is None,
        escapechar=escape,
        skipinitialspace=trims,
        strict=False,
    )
    rows = [row for row in reader if row]
    width = len(rows[0]) if rows else 0
    return [(row + [""] * width)[:width] for row in rows]


def main():
    cases = []
    while len(cases) < 500:
        delimiter = random.choice([",", ",", ";", "\t", "|"])
        quote = random.choice(['"', '"', "'", None])
        escape = random.choice([None, None, "\\", "~"])
        trims = random.random() < 0.25
        alphabet = random.sample(pieces(delimiter, quote, escape, trims), 9)
        text = "".join(random.choice(alphabet) for _ in range(random.randrange(1, 40)))
        rows = rows_of(text, delimiter, quote, escape, trims)
        if rows:
            cases.append([delimiter, quote, escape, trims, text, rows])
    OUT.write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")) + "\n")


main()
