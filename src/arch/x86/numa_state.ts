// What arch/x86/mm/numa.c and drivers/acpi/numa keep in globals: node blocks, CPU to node, distances.
import type { Nid, PhysAddr } from '../../lib/units.ts';

/** struct numa_memblk: [start, end) belongs to a node. */
export interface NumaMemblk {
  start: PhysAddr;
  end: PhysAddr;
  nid: Nid;
}

export const LOCAL_DISTANCE = 10;
export const REMOTE_DISTANCE = 20;

/** The NUMA configuration of one boot while it is being found out. */
export class NumaState {
  /** numa_off (numa=off), acpi_numa < 0 (numa=noacpi), the text after numa=fake=. */
  off = false;
  sratDisabled = false;
  emuCmdline: string | null = null;
  /** numa_meminfo.blk, in the order in which the table listed them. */
  meminfo: NumaMemblk[] = [];
  /** numa_nodes_parsed. */
  nodesParsed = new Set<Nid>();
  /** __apicid_to_node. */
  readonly apicidToNode = new Map<number, Nid>();
  /** pxm_to_node_map, in the order in which proximity domains were met. */
  readonly pxmToNode = new Map<number, Nid>();
  /** numa_distance, row by row; `cnt` rows and columns, 0 where there is no table. */
  distanceCnt = 0;
  distance: number[] = [];
  distanceAddr: PhysAddr = 0;
  /** No room for a distance table: it is not asked for again before the next reset. */
  distanceFailed = false;
  /** Warnings that come once (pr_warn_once), by their beginning. */
  readonly warnedOnce = new Set<string>();
  /** emu_nid_to_phys: the physical node of each fake one; empty without numa=fake. */
  readonly emuNidToPhys = new Map<Nid, Nid>();
  /** node_possible_map and node_online_map. */
  nodesPossible = new Set<Nid>();
  readonly nodesOnline = new Set<Nid>();
  /** node_data[]: physical address of each online node's pg_data_t. */
  readonly nodeData = new Map<Nid, PhysAddr>();

  /** __node_distance(). */
  nodeDistance(from: Nid, to: Nid): number {
    if (from >= this.distanceCnt || to >= this.distanceCnt)
      return from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE;
    return this.distance[from * this.distanceCnt + to] as number;
  }
}

/** Node numbers in ascending order, as for_each_node_mask walks them. */
export function ascending(nodes: Iterable<Nid>): Nid[] {
  return [...nodes].sort((a, b) => a - b);
}
