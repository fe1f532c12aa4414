#!/usr/bin/env python3
"""Writes tests/vectors/hash_nist.tsv: NIST's vectors of SHA-256 and SHA-512, and BLAKE2's own.

Run from the project's root: python3 tools/vectors/hash_nist.py [FOLDER]
FOLDER is `cryptography_vectors/hashes` of Debian's package python3-cryptography-vectors
(apt-get install python3-cryptography-vectors). All short messages are taken, of the long ones
every eighth, which keeps the file small, and the whole Monte Carlo chains.

Tab-separated: algorithm, kind, message in base64, digest in hex. Of kind `monte` the message is
the seed and the digests of the hundred rounds stand behind each other, separated by commas.
"""

import base64
import re
import sys
from pathlib import Path

FOLDER = "/usr/lib/python3/dist-packages/cryptography_vectors/hashes"
OUT = Path("tests/vectors/hash_nist.tsv")


def messages(path):
    text = path.read_text()
    pattern = r"Len = (\d+)\s+Msg = ([0-9a-fA-F]*)\s+MD = ([0-9a-fA-F]+)"
    for length, message, digest in re.findall(pattern, text):
        yield bytes.fromhex(message)[: int(length) // 8], digest.lower()


def monte(path):
    text = path.read_text()
    seed = re.search(r"Seed = ([0-9a-f]+)", text).group(1)
    digests = re.findall(r"MD = ([0-9a-f]+)", text)
    assert len(digests) == 100, path
    return bytes.fromhex(seed), ",".join(digests)


def row(algorithm, kind, message, digests):
    return f"{algorithm}\t{kind}\t{base64.b64encode(message).decode()}\t{digests}\n"


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else FOLDER)
    rows = []
    for algorithm, name in [("sha256", "SHA256"), ("sha512", "SHA512")]:
        for message, digest in messages(folder / "SHA2" / f"{name}ShortMsg.rsp"):
            rows.append(row(algorithm, "short", message, digest))
        for message, digest in list(messages(folder / "SHA2" / f"{name}LongMsg.rsp"))[::8]:
            rows.append(row(algorithm, "long", message, digest))
        rows.append(row(algorithm, "monte", *monte(folder / "SHA2" / f"{name}Monte.rsp")))
    for algorithm in ["blake2b", "blake2s"]:
        for message, digest in messages(folder / "blake2" / f"{algorithm}.txt"):
            rows.append(row(algorithm, "short", message, digest))
    OUT.write_text("".join(rows))


main()
