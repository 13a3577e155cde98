// Mirrors mm/memblock.c (v6.1): the two tables, and what is printed and told about them.
import { span } from './log.ts';
import { MemblockType } from './type.ts';
import { MEMBLOCK_ALLOC_ANYWHERE, MEMBLOCK_DRIVER_MANAGED, MEMBLOCK_NONE } from './types.ts';
import type { MemblockEvent, MemblockOptions } from './types.ts';

function beforeHash(caller: string): string {
  const at = caller.indexOf('#');
  return at < 0 ? caller : caller.slice(0, at);
}

/** The tables and their state; the classes that extend this one add the operations. */
export abstract class MemblockCore {
  readonly memory: MemblockType;
  readonly reserved: MemblockType;
  /** memblock=debug: lines are printed only while true. */
  debug: boolean;
  /** memblock_set_bottom_up(). */
  bottomUp = false;
  /** memblock_set_current_limit(): the highest address (exclusive) of an allocation without a bound of its own. */
  currentLimit: number = MEMBLOCK_ALLOC_ANYWHERE;
  movableNode: boolean;
  mirroredKernelcore: boolean;
  readonly maxNumNodes: number;
  readonly pageSize: number;
  readonly numa: boolean;
  /** The node of a reservation that names none: MAX_NUMNODES, or -1 where regions carry what was asked for. */
  protected readonly anyNode: number;
  /** Flags of memory that counts wherever it is looked for. */
  protected readonly alsoFlags: number;
  protected readonly alwaysMirror: boolean;
  protected readonly capsWithoutMemory: boolean;
  readonly #freeName: string;
  readonly #reservedTags: boolean;
  readonly #reserveLineTags: boolean;
  protected readonly tracing: ((event: MemblockEvent) => void) | undefined;
  readonly #print: ((line: string) => void) | undefined;
  readonly #symbol: (caller: string) => string;

  constructor(o: MemblockOptions = {}) {
    this.debug = o.debug ?? false;
    this.movableNode = o.movableNode ?? false;
    this.mirroredKernelcore = o.mirroredKernelcore ?? false;
    this.maxNumNodes = o.maxNumNodes ?? 1024;
    this.pageSize = o.pageSize ?? 4096;
    this.numa = o.numa ?? true;
    this.alsoFlags = o.takesDriverManaged === true ? MEMBLOCK_DRIVER_MANAGED : MEMBLOCK_NONE;
    this.alwaysMirror = o.alwaysMirror ?? false;
    this.capsWithoutMemory = o.capsWithoutMemory ?? false;
    this.#freeName = o.oldFreeName === true ? 'memblock_free' : 'memblock_phys_free';
    this.#reservedTags = o.reservedTags ?? false;
    this.#reserveLineTags = o.reserveLineTags ?? false;
    this.anyNode = this.#reservedTags ? -1 : this.maxNumNodes;
    this.tracing = o.trace;
    this.#print = o.print;
    this.#symbol = o.symbol ?? beforeHash;
    const grow = (type: MemblockType, start: number, size: number): boolean =>
      this.doubleArray(type, start, size);
    const init = o.initRegions ?? 128;
    this.memory = new MemblockType('memory', init, grow, o.mergeWholeTable);
    this.reserved = new MemblockType('reserved', init, grow, o.mergeWholeTable);
  }

  /** Makes room in a table that is full; false where it cannot. */
  protected abstract doubleArray(type: MemblockType, newAreaStart: number, newAreaSize: number): boolean;

  /** The node id kept in a table for `nid`: without NUMA there is only node 0. */
  protected tableNid(nid: number): number {
    return this.numa ? nid : 0;
  }

  /** Whether a debug line would be seen: ask before building one. */
  protected get verbose(): boolean {
    return this.debug && this.#print !== undefined;
  }

  protected say(line: string): void {
    this.#print?.(line);
  }

  protected sayRange(what: string, base: number, size: number, caller: string, more = ''): void {
    this.say(`${what}: ${span(base, size)}${more} ${this.#symbol(caller)}`);
  }

  protected saySymbol(text: string, caller: string): void {
    this.say(`${text} ${this.#symbol(caller)}`);
  }

  /** memblock_reserve() and its kin; `nid` and `flags` count only where reserved regions carry them. */
  protected reserveRange(
    base: number,
    size: number,
    caller: string,
    nid: number = this.anyNode,
    flags: number = MEMBLOCK_NONE,
  ): number {
    const tagged = this.#reservedTags;
    if (this.verbose && this.#reserveLineTags)
      this.sayRange('__memblock_reserve', base, size, caller, ` nid=${nid} flags=${flags.toString(16)}`);
    else if (this.verbose) this.sayRange('memblock_reserve', base, size, caller);
    const table = tagged ? nid : this.maxNumNodes;
    return this.reserved.addRange(base, size, this.tableNid(table), tagged ? flags : MEMBLOCK_NONE);
  }

  protected freeRange(base: number, size: number, caller: string): number {
    if (this.verbose) this.sayRange(this.#freeName, base, size, caller);
    this.traceChange('free', base, size, this.maxNumNodes, MEMBLOCK_NONE, caller);
    return this.reserved.removeRange(base, size);
  }

  protected traceChange(
    op: MemblockEvent['op'],
    base: number,
    size: number,
    nid: number,
    flags: number,
    caller: string,
  ): void {
    this.tracing?.({ op, base, size, nid, flags, caller });
  }
}
