#!/usr/bin/env python3
"""Writes tests/vectors/psql_statements.json: what a server executes of files that psql reads.

    pip install pglast==8.8
    deno run -A tools/servers/postgres.ts   # prints an address
    python3 tools/vectors/psql_statements.py ADDRESS && deno fmt -q

Each vector is a file and the marks of the statements that the server logged, in order: psql sends,
the server's own parser (pglast) splits what came in one message. Nothing in it comes from fastpath.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from pglast import split

OUT = Path("tests/vectors/psql_statements.json")
random.seed(20_267)

STATEMENTS = [
    "select '%'", "select '%;'", "select $$%;$$", "select ('%'\n)", "select '%'\\:\\:text", "select '%' \"a;b\"",
    "select '%' /* ; */", "select '%' -- it's;\n", "select '%', E'\\';'", "select array['%'\\:\\:text]",
    "select '%' \\echo 'it''s;' \\\\ , 2", "select '%' \\echo it's \\\\ x\n, 2", "select ('%' \\echo ( \\\\ )",
    "select '%' \\set a b\\echo c\n", "select '%' \\if true \\\\ , (2 \\else \\\\ , (3 \\endif \\\\ )",
    "select '%' \\if false \\\\ , (2 \\elif true \\\\ , (4 \\else \\\\ , (3 \\endif \\\\ )",
]
ENDS = [
    ";", ";\n", "; ", "\n;\n", " \\;", " \\; ", "\\;\n", " \\g\n", " \\gx\n", " \\gset\n", " \\gexec\n", " \\g \\\\ ",
    " \\gx \\echo a \\\\", " \\g '/dev/null' \\\\ ", " \\g | true \\\\ x;\n", " \\r\n", " \\reset \\\\ ",
    " \\r \\echo x\n", " \\watch_not\n;",
]
BETWEEN = [
    "", "", "", "\n", ";", " -- c;\n", "/* c; */", "\\echo it's\n", "\\echo 'a;b\\\\c' \\\\ ", "\\set v |x \\\\ ",
    "\\pset null \"a\\b\" \\\\", "\\pset null `echo ';\\\\'` \\\\ ", "\\copy t from stdin\nit's;\n\\.\n",
    "\\copy t (a) from stdin with (format text);\n(\n/*\n\\.\n", "\\copy (select 'a' from t) to '/dev/null'\n",
    "\\COPY t FROM PSTDIN_NOT\n", "\\COPY t From Stdin\nit's;\n\\.\n", "\\G it's\n",
    "\\! true it\\'s \\\\ x;\n", "\\echo 'a\\'b' \\\\", "\\echo \"a\\\"b \\\\\n", "\\\\ it's;\n",
]
DATA = "it's;\n(\n$$\n\\.\n"
COPIES = [
    "copy t /* % */ from stdin;\n" + DATA, "copy t /* % */ from stdin; -- it's\n" + DATA,
    "copy t /* % */ from stdin; select '%';\n" + DATA, "copy t /* % */ from stdin \\g\n" + DATA,
    "COPY t (a) /* % */ FROM stdin WITH (FORMAT text) \\gx \\\\ select '%';\n" + DATA,
    "copy t /* % */ from stdin \\; select '%';\n" + DATA, "select '%' \\; copy t /* % */ from stdin;\n" + DATA,
    "copy t /* % */ from stdin; copy t /* % */ from stdin; \n" + DATA + DATA,
    "copy (select '%' from t) to '/dev/null';", "begin \\; select '%' \\; commit;\n",
]


def random_file():
    parts = []
    for _ in range(random.randint(1, 5)):
        parts.append(random.choice(BETWEEN))
        if random.random() < 0.25:
            parts.append(random.choice(COPIES))
        else:
            parts.append(random.choice(STATEMENTS) + random.choice(ENDS))
    parts.append(random.choice(["", "select '%'", "\n"]))
    numbers = iter(range(1, 99))
    return re.sub("%", lambda _: f"m{next(numbers)}", "".join(parts))


def sent(address, sql):
    """The marks of each statement that was executed, or None where the server refuses one."""
    options = "-c client_min_messages=log -c log_statement=all"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(sql)
        file.flush()
        run = subprocess.run(
            ["psql", "-X", "-q", "-o", "/dev/null", address, "-f", file.name],
            env={**os.environ, "PGOPTIONS": options}, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if "ERROR:" in run.stderr:
        return None
    marks = []
    for message in re.split(r"(?m)^psql:[^\n]*?: (?=\w+: )|^(?=LOG:)", run.stderr):
        if not message.startswith("LOG:  statement: "):
            continue
        # psql's words about its own commands stand between.
        text = re.sub(r"(?m)^psql:.*\n?", "", message.removeprefix("LOG:  statement: "))
        for statement in split(text):
            found = re.findall(r"m\d+", statement)
            marks += [" ".join(found)] if found else []
    return marks


def main(address):
    subprocess.run(["psql", "-X", "-q", address, "-c", "create table if not exists t (a text)"], check=True)
    vectors = []
    while len(vectors) < 400:
        sql = random_file()
        marks = sent(address, sql)
        if marks is not None:
            vectors.append({"sql": sql, "sent": marks})
    OUT.write_text(json.dumps(vectors, ensure_ascii=False, indent=0) + "\n")
    print(len(vectors))


main(sys.argv[1])
