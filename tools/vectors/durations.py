#!/usr/bin/env python3
"""Writes tests/vectors/durations.tsv: durations computed by Python's timedelta, Fraction and divmod.

Run from the project's root: python3 tools/vectors/durations.py
Both engines' tests read the file; nothing in it comes from fastpath.

Three columns separated by tabs: mode, input, expected. The modes:
  clock       a text that strict rules read; expected milliseconds, or - where it is refused
  hour-clock  the same with the option clock "HH:MM"
  units       the same for numbers with units
  lenient     the same with lenient rules and days of 24 hours
  tracker     the task tracker's rule: int() of one to three fields, anything else is 0
  format-clock, format-iso, format-compact   milliseconds; expected text
"""

import random
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

OUT = Path("tests/vectors/durations.tsv")
SAFE = 2**53 - 1
random.seed(20_264)

UNIT_MS = {
    "h": Fraction(3_600_000),
    "m": Fraction(60_000),
    "s": Fraction(1000),
    "ms": Fraction(1),
    "us": Fraction(1, 1000),
    "µs": Fraction(1, 1000),
    "ns": Fraction(1, 1_000_000),
}
WORDS = {
    "hours": "h", "hour": "h", "hrs": "h", "hr": "h", "h": "h",
    "minutes": "m", "minute": "m", "mins": "m", "min": "m", "m": "m",
    "seconds": "s", "second": "s", "secs": "s", "sec": "s", "s": "s",
    "milliseconds": "ms", "msec": "ms", "millis": "ms", "ms": "ms",
}
DAY_WORDS = {"days": 1, "day": 1, "d": 1, "weeks": 7, "week": 7, "w": 7}


def whole_sum(parts):
    """The sum of parts that are each a whole number of milliseconds, else -."""
    return "-" if any(Fraction(part).denominator != 1 for part in parts) else whole(sum(parts))


def whole(value):
    """Milliseconds, or - where they are no safe integer."""
    value = Fraction(value)
    return int(value) if value.denominator == 1 and abs(value) <= SAFE else "-"


def of_timedelta(**parts):
    """Milliseconds of a timedelta, exactly."""
    return whole(Fraction(timedelta(**parts) // timedelta(microseconds=1), 1000))


def fraction_text():
    digits = "".join(random.choice("0123456789") for _ in range(random.choice([1, 2, 3, 3, 4, 6])))
    return digits + random.choice(["", "", "0", "000"])


def clock_rows():
    for _ in range(300):
        h, m, s = random.choice([random.randrange(30), random.randrange(3000)]), *[
            random.randrange(60) for _ in range(2)]
        lead = random.choice([f"{h}", f"{h:02}", f"{h:03}"])
        sign = random.choice(["", "", "-", "+"])
        factor = -1 if sign == "-" else 1
        fraction = random.choice(["", "", fraction_text()])
        part = Fraction(int(fraction), 10 ** len(fraction)) if fraction else Fraction(0)
        tail = f".{fraction}" if fraction else ""
        exact = (Fraction(of_timedelta(hours=h, minutes=m, seconds=s)) + part * 1000) * factor
        yield "clock", f"{sign}{lead}:{m:02}:{s:02}{tail}", whole(exact)
        exact = (Fraction(of_timedelta(minutes=h, seconds=s)) + part * 1000) * factor
        yield "clock", f"{sign}{lead}:{s:02}{tail}", whole(exact)
        exact = of_timedelta(hours=h, minutes=m) * factor
        yield "hour-clock", f"{sign}{lead}:{m:02}", exact
        yield "hour-clock", f"{sign}{lead}:{m:02}:{s:02}", (
            of_timedelta(hours=h, minutes=m, seconds=s) * factor)
    for seconds in [0, 1, 59, 60, 86_400, 10**9, SAFE // 1000]:
        yield "clock", str(seconds), whole(seconds * 1000)
    yield "clock", str(SAFE // 1000 + 1), "-"
    yield "clock", "2501999792:59:00.991", SAFE
    yield "clock", "-2501999792:59:00.991", -SAFE
    yield "clock", "2501999792:59:00.992", "-"
    for text in ["1:60:00", "1:00:60", "1:60", "1:5", "1:2:3", "1:", ":30", "1::30", "1:30:", "",
                 "1:2:3:4", " 1:30", "1:30 ", "1:30.", "1:3O", "--1", "1:-30", "1:+30", "0x10",
                 "1e3", "1_000", "1,000", "٣", "１:30", "1:30:00Z", "12:30 PM", "∞", "NaN", "-", "+"]:
        yield "clock", text, "-"


def decimal(value_digits, point):
    whole_part, fraction = value_digits[:point], value_digits[point:]
    text = whole_part + ("." + fraction if fraction or random.random() < 0.1 else "")
    return text, Fraction(int(value_digits), 10 ** len(fraction))


def unit_rows():
    for _ in range(400):
        parts, text = [], ""
        for _ in range(random.randrange(1, 4)):
            digits = "".join(random.choice("0123456789") for _ in range(random.randrange(1, 8)))
            number, value = decimal(digits, random.randrange(len(digits) + 1))
            unit = random.choice(list(UNIT_MS))
            parts.append(value * UNIT_MS[unit])
            text += number + unit
        sign = random.choice(["", "", "-", "+"])
        yield "units", sign + text, whole_sum([-part if sign == "-" else part for part in parts])
    yield "units", "9007199254740991ms", SAFE
    yield "units", "9007199254740992ms", "-"
    yield "units", "9007199254740991000000ns", SAFE
    yield "units", "9007199254740991000001ns", "-"
    yield "units", "9007199254740992000000ns", "-"


def lenient_rows():
    for _ in range(400):
        parts, texts = [], []
        for _ in range(random.randrange(1, 4)):
            number, value = decimal(str(random.randrange(1, 500)), random.randrange(1, 4))
            if random.random() < 0.2:
                word, factor = random.choice(list(DAY_WORDS.items()))
                parts.append(value * factor * 24 * UNIT_MS["h"])
            else:
                word, unit = random.choice(list(WORDS.items()))
                parts.append(value * UNIT_MS[unit])
            if word != "m":
                word = random.choice([word, word.upper(), word.capitalize()])
            if random.random() < 0.2 and not number.endswith("."):
                number = number.replace(".", ",")
            texts.append(number + random.choice(["", " ", "  ", "\t"]) + word)
        text = random.choice([" ", ", ", ",", " and ", ", and ", ""]).join(texts)
        text = random.choice(["", " "]) + random.choice(["", "-", "+"]) + text
        yield "lenient", text, whole_sum([-part if "-" in text else part for part in parts])
    for h, m, s in [(1, 90, 0), (24, 60, 60), (0, 5, 7), (1, 2, 3), (0, 600, 600)]:
        yield "lenient", f"{h}:{m}:{s}", of_timedelta(hours=h, minutes=m, seconds=s)
    for text in ["1 h,", "1 h and", ",1 h", "1 h ,, 2 m", "1 2 h", "1 month", "2 years", "1 M", "h",
                 "1 fortnight", "1 hour ago", "in 1 hour", "1 h 30", "1 h - 30 m", "- 1 h", "1;h"]:
        yield "lenient", text, "-"


def tracker(text):
    sign = -1 if text[:1] == "-" else 1
    fields = (text[1:] if text[:1] in ("-", "+") else text).split(":")
    if not 1 <= len(fields) <= 3:
        return 0
    if not all(field.isascii() and field.isdigit() for field in fields):
        return 0
    seconds = 0
    for field in fields:
        seconds = seconds * 60 + int(field)
    ms = whole(seconds * 1000)
    return 0 if ms == "-" else sign * ms


def tracker_rows():
    texts = ["00:90:00", "24:60:60", "1:2:3", "90", "90:90", "0", "-00:00:05", "", ":", "1:", ":1",
             "1:xx:30", "abc", "1:2:3:4", "1.5", "1:-30:00", " 1:30", "99999999999999999999",
             "PT1H", "1h", "007:08:09"]
    for _ in range(200):
        fields = [str(random.randrange(200)) for _ in range(random.randrange(1, 5))]
        texts.append(":".join(fields))
    for text in texts:
        yield "tracker", text, tracker(text)


def parts_of(ms):
    seconds, millis = divmod(abs(ms), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{millis:03}".rstrip("0") if millis else ""
    return "-" if ms < 0 else "", hours, minutes, seconds, fraction


def joined(ms, names):
    sign, hours, minutes, seconds, fraction = parts_of(ms)
    text = "".join(f"{value}{name}" for value, name in [(hours, names[0]), (minutes, names[1])] if value)
    if seconds or fraction or not text:
        text += f"{seconds}{fraction}{names[2]}"
    return sign, text


def format_rows():
    values = [0, 1, -1, 10, 100, 999, 1000, 59_999, 60_000, 3_600_000, 359_999_000, 359_999_999,
              360_000_000, -5000, 5_400_000, SAFE, -SAFE, SAFE - 1, 2**31, 2**31 - 1, -(2**31),
              2**32, 2**32 - 1, -(2**32), 86_400_000]
    values += [random.randrange(-SAFE, SAFE + 1) for _ in range(100)]
    values += [random.randrange(-10**9, 10**9) for _ in range(100)]
    values += [random.randrange(0, 360_000) * 1000 for _ in range(100)]
    for ms in values:
        sign, hours, minutes, seconds, fraction = parts_of(ms)
        yield "format-clock", ms, f"{sign}{hours:02}:{minutes:02}:{seconds:02}{fraction}"
        sign, text = joined(ms, "HMS")
        yield "format-iso", ms, f"{sign}PT{text}"
        sign, text = joined(ms, "hms")
        yield "format-compact", ms, sign + text


def main():
    rows = [row for rows in (clock_rows, unit_rows, lenient_rows, tracker_rows, format_rows)
            for row in rows()]
    # A tab inside a text is written as \t.
    lines = ["\t".join(str(cell).replace("\t", "\\t") for cell in row) for row in rows]
    OUT.write_text("\n".join(dict.fromkeys(lines)) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(set(lines))} vectors")


main()
