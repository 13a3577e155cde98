// memblock's two tables out of guest memory, as text that src/ask/verify/capture.ts reads.
import type { Gdb } from './gdb.ts';
import type { StructLayout } from './layout.ts';

const FLAGS: readonly (readonly [number, string])[] = [
  [1, 'HOTPLUG'],
  [2, 'MIRROR'],
  [4, 'NOMAP'],
  [8, 'DRIVER_MANAGED'],
];

/** The lines of one snapshot, under a title; `address` is that of the symbol memblock. */
export async function memblockSnapshot(
  gdb: Gdb,
  layout: StructLayout,
  address: bigint,
  title: string,
): Promise<string[]> {
  const lines = [`@ ${title}`];
  for (const table of ['memory', 'reserved'] as const) {
    const at = address + BigInt(layout.memblock[table]);
    const { cnt, totalSize, regions } = layout.memblockType;
    const count = Number(await gdb.u64(at + BigInt(cnt)));
    const total = await gdb.u64(at + BigInt(totalSize));
    lines.push(`${table} cnt ${count} total_size 0x${total.toString(16)}`);
    const { bytes } = layout.memblockRegion;
    const view = await gdb.read(await gdb.u64(at + BigInt(regions)), count * bytes);
    for (let i = 0; i < count; i++) lines.push(`${table} ${i} ${regionText(view, i * bytes, layout)}`);
  }
  return lines;
}

function regionText(view: DataView, at: number, layout: StructLayout): string {
  const { memblockRegion: region } = layout;
  const base = view.getBigUint64(at + region.base, true);
  const end = base + view.getBigUint64(at + region.size, true);
  const flags = view.getUint32(at + region.flags, true);
  const nid = view.getInt32(at + region.nid, true);
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return `base 0x${base.toString(16)} end 0x${end.toString(16)} nid ${nid} flags ${names.join('|') || '-'}`;
}
