/**
 * CSV that is hard on readers of quotes, from a seed: every text is quoted,
 * and holds commas, line breaks and doubled quotes in a third of all rows.
 *
 * @module
 */

import { dataFile } from "./_file.ts";
import { Random } from "./_random.ts";

const HEADER = "id,name,street,comment,distance,price\n";
const NAMES = "Anna,Bob,Chloé,Dmitri,Esra,Fatou,Göran,Hui,Ines,Jörg".split(",");
const STREETS = "High Street,Rue de l'Église,Lange Gasse,Via Roma".split(",");
const WORDS = [
  "asked for a call back,wants the blue one,no answer at the door",
  "paid in cash,left with the neighbour,complained about the noise",
].join(",").split(",");

/** A comment; now and then with all that needs quotes. */
function comment(random: Random): string {
  const [one, other] = [random.pick(WORDS), random.pick(WORDS)];
  switch (random.below(9)) {
    case 0:
      return `""${one}"", ${other}`;
    case 1:
      return `${one}\n${other}, ""urgent""`;
    case 2:
      return `${one}, ${other}`;
    default:
      return one;
  }
}

function row(random: Random, id: number): string {
  const name = `${random.pick(NAMES)} ""${random.pick(NAMES)}""`;
  const person = random.below(10) > 0 ? random.pick(NAMES) : name;
  const street = `${random.pick(STREETS)} ${1 + random.below(200)}`;
  const distance = 1 + random.below(4900);
  const price = `${random.below(900)}.${10 + random.below(90)}`;
  return `${id},"${person}","${street}","${comment(random)}",` +
    `${distance},${price}\n`;
}

/**
 * Generates the data set in chunks of about 64 KiB.
 *
 * @param bytes The size to reach; the last row is whole.
 * @param seed The seed.
 * @returns The chunks.
 */
export function* quoted(
  bytes: number,
  seed: number = 1,
): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const random = new Random(seed);
  let text = HEADER;
  let done = 0;
  for (let id = 0; done + text.length < bytes; id++) {
    text += row(random, id);
    if (text.length < 65_536) continue;
    yield encoder.encode(text);
    done += text.length;
    text = "";
  }
  yield encoder.encode(text);
}

/**
 * The data set as a file, generated on first use.
 *
 * @param megabytes Its size in 10^6 bytes.
 * @returns The path.
 */
export async function quotedFile(megabytes: number): Promise<string> {
  return await dataFile(
    `quoted-${megabytes}MB.csv`,
    () => quoted(megabytes * 1e6),
  );
}
