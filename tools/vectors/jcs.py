"""Writes tests/vectors/jcs.ndjson: documents and their canonical form by RFC 8785.

The oracle is the package rfc8785 (PyPI, Trail of Bits), with json of the standard library as the
parser: all numbers are 64-bit floats, as the RFC demands. Digests are hashlib's. The first lines
are the RFC's own: the examples of 3.2.2 and 3.2.3, and the numbers of appendix B.

    python3 -m venv venv && venv/bin/pip install rfc8785 && venv/bin/python tools/vectors/jcs.py
"""

import hashlib
import json
import pathlib
import random
import struct

import rfc8785

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent.parent / "tests" / "vectors" / "jcs.ndjson"

# RFC 8785, 3.2.2 and 3.2.3, as written there.
RFC = [
    '{\n  "numbers": [333333333.33333329, 1E30, 4.50,\n    2e-3, 0.000000000000000000000000001],\n'
    '  "string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",\n'
    '  "literals": [null, true, false]\n}',
    '{\n  "\\u20ac": "Euro Sign",\n  "\\r": "Carriage Return",\n'
    '  "\\ufb33": "Hebrew Letter Dalet With Dagesh",\n  "1": "One",\n'
    '  "\\ud83d\\ude00": "Emoji: Grinning Face",\n  "\\u0080": "Control",\n'
    '  "\\u00f6": "Latin Small Letter O With Diaeresis"\n}',
]

# RFC 8785, appendix B: bits and text; what has no text there is left out.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


def line(text: str, canonical: bytes) -> str:
    digest = hashlib.sha256(canonical).hexdigest()
    row = {"text": text, "canonical": canonical.decode(), "sha256": digest}
    return json.dumps(row, ensure_ascii=True) + "\n"


def by_oracle(text: str) -> str:
    return line(text, rfc8785.dumps(json.loads(text, parse_int=float)))


def value(dice: random.Random, depth: int):
    kind = dice.randrange(3 if depth > 3 else 6)
    if kind == 0:
        return dice.choice([None, True, False])
    if kind == 1:
        bits = struct.unpack(">d", dice.randbytes(8))[0]
        plain = dice.choice([0.1, -0.0, 1e21, 1e-7, 123456.75, float(dice.randrange(10**15))])
        return plain if bits != bits or abs(bits) == float("inf") or dice.random() < 0.5 else bits
    if kind == 2:
        letters = '\x00\x1f\x7f"\\/aéß€\u2028\ufb33\U0001f600\U0010ffff\uffff'
        return "".join(dice.choice(letters) for _ in range(dice.randrange(6)))
    if kind == 3:
        return [value(dice, depth + 1) for _ in range(dice.randrange(5))]
    letters = "\r1\x80öab€\U0001f600\ufb33"
    keys = {"".join(dice.choices(letters, k=dice.randrange(4))) for _ in range(dice.randrange(8))}
    return {key: value(dice, depth + 1) for key in dice.sample(sorted(keys), len(keys))}


def main() -> None:
    lines = [by_oracle(text) for text in RFC]
    for bits, text in NUMBERS:
        number = struct.unpack(">d", bytes.fromhex(bits))[0]
        lines.append(line(f"{number!r}", text.encode()))
    dice = random.Random(8785)
    for index in range(400):
        text = json.dumps(
            value(dice, 0),
            indent=dice.choice([None, 1]),
            ensure_ascii=dice.random() < 0.5,
        )
        lines.append(by_oracle(text))
    OUT.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
