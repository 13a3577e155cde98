// The shared window: physical addresses of a guest at which memory of the whole machine stands. v86 asks its host for each
// access outside RAM; the functions that answer for the window are WebAssembly, called from v86's without JavaScript between.
import { COMPILED, dispatchModule, helperModule, IMPORTS, outsideName } from './window-module.ts';

/** The helper modules, compiled: to be shared by every CPU of a process. */
export interface WindowModules {
  readonly imports: WebAssembly.Module;
  readonly compiled: WebAssembly.Module;
  readonly dispatch: WebAssembly.Module;
}

/** Compiles the helpers; `shared` as the window's memory is. */
export function windowModules(shared = true): WindowModules {
  return {
    imports: new WebAssembly.Module(helperModule(IMPORTS, false, shared)),
    compiled: new WebAssembly.Module(helperModule(COMPILED, true, shared)),
    dispatch: new WebAssembly.Module(dispatchModule()),
  };
}

/** One bank of memory at one place. */
export interface WindowBank {
  readonly base: number;
  readonly memory: WebAssembly.Memory;
}

/** The memory imports of a v86 instance with the bank behind them; `outside` answers for the rest. */
export function windowImports(
  module: WebAssembly.Module,
  bank: WindowBank,
  outside: WebAssembly.ModuleImports,
): WebAssembly.Exports {
  return new WebAssembly.Instance(module, { window: windowOf(bank), outside }).exports;
}

/** The functions that compiled code calls, likewise; `scratch` is the address of a page in the instance's memory. */
export function windowStores(
  module: WebAssembly.Module,
  bank: WindowBank,
  outside: WebAssembly.ModuleImports,
  scratch: number,
): WebAssembly.Exports {
  const window = { ...windowOf(bank), scratch };
  return new WebAssembly.Instance(module, { window, outside }).exports;
}

function windowOf(bank: WindowBank): WebAssembly.ModuleImports {
  return { memory: bank.memory, base: bank.base | 0, size: bank.memory.buffer.byteLength | 0 };
}

/** Memory imports that can be pointed at one bank after another, or at none. */
export class WindowSwitch {
  /** What v86 imports. */
  readonly imports: WebAssembly.ModuleImports;
  readonly #table = new WebAssembly.Table({ element: 'anyfunc', initial: IMPORTS.length });

  constructor(module: WebAssembly.Module, outside: WebAssembly.ModuleImports) {
    const instance = new WebAssembly.Instance(module, { window: { table: this.#table }, outside });
    this.imports = Object.fromEntries(IMPORTS.map(({ name }) => [name, instance.exports[name] ?? 0]));
    IMPORTS.forEach(({ name }, i) => this.#table.set(i, instance.exports[outsideName(name)]));
  }

  /** From now on these functions answer: windowImports() of a bank. */
  point(to: WebAssembly.Exports): void {
    IMPORTS.forEach(({ name }, i) => this.#table.set(i, to[name]));
  }
}
