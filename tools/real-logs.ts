// How well logs of real machines are predicted: boots each and compares its memory lines, as `earlyboot verify` does, and its facts.
// usage: npx node tools/real-logs.ts FOLDER [--facts], where FOLDER holds kernel logs as *.txt; --facts prints the facts that are wrong
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fidelityOf } from '../src/ask/verify/fidelity.ts';
import { bootMachine, DEFAULT_BOOT } from '../src/boot/machine.ts';
import { bootTexts } from '../src/machine/import/boots.ts';
import { cpuCountFromLines } from '../src/machine/import/cpu-lines.ts';
import { readText } from '../src/machine/import/files.ts';
import { machineFromLogFile } from '../src/machine/import/path.ts';
import { factsOf, memoryOf, type FactResult } from './real-log-facts.ts';

interface Row {
  readonly name: string;
  readonly kernel: string;
  /** null where it does not boot. */
  readonly fidelity: number | null;
  readonly text: string;
  /** Whether the CPUs that the log says are those of the model; null where it says none. */
  readonly cpus: boolean | null;
  readonly facts: readonly FactResult[];
  /** Whether `Memory:` has the right total, and how far off what is available; null where the log has no such line. */
  readonly memory: { readonly total: boolean; readonly off: number } | null;
}

async function rowOf(path: string): Promise<Row> {
  const name = basename(path, '.txt');
  try {
    const text = await readText(path, 'log');
    const machine = machineFromLogFile(path, text);
    const real = bootTexts(text, path);
    const record = await bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline });
    const found = fidelityOf(real, record.logLines);
    const counted = cpuCountFromLines(real.map((line, at) => ({ text: line, line: at + 1 })));
    const present = machine.cpus.filter((cpu) => cpu.enabled).length;
    const panic = record.panic === null || record.panic === undefined ? '' : '  PANIC';
    const predicted = record.logLines.map((line) => line.text);
    const [own, model] = [memoryOf(real), memoryOf(predicted)];
    return {
      name,
      kernel: machine.kernel ?? '',
      fidelity: found.fidelity,
      cpus: counted === null ? null : counted.present === present,
      text: `${found.matched} of ${found.real} real, ${found.predicted} predicted, ${present} CPUs, ${record.nodes.length} nodes${panic}`,
      facts: factsOf(real, predicted),
      memory:
        own === null
          ? null
          : {
              total: own.total === model?.total,
              off: model === null ? 1 : Math.abs(model.available - own.available) / own.available,
            },
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { name, kernel: '', fidelity: null, cpus: null, text, facts: [], memory: null };
  }
}

const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
const right = (facts: readonly FactResult[]): number => facts.filter((fact) => fact.right).length;

function memoryText(memory: Row['memory']): string {
  if (memory === null) return 'no Memory: line';
  return `total ${memory.total ? 'exact' : 'wrong'}, available off by ${percent(memory.off)}`;
}

/** The middle one; of an even number the lower of two. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}

const isModern = ({ kernel }: Row): boolean => {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 10);
};

const [folder, option] = process.argv.slice(2);
if (folder === undefined || (option !== undefined && option !== '--facts')) {
  process.stderr.write('usage: npx node tools/real-logs.ts FOLDER [--facts]\n');
  process.exit(2);
}
const rows: Row[] = [];
for (const name of readdirSync(folder)
  .filter((file) => file.endsWith('.txt'))
  .sort()) {
  const row = await rowOf(join(folder, name));
  rows.push(row);
  const value = row.fidelity === null ? 'refused' : percent(row.fidelity);
  const facts =
    row.fidelity === null
      ? ''
      : `; facts ${right(row.facts)} of ${row.facts.length}; ${memoryText(row.memory)}`;
  process.stdout.write(`${row.name.padEnd(36)} ${value.padStart(9)}  ${row.text}${facts}\n`);
  if (option === '--facts')
    for (const fact of row.facts.filter((one) => !one.right))
      process.stdout.write(
        `    ${fact.name}: real ${fact.real || 'none'}\n    ${' '.repeat(fact.name.length)}  predicted ${fact.predicted || 'none'}\n`,
      );
}
const booted = rows.filter((row) => row.fidelity !== null);
const fidelities = (of: readonly Row[]): number[] =>
  of.flatMap((row) => row.fidelity ?? []).sort((a, b) => a - b);
const all = fidelities(booted);
const told = rows.filter((row) => row.cpus !== null);
const facts = rows.flatMap((row) => row.facts);
const memories = rows.flatMap((row) => row.memory ?? []);
process.stdout.write(
  `${booted.length} of ${rows.length} boot; fidelity minimum ${percent(all[0] ?? 0)}, ` +
    `median ${percent(median(all))} (5.10 and later ${percent(median(fidelities(booted.filter(isModern))))}, ` +
    `older ${percent(median(fidelities(booted.filter((row) => !isModern(row)))))}), maximum ${percent(all.at(-1) ?? 0)}; ` +
    `CPUs as the log says in ${told.filter((row) => row.cpus === true).length} of ${told.length}\n` +
    `facts right: ${right(facts)} of ${facts.length} (${percent(right(facts) / Math.max(facts.length, 1))}); ` +
    `Memory: total exact in ${memories.filter(({ total }) => total).length} of ${memories.length}, ` +
    `available within 1 % in ${memories.filter(({ off }) => off <= 0.01).length}\n`,
);
