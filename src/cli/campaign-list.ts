// earlyboot campaign without a name: the kinds with their dimensions, and the campaigns that come with it.
import { builtinCampaigns, findCampaign } from '../campaign/file/find.ts';
import { KINDS } from '../campaign/kinds/kinds.ts';
import { tableLines } from '../text/table.ts';
import { answer, textColumns } from './answer.ts';
import { printJson, type CliIo } from './io.ts';

export async function listCampaigns(io: CliIo, json: boolean): Promise<void> {
  const kinds = [...KINDS].map(([name, { about, dimensions }]) => ({
    name,
    about,
    dimensions: [...dimensions].map(([dimension, facts]) => ({ name: dimension, about: facts.about })),
  }));
  const campaigns = await Promise.all(builtinCampaigns().map((name) => findCampaign(name, io.cwd, [])));
  const builtin = campaigns.map(({ name, kind, about }) => ({ name, kind, about }));
  if (json) return printJson(io, { version: 1, kinds, campaigns: builtin });
  const namesOf = (all: readonly { readonly name: string }[]): string =>
    all.map(({ name }) => name).join(', ');
  const table = (rows: readonly (readonly string[])[]): string =>
    tableLines(rows, { left: [0, 1, 2], columns: textColumns(io) }).join('\n');
  answer(
    io,
    `${table([['kind', 'an item', 'dimensions'], ...kinds.map(({ name, about, dimensions }) => [name, about, namesOf(dimensions)])])}

${table([['campaign', 'kind', 'about'], ...builtin.map(({ name, kind, about }) => [name, kind, about])])}
`,
  );
}
