// `explain --movable` as text: nodes as a table, and what can be added.
import type { Movable } from '../ask/movable/movable.ts';
import { tableLines } from '../text/table.ts';
import { hex } from '../lib/units.ts';
import { bytesText } from './text.ts';

const percent = (part: number, whole: number): string =>
  whole === 0 ? '' : `${((100 * part) / whole).toFixed(0)} %`;

/** A few lines with a final newline. */
export function movableText(movable: Movable, columns?: number): string {
  const { machine, kernel, nodes, kernelBytes, movableBytes, kernelFreeBytes, room } = movable;
  const head = ['node', 'CPUs', 'memory', 'kernel', '', 'movable', '', 'hot-pluggable', 'Movable from'];
  const rows = nodes.map((node) => [
    String(node.node),
    String(node.cpus),
    bytesText(node.presentBytes),
    bytesText(node.kernelBytes),
    percent(node.kernelBytes, node.presentBytes),
    bytesText(node.movableBytes),
    percent(node.movableBytes, node.presentBytes),
    bytesText(node.hotplugBytes),
    node.movableStart === null ? '' : hex(node.movableStart),
  ]);
  const all = kernelBytes + movableBytes;
  const sum = [
    'all',
    '',
    bytesText(all),
    bytesText(kernelBytes),
    percent(kernelBytes, all),
    bytesText(movableBytes),
    percent(movableBytes, all),
  ];
  const more = [
    [
      'struct pages in the kernel’s part',
      bytesText(room.structPagesBytes),
      'then it is full of them: 1/64 of what is added',
    ],
    [
      'memory_hotplug.memmap_on_memory=1',
      bytesText(room.memmapOnMemoryBytes),
      'page tables alone: 4 KiB for each GiB',
    ],
    [
      'online_policy=auto-movable',
      bytesText(room.autoMovableBytes),
      'until movable memory is 3.01 times the kernel’s (since 5.16)',
    ],
    ['addresses that the SRAT keeps', bytesText(room.sratBytes), 'hot-pluggable ranges without memory'],
  ];
  return [
    `${machine}, kernel ${kernel}: what the kernel can use, and what only movable pages can (model)`,
    '',
    ...tableLines([head, ...rows, sum], { columns }),
    '',
    `the kernel has ${bytesText(kernelFreeBytes)} of its part left when init starts (estimate); so much can be added as movable memory:`,
    ...tableLines(more, {
      left: [0, 2],
      headings: false,
      columns: columns === undefined ? undefined : columns - 2,
    }).map((line) => `  ${line}`),
    '',
  ].join('\n');
}
