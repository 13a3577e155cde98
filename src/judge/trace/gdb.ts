// A client of QEMU's gdb stub: memory, registers, breakpoints, one stop after the other.
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../lib/failure.ts';
import { encodePacket, PacketReader } from './rsp.ts';

/** The general registers as the stub sends them for x86-64, 8 bytes each. */
const REGISTERS = ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp'] as const;
const RIP_INDEX = 16;
const READ_BYTES = 1024;
const STEPS_MAX = 20;
const CONNECT_TRIES = 100;
const CONNECT_PAUSE_MS = 50;

export type Registers = Readonly<Record<(typeof REGISTERS)[number] | 'rip', bigint>>;

export class Gdb {
  readonly #socket: Socket;
  readonly #reader = new PacketReader();
  readonly #packets: string[] = [];
  #waiting: { resolve: (packet: string) => void; reject: (error: Error) => void } | null = null;
  #gone: Error | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => this.#received(chunk));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Failure('the guest ended while it was traced')));
  }

  /** Connects to the stub's socket, which appears a moment after QEMU starts. */
  static async connect(path: string, signal?: AbortSignal): Promise<Gdb> {
    for (let left = CONNECT_TRIES; ; left--) {
      signal?.throwIfAborted();
      const socket = await tryConnect(path);
      if (socket !== null) {
        const gdb = new Gdb(socket);
        await gdb.command('qSupported:multiprocess+;hwbreak+;swbreak+;vContSupported+');
        return gdb;
      }
      if (left === 0) throw new Failure(`QEMU's gdb stub does not answer at ${path}`);
      await pause(CONNECT_PAUSE_MS);
    }
  }

  #received(chunk: Uint8Array): void {
    try {
      for (const packet of this.#reader.add(chunk)) {
        this.#socket.write('+');
        const waiting = this.#waiting;
        this.#waiting = null;
        if (waiting) waiting.resolve(packet);
        else this.#packets.push(packet);
      }
    } catch (error) {
      this.#end(error instanceof Error ? error : new Failure(String(error)));
    }
  }

  #end(error: Error): void {
    this.#gone ??= error;
    this.#waiting?.reject(this.#gone);
    this.#waiting = null;
  }

  #answer(): Promise<string> {
    const packet = this.#packets.shift();
    if (packet !== undefined) return Promise.resolve(packet);
    if (this.#gone) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  /** Sends a command; the stub's answer. @throws Failure where the guest ended */
  command(text: string): Promise<string> {
    if (this.#gone) return Promise.reject(this.#gone);
    this.#socket.write(encodePacket(text));
    return this.#answer();
  }

  /** Guest memory at a virtual address, as the current thread sees it. */
  async read(address: bigint, bytes: number): Promise<DataView> {
    const out = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += READ_BYTES) {
      const length = Math.min(READ_BYTES, bytes - at);
      const answer = await this.command(`m${(address + BigInt(at)).toString(16)},${length.toString(16)}`);
      if (answer.length !== 2 * length)
        throw new Failure(`gdb stub: cannot read ${length} bytes at 0x${address.toString(16)}: ${answer}`);
      for (let i = 0; i < length; i++) out[at + i] = parseInt(answer.slice(2 * i, 2 * i + 2), 16);
    }
    return new DataView(out.buffer);
  }

  async u64(address: bigint): Promise<bigint> {
    return (await this.read(address, 8)).getBigUint64(0, true);
  }

  async i32(address: bigint): Promise<number> {
    return (await this.read(address, 4)).getInt32(0, true);
  }

  /** Registers of the current thread. */
  async registers(): Promise<Registers> {
    const answer = await this.command('g');
    const value = (index: number): bigint => {
      const digits = answer.slice(16 * index, 16 * index + 16);
      return BigInt(`0x${(digits.match(/../g) ?? []).reverse().join('')}`);
    };
    const named = REGISTERS.map((name, i) => [name, value(i)] as const);
    return { ...Object.fromEntries(named), rip: value(RIP_INDEX) } as Registers;
  }

  async setBreakpoint(address: bigint): Promise<void> {
    await this.#ok(`Z1,${address.toString(16)},1`);
  }

  async clearBreakpoint(address: bigint): Promise<void> {
    await this.#ok(`z1,${address.toString(16)},1`);
  }

  async #ok(command: string): Promise<void> {
    const answer = await this.command(command);
    if (answer !== 'OK') throw new Failure(`gdb stub: ${command}: ${answer || 'not supported'}`);
  }

  /** Runs all CPUs until one stops; that one is the current thread. Its name in the protocol. */
  async continue(): Promise<string> {
    const thread = threadOf(await this.command('vCont;c'));
    await this.command(`Hg${thread}`);
    return thread;
  }

  /** One instruction of `thread` with the breakpoint under it lifted. */
  async stepOver(thread: string, address: bigint): Promise<void> {
    await this.clearBreakpoint(address);
    for (let left = STEPS_MAX; left > 0; left--) {
      threadOf(await this.command(`vCont;s:${thread}`));
      // another CPU's pending stop can end the step before it has executed anything
      await this.command(`Hg${thread}`);
      if ((await this.registers()).rip !== address) break;
    }
    await this.setBreakpoint(address);
  }

  /** Ends the guest. */
  kill(): void {
    this.#gone ??= new Failure('the guest was ended');
    this.#socket.end(encodePacket('k'));
  }
}

function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

/** The thread of a stop reply, `T05thread:p01.02;`. @throws Failure where the guest exited instead */
function threadOf(stop: string): string {
  const thread = /^T.*?thread:([^;]+)/.exec(stop)?.[1];
  if (thread === undefined) throw new Failure(`the guest ended while it was traced (${stop})`);
  return thread;
}

/** The CPU of a thread's name: the protocol counts from 1. */
export function cpuOfThread(thread: string): number {
  return parseInt(thread.split('.').at(-1) ?? '', 16) - 1;
}
