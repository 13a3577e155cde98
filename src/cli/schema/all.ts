// The schema of every command's --json, and of the files that people write: schema/*.schema.json. Only tools and tests import this.
import { z } from 'zod';
import { campaignJsonSchema } from '../../campaign/file/schema.ts';
import { schemaId } from '../../lib/schema-id.ts';
import { machineJsonSchema } from '../../machine/spec/schema.ts';
import { ANSWER_SCHEMAS } from '../../report/answers-schema.ts';
import { recordJsonSchema } from '../../report/record-schema.ts';
import { diff, explain, history, judge, verify } from './compare.ts';
import { bench, calibrate, predict } from './figures.ts';
import { campaigns, kernels, lintRules, machines } from './lists.ts';
import { campaign, explore } from './search.ts';

/** By the name of the file in schema/: the schema, and whose output it is. */
export const OUTPUTS: ReadonlyMap<string, { readonly of: string; readonly schema: z.ZodType }> = new Map([
  ['machines', { of: 'machines', schema: machines }],
  ['kernels', { of: 'kernels', schema: kernels }],
  ['lint-rules', { of: 'lint --rules', schema: lintRules }],
  ['explain', { of: 'explain', schema: explain }],
  ['diff', { of: 'diff', schema: diff }],
  ['history', { of: 'history', schema: history }],
  ['verify', { of: 'verify', schema: verify }],
  ['judge', { of: 'judge', schema: judge }],
  ['predict', { of: 'predict', schema: predict }],
  ['calibrate', { of: 'calibrate', schema: calibrate }],
  ['bench', { of: 'bench', schema: bench }],
  ['explore', { of: 'explore', schema: explore }],
  ['campaigns', { of: 'campaign', schema: campaigns }],
  ['campaign-report', { of: 'campaign WHAT', schema: campaign }],
  ...[...ANSWER_SCHEMAS].map(([name, schema]) => [name, { of: schema.description ?? name, schema }] as const),
]);

function withNames(name: string, title: string, schema: Record<string, unknown>): object {
  const { $schema, ...rest } = schema;
  return { $schema, $id: schemaId(name), title, ...rest };
}

/** Every JSON Schema, by file name. */
export function jsonSchemas(): Record<string, object> {
  const outputs = [...OUTPUTS].map(([name, { of, schema }]) => {
    const command = of.replace(/^earlyboot | --json$/g, '');
    const json = z.toJSONSchema(schema, { io: 'input' });
    return [`${name}.schema.json`, withNames(name, `earlyboot ${command} --json`, json)] as const;
  });
  return {
    'machine.schema.json': machineJsonSchema(),
    'run-record.schema.json': recordJsonSchema(),
    'campaign.schema.json': withNames('campaign', 'earlyboot campaign file', campaignJsonSchema()),
    ...Object.fromEntries(outputs),
  };
}
