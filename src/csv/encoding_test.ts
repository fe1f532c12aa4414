/** Encodings other than UTF-8, in every split, and what is no character. */

import { assertEquals, assertThrows } from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import type { ReadCsvOptions } from "./options.ts";
import { readCsv, readCsvSync } from "./read.ts";

const TEXT = 'Name,Wert\nZürich,"1\n€"\n日本,😀\n';
const ROWS = [{ Name: "Zürich", Wert: "1\n€" }, { Name: "日本", Wert: "😀" }];

function utf16(text: string, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let index = 0; index < text.length; index++) {
    view.setUint16(2 * index, text.charCodeAt(index), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

/** Reads bytes whole and in streams of every chunk size. */
async function everyWay(
  bytes: Uint8Array<ArrayBuffer>,
  options: ReadCsvOptions,
  rows: object[],
): Promise<void> {
  assertEquals(readCsvSync(bytes, options).toObjects(), rows);
  for (let chunk = 1; chunk <= bytes.length; chunk++) {
    const table = await readCsv(streamOf(bytes, chunk), options);
    assertEquals(table.toObjects(), rows, `chunks of ${chunk}`);
  }
}

testEngines(
  "encoding: UTF-16 by option, and by its mark alone",
  async (engine) => {
    for (const littleEndian of [true, false]) {
      const encoding = littleEndian ? "utf-16le" : "utf-16be";
      await everyWay(utf16(TEXT, littleEndian), { engine, encoding }, ROWS);
      await everyWay(utf16("\ufeff" + TEXT, littleEndian), { engine }, ROWS);
      await everyWay(
        utf16("\ufeff" + TEXT, littleEndian),
        { engine, encoding: "latin1" },
        ROWS,
      );
    }
  },
);

testEngines("encoding: a mark of UTF-8 wins", async (engine) => {
  const bytes = bytesOf("\ufeff" + TEXT);
  for (const encoding of ["latin1", "utf-16le", "utf-8"] as const) {
    await everyWay(bytes, { engine, encoding }, ROWS);
  }
});

testEngines(
  "encoding: latin1 is ISO 8859-1, not windows-1252",
  async (engine) => {
    const bytes = new Uint8Array(257);
    bytes[0] = 97;
    bytes[1] = 10;
    let text = "";
    let length = 2;
    for (let byte = 0x80; byte <= 0xFF; byte++) {
      bytes[length++] = byte;
      text += String.fromCharCode(byte);
    }
    await everyWay(bytes.slice(0, length), { engine, encoding: "latin1" }, [
      { a: text },
    ]);
  },
);

testEngines("encoding: positions count the bytes of UTF-8", (engine) => {
  const bytes = utf16("\ufeffé,b\n€\n", true);
  const error = assertThrows(() => readCsvSync(bytes, { engine }), ParseError);
  assertEquals([error.code, error.line, error.byteOffset], [
    "RAGGED_ROW",
    2,
    5,
  ]);
});

testEngines("encoding: lone surrogates and half units", async (engine) => {
  const cases: [Uint8Array<ArrayBuffer>, number, string][] = [
    [utf16("a\nx\ud800y\n", true), 3, "x\ufffdy"],
    [utf16("a\nx\udc00y\n", true), 3, "x\ufffdy"],
    [utf16("a\nx\ud800", true), 3, "x\ufffd"],
    [utf16("a\nx\n", true).slice(0, -1), 3, "x\ufffd"],
  ];
  for (const [bytes, offset, text] of cases) {
    const options = { engine, encoding: "utf-16le" } as const;
    const error = assertThrows(() => readCsvSync(bytes, options), ParseError);
    assertEquals([error.code, error.byteOffset], ["INVALID_UTF8", offset]);
    await everyWay(bytes, { ...options, invalidUtf8: "replace" }, [{
      a: text,
    }]);
  }
});

testEngines(
  "encoding: UTF-16 without a mark is refused by default",
  (engine) => {
    const error = assertThrows(
      () => readCsvSync(utf16("a,b\n1,2\n", true), { engine }),
      ParseError,
    );
    assertEquals([error.code, error.byteOffset], ["NUL_BYTE", 1]);
  },
);

testEngines(
  "invalidUtf8: replaces as the Encoding Standard says",
  async (engine) => {
    const bytes = Uint8Array.of(
      ...[97, 10, 0xE2, 0x82, 120, 0xF0, 0x9F, 0x98, 10, 0xC0, 0xAF, 10],
    );
    await everyWay(bytes, { engine, invalidUtf8: "replace" }, [
      { a: "\ufffdx\ufffd" },
      { a: "\ufffd\ufffd" },
    ]);
  },
);

testEngines("encoding: files and empty inputs", async (engine) => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeFile(path, utf16("\ufeff" + TEXT, true));
    assertEquals((await readCsv(path, { engine })).toObjects(), ROWS);
    for (const bytes of [[], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0xFF]]) {
      await Deno.writeFile(path, Uint8Array.from(bytes));
      const read = readCsv(path, { engine, invalidUtf8: "replace" });
      assertEquals((await read).numRows, 0);
    }
  } finally {
    await Deno.remove(path);
  }
});
