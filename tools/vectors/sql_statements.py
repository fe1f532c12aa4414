#!/usr/bin/env python3
"""Writes tests/vectors/sql_statements.json: where PostgreSQL's own scanner ends statements.

    pip install pglast==8.8
    python3 tools/vectors/sql_statements.py && deno fmt -q

pglast wraps libpg_query, which is PostgreSQL's source. Each vector has SQL and either the bytes of
the semicolons that end statements, or the code of what is never closed. Valid SQL is split by the
parser; of any other the scanner's semicolons count that stand in no parentheses. Both engines'
tests read the file; nothing in it comes from fastpath. Commands of psql and the data of COPY are no business
of the server's scanner and have tests of their own.
"""

import json
import random
from pathlib import Path

from pglast import split
from pglast.parser import ParseError, scan

OUT = Path("tests/vectors/sql_statements.json")
random.seed(20_267)

REASONS = {
    "unterminated quoted string": "UNCLOSED_QUOTE",
    "unterminated quoted identifier": "UNCLOSED_IDENTIFIER",
    "unterminated /* comment": "UNCLOSED_COMMENT",
    "unterminated dollar-quoted string": "UNCLOSED_DOLLAR_QUOTE",
}

PIECES = [
    "select", "from", "t", "a1", "x$y", "e", "E", "U&", "N", "case", "end", "begin", "1", "1.5", "$1",
    "+", "-", "/", "*", "=", ",", ".", ":", "::int", "(", ")", ";", ";", ";", " ", " ", "\n", "\r\n",
    "'a;b'", "'it''s'", "''", "E'a\\'b;'", "e'\\\\'", "E'\\n'\n'it\\'s;'", "'x'\n'y;'", "B'01'",
    '"a;b"', '"a""b"', 'U&"d"', "$$ ; ' $$", "$a$ $$ ; $a$", "$a$ $b$ ; $a$", "$é$;$é$",
    "-- it's; \n", "--\n", "/* ; ' */", "/* /* ; */ ; */", "/**/", "- - 1", "a-- b;\n", "1/2/*;*/",
    "日本", "é",
]
BROKEN = ["'", '"', "E'", "/*", "$$", "$q$", "/* /* */", "'a''", '"a""', "$a$ $b$"]

WHOLE = [
    "create function f() returns int language sql as $$ select 1; $$; select 1;",
    "create or replace function f(a int default 1) returns int language sql begin atomic "
    "select 1; select case when true then 2 end; end; select 2;",
    "create procedure p() language sql begin atomic insert into t values (1); end;",
    "create rule r as on insert to t do also (insert into u values (1); insert into v values (2)); select 1;",
    "do $do$ begin perform 1; end $do$; begin; commit;",
    "begin; select case when 1 = 1 then 2 end; end;",
    "create table \"begin\" (\"case\" int); select 1;",
]

LOOSE = [
    "select 1", "", ";", ";;", "  \n", "-- only\n", "/* only */", "select 1; -- last", "select 1 /* ; */",
    "$1$$;$$;", "1$$;$$;", "x1$$;", "$1$2$3$$;$$;",
]

def parsed_ends(sql):
    """The ends of valid statements, in characters."""
    ends = (part.stop for part in split(sql, only_slices=True))
    return [end for end in ends if sql[end:end + 1] == ";"]


def scanned_ends(sql):
    """The semicolons outside of parentheses, in characters."""
    ends, depth = [], 0
    for token in scan(sql):
        if token.name == "ASCII_40":
            depth += 1
        elif token.name == "ASCII_41":
            depth = max(0, depth - 1)
        elif token.name == "ASCII_59" and depth == 0:
            ends.append(token.start)
        elif token.name == "ASCII_92":
            raise Left("a backslash is a command of psql")
    if depth > 0:
        raise Left("the last statement is open")
    return ends


class Left(Exception):
    """What has no vector."""


def vector(sql, ends_of=scanned_ends):
    try:
        ends = ends_of(sql)
    except Left:
        return None
    except ParseError as error:
        if "\\" in sql:
            return None
        code = next((REASONS[words] for words in REASONS if words in str(error)), None)
        return None if code is None else {"sql": sql, "fault": code}
    return {"sql": sql, "ends": [len(sql[:end].encode()) for end in ends]}


def main():
    vectors = [vector(sql, parsed_ends) for sql in WHOLE]
    vectors += [vector(sql) for sql in LOOSE]
    while len(vectors) < 1_500:
        parts = random.choices(PIECES, k=random.randint(1, 14))
        if random.random() < 0.25:
            parts.insert(random.randint(0, len(parts)), random.choice(BROKEN))
        made = vector("".join(parts))
        if made is not None:
            vectors.append(made)
    OUT.write_text(json.dumps(vectors, ensure_ascii=False, indent=0) + "\n")
    print(len(vectors), sum("fault" in item for item in vectors))


main()
