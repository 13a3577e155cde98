// The code that one v86 instance has compiled: modules in its function table, bound to the bank in the shared window.
import type { CodeCache } from './code-cache.ts';

/** Entries that the emulator's own functions take in its table, and those for compiled code (const.js, jit.rs of v86). */
const TABLE_OWN = 1024;
const TABLE_COMPILED = 900;

/** Index in the table, start and flags: what v86 names a piece of compiled code by. */
export type CodeName = readonly [index: number, start: number, flags: number];

export class CompiledCode {
  readonly table = new WebAssembly.Table({ element: 'anyfunc', initial: TABLE_OWN + TABLE_COMPILED });
  readonly #cache: CodeCache | undefined;
  /** Code in use, by its index, with an instance for each bank that it ran with. */
  readonly #inUse = new Map<
    number,
    { module: WebAssembly.Module; byBank: (WebAssembly.Instance | undefined)[] }
  >();
  #imports: readonly WebAssembly.ModuleImports[] = [];
  #bank = 0;
  #new: CodeName[] = [];

  constructor(cache: CodeCache | undefined) {
    this.#cache = cache;
  }

  /** What compiled code imports, for each bank; code that exists is bound anew. */
  bind(imports: readonly WebAssembly.ModuleImports[]): void {
    this.#imports = imports;
    for (const [index, code] of this.#inUse) {
      code.byBank.length = 0;
      this.#install(index);
    }
  }

  selectBank(bank: number): void {
    this.#bank = bank;
    for (const index of this.#inUse.keys()) this.#install(index);
  }

  /** Compiles at once, for two runs to be the same. v86 may only be told after it let go of its own lock: takeNew(). */
  compile(name: CodeName, code: Uint8Array<ArrayBuffer>): void {
    const module = this.#cache?.module(code) ?? new WebAssembly.Module(code);
    this.#inUse.set(name[0], { module, byBank: [] });
    this.#install(name[0]);
    this.#new.push(name);
  }

  clear(index: number): void {
    this.#inUse.delete(index);
    this.table.set(index + TABLE_OWN, null);
  }

  /** Code that v86 has not been told of yet. */
  takeNew(): readonly CodeName[] {
    const names = this.#new;
    if (names.length > 0) this.#new = [];
    return names;
  }

  /** Puts compiled code into the table, bound to the window's bank. */
  #install(index: number): void {
    const code = this.#inUse.get(index);
    if (code === undefined) return;
    code.byBank[this.#bank] ??= new WebAssembly.Instance(code.module, {
      e: this.#imports[this.#bank] ?? {},
    });
    this.table.set(index + TABLE_OWN, code.byBank[this.#bank]?.exports['f']);
  }
}
