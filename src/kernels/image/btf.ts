// BTF, the kernel's own description of its types (Documentation/bpf/btf.rst): sizes of structs, places of members, enum values.
import { badImage, type Bytes, type WordBytes } from './bytes.ts';

const MAGIC = 0xeb9f;
const HEADER = 24;
const MAX_TYPES = 2_000_000;

// Kinds, in the upper half of each type's info word.
const INT = 1;
const ARRAY = 3;
const STRUCT = 4;
const UNION = 5;
const ENUM = 6;
const TYPEDEF = 8;
const VOLATILE = 9;
const CONST = 10;
const RESTRICT = 11;
const FUNC_PROTO = 13;
const VAR = 14;
const DATASEC = 15;
const FLOAT = 16;
const DECL_TAG = 17;
const TYPE_TAG = 18;
const ENUM64 = 19;
const LAST_KIND = 19;
const POINTER = 2;

/** Bytes that follow a type's own 12, by its kind, and for each of its members. */
const EXTRA: Readonly<Record<number, number>> = { [INT]: 4, [ARRAY]: 12, [VAR]: 4, [DECL_TAG]: 4 };
const EACH: Readonly<Record<number, number>> = {
  [STRUCT]: 12,
  [UNION]: 12,
  [ENUM]: 8,
  [FUNC_PROTO]: 8,
  [DATASEC]: 12,
  [ENUM64]: 12,
};

/** A struct's size and where its members are. Members of unnamed unions and structs in it count as its own. */
export interface StructLayout {
  /** Bytes. */
  readonly size: number;
  /** Byte offsets by name; bit fields are left out. */
  readonly offsets: Readonly<Record<string, number>>;
}

/** The types of a kernel. */
export class Btf {
  readonly #bytes: Bytes;
  readonly #strings: Bytes;
  /** Where each type is; type numbers begin at 1. */
  readonly #types: Uint32Array;
  readonly #named = new Map<string, number>();
  readonly #wordBytes: WordBytes;

  /** @throws InputError 'image' where the section is damaged */
  constructor(bytes: Bytes, wordBytes: WordBytes = 8) {
    this.#wordBytes = wordBytes;
    if (bytes.u16(0) !== MAGIC) throw badImage('BTF: no BTF magic: expected little-endian BTF');
    const header = bytes.u32(4);
    if (header < HEADER) throw badImage(`BTF: header of ${header} bytes: expected ${HEADER}`);
    this.#bytes = bytes.part(header + bytes.u32(8), bytes.u32(12), 'BTF types');
    this.#strings = bytes.part(header + bytes.u32(16), bytes.u32(20), 'BTF strings');
    const types = [0];
    for (let at = 0; at < this.#bytes.length;) {
      types.push(at);
      if (types.length > MAX_TYPES) throw badImage(`BTF: more than ${MAX_TYPES} types`);
      const info = this.#bytes.u32(at + 4);
      const kind = (info >>> 24) & 0x1f;
      if (kind === 0 || kind > LAST_KIND)
        throw badImage(`BTF: type ${types.length - 1} of kind ${kind}: expected 1 to 19`);
      at += 12 + (EXTRA[kind] ?? 0) + (EACH[kind] ?? 0) * (info & 0xffff);
    }
    this.#types = Uint32Array.from(types);
    for (let id = 1; id < types.length; id++) {
      const kind = this.#kind(id);
      if (kind !== STRUCT && kind !== UNION && kind !== ENUM && kind !== ENUM64 && kind !== TYPEDEF) continue;
      const name = this.#name(this.#at(id));
      if (name !== '' && !this.#named.has(`${tag(kind)} ${name}`))
        this.#named.set(`${tag(kind)} ${name}`, id);
    }
  }

  /** Bytes of a struct, union or typedef; undefined where the kernel has none of that name. */
  sizeof(name: string): number | undefined {
    const id = this.#named.get(`struct ${name}`) ?? this.#named.get(`typedef ${name}`);
    return id === undefined ? undefined : this.#size(id, 0);
  }

  /** A struct's layout; undefined where the kernel has none of that name. */
  layout(name: string): StructLayout | undefined {
    const id = this.#named.get(`struct ${name}`);
    if (id === undefined) return undefined;
    const offsets: Record<string, number> = Object.create(null);
    this.#members(id, 0, offsets, 0);
    return { size: this.#size(id, 0), offsets };
  }

  /** An enum's names and values. */
  enumValues(name: string): ReadonlyMap<string, number> | undefined {
    const id = this.#named.get(`enum ${name}`);
    if (id === undefined) return undefined;
    const at = this.#at(id);
    const wide = this.#kind(id) === ENUM64;
    const values = new Map<string, number>();
    for (let i = 0; i < this.#count(id); i++) {
      const member = at + 12 + i * (wide ? 12 : 8);
      values.set(this.#name(member), this.#bytes.i32(member + 4));
    }
    return values;
  }

  #at(id: number): number {
    const at = this.#types[id];
    if (at === undefined || id === 0)
      throw badImage(`BTF: type ${id}: expected 1 to ${this.#types.length - 1}`);
    return at;
  }

  #kind(id: number): number {
    return (this.#bytes.u32(this.#at(id) + 4) >>> 24) & 0x1f;
  }

  #count(id: number): number {
    return this.#bytes.u32(this.#at(id) + 4) & 0xffff;
  }

  /** The name at the beginning of a type or member. */
  #name(at: number): string {
    return this.#strings.text(this.#bytes.u32(at), 512);
  }

  #size(id: number, depth: number): number {
    if (depth > 32) throw badImage(`BTF: type ${id}: refers to itself`);
    const at = this.#at(id);
    switch (this.#kind(id)) {
      case INT:
      case STRUCT:
      case UNION:
      case ENUM:
      case ENUM64:
      case FLOAT:
        return this.#bytes.u32(at + 8);
      case POINTER:
        return this.#wordBytes;
      case ARRAY:
        return this.#bytes.u32(at + 20) * this.#size(this.#bytes.u32(at + 12), depth + 1);
      case TYPEDEF:
      case VOLATILE:
      case CONST:
      case RESTRICT:
      case TYPE_TAG:
        return this.#size(this.#bytes.u32(at + 8), depth + 1);
      default:
        return 0;
    }
  }

  #members(id: number, base: number, offsets: Record<string, number>, depth: number): void {
    if (depth > 16) throw badImage(`BTF: type ${id}: refers to itself`);
    const at = this.#at(id);
    const bitfields = this.#bytes.u32(at + 4) >>> 31 === 1;
    for (let i = 0; i < this.#count(id); i++) {
      const member = at + 12 + i * 12;
      const name = this.#name(member);
      const type = this.#bytes.u32(member + 4);
      const place = this.#bytes.u32(member + 8);
      const bits = bitfields ? place & 0xffffff : place;
      if (bits % 8 !== 0 || (bitfields && place >>> 24 !== 0)) continue;
      if (name !== '') offsets[name] ??= base + bits / 8;
      else if (this.#kind(type) === STRUCT || this.#kind(type) === UNION)
        this.#members(type, base + bits / 8, offsets, depth + 1);
    }
  }
}

/** The name space that a kind's names are in. */
function tag(kind: number): string {
  if (kind === ENUM || kind === ENUM64) return 'enum';
  return kind === TYPEDEF ? 'typedef' : 'struct';
}
