import test from 'ava';
import { builtinKernel } from '../../../src/kernels/builtin.ts';
import { withEarlyPages } from '../../../src/kernels/image/early_pages.ts';

/** What an image of that release is given, and where it is said to be from. */
async function given(release: string): Promise<readonly [number, string | undefined]> {
  const base = await builtinKernel('6.1');
  const { image, sources } = await withEarlyPages({ ...base, release, sources: {} });
  return [image.earlyPages.onBootNode, sources?.['image.earlyPages']];
}

test('early pages of an image: the newest built-in kernel that is not newer, of its flavour; its own are measured', async (t) => {
  const pages = async (name: '5.10' | '6.1' | '6.12' | '6.12-cloud' | '7.3'): Promise<number> =>
    (await builtinKernel(name)).image.earlyPages.onBootNode;
  t.deepEqual(await given('6.12.43+deb12-amd64'), [await pages('6.12'), 'assumed: as measured with 6.12']);
  t.deepEqual(await given('6.15.2-arch1-1'), [await pages('6.12'), 'assumed: as measured with 6.12']);
  t.deepEqual(await given('6.12.43+deb12-cloud-amd64'), [
    await pages('6.12-cloud'),
    'assumed: as measured with 6.12-cloud',
  ]);
  t.deepEqual(await given('6.11.0'), [await pages('6.1'), 'assumed: as measured with 6.1']);
  t.deepEqual(await given('9.0.0'), [await pages('7.3'), 'assumed: as measured with 7.3']);
  t.deepEqual(await given('5.4.0'), [await pages('5.10'), 'assumed: as measured with 5.10']);
  const [own, from] = await given('6.12.117+deb13-amd64');
  t.is(own, await pages('6.12'));
  t.regex(from ?? '', /^measured: /);
});
