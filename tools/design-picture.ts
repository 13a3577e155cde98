// Writes docs/design.svg, the house that the sources live in: a floor for each of FLOORS, a room for each folder on it.
// node tools/design-picture.ts
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FLOORS, isModel, type Floor } from '../test/helpers/direction.ts';
import { ROOT } from '../test/helpers/sources.ts';

const WIDTH = 980;
const LEFT = 14;
const ROOMS_FROM = 420;
const RIGHT = WIDTH - 60;
const ROW = 34;
const HEAD = 54;
const LINE = 26;
const GAP = 6;
/** Widths of letters at 12 px, near enough for boxes. */
const LETTER = 7;

const STYLE = `
text{font:13px system-ui,sans-serif;fill:#1c2733}
.name{font:600 13px ui-monospace,monospace}.room{font:12px ui-monospace,monospace}.about{font-size:12px;fill:#4a5866}
.wall{fill:#fff;stroke:#8593a3}.box{fill:#fff;stroke:#8593a3}
.model{fill:#dcebfa}.around{fill:#eaf3e6}.edge{fill:#fbe9d3}
.line{stroke:#1c2733;stroke-width:1.5}.cut{stroke:#b3402a;stroke-width:1.5;stroke-dasharray:6 4}.cut-text{fill:#b3402a;font-size:12px}
`;

/** Folders of a floor, by name. */
export function roomsOf({ name }: Floor): string[] {
  return readdirSync(join(ROOT, 'src', name), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

const EDGES = new Set(['cli', 'web']);
const kindOf = ({ name }: Floor): string =>
  EDGES.has(name) ? 'edge' : isModel(`src/${name}/x.ts`) ? 'model' : 'around';

interface Placed {
  readonly room: string;
  readonly x: number;
  readonly width: number;
  /** Of boxes, from 0: a floor with many rooms has several. */
  readonly line: number;
}

function placed(rooms: readonly string[]): Placed[] {
  let x = ROOMS_FROM;
  let line = 0;
  return rooms.map((room) => {
    const width = room.length * LETTER + 14;
    if (x + width > RIGHT - GAP) [x, line] = [ROOMS_FROM, line + 1];
    const at = { room, x, width, line };
    x += width + GAP;
    return at;
  });
}

/** A floor drawn from `top` down, and its height. */
function floorRow(floor: Floor, top: number): { readonly svg: string; readonly height: number } {
  const boxes = placed(roomsOf(floor));
  const height = ROW + (boxes.at(-1)?.line ?? 0) * LINE;
  const svg = [
    `<rect class="wall ${kindOf(floor)}" x="${LEFT}" y="${top}" width="${RIGHT - LEFT}" height="${height}"/>`,
    `<text class="name" x="${LEFT + 10}" y="${top + 22}">${floor.name}</text>`,
    `<text class="about" x="${LEFT + 104}" y="${top + 22}">${floor.about}</text>`,
    ...boxes.map(
      ({ room, x, width, line }) =>
        `<rect class="box" x="${x}" y="${top + 6 + line * LINE}" width="${width}" height="${ROW - 12}" rx="4"/>` +
        `<text class="room" x="${x + 7}" y="${top + 22 + line * LINE}">${room}</text>`,
    ),
  ];
  return { svg: svg.join('\n'), height };
}

/** The whole picture, the top floor first. */
export function designPicture(): string {
  const rows: string[] = [];
  let [end, cut] = [HEAD, HEAD];
  for (const floor of FLOORS.toReversed()) {
    const { svg, height } = floorRow(floor, end);
    rows.push(svg);
    end += height;
    if (kindOf(floor) !== 'model') cut = end;
  }
  const height = end + 40;
  const arrow = RIGHT + 26;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="The floors of src/ and their rooms; imports go down">`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="24">src/: a floor imports from itself and from those below, never from above</text>`,
    `<text class="about" x="${LEFT}" y="43">a box is a folder; orange: edges that nobody imports; green: around the kernel; blue: the kernel model</text>`,
    ...rows,
    `<path class="cut" d="M${LEFT} ${cut}H${RIGHT}"/>`,
    `<path class="line" d="M${arrow} ${HEAD + 8}V${end - 8}m-6 -10l6 10l6 -10" fill="none"/>`,
    `<text class="about" transform="translate(${arrow + 16} ${(HEAD + end) / 2}) rotate(90)" text-anchor="middle">imports</text>`,
    `<text class="cut-text" x="${LEFT}" y="${end + 24}">below the dashed line: nothing of Node, of v86 or of the browser</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

if (import.meta.main) writeFileSync(join(ROOT, 'docs/design.svg'), designPicture());
