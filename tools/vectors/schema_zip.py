#!/usr/bin/env python3
"""Writes tests/vectors/schema.zip: an archive as Python's zipfile makes it, with folders, stored
and deflated members and a comment. Run from the project's root: python3 tools/vectors/schema_zip.py
"""

import zipfile

FIXED = (2026, 1, 2, 3, 4, 6)
FILES = [
    ("10_tables/", "", zipfile.ZIP_STORED),
    ("10_tables/2_b.sql", "create table b (id int);\n" * 40, zipfile.ZIP_DEFLATED),
    ("10_tables/1_a.sql", "create table a (id int);", zipfile.ZIP_STORED),
    ("20_größe.sql", "select 'größe';\n", zipfile.ZIP_DEFLATED),
    ("empty.sql", "", zipfile.ZIP_DEFLATED),
    ("env/prod/10_tables/1_a.sql", "create table a (id bigint);", zipfile.ZIP_DEFLATED),
]

with zipfile.ZipFile("tests/vectors/schema.zip", "w") as archive:
    archive.comment = b"a comment behind the directory"
    for name, text, method in FILES:
        info = zipfile.ZipInfo(name, FIXED)
        info.compress_type = method
        archive.writestr(info, text.encode())
