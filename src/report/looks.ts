// How each kind of cell looks: a light ground, a pattern in ink, and a letter where the pattern is not enough. Every
// picture is readable in black and white: patterns differ, and whatever is wide enough carries its word.
import type { CellLook } from './map-rows.ts';
import type { OwnerKind } from '../ask/owners/owner-words.ts';
import { el } from './svg.ts';

type Motif =
  | 'plain'
  | 'rising'
  | 'falling'
  | 'dots'
  | 'cross'
  | 'bars'
  | 'lines'
  | 'grid'
  | 'rings'
  | 'thick'
  | 'waves'
  | 'zigzag';

export interface Look {
  /** Identifier of the pattern, `p-` and a name. */
  readonly id: string;
  readonly ground: string;
  readonly ink: string;
  readonly motif: Motif;
}

const look = (id: string, ground: string, ink: string, motif: Motif): Look => ({ id, ground, ink, motif });

const OWNER_LOOKS: Readonly<Record<OwnerKind, Look>> = {
  kernel: look('p-kernel', '#f4b6b0', '#8f2f25', 'thick'),
  firmware: look('p-firmware', '#d8d8d8', '#707070', 'falling'),
  initrd: look('p-initrd', '#f6d6a8', '#96611a', 'dots'),
  pagetables: look('p-pagetables', '#cfe3a8', '#5a7520', 'grid'),
  memmap: look('p-memmap', '#b9d4f3', '#2f639c', 'rising'),
  percpu: look('p-percpu', '#d9c7f0', '#6a45a0', 'bars'),
  crash: look('p-crash', '#f3bfd9', '#9a2f6a', 'cross'),
  hash: look('p-hash', '#bfe8e0', '#1f7a6c', 'lines'),
  swiotlb: look('p-swiotlb', '#cfd6f6', '#42529c', 'waves'),
  log: look('p-log', '#f3d9c6', '#8a5230', 'zigzag'),
  data: look('p-data', '#ece4c4', '#7a6f3c', 'rings'),
};

const E820_LOOKS: ReadonlyMap<number, Look> = new Map([
  [1, look('p-ram', '#d9efd5', '#4d8a45', 'plain')],
  [2, look('p-e820-reserved', '#dcdcdc', '#777777', 'falling')],
  [3, look('p-acpi', '#f6d6a8', '#96611a', 'dots')],
  [4, look('p-nvs', '#f4c9a0', '#96501a', 'rings')],
  [5, look('p-bad', '#f4b6b0', '#8f2f25', 'cross')],
  [7, look('p-pmem', '#d9c7f0', '#6a45a0', 'bars')],
]);
const E820_OTHER = look('p-e820-other', '#e6d6e6', '#7a5c7a', 'waves');

const FATE_LOOKS = {
  early: look('p-early', '#f7e08c', '#8a6d00', 'plain'),
  deferred: look('p-deferred', '#b9e3c0', '#2f7a3d', 'rising'),
  grown: look('p-grown', '#f7b98c', '#a1521a', 'grid'),
  reserved: look('p-fate-reserved', '#dcdcdc', '#777777', 'falling'),
} as const;

const ZONE_LOOKS: ReadonlyMap<string, Look> = new Map([
  ['DMA', look('p-zone-dma', '#f3bfd9', '#9a2f6a', 'cross')],
  ['DMA32', look('p-zone-dma32', '#f6d6a8', '#96611a', 'dots')],
  ['Normal', look('p-zone-normal', '#cfe0f5', '#33669c', 'plain')],
  ['Movable', look('p-zone-movable', '#bfe8e0', '#1f7a6c', 'lines')],
]);
const ZONE_OTHER = look('p-zone-other', '#ece4c4', '#7a6f3c', 'rings');

const FREE = look('p-free', '#eef6ec', '#9dbf98', 'plain');

/** Eight that follow each other; neighbours differ in motif too. */
const NODE_LOOKS: readonly Look[] = [
  look('p-node0', '#a9cdf2', '#24598f', 'plain'),
  look('p-node1', '#f8cf9a', '#8f5a14', 'rising'),
  look('p-node2', '#b6dfb2', '#2f7428', 'dots'),
  look('p-node3', '#e8bfe0', '#8b347c', 'falling'),
  look('p-node4', '#f2e394', '#7d6c0a', 'lines'),
  look('p-node5', '#b4e2e2', '#1c7373', 'grid'),
  look('p-node6', '#f3b8b2', '#93332a', 'bars'),
  look('p-node7', '#cfc6f2', '#50429c', 'rings'),
];

/** The look of a node's memory and CPUs; they repeat after eight. */
export function nodeLook(node: number): Look {
  return NODE_LOOKS[((node % 8) + 8) % 8] ?? FREE;
}

export function lookOf(cell: CellLook): Look {
  switch (cell.kind) {
    case 'e820':
      return E820_LOOKS.get(cell.type) ?? E820_OTHER;
    case 'free':
      return FREE;
    case 'owner':
      return OWNER_LOOKS[cell.owner];
    case 'node':
      return nodeLook(cell.node);
    case 'zone':
      return ZONE_LOOKS.get(cell.zone) ?? ZONE_OTHER;
    case 'fate':
      return FATE_LOOKS[cell.fate];
  }
}

const ALL: readonly Look[] = [
  ...Object.values(OWNER_LOOKS),
  ...E820_LOOKS.values(),
  E820_OTHER,
  ...Object.values(FATE_LOOKS),
  ...ZONE_LOOKS.values(),
  ZONE_OTHER,
  FREE,
  ...NODE_LOOKS,
];

const MOTIFS: Readonly<Record<Motif, string>> = {
  plain: '',
  rising: 'M-2 2L2 -2M0 8L8 0M6 10L10 6',
  falling: 'M-2 6L2 10M0 0L8 8M6 -2L10 2',
  dots: 'M2 2h.1M6 6h.1',
  cross: 'M0 0L8 8M8 0L0 8',
  bars: 'M2 0V8M6 0V8',
  lines: 'M0 2H8M0 6H8',
  grid: 'M0 4H8M4 0V8',
  rings: 'M4 2.4a1.6 1.6 0 1 0 .01 0',
  thick: 'M-2 2L2 -2M0 8L8 0M6 10L10 6M-2 6L2 10M0 0L8 8M6 -2L10 2',
  waves: 'M0 4Q2 1 4 4T8 4',
  zigzag: 'M0 6L4 2L8 6',
};

/** One hidden drawing with every pattern; other drawings of the page refer to them by `url(#id)`. */
export function patternDefs(): string {
  const patterns = ALL.map(({ id, ground, ink, motif }) =>
    el(
      'pattern',
      { id, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
      el('rect', { width: 8, height: 8, fill: ground }),
      motif === 'plain'
        ? ''
        : el('path', {
            d: MOTIFS[motif],
            stroke: ink,
            'stroke-opacity': 0.55,
            'stroke-width': motif === 'dots' ? 1.8 : 1,
            'stroke-linecap': motif === 'dots' ? 'round' : 'butt',
            fill: 'none',
          }),
    ),
  );
  return el(
    'svg',
    { width: 0, height: 0, 'aria-hidden': 'true', focusable: 'false', class: 'defs' },
    el('defs', {}, ...patterns),
  );
}

/** A small square of a look, for legends; decorative. */
export function swatch({ id, ink }: Look): string {
  return el(
    'svg',
    { width: 18, height: 14, viewBox: '0 0 18 14', 'aria-hidden': 'true', class: 'swatch' },
    el('rect', { x: 0.5, y: 0.5, width: 17, height: 13, fill: `url(#${id})`, stroke: ink }),
  );
}
