"""Hashes the files of a folder again and again and prints the shortest time and the digests."""

import hashlib
import json
import os
import sys
import time


def run(folder):
    paths = []
    for base, _, names in os.walk(folder):
        paths += [os.path.join(base, name) for name in names]
    digests = []
    for path in sorted(paths):
        with open(path, "rb") as file:
            digests.append(hashlib.sha256(file.read()).hexdigest())
    return digests


def main():
    best = float("inf")
    for _ in range(50):
        start = time.perf_counter()
        digests = run(sys.argv[1])
        best = min(best, time.perf_counter() - start)
    print(json.dumps({"ms": best * 1000, "digests": digests}))


main()
