// Boots that tests share: each machine with the same options once in a process, freed when the last test is over.
import { bootMachine, type BootMachineOptions, type Machine } from '../api/boot-machine.ts';
import type { Boot } from '../api/boot.ts';

/** Options that change a boot; a signal or a listener belongs to one caller and is not shared. */
export type SharedBootOptions = Omit<BootMachineOptions, 'signal' | 'onLine'>;

/** Boots by machine and options. Descriptions given as objects are told apart by what is in them. */
export class SharedBoots {
  readonly #defaults: SharedBootOptions;
  readonly #boots = new Map<string, Promise<Boot>>();
  readonly #functions = new Map<object, number>();

  constructor(defaults: SharedBootOptions) {
    this.#defaults = defaults;
  }

  /** The boot of this machine, made by who asks first. @throws as bootMachine() does, to everybody who asks */
  get(machine: Machine, options: SharedBootOptions = {}): Promise<Boot> {
    const all = { ...this.#defaults, ...options };
    const key = JSON.stringify([machine, all], (_name, value: unknown) => this.#keyOf(value));
    const known = this.#boots.get(key);
    if (known) return known;
    const boot = bootMachine(machine, all);
    this.#boots.set(key, boot);
    return boot;
  }

  /** JSON for what JSON lacks: functions are the same only if they are one. */
  #keyOf(value: unknown): unknown {
    if (typeof value === 'bigint') return `0x${value.toString(16)}`;
    if (typeof value !== 'function') return value;
    const known = this.#functions.get(value) ?? this.#functions.size;
    this.#functions.set(value, known);
    return `function ${known}`;
  }

  /** Frees all of them. */
  async dispose(): Promise<void> {
    const boots = await Promise.allSettled(this.#boots.values());
    this.#boots.clear();
    for (const boot of boots) if (boot.status === 'fulfilled') await boot.value[Symbol.asyncDispose]();
  }
}
