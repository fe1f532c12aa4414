#!/usr/bin/env python3
"""Writes tests/vectors/hash.tsv: digests by Python's hashlib and by the PyPI package blake3.

Run from the project's root: python3 tools/vectors/hash.py (needs: pip install blake3)
Both engines' tests read the file; the digests never come from fastpath. The SHA-256 of the FIPS
180-4 examples is compared with the standard's own text first, the BLAKE3 of some lengths with the
official test_vectors.json of its authors.

Three columns separated by tabs: message, SHA-256, BLAKE3 (both 64 hex digits). A message is
  hex:BYTES          the bytes, two hex digits each
  repeat:BYTE:COUNT  a byte (two hex digits) that many times
  count:LENGTH       that many bytes i % 251, for i from 0 (BLAKE3's official test input)
"""

import hashlib
from pathlib import Path

import blake3

OUT = Path("tests/vectors/hash.tsv")

# Lengths of the official BLAKE3 vectors, and borders of blocks, chunks and segments.
LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 55, 56, 57, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129]
LENGTHS += [191, 192, 193, 255, 256, 257, 1023, 1024, 1025, 2048, 2049, 3072, 3073, 4096, 4097]
LENGTHS += [5120, 5121, 6144, 6145, 7168, 7169, 8192, 8193, 16384, 16385, 31744, 31745, 65535]
LENGTHS += [65536, 65537, 102400, 131071, 131072, 131073, 262144, 262145, 1048575, 1048576]
LENGTHS += [1048577, 3145729, 5000000]

# FIPS 180-4 and its examples document.
FIPS = {
    b"": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
    b"ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu":
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
}
MILLION = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

# From the official test_vectors.json: the first 32 bytes for inputs i % 251.
OFFICIAL = {
    0: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    1: "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
    1024: "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
    1025: "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
    102400: "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085",
}


def counted(length):
    return bytes(i % 251 for i in range(length))


def main():
    messages = [("hex:" + message.hex(), message) for message in FIPS]
    messages.append(("repeat:61:1000000", b"a" * 1_000_000))
    messages.append(("repeat:ff:1025", b"\xff" * 1025))
    messages += [(f"count:{length}", counted(length)) for length in LENGTHS]
    rows = []
    for name, message in messages:
        sha256 = hashlib.sha256(message).hexdigest()
        rows.append(f"{name}\t{sha256}\t{blake3.blake3(message).hexdigest()}\n")
    for message, expected in FIPS.items():
        assert hashlib.sha256(message).hexdigest() == expected, message
    assert hashlib.sha256(b"a" * 1_000_000).hexdigest() == MILLION
    for length, expected in OFFICIAL.items():
        assert blake3.blake3(counted(length)).hexdigest() == expected, length
    OUT.write_text("".join(rows))


main()
