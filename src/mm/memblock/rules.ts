// The choices of one kernel, as memblock is told of them.
import type { MemblockRules } from '../../kernel/rules.ts';
import type { MemblockOptions } from './types.ts';

/** Options of a Memblock that follow from the kernel's rules. */
export function memblockRules(rules: MemblockRules): MemblockOptions {
  return {
    alwaysMirror: rules.mirrorMark === 'always',
    takesDriverManaged: rules.driverManaged === 'as-any',
    capsWithoutMemory: rules.capOfNothing === 'cuts-reserved',
    oldFreeName: rules.freeLine === 'memblock_free',
    findAndReserve: rules.rangeAlloc === 'find-and-reserve',
    reservedTags: rules.reservedTags === 'kernel',
    reserveLineTags: rules.reserveLine === 'range-nid-flags',
    mergeWholeTable: rules.memblockMerge === 'whole-table',
  };
}
