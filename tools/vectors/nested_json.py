#!/usr/bin/env python3
"""Writes tests/vectors/nested_json.json: nested values of NDJSON, by Python's json.

Run from the project's root: python3 tools/vectors/nested_json.py && deno fmt -q tests/vectors
Only Python's standard library is used: json reads the lines (of equal keys it keeps the last, as
the rules have it), a pointer is followed as RFC 6901 says, and the type of a list column follows
docs/semantics.md as it is written here.

`paths` are inputs with the value of each path in each row. `lists` are inputs with a column `x`:
its type, and its value in each row. A value is null, or ["s", text], ["n", number], ["b", bool],
["j", JSON value] for what is nested, or ["l", [values]] for a list.
"""

import json
import random
from pathlib import Path

OUT = Path("tests/vectors/nested_json.json")
RANDOM = random.Random(20240229)
KEYS = ["a", "b", "c", "0", "a/b", "m~n", "é", ""]
TEXTS = ["", "x", "ß", 'say "hi"', "tab\t", "back\\slash", "😀", "1", "true", "2024-02-29", "[1]"]
NUMBERS = ["0", "7", "-12", "2147483648", "1.5", "-0.25", "1e3", "2E-2"]


def written(value):
    """JSON text; a few characters are written as escapes."""
    if isinstance(value, str):
        out = json.dumps(value, ensure_ascii=RANDOM.random() < 0.5)
        return out.replace("/", "\\/") if RANDOM.random() < 0.3 else out
    if isinstance(value, tuple):  # a number as it is written
        return value[0]
    space = RANDOM.choice(["", "", " ", "\t"])
    if isinstance(value, list):
        return "[" + space + ("," + space).join(written(item) for item in value) + space + "]"
    if isinstance(value, dict):
        members = [written(key) + space + ":" + space + written(value[key]) for key in value]
        if members and RANDOM.random() < 0.2:  # an equal key before it: the last one wins
            members.insert(0, written(next(iter(value))) + ":" + written([("1",)]))
        return "{" + ("," + space).join(members) + space + "}"
    return json.dumps(value)


def scalar():
    kind = RANDOM.randrange(5)
    if kind == 0:
        return None
    if kind == 1:
        return RANDOM.random() < 0.5
    return (RANDOM.choice(NUMBERS),) if kind == 2 else RANDOM.choice(TEXTS)


def value(depth):
    kind = RANDOM.randrange(8)
    if depth > 4 or kind < 3:
        return scalar()
    if kind < 5:
        return [value(depth + 1) for _ in range(RANDOM.randrange(4))]
    keys = RANDOM.sample(KEYS, RANDOM.randrange(4))
    return {key: value(depth + 1) for key in keys}


def follow(document, pointer):
    """The value at a pointer, or None: RFC 6901, section 4."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and token.isdigit() and str(int(token)) == token \
                and int(token) < len(document):
            document = document[int(token)]
        else:
            return None
    return document


def shown(found):
    if found is None:
        return None
    if isinstance(found, bool):
        return ["b", found]
    if isinstance(found, str):
        return ["s", found]
    return ["j" if isinstance(found, (list, dict)) else "n", found]


def pointer_of():
    tokens = RANDOM.choices(KEYS + ["1", "2", "01"], k=RANDOM.randrange(1, 4))
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def path_case():
    records = [{key: value(1) for key in RANDOM.sample(KEYS, RANDOM.randrange(5))}
               for _ in range(RANDOM.randrange(1, 12))]
    lines = [written(record) for record in records]
    pointers = sorted({pointer_of() for _ in range(6)})
    documents = [json.loads(line) for line in lines]
    columns = {pointer: [shown(follow(document, pointer)) for document in documents]
               for pointer in pointers}
    return {"lines": lines, "columns": columns}


def class_of(item, text):
    if isinstance(item, bool):
        return "bool"
    if isinstance(item, str):
        return "utf8"
    if any(letter in text for letter in ".eE"):
        return "f64"
    return "i32" if -2**31 <= item < 2**31 else "i64" if abs(item) <= 2**53 else "big"


def join(classes):
    """Rule 2 over the items."""
    if not classes or "utf8" in classes:
        return "utf8"
    if classes == {"bool"}:
        return "bool"
    if "bool" in classes:
        return "utf8"
    if "f64" in classes:
        return "utf8" if "big" in classes else "f64"
    return "i64" if classes & {"i64", "big"} else "i32"


def list_case():
    pools = [[("1",), ("-5",)], [("1",), ("2147483648",)], [("1",), ("2.5",)], [True, False],
             ["x", "\n", "é"], [("1",), "x"], [("9007199254740993",), ("1.5",)],
             [("9223372036854775807",)], [True, ("1",)], [None], [("1e3",), ("0.1",)]]
    pool = RANDOM.choice(pools) + [None]
    rows = []
    for _ in range(RANDOM.randrange(1, 14)):
        kind = RANDOM.randrange(12)
        if kind == 0:
            rows.append(None)
        elif kind == 1:
            rows.append([])
        else:
            rows.append(RANDOM.choices(pool, k=RANDOM.randrange(4)))
    odd = RANDOM.randrange(8)
    if odd == 0:
        rows.insert(RANDOM.randrange(len(rows) + 1), [[("1",)]])
    if odd == 1:
        rows.insert(RANDOM.randrange(len(rows) + 1), ("3",))
    if odd == 2:
        rows.insert(RANDOM.randrange(len(rows) + 1), {"k": [("1",)]})
    items = [item for row in rows if isinstance(row, list) for item in row if item is not None]
    lists = [row for row in rows if row is not None]
    are_lists = bool(lists) and all(isinstance(row, list) for row in lists) \
        and not any(isinstance(item, (list, dict)) for item in items)
    texts = [item[0] if isinstance(item, tuple) else "" for item in items]
    loaded = [json.loads(item[0]) if isinstance(item, tuple) else item for item in items]
    kind = "utf8"
    if are_lists:
        kind = "list<" + join({class_of(*pair) for pair in zip(loaded, texts)}) + ">"
    elif not lists:
        kind = "utf8"

    def expected(row):
        if row is None:
            return None
        plain = json.loads(written(row))
        if not are_lists:
            return ["n", plain] if isinstance(row, tuple) else ["j", plain]
        values = []
        for item in row:
            if item is None:
                values.append(None)
            elif isinstance(item, tuple):  # as it is written, for JavaScript has no such numbers
                values.append(["n", item[0]])
            else:
                values.append(shown(item))
        return ["l", values]

    lines = ['{"x":' + written(row) + "}" if row is not None or RANDOM.random() < 0.5 else "{}"
             for row in rows]
    return {"lines": lines, "type": kind, "values": [expected(row) for row in rows]}


OUT.write_text(json.dumps({
    "paths": [path_case() for _ in range(150)],
    "lists": [list_case() for _ in range(150)],
}, ensure_ascii=False) + "\n")
