// earlyboot import: a kernel log and its ACPI tables as a machine description.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { InputError } from '../lib/input-error.ts';
import { schemaId } from '../lib/schema-id.ts';
import { toDescription } from '../machine/spec/to-description.ts';
import { refuseAssumed } from '../boot/assumed.ts';
import { assumedSentence } from '../kernel/assumed.ts';
import { toJson, warn, type CliIo } from './io.ts';
import { resolveMachine } from './machine.ts';
import { bootNumber, cpuCount, LOG_OPTIONS, positiveInteger } from './options.ts';
import { checkOutputs, writeOutput } from './write.ts';
import { toYaml } from '../machine/spec/yaml.ts';

const HELP = `
PATH is a kernel log (dmesg, journalctl -k or syslog in any form, also packed with gzip, xz or zstd) or a folder with one and,
beside it, acpi/ (copies of /sys/firmware/acpi/tables, or what acpidump or acpixtract wrote), cpuinfo.txt, iomem.txt, config-RELEASE or vmlinuz-RELEASE;
sosreport's and hw-probe's folders as they are. Read are the BIOS-e820 lines, the ACPI tables and their addresses, the lines RAMDISK,
found SMP MP-table, DMI and efi, the command line and the kernel version; without tables the SRAT lines and the number of CPUs.

Example, on the machine itself (as root):
  mkdir m && dmesg > m/dmesg.txt && cp -r --no-preserve=mode /sys/firmware/acpi/tables m/acpi && cat /proc/cpuinfo > m/cpuinfo.txt
  earlyboot import m -o m.yaml
  earlyboot boot m.yaml`;

/** Editors with a YAML language server complete and check what follows. */
const EDITOR = `# yaml-language-server: $schema=${schemaId('machine')}\n`;

/** `import PATH [-o FILE]`: YAML, or JSON for `--json` and a FILE that ends in .json. */
export function importCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Makes a machine description of a kernel log and its ACPI tables.')
    .argument('<path>', 'kernel log, folder with dmesg.txt and acpi/, or - for stdin')
    .option('-o, --output <file>', 'where the description goes', '-')
    .option('--json', 'print JSON instead of YAML')
    .option('--cpu <features>', LOG_OPTIONS.cpu)
    .option('--cpu-count <n>', LOG_OPTIONS.cpuCount, cpuCount)
    .option('--boot <n>', LOG_OPTIONS.boot, bootNumber)
    .option('--initrd-size <bytes>', LOG_OPTIONS.initrdSize, positiveInteger)
    .option('--strict', LOG_OPTIONS.strict)
    .addHelpText('after', HELP)
    .action(async (path, options) => {
      await checkOutputs(io, [options.output]);
      const machine = await resolveMachine(io, path, options);
      if (machine.origin.kind === 'builtin' || machine.origin.kind === 'description')
        throw new InputError(
          'usage',
          `${path}: a machine description already: expected a kernel log or a folder with one`,
        );
      // a description says everything: what is assumed is said here, or never
      const assumed = (machine.assumed ?? []).filter(({ fact }) => /^(?:cpu|machine)\./.test(fact));
      if (options.strict === true) refuseAssumed(machine.name, assumed);
      for (const fact of assumed) warn(io, `assumed: ${assumedSentence(fact)}`);
      const description = toDescription(machine);
      const json = options.json === true || /\.json$/i.test(options.output);
      await writeOutput(io, options.output, json ? toJson(description) : EDITOR + toYaml(description));
    });
}
