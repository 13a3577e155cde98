// Mirrors should_skip_region() of mm/memblock.c (v6.1): which memory regions an allocation or a walk may use.
import { flagsOfTag, nidOfTag } from './tree-node.ts';
import {
  MEMBLOCK_DRIVER_MANAGED,
  MEMBLOCK_HOTPLUG,
  MEMBLOCK_KHO_SCRATCH,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NOMAP,
} from './types.ts';

/** Flags without which a region does not count where they are asked for. */
const REQUIRED = MEMBLOCK_MIRROR | MEMBLOCK_KHO_SCRATCH;

/** Which memory regions count: one node (-1 for any) and regions by their flags. */
export interface Selection {
  readonly nid: number;
  readonly flags: number;
  /** movable_node_is_enabled(): hotpluggable memory counts only where asked for. */
  readonly movableNode: boolean;
}

/** The part of should_skip_region() that looks at flags: whether a region with `flags` counts. */
function acceptsFlags(sel: Selection, flags: number): boolean {
  if (sel.movableNode && flags & MEMBLOCK_HOTPLUG && !(sel.flags & MEMBLOCK_HOTPLUG)) return false;
  if (sel.flags & REQUIRED & ~flags) return false;
  if (flags & MEMBLOCK_NOMAP && !(sel.flags & MEMBLOCK_NOMAP)) return false;
  return !(flags & MEMBLOCK_DRIVER_MANAGED && !(sel.flags & MEMBLOCK_DRIVER_MANAGED));
}

/** should_skip_region(), for memory: whether a region of this tag counts. */
export function accepts(sel: Selection, tag: number): boolean {
  if (sel.nid !== -1 && sel.nid !== nidOfTag(tag)) return false;
  const flags = flagsOfTag(tag);
  return flags === 0 ? (sel.flags & REQUIRED) === 0 : acceptsFlags(sel, flags);
}

/** A bit (1 << flags) for each combination of flags that counts; scratch memory of KHO is not told apart. */
export function acceptedKinds(sel: Selection): number {
  let kinds = 0;
  for (let flags = 0; flags < 32; flags++) if (acceptsFlags(sel, flags)) kinds |= 1 << flags;
  return kinds;
}
