#!/usr/bin/env python3
"""Writes tests/vectors/values.tsv and tests/vectors/prints.tsv with Python's standard library.

Run from the project's root: python3 tools/vectors/values.py
Both engines' tests read the files; the expected values come from Python's int, float, re,
datetime and fractions, never from fastpath.

values.tsv: one field text per line, four columns separated by tabs:
  hex(text in UTF-8) class value shape
  class  text | bool | int | float | date | timestamp | timestamp_utc
  value  text: empty; bool: true or false; int: decimal digits; float: its 64 bits as 16 hex
         digits (NaN is 7ff8000000000000); date: days since 1970-01-01; timestamps: microseconds
         since 1970-01-01T00:00
  shape  decimal, 65535 for none (how the profiler rebuilds a text from its value)

prints.tsv: what a value prints as, three columns separated by tabs:
  kind value text
  kind   float (value: 16 hex digits) | date (days) | timestamp | timestamp_utc (microseconds)
"""

import datetime as dt
import math
import random
import re
import struct
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

INT = re.compile(rb"-?(0|[1-9][0-9]*)")
FLOAT = re.compile(rb"-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
WORD = re.compile(rb"-?(nan|inf|infinity)", re.IGNORECASE)
BOOL = re.compile(rb"true|false", re.IGNORECASE)
DATE = re.compile(rb"([0-9]{4})-([0-9]{2})-([0-9]{2})")
STAMP = re.compile(
    rb"([0-9]{4})-([0-9]{2})-([0-9]{2})([T ])([0-9]{2}):([0-9]{2})"
    rb"(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|([+-])([0-9]{2}):([0-9]{2}))?"
)
EPOCH = dt.datetime(1970, 1, 1)
MICRO = dt.timedelta(microseconds=1)
NO_SHAPE = 65535


def bits(value: float) -> str:
    if math.isnan(value):
        return "7ff8000000000000"
    return struct.pack(">d", value).hex()


def parse_float(text: bytes):
    """The float of a text of FLOAT, or None where it overflows; checked with fractions."""
    value = float(text)
    if math.isinf(value):
        return None
    exponent = text.lower().partition(b"e")[2]
    if value and len(exponent) < 5:
        exact = Fraction(Decimal(text.decode()))
        error = abs(Fraction(value) - exact)
        for near in (math.nextafter(value, math.inf), math.nextafter(value, -math.inf)):
            assert math.isinf(near) or error <= abs(Fraction(near) - exact), text
    return value


def es(value: float) -> str:
    """ECMAScript's String(value), -0 as -0. repr gives the same shortest digits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign = "-" if math.copysign(1, value) < 0 else ""
    if value == 0:
        return sign + "0"
    _, digits, exponent = Decimal(repr(abs(value))).normalize().as_tuple()
    digits = "".join(map(str, digits))
    k, n = len(digits), len(digits) + exponent
    if k <= n <= 21:
        return sign + digits + "0" * (n - k)
    if 0 < n <= 21:
        return sign + digits[:n] + "." + digits[n:]
    if -6 < n <= 0:
        return sign + "0." + "0" * -n + digits
    return f"{sign}{digits[0]}{'.' if k > 1 else ''}{digits[1:]}e{n - 1:+d}"


def float_shape(text: bytes, value: float) -> int:
    if text == b"-0":
        return 0
    plain = re.fullmatch(rb"-?((?:0|[1-9][0-9]*))\.([0-9]+)", text)
    if not plain:
        return NO_SHAPE
    significant = len((plain[1] + plain[2]).lstrip(b"0"))
    if len(plain[2]) <= 22 and significant <= 15:
        return len(plain[2])
    return 30 if es(value).encode() == text else NO_SHAPE


def stamp(match):
    """Class, value and shape of a timestamp, or None."""
    year, month, day, hour, minute = (int(match[at]) for at in (1, 2, 3, 5, 6))
    fraction = match[8] or b""
    try:
        when = dt.datetime(
            year, month, day, hour, minute, int(match[7] or 0), int(fraction.ljust(6, b"0"))
        )
    except ValueError:
        return None
    seconds = 0 if match[7] is None else 1 + len(fraction)
    zone = 0
    if match[9] == b"Z":
        zone = 1
    elif match[9]:
        if int(match[11]) > 23 or int(match[12]) > 59:
            return None
        offset = int(match[11]) * 60 + int(match[12])
        zone = None if match[9] == b"-00:00" else 1442 + (offset if match[10] == b"+" else -offset)
        try:
            when -= dt.timedelta(minutes=offset if match[10] == b"+" else -offset)
        except OverflowError:
            return None
    micros = (when - EPOCH) // MICRO
    shape = NO_SHAPE
    if zone is not None and abs(micros) <= 2**53:
        shape = (match[4] == b" ") | seconds << 1 | zone << 4
    return ("timestamp_utc" if match[9] else "timestamp", str(micros), shape)


def classify(text: bytes):
    if BOOL.fullmatch(text):
        return ("bool", text.decode().lower(), NO_SHAPE)
    if WORD.fullmatch(text):
        return ("float", bits(float(text)), NO_SHAPE)
    if INT.fullmatch(text) and text != b"-0":
        value = int(text)
        if -(2**63) <= value < 2**63:
            return ("int", str(value), 0)
    elif FLOAT.fullmatch(text):
        value = parse_float(text)
        if value is not None:
            return ("float", bits(value), float_shape(text, value))
    elif match := DATE.fullmatch(text):
        try:
            days = (dt.datetime(*map(int, match.groups())) - EPOCH).days
        except ValueError:
            return ("text", "", NO_SHAPE)
        return ("date", str(days), 65534 if abs(days) * 86400 * 10**6 <= 2**53 else NO_SHAPE)
    elif match := STAMP.fullmatch(text):
        found = stamp(match)
        if found:
            return found
    return ("text", "", NO_SHAPE)


HAND = """
true TRUE True tRuE false FALSE fAlSe truth tru truee t f yes no falsee T F
0 1 9 10 42 007 00 00501 -0 -00 -1 -01 +1 +0 1_000 1,000 0x10 - -- -a 1- 1-2 12a a12
2147483647 2147483648 -2147483648 -2147483649 4294967296 99999999 999999999 12345678 123456789
9007199254740991 9007199254740992 9007199254740993 -9007199254740992 -9007199254740993
9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809
999999999999999999 1000000000000000000 9999999999999999999 18446744073709551615
18446744073709551616 99999999999999999999 10000000000000000000000000000000000000000
0.0 -0.0 -0. .0 -.0 . -. .. 1. 1.. .1. 1.1.1 .5 5. -.5 -5. 00.5 0.5 -00.5 01.5 05. 0. 00. 0.00
0.1 0.2 0.3 1.1 3.14 3.140 -3.14 99.99 1234.567 1234567. 12345678. .1234567 .12345678 0.000001
0.0000001 0.30000000000000004 0.1234567890123456 0.12345678901234567 0.123456789012345678
123456789012345.6 1234567890123456.7 123456789012345 123456789012345.0 1.7976931348623157
100000000000000000000.0 100000000000000000000.5 123456789012345680000.0 9007199254740993.0
9007199254740992.5 9007199254740993.5 0.0000000000000000000001 0.00000000000000000000001
0.000000000000000000000123456789012345 1.00000000000000 1.000000000000000 1.0000000000000000
1e5 1E5 1e+5 1E+05 1e-5 1E-05 1e 1e+ 1e- 1e5. 1e5.0 1ee5 e5 .e5 -.e5 .5e3 5.e3 -5.e3 0e0 0e5 -0e5
00e5 01e5 1e05 1e005 1.5e3 1.5e300 1e22 1e23 1e-22 1e-23 1.5e22 123456789012345e22 3e-22 3e-23
1e308 1e309 -1e309 1e400 -1e400 1e-400 -1e-400 1e-323 1e-324 4.9e-324 2.5e-324 2.4e-324 5e-324
1.7976931348623157e308 1.7976931348623158e308 1.7976931348623159e308 17976931348623157e292
2.2250738585072014e-308 2.2250738585072011e-308 2.2250738585072012e-308 1e99999999999999999999
0e99999999999999999999 1e-99999999999999999999 123e-45678 1.5e-0000007 1234-56789 123e-45-78
9007199254740993e0 9007199254740992e0 179769313486231580793728971405303415079934132710037826936173
1.e 1.e+ .5e .5e- 1e5x 1x5 1e5e5 --1 -+1 +-1 1+ 1.5- 1.5+ 1d5 1f 0.5f 1e+-5 ١ ５ 1.5.e5 0.e0 .0e-0
nan NaN NAN -nan -NaN inf Inf INF -inf -INF infinity Infinity INFINITY -infinity -Infinity +inf
+nan nanx na n i in infi infinit infinityy NA None null N/A n/a #N/A --inf -in -n -i
1970-01-01 1969-12-31 2024-02-29 2023-02-29 1900-02-29 2000-02-29 2100-02-28 0001-01-01 0000-12-31
0000-01-01 9999-12-31 10000-01-01 2024-00-01 2024-13-01 2024-01-00 2024-01-32 2024-04-31 2024-12-31
2024-1-1 2024-01-1 24-01-01 2024/01/01 2024-01/01 2024:01-01 20240101 2024-01-01x x2024-01-01
-2024-01-01 +2024-01-01 202a-01-01 2024-0a-01 2024-01-0a 2024-02-30 2024-06-31 2024-09-31
1684-07-28 1684-07-29 2255-06-05 2255-06-06 1600-02-29 1700-02-29
1970-01-01T00:00 1970-01-01T00:00:00 1970-01-01T00:00:00Z 1970-01-01T00:00Z 1969-12-31T23:59:59.999999
2024-02-29T23:59:59.999999Z 2024-02-29T23:59:59.9999999Z 2024-02-29T12:34:56. 2024-02-29T12:34:56.Z
2024-02-29T12:34:56.1 2024-02-29T12:34:56.12 2024-02-29T12:34:56.123 2024-02-29T12:34:56.1234
2024-02-29T12:34:56.12345 2024-02-29T12:34:56.100000 2024-02-29T12:34.5 2024-02-29T12:34.5Z
2024-02-29T24:00 2024-02-29T24:00:00 2024-02-29T23:60 2024-02-29T23:59:60 2024-02-29T23:59:60Z
2024-02-29t12:34 2024-02-29T12:34z 2024-02-29T12 2024-02-29T12Z 2024-02-29T1:34 2024-02-29T12:3
2024-02-29T12:34: 2024-02-29T12:34:5 2024-02-29T12:34:567 2024-02-29T 2024-02-29Z 2024-02-29+01:00
2024-02-29T12:34+01:00 2024-02-29T12:34-01:00 2024-02-29T12:34:56+05:30 2024-02-29T12:34:56.5-03:30
2024-02-29T12:34+00:00 2024-02-29T12:34-00:00 2024-02-29T12:34-00:01 2024-02-29T12:34+23:59
2024-02-29T12:34-23:59 2024-02-29T12:34+24:00 2024-02-29T12:34+01:60 2024-02-29T12:34+1:00
2024-02-29T12:34+0100 2024-02-29T12:34+01 2024-02-29T12:34+01:0 2024-02-29T12:34+01:000
2024-02-29T12:34Zx 2024-02-29T12:34ZZ 2024-02-29T12:34+01:00Z 2024-02-29_12:34 2023-02-29T12:34
0001-01-01T00:00Z 0001-01-01T00:00+00:01 0001-01-01T00:01+00:01 0001-01-01T00:00-00:01
9999-12-31T23:59:59.999999Z 9999-12-31T23:59-00:01 9999-12-31T23:58-00:01 9999-12-31T23:59+00:01
0001-01-01T00:00 9999-12-31T23:59:59.999999 2255-06-05T23:47:34.740992 2255-06-05T23:47:34.740993
1684-07-28T00:12:25.259008 1684-07-28T00:12:25.259007 2024-02-29T12:34:5a 2024-02-29T1a:34
2024-02-29T12-34 2024-02-29T12:34:56,5 2024-02-29T12:34:56.+01:00 2024-02-29T12:34:56.5+01:00
a abc hello é 😀 12é "1" '1' $5 5% 1/2 12:30 12:30:45 1h30m (5) #1
""".split()
SPACED = [
    "", " ", " 1", "1 ", "1 2", " true", "true ", "2024-01-01 10:00", "2024-01-01 10:00:00",
    "2024-01-01 10:00:00.5", "2024-01-01 10:00:00.25Z", "2024-01-01 10:00+02:00", "2024-01-01 ",
    " 2024-01-01", "2024-01-01  10:00", "2024-01-01 10:00 Z", "2024-01-01T10:00 +01:00", "- 1",
    "1.5 ", "1e 5", "\t1", "1\n", "1\r", "nan ", "a b", "1,5", "a\"b", "0 ", "\u00a01", "1\u0000",
]


def random_texts(pick: random.Random):
    for _ in range(250):
        digits = "".join(pick.choice("0123456789") for _ in range(pick.randint(1, 20)))
        at = pick.randint(0, len(digits))
        sign = pick.choice(["", "", "-"])
        yield f"{sign}{digits}"
        yield f"{sign}{digits[:at]}.{digits[at:]}"
        yield f"{sign}{digits[:at]}.{digits[at:]}e{pick.randint(-330, 310)}"
    for _ in range(200):
        value = struct.unpack(">d", pick.randbytes(8))[0]
        if math.isfinite(value):
            yield repr(value)
            yield f"{value:.17e}"
        yield repr(round(pick.uniform(-1e6, 1e6), pick.randint(0, 12)))
        yield repr(pick.uniform(-1000, 1000))
    for _ in range(200):
        when = dt.datetime(1, 1, 1) + dt.timedelta(
            days=pick.randrange(3652058), microseconds=pick.randrange(86400 * 10**6)
        )
        yield when.date().isoformat()
        timespec = pick.choice(["minutes", "seconds", "milliseconds", "microseconds"])
        zone = pick.choice(["", "Z", f"{pick.choice('+-')}{pick.randrange(25):02}:{pick.randrange(61):02}"])
        yield when.isoformat(pick.choice("T "), timespec) + zone


def prints(pick: random.Random):
    values = [0.0, -0.0, 1.0, -1.5, 1e21, 1e20, 123456789012345680000.0, 1e-6, 1e-7, 1.5e-7, 5e-324]
    values += [1.7976931348623157e308, math.nan, math.inf, -math.inf, 0.1 + 0.2, 1 / 3, 100.0, 1e16]
    values += [struct.unpack(">d", pick.randbytes(8))[0] for _ in range(150)]
    values += [pick.uniform(-1, 1) * 10.0 ** pick.randint(-9, 24) for _ in range(150)]
    # Halfway between two shortest texts: the even digit is right (ECMA-262, Number::toString).
    values += [21870118891.8203125, 1234288621954978.25, 5e-324 * 3, 4503599627370496.5]
    values += [(pick.getrandbits(52) * 2 + 1) / 2.0 ** pick.randint(2, 12) for _ in range(100)]
    for value in values:
        yield ("float", bits(value), es(value))
    for days in [0, -1, -719162, 2932896, 19782] + [pick.randint(-719162, 2932896) for _ in range(60)]:
        yield ("date", str(days), (EPOCH + dt.timedelta(days=days)).date().isoformat())
    edges = [0, -1, 1, 1_500_000, -62135596800000000, 253402300799999999, 100, 120_000]
    for micros in edges + [pick.randint(edges[4], edges[5]) for _ in range(60)]:
        text = (EPOCH + micros * MICRO).isoformat()
        text = text.rstrip("0") if "." in text else text
        yield ("timestamp", str(micros), text)
        yield ("timestamp_utc", str(micros), text + "Z")


def main():
    pick = random.Random(20240229)
    texts = dict.fromkeys(HAND + SPACED + list(random_texts(pick)))
    folder = Path("tests/vectors")
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "values.tsv", "w", newline="\n") as out:
        for text in texts:
            data = text.encode()
            kind, value, shape = classify(data)
            out.write(f"{data.hex()}\t{kind}\t{value}\t{shape}\n")
    with open(folder / "prints.tsv", "w", newline="\n") as out:
        for row in prints(pick):
            out.write("\t".join(row) + "\n")


main()
