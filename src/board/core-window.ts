// The shared window of one core: what its module imports for accesses to memory, and what its compiled code does.
import { windowImports, windowStores, WindowSwitch } from './window.ts';
import type { WindowModules } from './window.ts';

/** Memory of the host's that stands in a window of the guest's addresses, one bank at a time, the first at the start. */
export interface CoreWindow {
  readonly modules: WindowModules;
  /** Physical address, a multiple of 4 KiB past RAM. */
  readonly base: number;
  readonly banks: readonly WebAssembly.Memory[];
  /** Compiled code stores straight to the window: twice as fast, and wrong in a guest that pages. */
  readonly direct: boolean;
}

export class WindowOfCore {
  readonly #outside: WebAssembly.ModuleImports;
  #window: CoreWindow | undefined;
  #banks: readonly WebAssembly.Exports[] = [];
  #switch: WindowSwitch | undefined;
  #bank = 0;
  /** v86's memory imports. */
  readonly imports: WebAssembly.ModuleImports;

  /** `outside` answers for the rest; with modules alone, attach() will bring the window. */
  constructor(
    outside: WebAssembly.ModuleImports,
    window: CoreWindow | { readonly modules: WindowModules } | undefined,
  ) {
    this.#outside = outside;
    this.imports = outside;
    if (window === undefined) return;
    if ('banks' in window) this.#setBanks(window);
    const [first] = this.#banks;
    if (first && this.#banks.length === 1) {
      this.imports = { ...first };
      return;
    }
    // Where it comes later or has banks, a switch comes first.
    this.#switch = new WindowSwitch(window.modules.dispatch, outside);
    if (first) this.#switch.point(first);
    this.imports = this.#switch.imports;
  }

  attach(window: CoreWindow): void {
    this.#setBanks(window);
    this.selectBank(this.#bank);
  }

  #setBanks(window: CoreWindow): void {
    const { base, modules } = window;
    this.#window = window;
    this.#banks = window.banks.map((memory) =>
      windowImports(modules.imports, { base, memory }, this.#outside),
    );
  }

  selectBank(bank: number): void {
    this.#bank = bank;
    const imports = this.#banks[bank];
    if (imports) this.#switch?.point(imports);
  }

  /** Whether compiled code shall store to the window by itself. */
  get direct(): boolean {
    return this.#window?.direct ?? false;
  }

  /** What compiled code imports, for each bank: `own`, but for the stores. `scratch`: a page that may be written to. */
  importsOfCode(own: WebAssembly.ModuleImports, scratch: number): WebAssembly.ModuleImports[] {
    const window = this.#window;
    if (window === undefined || !window.direct) return (window?.banks ?? [null]).map(() => own);
    return window.banks.map((memory) => {
      const bank = { base: window.base, memory };
      return { ...own, ...windowStores(window.modules.compiled, bank, own, scratch) };
    });
  }
}
