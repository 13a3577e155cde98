// How far a real log goes: what the kernel prints behind its end, or at a level that it was taken without, cannot be compared.
import type { LogLine } from '../../kernel/printk.ts';

/** Boot steps that print late, and what any log has that goes on behind them. */
const LATE: readonly { readonly steps: readonly string[]; readonly behind: RegExp }[] = [
  {
    steps: ['page_alloc_init_late', 'memory_dev_init'],
    behind: /^(?:devtmpfs: initialized|NET: Registered |clocksource: |PCI: |VFS: )/,
  },
  {
    steps: ['e820__reserve_resources_late'],
    behind:
      /^(?:clocksource: Switched|VFS: Disk quotas|pnp: PnP ACPI|NET: Registered (?:protocol family 2|PF_INET)\b|Trying to unpack|Freeing )/,
  },
  {
    steps: ['pci_iommu_init'],
    behind:
      /^(?:workingset: |Initialise system trusted keyrings|Key type asymmetric|io scheduler |Freeing unused kernel|Run \/)/,
  },
];
const DEBUG = 7;
/** So many debug lines have to be missing before a log counts as one that was taken without them. */
const LEAST_DEBUG = 3;

/** Says of predicted lines that the log lacks whether it could have them. `real` are texts, `matched` the lines that it has. */
export function outOfReach(
  real: readonly string[],
  predicted: readonly LogLine[],
  matched: readonly LogLine[],
): (line: LogLine) => boolean {
  const unreached = new Set(
    LATE.filter(({ behind }) => !real.some((text) => behind.test(text))).flatMap(({ steps }) => steps),
  );
  const debugLines = predicted.filter(({ level }) => level === DEBUG).length;
  const withoutDebug = debugLines >= LEAST_DEBUG && matched.every(({ level }) => level !== DEBUG);
  return ({ step, level }) => unreached.has(step) || (withoutDebug && level === DEBUG);
}
