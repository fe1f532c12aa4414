/**
 * A flights-like data set from a seed: quoted text with commas and line
 * breaks, dates, timestamps, whole numbers, decimals, nulls. As CSV and as
 * NDJSON, of any size, written once to `bench/data/out/`.
 *
 * @module
 */

import { dataFile } from "./_file.ts";
import { Random } from "./_random.ts";

/** The forms of the data set. */
export type FlightsForm = "csv" | "ndjson";

const CARRIERS = ["AA", "AS", "B6", "DL", "F9", "HA", "NK", "UA", "WN"];
const AIRPORTS = [
  "ATL,BOS,CLT,DCA,DEN,DFW,DTW,EWR,FLL,HNL,IAD,IAH,JFK,LAS,LAX,LGA,MCO,MDW",
  "MIA,MSP,ORD,PDX,PHL,PHX,SAN,SEA,SFO,SLC,TPA",
].join(",").split(",");
const WORDS = [
  "late inbound aircraft,crew change,weather at origin,gate held,de-icing",
  "runway closed,fuel,cleaning,missing bag,security,line of storms,fog",
].join(",").split(",");

const HEADER = "flight_date,scheduled,carrier,route,number,delay,distance," +
  "fare,remark\n";
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2019, 0, 1);

interface Flight {
  readonly date: string;
  readonly scheduled: string;
  readonly carrier: string;
  readonly route: string;
  readonly number: number;
  readonly delay: number | null;
  readonly distance: number;
  readonly fare: string;
  readonly remark: string | null;
}

function flight(random: Random): Flight {
  const timeMs = FIRST_DAY + random.below(5 * 365) * DAY_MS +
    random.below(86_400) * 1000;
  const iso = new Date(timeMs).toISOString();
  const cents = String(random.below(100)).padStart(2, "0");
  const remark = random.below(8) > 0 ? null : [
    random.pick(WORDS),
    random.pick(WORDS),
    `bay ${random.below(400)}`,
  ].join(random.below(4) > 0 ? ", " : "\n");
  return {
    date: iso.slice(0, 10),
    scheduled: iso.slice(0, 19),
    carrier: random.pick(CARRIERS),
    route: `${random.pick(AIRPORTS)}-${random.pick(AIRPORTS)}`,
    number: 1 + random.below(7999),
    delay: random.below(20) === 0 ? null : random.below(240) - 40,
    distance: 80 + random.below(4900),
    fare: `${20 + random.below(1500)}.${cents}`,
    remark,
  };
}

function csvRow(row: Flight): string {
  const remark = row.remark === null ? "" : `"${row.remark}"`;
  return `${row.date},${row.scheduled},${row.carrier},"${row.route}",` +
    `${row.number},${row.delay ?? ""},${row.distance},${row.fare},${remark}\n`;
}

function ndjsonRow(row: Flight): string {
  return `{"flight_date":"${row.date}","scheduled":"${row.scheduled}",` +
    `"carrier":"${row.carrier}","number":${row.number},` +
    `"delay":${row.delay},"distance":${row.distance},"fare":${row.fare},` +
    `"remark":${JSON.stringify(row.remark)}}\n`;
}

/**
 * Generates the data set in chunks of about 64 KiB.
 *
 * @param form CSV or NDJSON.
 * @param bytes The size to reach; the last row is whole.
 * @param seed The seed.
 * @returns The chunks.
 */
export function* flights(
  form: FlightsForm,
  bytes: number,
  seed: number = 1,
): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const random = new Random(seed);
  const toRow = form === "csv" ? csvRow : ndjsonRow;
  let text = form === "csv" ? HEADER : "";
  let done = 0;
  while (done + text.length < bytes) {
    text += toRow(flight(random));
    if (text.length < 65_536) continue;
    yield encoder.encode(text);
    done += text.length;
    text = "";
  }
  yield encoder.encode(text);
}

/**
 * The data set as bytes in memory.
 *
 * @param form CSV or NDJSON.
 * @param bytes The size to reach.
 * @param seed The seed.
 * @returns The bytes.
 */
export function flightsBytes(
  form: FlightsForm,
  bytes: number,
  seed: number = 1,
): Uint8Array<ArrayBuffer> {
  const chunks = [...flights(form, bytes, seed)];
  const all = new Uint8Array(
    chunks.reduce((total, chunk) => total + chunk.length, 0),
  );
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/**
 * The data set as a file, generated on first use.
 *
 * @param form CSV or NDJSON.
 * @param megabytes Its size in 10^6 bytes.
 * @returns The path.
 */
export async function flightsFile(
  form: FlightsForm,
  megabytes: number,
): Promise<string> {
  return await dataFile(
    `flights-${megabytes}MB.${form}`,
    () => flights(form, megabytes * 1e6),
  );
}
