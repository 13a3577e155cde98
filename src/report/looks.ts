// How each kind of cell looks: a light ground and a hatch in ink. One hatch means one thing, in every row of the map and in the lanes:
// pictures can be read in black and white, and whatever is wide enough carries its word.
import type { CellLook } from './map-rows.ts';
import type { OwnerKind } from '../ask/owners/owner-words.ts';
import { hatchMarkup, type Box, type Hatch, type HatchLayer } from './hatch.ts';
import { mixed, pastel } from './colours.ts';
import { el } from './svg.ts';

export interface Look {
  readonly ground: string;
  readonly ink: string;
  readonly hatch: Hatch;
}

const look = (ground: string, ink: string, ...hatch: readonly HatchLayer[]): Look => ({ ground, ink, hatch });
const bars = (lean: number, dash: string): HatchLayer => ({ kind: 'bars', lean, dash });
const lines = (every: number, width: number, dash?: string): HatchLayer => ({
  kind: 'lines',
  every,
  width,
  ...(dash !== undefined && { dash }),
});
const dots = (every: number, width: number, apart: number): HatchLayer => ({
  kind: 'lines',
  every,
  width,
  dash: `0 ${apart}`,
  round: true,
});

const FREE = look('#eef6ec', '#7a9e74');

const OWNER_LOOKS: Readonly<Record<OwnerKind, Look>> = {
  kernel: look('#f4b6b0', '#8f2f25', bars(45, '3 4')),
  firmware: look('#d8d8d8', '#666666', bars(-45, '1 6')),
  initrd: look('#f6d6a8', '#96611a', dots(5, 2, 5)),
  pagetables: look('#cfe3a8', '#5a7520', bars(0, '1 6'), lines(7, 1)),
  memmap: look('#b9d4f3', '#2f639c', bars(45, '1 6')),
  percpu: look('#d9c7f0', '#6a45a0', bars(0, '1 4')),
  crash: look('#f3bfd9', '#9a2f6a', bars(45, '1 8'), bars(-45, '1 8')),
  hash: look('#bfe8e0', '#1f7a6c', lines(5, 1)),
  swiotlb: look('#cfd6f6', '#42529c', lines(5, 1.5, '7 4')),
  log: look('#f3d9c6', '#8a5230', bars(45, '1 2 1 8')),
  data: look('#ece4c4', '#7a6f3c', bars(-45, '1 2 1 8')),
};

const E820_LOOKS: ReadonlyMap<number, Look> = new Map([
  [1, look('#d9efd5', '#4d8a45', dots(13, 1.5, 16))],
  [2, look('#cfd3d8', '#5f6873', bars(-45, '3 4'))],
  [3, look('#fae3b4', '#8a5a00', dots(4, 1.2, 3))],
  [4, look('#f4c9a0', '#96501a', lines(6, 3, '1 4'))],
  [5, look('#f08f86', '#7a1a12', bars(45, '2 4'), bars(-45, '2 4'))],
  [7, look('#e6d3f7', '#7a3fa8', lines(8, 3))],
]);
const E820_OTHER = look('#e6d6e6', '#7a5c7a', bars(0, '1 3'), lines(4, 1));

const FATE_LOOKS = {
  early: look('#f7e08c', '#8a6d00', bars(0, '1 14')),
  deferred: look('#b9e3c0', '#2f7a3d', bars(60, '1 9')),
  grown: look('#f7b98c', '#a1521a', bars(45, '1 9'), lines(6, 1)),
  reserved: look('#e4e0dc', '#6d665f', bars(0, '4 4')),
} as const;

const ZONE_LOOKS: ReadonlyMap<string, Look> = new Map([
  ['DMA', look('#f7cfe3', '#8f2a66', lines(3, 1))],
  ['DMA32', look('#fbd9c0', '#94490f', lines(9, 1.2, '3 3'))],
  ['Normal', look('#cfe0f5', '#33669c', lines(13, 1))],
  ['Movable', look('#c4ece6', '#17695c', lines(8, 1.2, '9 3 1 3'))],
]);
const ZONE_OTHER = look('#e9e0b8', '#6f6430', lines(6, 2, '2 6'));

const NODE_LEANS = [20, -20, 65, -65, 0] as const;

/**
 * The look of a node's memory and CPUs, another one for each node: five leans with single bars, five with double ones, and so on.
 */
export function nodeLook(node: number): Look {
  const nth = Math.max(0, node);
  const group = Math.floor(nth / NODE_LEANS.length) + 1;
  const dash = `${'2 2 '.repeat(group - 1)}2 ${10 + group}`;
  return look(...pastel(nth), bars(NODE_LEANS[nth % NODE_LEANS.length] ?? 0, dash));
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

/** Every look but the nodes'. */
export const LOOKS: readonly Look[] = [
  FREE,
  ...Object.values(OWNER_LOOKS),
  ...E820_LOOKS.values(),
  E820_OTHER,
  ...Object.values(FATE_LOOKS),
  ...ZONE_LOOKS.values(),
  ZONE_OTHER,
];

/** How much of the ink a hatch has. */
const HATCH_INK = 0.5;

const hatchOf = ({ hatch, ground, ink }: Look, box: Box): string =>
  hatchMarkup(hatch, mixed(ground, ink, HATCH_INK), box);

/** The id of a filled shape's path, for `use`. */
export const shapeId = (id: string): string => `${id}-s`;

/** A shape (path data) in a look: its ground, and its hatch clipped to it. `id` must be the document's only one. */
export function filled(own: Look, d: string, box: Box, id: string): string {
  const shape = shapeId(id);
  if (own.hatch.length === 0) return el('path', { id: shape, d, fill: own.ground });
  return [
    el('clipPath', { id }, el('path', { id: shape, d })),
    el('use', { href: `#${shape}`, fill: own.ground }),
    el('g', { 'clip-path': `url(#${id})` }, hatchOf(own, box)),
  ].join('');
}

/** A small square of a look, for legends; decorative. */
export function swatch(own: Look): string {
  return el(
    'svg',
    { width: 22, height: 15, viewBox: '0 0 22 15', 'aria-hidden': 'true', class: 'swatch' },
    el('rect', { width: 22, height: 15, fill: own.ground }),
    hatchOf(own, { x: 0, y: 0, width: 22, height: 15 }),
    el('rect', { x: 0.5, y: 0.5, width: 21, height: 14, fill: 'none', stroke: own.ink }),
  );
}
