/** The report's forms: looks, hostile texts, exact JSON. */

import { assert, assertEquals } from "@std/assert";
import { displayWidth, fit, padEnd, padStart } from "./_display.ts";
import {
  bytesText,
  countText,
  durationText,
  numberText,
  shareText,
} from "./_figure_text.ts";
import { profileToJson, profileToMarkdown, profileToText } from "./report.ts";
import type { ProfileColumn, ProfileReport } from "./types.ts";

const NUMBERS: ProfileColumn = {
  name: "price",
  type: "f64",
  count: 9990,
  nulls: 10,
  nans: 0,
  distinct: 5012,
  distinctExact: true,
  min: 0.5,
  max: 99,
  mean: 40.123456,
  std: 12.5,
  quantiles: { p25: 20, p50: 40.5, p75: 60, p95: 90, p99: 98 },
  quantilesExact: true,
  top: [{ value: 20, count: 30 }],
  topExact: true,
};
const TEXTS: ProfileColumn = {
  name: "city",
  type: "utf8",
  count: 10_000,
  nulls: 0,
  distinct: 3,
  distinctExact: true,
  min: "",
  max: "Riga",
  top: [{ value: "Riga", count: 9000 }, { value: "", count: 999 }, {
    value: "Oslo",
    count: 1,
  }],
  topExact: true,
  lengthMin: 0,
  lengthMax: 4,
};
const TIMES: ProfileColumn = {
  name: "seen",
  type: "timestamp",
  count: 10_000,
  nulls: 0,
  distinct: 12_345,
  distinctExact: false,
  distinctError: 0.008125,
  min: "2024-01-01T00:00:00Z",
  max: "2024-01-05T00:00:00Z",
  quantiles: {
    p25: "2024-01-02T00:00:00Z",
    p50: "2024-01-03T00:00:00Z",
    p75: "2024-01-04T00:00:00Z",
    p95: "2024-01-04T12:00:00Z",
    p99: "2024-01-04T20:00:00Z",
  },
  quantilesExact: false,
  quantilesError: 0.0028,
  top: [{ value: "2024-01-02T00:00:00Z", count: 2 }],
  topExact: false,
};
const BOOLS: ProfileColumn = {
  name: "late",
  type: "bool",
  count: 10_000,
  nulls: 0,
  distinct: 2,
  distinctExact: true,
  min: false,
  max: true,
  top: [{ value: false, count: 9000 }, { value: true, count: 1000 }],
  topExact: true,
  trueCount: 1000,
  falseCount: 9000,
};

function reportOf(...columns: ProfileColumn[]): ProfileReport {
  return {
    version: 1,
    source: {
      name: "sales.csv",
      format: "csv",
      bytes: 1_234_567,
      sha256: "0f".repeat(32),
      blake3: null,
    },
    rows: 10_000,
    columns,
    engine: { name: "typescript", reason: "set by the option engine" },
    elapsedMs: 250,
    rowsPerSecond: 40_000,
    bytesPerSecond: 4_938_268,
  };
}

Deno.test("profileToText() looks like this at 80 columns", () => {
  const text = profileToText(reportOf(NUMBERS, TEXTS, TIMES, BOOLS));
  assertEquals(
    text,
    `sales.csv
  input   CSV, 1.23 MB, 10,000 rows, 4 columns
  time    250 ms, 40,000 rows/s, 4.94 MB/s
  engine  typescript: set by the option engine
  sha256  ${"0f".repeat(32)}

Column  Type       Nulls  Distinct           Min          Mean           Max
price   f64         0.1%      5012           0.5       40.1235            99
  ├──━━━┃━━━─────┤  std 12.5  p25 20  p50 40.5  p75 60  p95 90  p99 98
city    utf8          0%         3                         0 to 4 characters
  Riga 90%  "" 10%  Oslo <0.1%
seen    timestamp     0%   ~12,345                  2024-01-01 to 2024-01-05
  ├───━━━━┃━━━───┤  p25 2024-01-02  p50 2024-01-03  p75 2024-01-04
late    bool          0%         2                                  10% true

├─━━┃━━─┤ min, middle half of the values with median, max
~ estimated: distinct values have a standard error of 0.81%; quantiles of these
columns are off by at most 0.28% of the rows (99% sure); counts of their top
values are lower bounds; more memory makes them exact
`,
  );
});

Deno.test("profileToText() keeps to any width, with any number of columns", () => {
  const long = "a column with a name that goes on and on and on";
  const names = [long, "数据分析报告".repeat(5), "x".repeat(300), "id"];
  const columns = Array.from({ length: 300 }, (_, index) => ({
    ...[NUMBERS, TEXTS, TIMES, BOOLS][index % 4]!,
    name: names[index % 3]!,
  }));
  for (const width of [72, 80, 100, 120, 140]) {
    const text = profileToText(reportOf(...columns), { width });
    for (const line of text.split("\n")) {
      assert(displayWidth(line) <= width, `${width}: ${line}`);
    }
  }
});

Deno.test("profileToText() lets no text of the data steer the terminal", () => {
  const evil = "\x1b]0;pwned\x07\x1b[2J\x9b31m\r\n\u202Eabc\u200B\u2028";
  const column = {
    ...TEXTS,
    name: evil,
    top: [{ value: evil, count: 9 }],
  };
  const report = reportOf(column);
  report.source.name = evil;
  report.engine.reason = evil;
  const text = profileToText(report, { width: 120 });
  const codes = [...text].map((character) => character.codePointAt(0)!);
  const unsafe = codes.filter((code) =>
    (code < 0x20 && code !== 10) || (code >= 0x7f && code < 0xa0) ||
    [0x200b, 0x202e, 0x2028].includes(code)
  );
  assertEquals(unsafe, []);
  assert(text.includes("\\u{1b}]0;pwned\\u{7}"));
});

Deno.test("profileToText() colours only when asked", () => {
  const report = reportOf(NUMBERS);
  assertEquals(profileToText(report).includes("\x1b"), false);
  const colored = profileToText(report, { color: true });
  assert(colored.startsWith("\x1b[1msales.csv\x1b[0m\n"));
  // deno-lint-ignore no-control-regex -- the styles are what is tested
  const plain = colored.replace(/\x1b\[\d+m/g, "").replace(/ +$/gm, "");
  assertEquals(plain, profileToText(report));
});

Deno.test("profileToText() shows columns without values and constants", () => {
  const empty = { ...TEXTS, count: 0, nulls: 10_000, top: [], distinct: 0 };
  const constant = { ...NUMBERS, min: 5, max: 5, mean: 5, std: 0 };
  const text = profileToText(reportOf(empty, constant));
  assert(text.includes("100%         0"));
  assert(text.includes("no values"));
  assertEquals(text.includes("├"), false);
  assertEquals(profileToText(reportOf()).includes("Column"), false);
});

Deno.test("profileToMarkdown() keeps data out of the markup", () => {
  const evil = "a|b `x` @user <b>\n# h";
  const report = reportOf(
    { ...TEXTS, name: evil, top: [{ value: "", count: 10_000 }] },
    NUMBERS,
    TIMES,
  );
  const lines = profileToMarkdown(report).split("\n");
  assertEquals(lines[0], "### `sales.csv`");
  const row = lines.find((line) => line.includes("@user"))!;
  assert(row.startsWith("| `` a\\|b `x` @user <b>\\n# h `` | utf8 |"));
  assert(row.endsWith('| "" 100% |'));
  assertEquals(lines.filter((line) => line.startsWith("| ")).length, 5);
  assert(lines.at(-2)!.startsWith("~ estimated"));
});

Deno.test("profileToJson() keeps digits, signs and the order of keys", () => {
  const report = reportOf({
    ...NUMBERS,
    type: "i64",
    min: -9223372036854775808n,
    max: 9007199254740993n,
    mean: -0,
    top: [{ value: 9007199254740993n, count: 1 }],
  });
  report.columns[0]!.quantiles!.p25 = Infinity;
  const text = profileToJson(report);
  assert(text.includes('"min":-9223372036854775808,"max":9007199254740993,'));
  assert(text.includes('"mean":-0,'));
  assert(text.includes('"p25":null,'));
  assert(text.includes('"top":[{"value":9007199254740993,"count":1}]'));
  const parsed = JSON.parse(text);
  assertEquals(Object.keys(parsed), [
    "version",
    "source",
    "rows",
    "columns",
    "engine",
    "elapsedMs",
    "rowsPerSecond",
    "bytesPerSecond",
  ]);
  assertEquals(parsed.source.blake3, null);
  assertEquals(text.includes("\n"), false);
});

Deno.test("fit() measures as a terminal does", () => {
  assertEquals(fit("short", 5), "short");
  assertEquals(fit("too long", 5), "too …");
  assertEquals(fit("東京都庁", 5), "東京…");
  assertEquals(displayWidth("東京e\u0301🛬"), 7);
  assertEquals(fit(`e${"\u0301".repeat(50)}x`, 3), `e${"\u0301".repeat(4)}x`);
  assertEquals(fit("\u0301a", 3), "a");
  assertEquals(fit("tab\there", 20), "tab\\there");
  assertEquals(padEnd("東", 4) + "|", "東  |");
  assertEquals(padStart("東", 4), "  東");
});

Deno.test("figures read well", () => {
  assertEquals(countText(2002), "2002");
  assertEquals(countText(-1234567n), "-1,234,567");
  assertEquals(numberText(5567.3512, 12), "5567.35");
  assertEquals(numberText(1234567.891, 12), "1,234,568");
  assertEquals(numberText(0.00001234, 12), "1.234e-5");
  assertEquals(numberText(2.5e300, 12), "2.5e+300");
  assertEquals(numberText(1234567890123, 13), "1234567890123");
  assertEquals(numberText(9223372036854775807n, 9), "9.22e+18");
  assertEquals(numberText(Infinity, 12), "Infinity");
  assertEquals(numberText(0.1, 12), "0.1");
  assertEquals(
    [shareText(0, 9), shareText(9, 9), shareText(1, 9999)],
    ["0%", "100%", "<0.1%"],
  );
  assertEquals(shareText(9998, 9999), ">99.9%");
  assertEquals(shareText(1, 3), "33%");
  assertEquals(shareText(1, 30), "3.3%");
  assertEquals([bytesText(12), bytesText(1234)], ["12 bytes", "1.23 kB"]);
  assertEquals([bytesText(5e12), bytesText(5e15)], ["5.00 TB", "5000 TB"]);
  assertEquals(numberText(-1.5e-300, 8), "-2e-300");
  assertEquals([durationText(0.5), durationText(61_000)], ["0.5 ms", "61.0 s"]);
});
