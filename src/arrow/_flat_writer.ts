/**
 * Writes FlatBuffers: a tree of tables, texts and vectors to bytes. Parents
 * stand before their children, so offsets are filled in when the child has
 * its place.
 *
 * Source: the FlatBuffers specification ("Internals").
 *
 * @module
 */

/** A node of the tree. */
export type FlatNode =
  | { readonly fields: readonly (FlatValue | null)[] }
  | { readonly text: string }
  | { readonly nodes: readonly FlatNode[] }
  /** A vector of structs, each of so many 64-bit integers. */
  | { readonly structs: readonly number[]; readonly width: number };

/** A field's value: an integer of some bytes, or another node. */
export type FlatValue =
  | { readonly bytes: 1 | 2 | 4 | 8; readonly value: number }
  | { readonly node: FlatNode };

/** A byte or a boolean. */
export function int8(value: number): FlatValue {
  return { bytes: 1, value };
}

/** A 16-bit integer. */
export function int16(value: number): FlatValue {
  return { bytes: 2, value };
}

/** A 32-bit integer. */
export function int32(value: number): FlatValue {
  return { bytes: 4, value };
}

/** A 64-bit integer. */
export function int64(value: number): FlatValue {
  return { bytes: 8, value };
}

/** A table; null is a field that has its default. */
export function table(...fields: (FlatValue | null)[]): FlatValue {
  return { node: { fields } };
}

/** A text. */
export function text(value: string): FlatValue {
  return { node: { text: value } };
}

/** A vector of tables. */
export function tables(values: readonly FlatValue[]): FlatValue {
  const nodes = values.map((value) => "node" in value ? value.node : NO_NODE);
  return { node: { nodes } };
}

/** A vector of structs of 64-bit integers. */
export function structs(values: readonly number[], width: number): FlatValue {
  return { node: { structs: values, width } };
}

const NO_NODE: FlatNode = { fields: [] };
const ENCODER = new TextEncoder();

/** The bytes of a tree, a multiple of eight. */
export function flatBytes(root: FlatValue): Uint8Array<ArrayBuffer> {
  const writer = new FlatWriter();
  writer.patchLater(writer.reserve(4, 4), "node" in root ? root.node : NO_NODE);
  writer.writePending();
  return writer.bytes();
}

/** Bytes under construction. */
class FlatWriter {
  #view = new DataView(new ArrayBuffer(1024));
  #length = 0;
  /** Nodes without a place, and where their offsets are to stand. */
  #pending: { at: number; node: FlatNode }[] = [];

  /** The bytes, padded with zeros. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.reserve(0, 8);
    return new Uint8Array(this.#view.buffer, 0, this.#length);
  }

  /** Room at a multiple of `align`, filled with zeros. */
  reserve(size: number, align: number): number {
    const at = Math.ceil(this.#length / align) * align;
    this.#length = at + size;
    if (this.#length > this.#view.byteLength) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  /** A node whose offset is to stand at a position. */
  patchLater(at: number, node: FlatNode): void {
    this.#pending.push({ at, node });
  }

  /** Gives every node its place; children wait behind their parents. */
  writePending(): void {
    for (let index = 0; index < this.#pending.length; index++) {
      const { at, node } = this.#pending[index]!;
      const start = this.#node(node);
      this.#view.setUint32(at, start - at, true);
    }
  }

  #node(node: FlatNode): number {
    if ("fields" in node) return this.#table(node.fields);
    if ("text" in node) return this.#text(node.text);
    if ("nodes" in node) return this.#nodes(node.nodes);
    const { structs, width } = node;
    // The length stands before the first integer, which needs eight.
    const start = this.reserve(0, 8) + 4;
    this.reserve(8 + 8 * structs.length, 8);
    this.#view.setUint32(start, structs.length / width, true);
    structs.forEach((value, index) =>
      this.#int64(start + 4 + 8 * index, value)
    );
    return start;
  }

  #table(fields: readonly (FlatValue | null)[]): number {
    const offsets: number[] = [];
    // The table begins with the way back to the list of its fields.
    let size = 4;
    for (const field of fields) {
      const bytes = field === null ? 0 : "node" in field ? 4 : field.bytes;
      if (bytes > 0) size = Math.ceil(size / bytes) * bytes;
      offsets.push(bytes === 0 ? 0 : size);
      size += bytes;
    }
    const list = this.reserve(4 + 2 * fields.length, 2);
    const at = this.reserve(size, 8);
    this.#view.setUint16(list, 4 + 2 * fields.length, true);
    this.#view.setUint16(list + 2, size, true);
    offsets.forEach((offset, index) =>
      this.#view.setUint16(list + 4 + 2 * index, offset, true)
    );
    this.#view.setInt32(at, at - list, true);
    fields.forEach((field, index) => {
      if (field !== null) this.#field(at + offsets[index]!, field);
    });
    return at;
  }

  #field(at: number, field: FlatValue): void {
    if ("node" in field) return this.patchLater(at, field.node);
    switch (field.bytes) {
      case 1:
        return this.#view.setInt8(at, field.value);
      case 2:
        return this.#view.setInt16(at, field.value, true);
      case 4:
        return this.#view.setInt32(at, field.value, true);
      case 8:
        return this.#int64(at, field.value);
    }
  }

  #int64(at: number, value: number): void {
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setInt32(at + 4, Math.floor(value / 2 ** 32), true);
  }

  #text(value: string): number {
    const bytes = ENCODER.encode(value);
    // A zero ends the text, for readers in C.
    const start = this.reserve(4 + bytes.length + 1, 4);
    this.#view.setUint32(start, bytes.length, true);
    new Uint8Array(this.#view.buffer).set(bytes, start + 4);
    return start;
  }

  #nodes(nodes: readonly FlatNode[]): number {
    const start = this.reserve(4 + 4 * nodes.length, 4);
    this.#view.setUint32(start, nodes.length, true);
    nodes.forEach((node, index) =>
      this.patchLater(start + 4 + 4 * index, node)
    );
    return start;
  }
}
