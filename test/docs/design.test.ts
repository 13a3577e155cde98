// docs/design.svg against the rooms that there are.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { designPicture, roomsOf } from '../../tools/design-picture.ts';
import { FLOORS } from '../helpers/direction.ts';

const picture = readFileSync(new URL('../../docs/design.svg', import.meta.url), 'utf8');

test('the picture in docs is the one that the rooms of src/ give: `node tools/design-picture.ts` makes it', (t) => {
  t.is(picture, designPicture());
});

test('it names every floor and every room', (t) => {
  const rooms = FLOORS.flatMap((floor) => roomsOf(floor));
  t.true(rooms.includes('x86') && rooms.includes('explore') === false, rooms.join(' '));
  for (const name of [...FLOORS.map((floor) => floor.name), ...rooms])
    t.true(picture.includes(`>${name}<`), name);
});
