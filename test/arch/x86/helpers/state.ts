// The state of setup_arch on a drawn map: for tests of single steps under the rules of a release.
import type { BootParams } from '../../../../src/arch/x86/boot/params.ts';
import { newX86State } from '../../../../src/arch/x86/index.ts';
import type { X86State } from '../../../../src/arch/x86/state.ts';
import { rulesOf } from '../../../../src/kernels/history.ts';
import { profileNamed } from '../../../../src/kernels/profile_named.ts';

export interface DrawnState {
  readonly x86: X86State;
  /** Texts printed so far. */
  lines(): string[];
}

/** [start, end, type] in bytes; RAM goes to memblock too. */
export function drawState(
  release: string,
  map: readonly (readonly [number, number, number])[],
  cmdline = '',
  image = profileNamed('6.1').kernel.image,
): DrawnState {
  const bootParams: BootParams = {
    ...{ e820: [], e820Ignored: 0, e820End: 'last', altMemK: 0, extMemK: 0 },
    bda: { baseMemKiB: 639, ebdaAddr: 0 },
    ...{
      acpi: null,
      acpiProblems: [],
      cpuid: [],
      cmdline,
      ramdisk: null,
      efi: null,
      platform: null,
      dmi: null,
    },
    payloadLog: [],
    mp: null,
  };
  const profile = { ...profileNamed('6.1').kernel, image, version: release, rules: rulesOf(release) };
  const x86 = newX86State(bootParams, { profile }, []);
  for (const [start, end, type] of map) {
    x86.e820.rangeAdd(start, end - start, type);
    if (type === 1) x86.ctx.memblock.add(start, end - start);
  }
  x86.e820.update();
  return { x86, lines: () => x86.ctx.printk.lines.map(({ text }) => text) };
}
