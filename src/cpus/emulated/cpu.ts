// One CPU of the SMP machine: a core with its ports, its local APIC and its record. Lives in a worker beside others.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import type { CodeCache } from '../../board/code-cache.ts';
import { Core, CoreFault } from '../../board/core.ts';
import type { PortSpace } from '../../board/core.ts';
import type { CoreWindow } from '../../board/core-window.ts';
import { BoardDevices } from '../../board/devices.ts';
import { FwCfg } from '../../board/fw-cfg.ts';
import type { FwCfgFile } from '../../board/fw-cfg.ts';
import { PORT_SIGNAL, RESET_VECTOR } from '../../board/layout.ts';
import { CPUID_EBX } from '../../board/patch.ts';
import type { WindowModules } from '../../board/window.ts';
import type { Control } from './control.ts';
import { AtomicPorts } from './atomic-ports.ts';
import { EventLog, FAULTS } from './events.ts';
import type { EventKind, FaultKind } from './events.ts';
import { Lapic, lapicSpace } from './lapic.ts';
import type { Ipi } from './lapic.ts';
import * as layout from './layout.ts';
import { copyPages } from './ram-copy.ts';

export interface CpuOptions {
  readonly cpu: CpuId;
  readonly apicId: number;
  /** APIC IDs of 32 bits. */
  readonly wide: boolean;
  readonly lapicAddress: number;
  readonly v86: WebAssembly.Module;
  readonly code: CodeCache;
  /** With modules alone, attachWindow() will bring it. */
  readonly window: CoreWindow | { readonly modules: WindowModules };
  readonly control: Control;
  /** fw_cfg files. */
  readonly files: readonly FwCfgFile[];
  /** Whether events are kept. */
  readonly record: boolean;
  /** Instructions from its start until it sleeps for the first time; more are taken for a hang. */
  readonly startBudget: number;
  readonly clockMs?: () => number;
  /** Called before a command is begun: what the host said before it asked is heard by then. */
  readonly beforeCommand: () => void;
  /** Delivers what the local APIC sends. */
  readonly send: (from: SmpCpu, ipi: Ipi) => void;
}

/** What the CPU does now on the host's behalf. */
interface Task {
  readonly command: number;
  readonly arguments: readonly number[];
  next: number;
  done: number | null;
}

export class SmpCpu implements PortSpace {
  readonly cpu: CpuId;
  readonly log = new EventLog();
  readonly devices: BoardDevices;
  readonly core: Core;
  readonly #options: CpuOptions;
  readonly #lapic: Lapic;
  #task: Task | null = null;
  /** The instruction count past which the CPU counts as hung. */
  #deadline = Infinity;
  readonly #atomic = new AtomicPorts();

  constructor(options: CpuOptions) {
    this.cpu = options.cpu;
    this.#options = options;
    if ('banks' in options.window) this.#atomic.attach(options.window.banks[0]);
    this.#lapic = new Lapic(options.apicId, options.wide, (ipi) => options.send(this, ipi));
    const fwCfg: FwCfg = new FwCfg(
      options.files,
      () => this.core.ram,
      (address, bytes) => this.core.forgetCode(address, bytes),
    );
    this.devices = new BoardDevices(fwCfg, (port, value) => {
      if (port === PORT_SIGNAL) this.#signal(value);
    });
    this.core = new Core(options.v86, {
      ...{
        memoryBytes: layout.RAM_BYTES,
        ports: this,
        outside: lapicSpace(this.#lapic, options.lapicAddress, (offset, value) =>
          this.#note('apic', offset, value),
        ),
        jit: true,
        code: options.code,
      },
      cpuidEbx: CPUID_EBX | ((options.apicId & 0xff) << 24),
      window: options.window,
      ...(options.clockMs ? { clockMs: options.clockMs } : {}),
    });
  }

  /** Brings the window that was to come later. */
  attachWindow(window: CoreWindow): void {
    this.core.attachWindow(window);
    this.#atomic.attach(window.banks[0]);
  }

  /** Power-on of the boot CPU: the firmware's reset vector. */
  powerOn(firmware: Uint8Array): void {
    this.core.writeRam(layout.ROM_ADDRESS, firmware);
    this.core.jump(layout.ROM_ADDRESS, RESET_VECTOR);
    this.#begin(-1);
  }

  /** A SIPI's: `ram` is what the RAM of the sender held. */
  start(ram: Uint8Array): void {
    const vector = this.#options.control.vector(this.cpu);
    copyPages(ram, this.core);
    this.core.jump(vector * 0x1000, 0);
    this.#begin(vector);
  }

  #begin(vector: number): void {
    this.#deadline = this.core.instructions + this.#options.startBudget;
    this.#note('reset', vector, 0);
    this.#options.control.setState(this.cpu, 'running');
  }

  /** INIT. */
  reset(): void {
    this.core.reset();
    this.#task = null;
    this.#options.control.setState(this.cpu, 'waiting');
  }

  /** Goes on for a slice, if there is anything to do. Not for a CPU that starts: see start(). */
  step(): boolean {
    const { control } = this.#options;
    const state = control.state(this.cpu);
    if (state === 'asleep') {
      if (!control.asked(this.cpu)) return false;
      this.#take();
    } else if (state !== 'running') return false;
    this.#slice();
    return true;
  }

  #take(): void {
    const { control } = this.#options;
    this.#options.beforeCommand();
    const request = control.request(this.cpu);
    this.#task = { command: request.command, arguments: [...request.arguments], next: 0, done: null };
    this.#deadline = this.core.instructions + request.budget;
    this.#note('command', request.command, request.arguments.length);
    control.setState(this.cpu, 'running');
    this.core.selectBank(request.bank);
    this.core.wake();
  }

  #slice(): void {
    const { control } = this.#options;
    let halted: boolean;
    try {
      halted = this.core.slice() === 'halted';
    } catch (error) {
      if (!(error instanceof CoreFault)) throw error;
      this.#die('triple-fault');
      return;
    }
    const { instructions } = this.core;
    control.setInstructions(this.cpu, instructions);
    if (halted) this.#halted();
    else if (instructions > this.#deadline) this.#die('hang');
  }

  #halted(): void {
    const { control } = this.#options;
    if (!this.core.interruptsEnabled) {
      this.#note('halt', 0, this.core.instructionPointer);
      this.#die('dead-halt');
      return;
    }
    this.#deadline = Infinity;
    control.setState(this.cpu, 'asleep');
    const task = this.#task;
    if (task !== null && task.done !== null) {
      this.#task = null;
      control.answer(this.cpu, task.done, this.core.instructions);
    }
    control.ringHost();
  }

  #die(kind: FaultKind): void {
    // The event before the fault stays the last one that messages tell of.
    if (this.#options.record) this.log.put(this.core.instructions, 'fault', FAULTS.indexOf(kind), 0);
    this.#options.control.setInstructions(this.cpu, this.core.instructions);
    this.#options.control.setFault(this.cpu, kind);
    this.#options.control.ringHost();
  }

  #signal(value: number): void {
    this.#options.control.setSignal(this.cpu, value);
    this.#options.control.ringHost();
  }

  #note(kind: EventKind, a: number, b: number): void {
    const at = this.core.instructions;
    // What it was told says more of a CPU than that it asked.
    const asked = kind === 'in' && (a === layout.PORT_COMMAND || a === layout.PORT_ARGUMENT);
    if (!asked) this.#options.control.setLastEvent(this.cpu, at, kind, a, b);
    if (this.#options.record) this.log.put(at, kind, a, b);
  }

  read8(port: number): number {
    const value = this.devices.read8(port);
    this.#note('in', port, value);
    return value;
  }

  read16(): number {
    return this.devices.read16();
  }

  read32(port: number): number {
    const value = this.#in(port);
    this.#note('in', port, value);
    return value;
  }

  write8(port: number, value: number): void {
    this.#note('out', port, value);
    this.devices.write8(port, value);
  }

  write16(port: number, value: number): void {
    this.#note('out', port, value);
    this.devices.write16(port, value);
  }

  write32(port: number, value: number): void {
    this.#note('out', port, value);
    this.#out(port, value);
  }

  #in(port: number): number {
    const task = this.#task;
    switch (port) {
      case layout.PORT_COMMAND:
        // A command is offered once; after its end nothing is, until the CPU has slept.
        return task === null || task.done !== null || task.next > 0 ? 0 : task.command;
      case layout.PORT_ARGUMENT:
        return task?.arguments[task.next++] ?? 0;
      case layout.PORT_ATOMIC_SEEN:
        return this.#atomic.seen;
      default:
        return this.devices.read32();
    }
  }

  #out(port: number, value: number): void {
    const { control } = this.#options;
    switch (port) {
      case layout.PORT_DONE:
        if (this.#task) this.#task.done = value;
        return;
      case layout.PORT_TSC:
        control.setTsc(this.cpu, value);
        return;
      case layout.PORT_APIC_ID:
        control.tell(this.cpu, 'apicId', value);
        return;
      case layout.PORT_CPUID:
        control.tell(this.cpu, 'cpuid', value);
        return;
      case layout.PORT_ATOMIC_AT:
      case layout.PORT_ATOMIC_EXPECT:
      case layout.PORT_ATOMIC_ADD:
      case layout.PORT_ATOMIC_SWAP:
        this.#atomic.write(port, value);
        return;
      default:
        this.devices.write32(port, value);
    }
  }

  /** The RAM that a CPU started by this one begins with. */
  get ram(): Uint8Array {
    if (this.core.ram.length !== layout.RAM_BYTES) throw new Bug('RAM of another size');
    return this.core.ram;
  }
}
