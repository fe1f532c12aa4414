"""Answers what Python's csv and json make of inputs: a line of JSON in, a line of JSON out.

Each line is a list of [kind, text, options]; the answer is a list of results, null for an input
that Python refuses. Nothing in an answer comes from fastpath.
"""

import csv
import io
import json
import sys


def refuse(token):
    raise ValueError(token)


def read_csv(text, options):
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=options["delimiter"],
        quotechar=options["quote"],
        quoting=csv.QUOTE_MINIMAL if options["quote"] else csv.QUOTE_NONE,
        doublequote=options["escape"] is None,
        escapechar=options["escape"],
        strict=options["strict"],
    )
    try:
        return [row for row in reader if row]
    except csv.Error:
        return None


def read_json(text, _):
    try:
        value = json.loads(text, parse_constant=refuse)
    except ValueError:
        return None
    return [json.dumps(value)]


csv.field_size_limit(1 << 30)
for line in sys.stdin:
    answers = []
    for kind, text, options in json.loads(line):
        answers.append((read_csv if kind == "csv" else read_json)(text, options))
    print(json.dumps(answers), flush=True)
