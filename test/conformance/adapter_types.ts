// What the conformance tool gives to a memblock and reads of it (its adapter.d.ts).
import type { MemblockRegion } from '../../src/mm/memblock.ts';

/** The options of the tool that this implementation looks at; physAddrMax is always 2^53 - 1. */
export interface AdapterOptions {
  numa: boolean;
  maxNumNodes: number;
  movableNode: boolean;
  mirroredKernelcore: boolean;
  pageSize: number;
  cacheLineSize: number;
  initRegions: number;
  regionEntrySize: number;
  zero?(base: number, size: number): void;
}

export interface AllocOptions {
  min?: number;
  max?: number;
  nid?: number;
  exactNid?: boolean;
  raw?: boolean;
}
export interface PhysAllocOptions {
  start?: number;
  end?: number;
  nid?: number;
  exactNid?: boolean;
}
export interface RangeQuery {
  nid?: number;
  flags?: number;
  reverse?: boolean;
}
export interface RegionList {
  regions: readonly MemblockRegion[];
  totalSize: number;
  max: number;
  tableAddr: number;
}
export type TableName = 'memory' | 'reserved';
