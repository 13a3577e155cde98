// An input on its way in: checked as it comes, so that nothing without end is waited for.
import { concatBytes } from '../../lib/bytes.ts';
import { InputError } from '../../lib/input-error.ts';
import { looksLikeKernelLog, utf16Of } from './text.ts';
import { compressionOf, refusePacked } from './unpack.ts';
import { INPUT_LIMITS, tooLarge, type InputKind } from './input-limits.ts';

/** A pipe that brings nothing for so long is given up. */
const DEADLINE_MS = 10_000;
/** As much of an input as tells what it is. */
const HEAD = 1024 * 1024;

export interface ReadInputOptions {
  /** Refuses bytes that no text has as soon as they come. */
  readonly text?: boolean;
  readonly deadlineMs?: number;
}

/** What has come so far, checked as it comes. */
export class Received {
  readonly name: string;
  readonly deadlineMs: number;
  readonly #kind: InputKind;
  readonly #text: boolean;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #mayHoldNul = false;

  constructor(name: string, kind: InputKind, { text = false, deadlineMs = DEADLINE_MS }: ReadInputOptions) {
    this.name = name;
    this.#kind = kind;
    this.#text = text;
    this.deadlineMs = deadlineMs;
  }

  add(chunk: Uint8Array): void {
    const nul = this.#text && !this.#mayHoldNul ? chunk.indexOf(0) : -1;
    if (nul !== -1) this.#checkNul(chunk, nul);
    this.#length += chunk.length;
    if (this.#length > INPUT_LIMITS[this.#kind])
      throw tooLarge(this.name, this.#kind, `more than ${INPUT_LIMITS[this.#kind]} bytes`);
    this.#chunks.push(chunk);
  }

  /** What has NUL bytes and is text all the same: UTF-16, a compressed log, a kernel log after a crash. Decided once. */
  #checkNul(chunk: Uint8Array, nul: number): void {
    const head = concatBytes([...this.#chunks, chunk]).subarray(0, HEAD);
    this.#mayHoldNul =
      utf16Of(head) !== null ||
      compressionOf(head) !== null ||
      looksLikeKernelLog(new TextDecoder().decode(head));
    refusePacked(head, this.name);
    if (!this.#mayHoldNul)
      throw new InputError('file', `${this.name}: not a text file: byte ${this.#length + nul} is 0`);
  }

  bytes(): Uint8Array {
    const [first, ...more] = this.#chunks;
    if (first !== undefined && more.length === 0) return first;
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

/** For a pipe that brought nothing until the deadline. */
export function tooLate({ name, deadlineMs }: Received): InputError {
  return new InputError(
    'file',
    `${name}: nothing came for ${deadlineMs / 1000} s: expected a pipe that somebody writes to`,
  );
}
