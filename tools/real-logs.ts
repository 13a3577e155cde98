// How well logs of real machines are predicted: boots each and compares its memory lines, as `earlyboot verify` does.
// usage: npx node tools/real-logs.ts FOLDER, where FOLDER holds kernel logs as *.txt
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fidelityOf } from '../src/ask/verify/fidelity.ts';
import { bootMachine, DEFAULT_BOOT } from '../src/boot/machine.ts';
import { bootTexts } from '../src/machine/import/boots.ts';
import { cpuCountFromLines } from '../src/machine/import/cpu-lines.ts';
import { readText } from '../src/machine/import/files.ts';
import { machineFromLogFile } from '../src/machine/import/path.ts';

interface Row {
  readonly name: string;
  /** null where it does not boot. */
  readonly fidelity: number | null;
  readonly text: string;
  /** Whether the CPUs that the log says are those of the model; null where it says none. */
  readonly cpus: boolean | null;
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
    return {
      name,
      fidelity: found.fidelity,
      cpus: counted === null ? null : counted.present === present,
      text: `${found.matched} of ${found.real} real, ${found.predicted} predicted, ${present} CPUs, ${record.nodes.length} nodes${panic}`,
    };
  } catch (error) {
    return { name, fidelity: null, cpus: null, text: error instanceof Error ? error.message : String(error) };
  }
}

const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: npx node tools/real-logs.ts FOLDER\n');
  process.exit(2);
}
const rows: Row[] = [];
for (const name of readdirSync(folder)
  .filter((file) => file.endsWith('.txt'))
  .sort()) {
  const row = await rowOf(join(folder, name));
  rows.push(row);
  const value = row.fidelity === null ? 'refused' : percent(row.fidelity);
  process.stdout.write(`${row.name.padEnd(36)} ${value.padStart(9)}  ${row.text}\n`);
}
const booted = rows.flatMap((row) => row.fidelity ?? []).sort((a, b) => a - b);
const told = rows.filter((row) => row.cpus !== null);
process.stdout.write(
  `${booted.length} of ${rows.length} boot; fidelity minimum ${percent(booted[0] ?? 0)}, ` +
    `median ${percent(booted[Math.floor((booted.length - 1) / 2)] ?? 0)}, maximum ${percent(booted.at(-1) ?? 0)}; ` +
    `CPUs as the log says in ${told.filter((row) => row.cpus === true).length} of ${told.length}\n`,
);
