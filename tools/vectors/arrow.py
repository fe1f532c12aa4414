"""Arrow files and streams by PyArrow, with the values that stand in them.

    pip install pyarrow==26.0.1
    python3 tools/vectors/arrow.py > tests/vectors/arrow.json && deno fmt -q

Each vector has the bytes in base64 and either the columns as fastpath must
read them (type names, values as texts, those of f64 as the hexadecimal digits
of their bits, null), or columns of one value each and their rows, or the code and
words of the error.
"""

import base64
import datetime
import decimal
import io
import json
import struct
import sys

import pyarrow as pa

VECTORS = []
DAY = datetime.date(1970, 1, 1).toordinal()


def encode(batches, schema, form, **options):
    """The bytes of batches as file or stream."""
    sink = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(**options)
    make = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
    with make(sink, schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue()


def text(value, kind):
    """A value as fastpath prints it: semantics 24 and 25."""
    if value is None:
        return None
    if kind.startswith("list<"):
        items = [text(item, kind[5:-1]) for item in value]
        return "[" + ",".join("null" if item is None else item for item in items) + "]"
    if kind == "bool":
        return "true" if value else "false"
    if kind == "f64":
        value = float(value)
        if value != value:
            return "NaN"
        return struct.pack(">d", value).hex()
    if kind == "date":
        return (datetime.date.fromordinal(value + DAY)).isoformat()
    if kind.startswith("timestamp"):
        point = datetime.datetime(1970, 1, 1) + datetime.timedelta(
            microseconds=value
        )
        shown = point.isoformat(timespec="microseconds")
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        return shown + ("Z" if kind.endswith("utc") else "")
    if kind == "duration":
        return iso(value)
    if kind.startswith("decimal"):
        return format(value, "f")
    return str(value)


def iso(millis):
    """Milliseconds in the form of ISO 8601, hours the largest unit."""
    seconds, rest = divmod(abs(millis), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    part = f".{rest:03}".rstrip("0") if rest else ""
    shown = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or rest or not shown:
        shown += f"{seconds}{part}S"
    return ("-" if millis < 0 else "") + "PT" + shown


def add(name, columns, forms=("file", "stream"), batches=1, only=None, **options):
    """A vector of columns (name, Arrow array, kind, plain values)."""
    names = [column[0] for column in columns]
    fields = [pa.field(c[0], c[1].type) for c in columns]
    schema = pa.schema(fields, metadata={"made": "by tools/vectors"})
    rows = len(columns[0][1]) if columns else 0
    step = max(1, -(-rows // batches))
    parts = [
        pa.record_batch([c[1].slice(at, step) for c in columns], schema=schema)
        for at in range(0, rows, step)
    ]
    read = [c for c in columns if only is None or c[0] in only]
    for form in forms:
        VECTORS.append({
            "name": f"{name}, {form}",
            "bytes": base64.b64encode(
                encode(parts, schema, form, **options)
            ).decode(),
            "columns": [
                {"name": c[0], "type": c[2], "values": [text(v, c[2]) for v in c[3]]}
                for c in read
            ],
            **({} if only is None else {"only": only}),
        })
    return names


def add_error(name, array, code, words, form="stream", **options):
    """A vector that must fail."""
    batch = pa.record_batch([pa.array([1] * len(array)), array], names=["a", "bad"])
    VECTORS.append({
        "name": f"{name}, {form}",
        "bytes": base64.b64encode(
            encode([batch], batch.schema, form, **options)
        ).decode(),
        "error": {"code": code, "words": words},
    })


def add_constant(name, rows, columns, form="file"):
    """A vector of many rows, each column of one value: (name, Arrow type, value)."""
    arrays = [pa.array([value] * rows, dtype) for _, dtype, value in columns]
    batch = pa.record_batch(arrays, names=[c[0] for c in columns])
    VECTORS.append({
        "name": f"{name}, {form}",
        "bytes": base64.b64encode(
            encode([batch], batch.schema, form, compression="zstd")
        ).decode(),
        "constant": {"rows": rows, "values": {c[0]: c[2] for c in columns}},
    })


def one(kind, dtype, values, shown=None):
    """A column of values with its type."""
    return (str(dtype), pa.array(values, dtype), kind, values if shown is None else shown)


INTS = {8: 127, 16: 32767, 32: 2**31 - 1, 64: 2**63 - 1}
MICROS = [0, None, 951827696123456, -1, -62135596800000000, 253402300799999999]


def every_type():
    """One column of each type that is read, six rows."""
    found = [one("bool", pa.bool_(), [True, None, False, True, False, None])]
    for width, most in INTS.items():
        kind = "i64" if width == 64 else "i32"
        signed = getattr(pa, f"int{width}")()
        found.append(one(kind, signed, [0, None, 1, -1, most, -most - 1]))
        unsigned = getattr(pa, f"uint{width}")()
        kind = "i64" if width >= 32 else "i32"
        top = most if width == 64 else 2 * most + 1
        found.append(one(kind, unsigned, [0, None, 1, 2, top - 1, top]))
    half = pa.array([0.0, None, 1.5, -2.25, 65504.0, 5.960464477539063e-08], pa.float16())
    found.append(("half", half, "f64", [v if v is None else float(v) for v in half.to_pylist()]))
    single = pa.array([0.1, None, -0.0, float("inf"), float("nan"), 1e-45], pa.float32())
    found.append(("single", single, "f64", single.to_pylist()))
    found.append(one("f64", pa.float64(), [0.1, None, -0.0, float("-inf"), float("nan"), 5e-324]))
    days = [0, None, 19782, -1, -719162, 2932896]
    found.append(one("date", pa.date32(), days))
    millis = [None if d is None else d * 86400000 for d in days]
    found.append(("date64", pa.array(millis, pa.date64()), "date", days))
    for zone in (None, "UTC", "Europe/Zurich"):
        kind = "timestamp" if zone is None else "timestamp_utc"
        for unit, factor in (("s", 10**6), ("ms", 1000), ("us", 1)):
            values = [None if v is None else v // factor for v in MICROS]
            shown = [None if v is None else v * factor for v in values]
            found.append(one(kind, pa.timestamp(unit, zone), values, shown))
        shown = [0, None, 951827696123456, -1, -9223372036854775, 9223372036854775]
        values = [None if v is None else v * 1000 for v in shown]
        found.append(one(kind, pa.timestamp("ns", zone), values, shown))
    for width, digits, scales in ((32, 9, (0, 2, 9)), (64, 18, (0, 2, 18)), (128, 38, (0, 2, 18)),
                                  (256, 76, (3,))):
        for scale in scales:
            most = min(2**63 - 1, 10**digits - 1)
            units = [0, None, 1, -1250, most, -most - (1 if width > 64 else 0)]
            values = [v if v is None else decimal.Decimal(v).scaleb(-scale) for v in units]
            dtype = getattr(pa, f"decimal{width}")(digits, scale)
            found.append(one(f"decimal({scale})", dtype, values))
    safe = 2**53 - 1
    for unit, factor in (("s", 1), ("ms", 1), ("us", 1000), ("ns", 10**6)):
        most = min(safe, (2**63 - 1) // factor) if unit != "s" else safe // 1000
        millis = [0, None, 5400000 // (1000 if unit == "s" else 1), -1, most, -most]
        shown = [v if v is None else v * (1000 if unit == "s" else 1) for v in millis]
        values = [v if v is None else v * factor for v in millis]
        found.append(one("duration", pa.duration(unit), values, shown))
    texts = ["", None, "Zürich", "日本", "a text longer than twelve bytes", "x\ny"]
    for dtype in (pa.utf8(), pa.large_utf8(), pa.string_view()):
        found.append(one("utf8", dtype, texts))
    found.append(("null", pa.nulls(6), "utf8", [None] * 6))
    for index in (pa.int8(), pa.uint16(), pa.int32(), pa.int64()):
        codes = pa.array([0, None, 1, 1, 0, 2], index)
        array = pa.DictionaryArray.from_arrays(codes, pa.array(["a", "é", ""]))
        found.append((f"dictionary {index}", array, "utf8", ["a", None, "é", "é", "a", ""]))
    return found


def dictionaries():
    """Dictionaries that are no plain lists of distinct texts."""
    codes = pa.array([0, 1, 2, None, 3, 0], pa.int8())
    make = pa.DictionaryArray.from_arrays
    large = make(codes, pa.array(["x", None, "y", "x"], pa.large_utf8()))
    ints = make(codes, pa.array([10**12, None, -1, 7], pa.int64()))
    days = make(codes, pa.array([0, 1, None, 2], pa.date32()))
    bools = make(codes, pa.array([True, False, True, None]))
    add("dictionaries with nulls, doubles and other values", [
        ("large", large, "utf8", ["x", None, "y", None, "x", "x"]),
        ("ints", ints, "i64", [10**12, None, -1, None, 7, 10**12]),
        ("days", days, "date", [0, 1, None, None, 2, 0]),
        ("bools", bools, "bool", [True, False, True, None, None, True]),
    ])
    parts = [["a", "b", None, "a"], ["a", "b", "c", "c"], ["d", "a", None, "c"]]
    lists = [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]
    arrays = [
        make(pa.array([None if v is None else d.index(v) for v in p], pa.int8()), pa.array(d))
        for p, d in zip(parts, lists)
    ]
    schema = pa.schema([("s", arrays[0].type)])
    batches = [pa.record_batch([a], schema=schema) for a in arrays]
    shown = [v for p in parts for v in p]
    columns = [{"name": "s", "type": "utf8", "values": shown}]
    for form in ("stream", "file"):
        made = encode(batches, schema, form, emit_dictionary_deltas=True)
        VECTORS.append({
            "name": f"a dictionary that grows, {form}",
            "bytes": base64.b64encode(made).decode(),
            "columns": columns,
        })
    other = make(pa.array([1, 0, None, 1], pa.int8()), pa.array(["z", "a"]))
    batches[1] = pa.record_batch([other], schema=schema)
    made = encode(batches, schema, "stream")
    shown = parts[0] + ["a", "z", None, "a"] + parts[2]
    VECTORS.append({
        "name": "a dictionary that is replaced, stream",
        "bytes": base64.b64encode(made).decode(),
        "columns": [{"name": "s", "type": "utf8", "values": shown}],
    })


def lists():
    """Lists of every type that has items, in both widths of offsets."""
    ints = [[1, None], None, [], [2, 3, -4]]
    cents = [[decimal.Decimal("12.50"), None], None, [], [decimal.Decimal("-0.01"), decimal.Decimal("0.00")]]
    found = [
        one("list<i64>", pa.list_(pa.int64()), ints),
        one("list<i32>", pa.list_(pa.int32()), ints),
        one("list<i32>", pa.large_list(pa.int8()), ints),
        one("list<f64>", pa.list_(pa.float64()), [[1.5, None], None, [], [float("nan"), -0.0]]),
        one("list<f64>", pa.list_(pa.float32()), [[1.5], [None], None, []]),
        one("list<bool>", pa.list_(pa.bool_()), [[True, None, False], None, [], [True]]),
        one("list<utf8>", pa.list_(pa.utf8()), [["a", ""], None, [None], ["\u00e9", "x"]]),
        one("list<utf8>", pa.list_(pa.large_utf8()), [["a", ""], None, [None], ["\u00e9", "x"]]),
        one("list<utf8>", pa.list_(pa.string_view()), [["a", "longer than twelve"], None, [None], []]),
        one("list<date>", pa.list_(pa.date32()), [[0, 19782], None, [None], []]),
        one("list<timestamp>", pa.list_(pa.timestamp("us")), [[0, 951827696123456], None, [None], []]),
        one("list<timestamp_utc>", pa.list_(pa.timestamp("us", "UTC")), [[0], None, [None], []]),
        one("list<decimal(2)>", pa.list_(pa.decimal128(19, 2)), cents),
        one("list<decimal(2)>", pa.large_list(pa.decimal64(18, 2)), cents),
        one("list<decimal(18)>", pa.list_(pa.decimal256(76, 18)), [[decimal.Decimal("0.500000000000000000")], None, [None], []]),
        one("list<duration>", pa.list_(pa.duration("ms")), [[5400000, None], None, [], [-1, 0]]),
        one("list<duration>", pa.list_(pa.duration("s")), [[5400], None, [None], []],
            [[5400000], None, [None], []]),
    ]
    found = [(f"{index} {c[0]}", *c[1:]) for index, c in enumerate(found)]
    add("every list", found)
    add("every list in three batches", found, batches=3)
    add("every list, Zstandard", found, compression="zstd")
    add("lists without rows", [(c[0], c[1].slice(0, 0), c[2], []) for c in found])
    add("a slice of lists", [(c[0], c[1].slice(1, 3), c[2], c[3][1:4]) for c in found])


def nested():
    """Columns that no table holds, between two that are read."""
    sparse = pa.UnionArray.from_sparse(
        pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(["a", "b", "c"])]
    )
    dense = pa.UnionArray.from_dense(
        pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()),
        [pa.array([1, 3]), pa.array(["b"])],
    )
    middle = [
        pa.array([[1], None, [2, 3]]),
        pa.array([[1], None, [2, 3]], pa.large_list(pa.int8())),
        pa.array([[1, 2], None, [2, 3]], pa.list_(pa.int16(), 2)),
        pa.array([[1], None, [2, 3]], pa.list_view(pa.int32())),
        pa.array([{"x": [{"y": "s"}]}, None, {"x": []}]),
        pa.array([[("k", 1)], None, []], pa.map_(pa.utf8(), pa.int64())),
        pa.array([b"a", None, b"bb"]),
        pa.array([b"a", None, b"bb"], pa.large_binary()),
        pa.array([b"ab", None, b"bb"], pa.binary(2)),
        pa.array([b"a", None, b"longer than twelve bytes"], pa.binary_view()),
        pa.array([1, None, 2], pa.decimal128(38, 19)),
        pa.array([1, None, 2], pa.decimal256(50, 20)),
        pa.array([1, None, 2], pa.time32("s")),
        pa.array([1, None, 2], pa.time64("ns")),
        pa.array([100, None, 200], pa.decimal128(10, -2)),
        pa.array([(1, 2, 3), None, (4, 5, 6)], pa.month_day_nano_interval()),
        sparse,
        dense,
        pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["a", None])),
        pa.array([["a"], None, ["b"]], pa.list_(pa.dictionary(pa.int8(), pa.utf8()))),
        pa.array([1, None, 2]),
    ]
    columns = [("first", pa.array([1, 2, 3], pa.int32()), "i32", [1, 2, 3])]
    for index, array in enumerate(middle):
        columns.append((f"m{index}", array, "skip", []))
    columns.append(("last", pa.array(["x", None, "z"], pa.string_view()), "utf8", ["x", None, "z"]))
    add("columns between columns", columns, only=["first", "last"])
    add("columns between columns, version 4", columns[:17] + columns[-1:],
        only=["first", "last"], metadata_version=pa.ipc.MetadataVersion.V4)
    names = {
        2: "fixed_size_list", 3: "list_view", 4: "struct",
        5: "map", 6: "binary", 7: "large_binary", 8: "fixed_size_binary",
        9: "binary_view", 10: "decimal128(38, 19)", 11: "decimal256(50, 20)",
        12: "time[s]", 13: "time[ns]", 14: "decimal128(10, -2)", 15: "interval",
        16: "union", 18: "run_end_encoded", 19: "list<dictionary>",
    }
    for index, words in names.items():
        add_error(words, middle[index], "UNSUPPORTED_TYPE", words)
    add_error("list<decimal> of another scale", pa.array([[1], None, []], pa.list_(pa.decimal128(38, 19))),
              "UNSUPPORTED_TYPE", "list<decimal128(38, 19)>")
    add_error("a list's decimal beyond 64 bits",
              pa.array([None, [None, decimal.Decimal(2**63)]], pa.list_(pa.decimal128(38, 0))),
              "VALUE_OUT_OF_RANGE", "row 1")
    add_error("a list's duration that is no whole number of milliseconds",
              pa.array([[0], [None, 1001]], pa.list_(pa.duration("us"))), "VALUE_OUT_OF_RANGE", "row 2")
    add_error("list<list>", pa.array([[[1]], None, []]), "UNSUPPORTED_TYPE", "list<list<int64>>")
    add_error("list<null>", pa.array([[None], None, []]), "UNSUPPORTED_TYPE", "list<null>")
    add_error("list<struct>", pa.array([[{"x": 1}], None, []]), "UNSUPPORTED_TYPE", "list<struct>")


def refused():
    """Values and codecs that are not read."""
    add_error("uint64 beyond int64", pa.array([1, 2**63], pa.uint64()), "VALUE_OUT_OF_RANGE", "row 1")
    add_error("a fraction of a microsecond", pa.array([1000, None, 1001], pa.timestamp("ns")),
              "VALUE_OUT_OF_RANGE", "row 2")
    for unit, value in (("s", 253402300800), ("ms", 253402300800000), ("us", 253402300800000000),
                        ("s", -62135596801), ("s", 2**62)):
        add_error(f"a timestamp outside the calendar, {value} {unit}",
                  pa.array([None, value], pa.timestamp(unit, "UTC")), "VALUE_OUT_OF_RANGE", "row 1")
    for width in (128, 256):
        dtype = getattr(pa, f"decimal{width}")(38, 2)
        for units in (2**63, -2**63 - 1, 2**64, 2**96, -2**120):
            value = decimal.Decimal(units).scaleb(-2)
            add_error(f"decimal{width} beyond 64 bits, {units}", pa.array([None, value], dtype),
                      "VALUE_OUT_OF_RANGE", "row 1")
    for unit, value in (("us", 1001), ("us", -1), ("ns", 1500000001), ("s", 2**53 // 1000 + 1),
                        ("s", -2**63), ("ms", 2**53), ("ms", -2**53), ("us", 2**53 * 1000)):
        add_error(f"a duration that is no safe integer of milliseconds, {value} {unit}",
                  pa.array([0, None, value], pa.duration(unit)), "VALUE_OUT_OF_RANGE", "row 2")
    add_error("a day outside the calendar", pa.array([2932897], pa.date32()), "VALUE_OUT_OF_RANGE", "row 0")
    add_error("LZ4", pa.array([1.5] * 200), "UNSUPPORTED_ARROW", "LZ4", compression="lz4")


def main():
    """Prints the vectors."""
    types = every_type()
    add("every type", types)
    add("every type in three batches", types, batches=3)
    add("every type, Zstandard", types, compression="zstd")
    add("no rows", [(c[0], c[1].slice(0, 0), c[2], []) for c in types])
    add("a slice", [(c[0], c[1].slice(1, 3), c[2], c[3][1:4]) for c in types])
    add("no nulls", [(c[0], c[1].slice(2, 3), c[2], c[3][2:5]) for c in types if c[0] != "null"])
    add("before Arrow 0.15", types, forms=("stream",), use_legacy_format=True)
    add("long columns, Zstandard", [
        ("n", pa.array(range(1000)), "i64", range(1000)),
        ("s", pa.array(["same"] * 1000), "utf8", ["same"] * 1000),
    ], compression="zstd")
    add("names", [
        ("", pa.array([1]), "i64", [1]),
        ("ä\u0000b", pa.array([2]), "i64", [2]),
        ("__proto__", pa.array([3]), "i64", [3]),
    ])
    dictionaries()
    lists()
    nested()
    refused()
    add_constant("zeros", 1_500_000, [("n", pa.int8(), 0)])
    add_constant("ones", 5_000_000, [("n", pa.int8(), 1)], "stream")
    add_constant("flags beside nulls", 3_000_000, [("none", pa.null(), None), ("b", pa.bool_(), True)])
    json.dump(VECTORS, sys.stdout, ensure_ascii=False)


main()
