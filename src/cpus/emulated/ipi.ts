// Delivers what local APICs send: to CPUs of the same worker at once, to others through the control block.
import type { CpuId } from '../../lib/units.ts';
import type { Control } from './control.ts';
import type { SmpCpu } from './cpu.ts';
import type { Ipi } from './lapic.ts';

/** How long a sender waits for another worker to take an INIT or the RAM copy. */
const PATIENCE_MS = 2000;
const NAP_MS = 5;

export interface IpiOptions {
  readonly control: Control;
  readonly apicIds: readonly number[];
  readonly workers: number;
  readonly deaf: readonly CpuId[];
  /** The CPUs of this worker. */
  readonly own: ReadonlyMap<CpuId, SmpCpu>;
}

export class IpiRouter {
  readonly #options: IpiOptions;

  constructor(options: IpiOptions) {
    this.#options = options;
  }

  /** INIT and SIPI; others have no effect (docs/smp.md). */
  send(from: SmpCpu, ipi: Ipi): void {
    const targets = this.#targets(from.cpu, ipi.to);
    if (ipi.kind === 'init') for (const cpu of targets) this.#init(from, cpu);
    if (ipi.kind === 'startup') this.#startup(from, targets, ipi.vector);
  }

  #targets(from: CpuId, to: Ipi['to']): CpuId[] {
    const all = this.#options.apicIds.map((_, cpu) => cpu);
    if (to === 'self') return [from];
    if (to === 'all') return all;
    if (to === 'others') return all.filter((cpu) => cpu !== from);
    return all.filter((cpu) => this.#options.apicIds[cpu] === to.apicId);
  }

  #init(from: SmpCpu, cpu: CpuId): void {
    const { control, own } = this.#options;
    // A CPU cannot reset itself in the middle of an instruction, and one that waits has nothing to reset.
    if (cpu === from.cpu || control.state(cpu) === 'waiting') return;
    const here = own.get(cpu);
    if (here) here.reset();
    else {
      control.askReset(cpu);
      this.#ring(cpu);
      this.#until(() => control.state(cpu) === 'waiting' || control.state(cpu) === 'dead');
    }
  }

  #startup(from: SmpCpu, targets: readonly CpuId[], vector: number): void {
    const { control, own, deaf } = this.#options;
    const starting = targets.filter((cpu) => cpu !== from.cpu && !deaf.includes(cpu));
    const here = starting.filter((cpu) => own.has(cpu) && control.startAt(cpu, vector));
    for (const cpu of here) own.get(cpu)?.start(from.ram);
    const elsewhere = starting.filter((cpu) => !own.has(cpu) && control.state(cpu) === 'waiting');
    if (elsewhere.length === 0 || !this.#until(() => control.claimRam())) return;
    new Uint8Array(control.ram).set(from.ram);
    control.offerRam(elsewhere.length);
    for (const cpu of elsewhere) {
      if (control.startAt(cpu, vector)) this.#ring(cpu);
      else control.ramTaken();
    }
  }

  /** Starts this worker's CPUs whose SIPI came from another worker. */
  takeStarts(): boolean {
    const { control, own } = this.#options;
    let started = false;
    for (const cpu of own.values()) {
      if (control.takeReset(cpu.cpu)) cpu.reset();
      if (control.state(cpu.cpu) !== 'starting') continue;
      cpu.start(new Uint8Array(control.ram));
      control.ramTaken();
      started = true;
    }
    return started;
  }

  #ring(cpu: CpuId): void {
    this.#options.control.ringWorker(cpu % this.#options.workers);
  }

  /** Waits for other workers, serving their wishes meanwhile; false where they do not come. */
  #until(done: () => boolean): boolean {
    const { control } = this.#options;
    for (let i = 0; i < PATIENCE_MS / NAP_MS; i += 1) {
      if (done()) return true;
      this.takeStarts();
      if (control.stopped) return false;
      control.ramSleep(NAP_MS);
    }
    return false;
  }
}
