#!/usr/bin/env python3
"""Writes tests/vectors/decimals.tsv with Python's decimal module.

Run from the project's root: python3 tools/vectors/decimals.py
Tests of both engines read it; the expected values come from decimal.Decimal, never from fastpath.

Two kinds of lines, columns separated by tabs:
  read  hex(text in UTF-8)  scale  units
        the 64-bit units of 10^-scale that the text is exactly, or - where it is none
  print units  scale  text
        the text with exactly `scale` digits behind the point
"""

import decimal
import random
import re
from decimal import Decimal
from pathlib import Path

# What semantics 5 takes for a number, without its words.
NUMBER = re.compile(r"-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
RANDOM = random.Random(20240229)
LEAST, MOST = -(2**63), 2**63 - 1

decimal.getcontext().prec = 5000
decimal.getcontext().Emax = decimal.MAX_EMAX
decimal.getcontext().Emin = decimal.MIN_EMIN


def units(text, scale):
    """The units of a text, or None where it has none."""
    if not NUMBER.fullmatch(text):
        return None
    mantissa, _, exponent = text.lower().partition("e")
    if Decimal(mantissa).is_zero():
        return 0
    # Decimal itself has no such exponents.
    if len(exponent) > 12:
        return None
    value = Decimal(text)
    # Beyond any scale: neither small enough nor whole.
    if not -60 - len(text) < value.adjusted() < 60:
        return None
    found = value.scaleb(scale)
    if found != found.to_integral_value() or not LEAST <= found <= MOST:
        return None
    return int(found)


def edges(scale):
    """Texts around the borders of 64 bits and of the scale."""
    for whole in (0, 1, -1, 5, 10, MOST, LEAST, MOST + 1, LEAST - 1, 2**64, 10**19, 10**18, 2**53):
        value = Decimal(whole).scaleb(-scale)
        shown = format(value, "f")
        yield from (shown, shown + "0", shown + "00000000000000000000000", shown + "1", f"{value:E}")
        yield shown + ("." if "." not in shown else "")
    for zeros in (1, 2, scale, scale + 1, 40):
        yield from ("0." + "0" * zeros + "1", "." + "0" * zeros, "1" + "0" * zeros)
        yield from (f"1e{zeros}", f"1e-{zeros}", f"10e-{zeros}", f"0e-{zeros}", f"-0E+{zeros}")
        yield "1" + "0" * zeros + f"e-{zeros}"
        yield "0." + "0" * zeros + f"5e{zeros + 1}"


ODD = [
    *["", "-", ".", "-.", "+1", "01", "-01", "00", "0", "-0", "-0.0", "00.1", "1.", ".1", "-.1", "1..2"],
    *["1.2.3", "1e", "1e+", "1e-", "e1", "1e1.0", "1e1e1", "0x10", "1_000", "1,000", "1,5", " 1", "1 "],
    *["nan", "inf", "-inf", "Infinity", "NaN", "true", "--1", "-+1", "1-", "１", "1\u00a0", "½", "1/2"],
    *["1e999999999999999999999", "1e-999999999999999999999", "0e999999999999999999999", "1d5", "$1"],
    *["123456789012345", "1234567890123456", "12345678901234567", "1234567.8", "12345678.9", "1234567"],
    *["1234567890.12345", "1234567890.123456", "123456789.0123456", "0.123456789012345678", "1:2", "1/", "1;"],
    *["9" * 18, "9" * 19, "9" * 20, "0." + "9" * 18, "0." + "9" * 19, "1" + "0" * 400 + "e-400", "2024-01-01"],
]


def number():
    """A random number, in one of the ways in which numbers are written."""
    digits = RANDOM.randrange(1, 10 ** RANDOM.randrange(1, 23))
    value = Decimal(digits).scaleb(-RANDOM.randrange(0, 22)) * RANDOM.choice([1, 1, -1])
    way = RANDOM.randrange(5)
    if way == 0:
        return str(value)
    if way == 1:
        return f"{value:e}"
    if way == 2:
        return format(value.normalize(), "f") + RANDOM.choice(["", "e0", "E2", "e-3", "e+10"])
    return format(value, "f") + ("0" * RANDOM.randrange(4) if value % 1 else "")


def main():
    """Writes the file."""
    lines = []
    texts = set()
    for scale in range(19):
        for text in [*edges(scale), *ODD, *(number() for _ in range(120))]:
            if (text, scale) in texts:
                continue
            texts.add((text, scale))
            found = units(text, scale)
            shown = "-" if found is None else str(found)
            lines.append(f"read\t{text.encode().hex()}\t{scale}\t{shown}")
        values = [0, 1, -1, 9, 10, -10, MOST, LEAST, 10**scale, -(10**scale), 10**scale - 1, 2**53, 2**53 + 1]
        values += [RANDOM.randrange(LEAST, MOST) >> RANDOM.randrange(64) for _ in range(60)]
        for value in values:
            if LEAST <= value <= MOST:
                lines.append(f"print\t{value}\t{scale}\t{format(Decimal(value).scaleb(-scale), 'f')}")
    Path("tests/vectors/decimals.tsv").write_text("\n".join(lines) + "\n")


main()
