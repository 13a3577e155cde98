// The form that says what to boot: a built-in machine or one's own text, a kernel, parameters; and the link that carries all that.
import { BUILTIN_BUILDS } from '../kernels/builds.ts';
import { KERNEL_NAMES } from '../kernels/named.ts';
import { BUILTIN_NAMES } from '../machine/builtin/list.ts';
import type { Wanted } from './protocol.ts';
import { decodeShared, encodeShared, type Shared } from './share.ts';
import { wireDrop } from './view/chrome.ts';
import { byId } from './view/dom.ts';

/** What is booted first. */
const FIRST = 'skylake-768g';

export interface MachineFormOptions {
  /** Threads a node; null for what the architecture says. */
  readonly boot: (wanted: Wanted, cap: number | null) => void;
  /** Asks for the text of a built-in machine. */
  readonly describe: (name: string) => void;
}

export class MachineForm {
  readonly #builtin = byId('builtin', HTMLSelectElement);
  readonly #kernel = byId('kernel', HTMLSelectElement);
  readonly #append = byId('append', HTMLInputElement);
  readonly #text = byId('text', HTMLTextAreaElement);
  readonly #own = byId('own', HTMLDetailsElement);
  readonly #options: MachineFormOptions;

  constructor(options: MachineFormOptions) {
    this.#options = options;
    for (const name of BUILTIN_NAMES) this.#builtin.add(new Option(name, name));
    addKernels(this.#kernel);
    byId('machine-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#boot({ kind: 'builtin', name: this.#builtin.value }, null);
    });
    byId('boot-text', HTMLButtonElement).addEventListener('click', () => this.#bootText('pasted text', null));
    byId('edit', HTMLButtonElement).addEventListener('click', () => options.describe(this.#builtin.value));
    const open = (file: File): void => void this.#open(file);
    byId('file', HTMLInputElement).addEventListener('change', (event) => {
      const file = event.target instanceof HTMLInputElement ? event.target.files?.[0] : undefined;
      if (file) open(file);
    });
    wireDrop(open);
  }

  /** A description to change. */
  set text(yaml: string) {
    this.#text.value = yaml;
  }

  /** Boots what the page's link carries, or the first machine; the sentence is for a link that carries nothing. */
  async start(hash: string): Promise<string> {
    const shared = await decodeShared(hash);
    this.#builtin.value = shared?.builtin ?? FIRST;
    if (shared === null) {
      this.#boot({ kind: 'builtin', name: FIRST }, null);
      return hash.startsWith('#m=')
        ? 'The link is damaged or holds too much: no machine comes out of it. A built-in one is booted instead.'
        : '';
    }
    this.#append.value = shared.append;
    const unknown = shared.kernel !== null && !KERNEL_NAMES.some((name) => name === shared.kernel);
    this.#kernel.value = unknown ? '' : (shared.kernel ?? '');
    if (shared.text === null) this.#boot({ kind: 'builtin', name: shared.builtin ?? FIRST }, shared.cap);
    else {
      this.#text.value = shared.text;
      this.#own.open = true;
      this.#bootText('shared text', shared.cap);
    }
    return unknown ? 'The link names a kernel that “Kernel” does not have: the machine’s own is booted.' : '';
  }

  #boot(source: Wanted['source'], cap: number | null): void {
    const kernel = this.#kernel.value === '' ? null : this.#kernel.value;
    this.#options.boot({ source, append: this.#append.value.trim(), kernel }, cap);
  }

  #bootText(name: string, cap: number | null): void {
    this.#boot({ kind: 'text', text: this.#text.value, name }, cap);
  }

  async #open(file: File): Promise<void> {
    this.#text.value = await file.text();
    this.#own.open = true;
    this.#bootText(file.name, null);
  }
}

function addKernels(select: HTMLSelectElement): void {
  const group = (label: string, options: readonly HTMLOptionElement[]): void => {
    const element = document.createElement('optgroup');
    element.label = label;
    element.append(...options);
    select.append(element);
  };
  const builds = new Map<string, string>(BUILTIN_BUILDS.map(({ name, release }) => [name, release]));
  group(
    'Images of Debian',
    [...builds].map(([name, release]) => new Option(`${name} (${release})`, name)),
  );
  group(
    'Rules of a version or posting, on the nearest image',
    KERNEL_NAMES.filter((name) => !builds.has(name)).map((name) => new Option(name, name)),
  );
}

/** The sentence on how a link was made; the address bar has it. */
export async function copyLink({ source, append, kernel }: Wanted, cap: number | null): Promise<string> {
  const shared: Shared = {
    builtin: source.kind === 'builtin' ? source.name : null,
    text: source.kind === 'text' ? source.text : null,
    ...{ append, kernel, cap },
  };
  const hash = await encodeShared(shared);
  if ((await decodeShared(hash)) === null)
    return `This machine makes a link of ${hash.length} characters, more than browsers keep: send the file instead.`;
  history.replaceState(null, '', hash);
  const copied = await navigator.clipboard?.writeText(location.href).then(
    () => true,
    () => false,
  );
  return copied ? 'The link is copied; it holds the machine itself.' : 'The link is in the address bar.';
}
