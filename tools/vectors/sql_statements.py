#!/usr/bin/env python3
"""Writes tests/vectors/sql_statements.json: where PostgreSQL's own scanner ends statements.

    pip install pglast==8.8
    python3 tools/vectors/sql_statements.py && deno fmt -q

pglast wraps libpg_query, which is PostgreSQL's source. Each vector has SQL and either the bytes of
the semicolons that end statements, or the code of what is never closed; for a parenthesis also its
byte. Valid SQL is split by the parser; of any other the scanner's semicolons count that stand in no
parentheses and behind a token. Both engines' tests read the file; nothing in it comes from fastpath.
Commands of psql and the data of COPY are no business of the server's scanner: psql_statements.py
asks psql about them.
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
    "E'a' -- c;\n'b\\'; d'", "E'a'\n -- it's\n\n--\n 'b\\';'", "'a' -- c\n'b\\'", "E'a' /* c */\n'b'",
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
    "create function begin() returns int language sql as 'select 1;'; select 1;",
    "create function f() returns int language sql begin atomic select 1 as end; "
    "select t.case from t; select case when true then 1 end as case; end; select 2;",
    "copy (select a from stdin) to stdout; select 1;",
    "create table \"begin\" (\"case\" int); select 1;",
]

BODY = [
    "select 1", "select case when true then 2 end", "select 1 as end", "select t.case, t.end from t", "select 1 as case",
    "select 1 as \"x\", case when a then b end", "select a \"x;\"", "select 1 as \"end\"", "select E'a\\'end;'",
    "select (case a when 1 then (case when b then 2 end) end)", "insert into t values (1), (2)", "select 'end;'",
    "select begin, atomic from t", "select 1 -- end;\n", "select x as U&\"y\"", "return case when $1 then 1 end",
    "select x as /* end */ end", "delete from t where a = 'as' and case when b then c end", "select array[1] as e",
]

HEADS = [
    "create function f() returns int language sql begin atomic ", "create procedure p(a int) begin atomic ",
    "CREATE OR REPLACE FUNCTION f(a int default (1)) RETURNS setof int LANGUAGE sql BEGIN\n-- x\nATOMIC\n",
    "create function begin(x int) returns int immutable begin /* a */ atomic ",
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
    """The semicolons outside of parentheses that end more than nothing, in characters."""
    ends, opened, is_empty = [], [], True
    for token in scan(sql):
        if token.name in ("SQL_COMMENT", "C_COMMENT"):
            continue
        if token.name == "ASCII_92":
            raise Left("a backslash is a command of psql")
        if token.name == "ASCII_59" and not opened:
            if not is_empty:
                ends.append(token.start)
            is_empty = True
            continue
        is_empty = False
        if token.name == "ASCII_40":
            opened.append(token.start)
        elif token.name == "ASCII_41":
            del opened[-1:]
    if opened:
        raise Open(opened[0])
    return ends


class Open(Exception):
    """A parenthesis that is never closed; its place."""


class Left(Exception):
    """What has no vector."""


def vector(sql, ends_of=scanned_ends):
    try:
        ends = ends_of(sql)
    except Left:
        return None
    except Open as error:
        at = len(sql[:error.args[0]].encode())
        return {"sql": sql, "fault": "UNCLOSED_PARENTHESIS", "at": at}
    except ParseError as error:
        if "\\" in sql:
            return None
        code = next((REASONS[words] for words in REASONS if words in str(error)), None)
        return None if code is None else {"sql": sql, "fault": code}
    return {"sql": sql, "ends": [len(sql[:end].encode()) for end in ends]}


def main():
    vectors = [vector(sql, parsed_ends) for sql in WHOLE]
    while len(vectors) < 200:
        body = random.choices(BODY, k=random.randint(0, 4))
        made = vector(random.choice(HEADS) + "".join(f"{part}; " for part in body) + "end; select 1;", parsed_ends)
        if made is not None:
            vectors.append(made)
    vectors += [vector(sql) for sql in LOOSE]
    while len(vectors) < 1_700:
        parts = random.choices(PIECES, k=random.randint(1, 14))
        if random.random() < 0.25:
            parts.insert(random.randint(0, len(parts)), random.choice(BROKEN))
        made = vector("".join(parts))
        if made is not None:
            vectors.append(made)
    OUT.write_text(json.dumps(vectors, ensure_ascii=False, indent=0) + "\n")
    print(len(vectors), sum("fault" in item for item in vectors))


main()
