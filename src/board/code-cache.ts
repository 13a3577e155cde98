// Code that v86 compiled, by its bytes: CPUs that run the same program make the same modules, so one compilation serves all.

export class CodeCache {
  readonly #byHash = new Map<number, { readonly bytes: Uint8Array; readonly module: WebAssembly.Module }[]>();

  /** The module of these bytes, compiled at their first sight. */
  module(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
    const hash = fnv1a(bytes);
    const known = this.#byHash.get(hash) ?? [];
    const found = known.find((entry) => equal(entry.bytes, bytes));
    if (found) return found.module;
    const module = new WebAssembly.Module(bytes);
    this.#byHash.set(hash, [...known, { bytes, module }]);
    return module;
  }
}

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
