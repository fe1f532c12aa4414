/**
 * Writes tests/vectors/csv_spectrum.json: the cases of the npm package
 * csv-spectrum 2.0.0 (BSD-2-Clause), each a CSV file and its rows.
 *
 * Run from the project's root:
 * `deno run -A tools/vectors/csv_spectrum.ts`.
 *
 * @module
 */

import spectrum from "npm:csv-spectrum@2.0.0";

interface Case {
  name: string;
  csv: Uint8Array;
  json: Uint8Array;
}

const cases = await new Promise<Case[]>((resolve, reject) => {
  const read = spectrum as unknown as (
    done: (error: unknown, cases: Case[]) => void,
  ) => void;
  read((error, found) => error ? reject(error) : resolve(found));
});
const decoder = new TextDecoder();
const out = cases.map(({ name, csv, json }) => ({
  name,
  csv: decoder.decode(csv),
  rows: JSON.parse(decoder.decode(json)) as unknown,
}));
await Deno.writeTextFile(
  "tests/vectors/csv_spectrum.json",
  JSON.stringify(out, null, 2) + "\n",
);
