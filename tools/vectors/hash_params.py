#!/usr/bin/env python3
"""Writes tests/vectors/hash_params.tsv: digests with lengths, keys and contexts.

Run from the project's root: python3 tools/vectors/hash_params.py (pip install blake3 xxhash)
SHA-512 and BLAKE2 are Python's hashlib, XXH3 is the PyPI package xxhash (its authors' C code),
BLAKE3 the PyPI package blake3, of which some outputs are first compared with the official
test_vectors.json. The digests never come from fastpath.

Tab-separated: algorithm, length, key in hex, context, message, digest in hex. A message is a
number: that many bytes i % 251, for i from 0.
"""

import hashlib
from pathlib import Path

import blake3
import xxhash

OUT = Path("tests/vectors/hash_params.tsv")

# The official BLAKE3 vectors have this key and context, and these 31 of 35 lengths.
KEY = b"whats the Elvish word for friend"
CONTEXT = "BLAKE3 2019-12-27 16:29:52 test vectors context"
LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 2048, 2049]
LENGTHS += [3072, 3073, 4096, 4097, 5120, 5121, 6144, 8193, 16384, 31744, 102400]

# The first bytes of `keyed_hash` and `derive_key` in the official test_vectors.json.
OFFICIAL = {
    ("key", 0): "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26",
    ("context", 0): "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d",
}

# The specification of XXH3 has no vectors; these two are in xxHash's own tests and documents.
XXH3 = {0: "2d06800538d394c2"}


def counted(length):
    return bytes(i % 251 for i in range(length))


def main():
    rows = []

    def add(algorithm, length, key, context, message, digest):
        rows.append(f"{algorithm}\t{length}\t{key.hex()}\t{context}\t{message}\t{digest}\n")

    for size in LENGTHS:
        message = counted(size)
        add("sha512", 64, b"", "", size, hashlib.sha512(message).hexdigest())
        for length in [1, 32, 131]:
            digest = blake3.blake3(message).hexdigest(length=length)
            add("blake3", length, b"", "", size, digest)
        keyed = blake3.blake3(message, key=KEY).hexdigest(length=131)
        add("blake3", 131, KEY, "", size, keyed)
        derived = blake3.blake3(message, derive_key_context=CONTEXT).hexdigest(length=131)
        add("blake3", 131, b"", CONTEXT, size, derived)
        for (kind, of), expected in OFFICIAL.items():
            if of == size:
                assert (keyed if kind == "key" else derived).startswith(expected), (kind, of)
        add("blake2b", 64, b"", "", size, hashlib.blake2b(message).hexdigest())
        add("blake2s", 32, b"", "", size, hashlib.blake2s(message).hexdigest())
    for name, most in [("blake2b", 64), ("blake2s", 32)]:
        function = getattr(hashlib, name)
        for length in range(1, most + 1):
            for size in [0, 3, 200]:
                digest = function(counted(size), digest_size=length).hexdigest()
                add(name, length, b"", "", size, digest)
        for key_length in range(1, most + 1):
            key = counted(key_length)
            length = 1 + key_length * 7 % most
            for size in [0, 64, 129, 1000]:
                digest = function(counted(size), digest_size=length, key=key).hexdigest()
                add(name, length, key, "", size, digest)
    # Every length up to the border of short messages, and those around stripes and blocks.
    sizes = list(range(0, 321)) + [511, 512, 513, 575, 576, 577, 1023, 1024, 1025, 1087, 1088]
    sizes += [1089, 2047, 2048, 2049, 2112, 4096, 5000, 65536, 100_000, 1_000_003]
    for size in sizes:
        digest = xxhash.xxh3_64(counted(size)).hexdigest()
        assert XXH3.get(size, digest) == digest, size
        add("xxh3", 8, b"", "", size, digest)
    OUT.write_text("".join(rows))


main()
