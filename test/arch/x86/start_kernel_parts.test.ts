import test from 'ava';
import { CPU_ENTRY_AREA, KernelTables, VMALLOC_AREA } from '../../../src/arch/x86/kernel_tables.ts';
import { setupCpuEntryAreas } from '../../../src/arch/x86/cpu_entry_area.ts';
import { memoryBlockSize } from '../../../src/arch/x86/memory_block.ts';
import { pciIommuAlloc } from '../../../src/arch/x86/pci_swiotlb.ts';
import { setupPerCpuAreas } from '../../../src/arch/x86/setup_percpu.ts';
import { MiB } from '../../../src/lib/units.ts';
import { drawBoot, type Drawing } from '../../mm/helpers/boot-context.ts';

/** How many page tables the entry areas of `cpus` CPUs take. */
function entryTables(cpus: number, vendor: 'Intel' | 'AMD'): number {
  const { ctx } = drawBoot({ nodes: [{ memory: [[16, 256]], cpus }], vendor });
  const before = ctx.memblock.reservedSize();
  setupCpuEntryAreas(ctx, new KernelTables(ctx));
  return (ctx.memblock.reservedSize() - before) / 4096;
}

test('entry areas: 59 pages a CPU after the IDT, two upper tables, one more for each 2 MiB', (t) => {
  t.is(entryTables(1, 'AMD'), 3);
  // CPU 8 begins at page 473; its stacks end at page 473 + 19 = 492, its debug store at 532
  t.is(entryTables(8, 'Intel'), 3);
  t.is(entryTables(9, 'AMD'), 3);
  t.is(entryTables(9, 'Intel'), 4);
  // as captured: 16 CPUs 4 pages, 32 CPUs 6, 104 CPUs 14 (all AMD's)
  t.deepEqual(
    [16, 32, 104].map((cpus) => entryTables(cpus, 'AMD')),
    [4, 6, 14],
  );
});

test('entry areas under KASLR: two tables a CPU from 6.2 on, one more for two in a GiB', (t) => {
  const random = (cpus: number, entryAreas: 'in-order' | 'random'): number => {
    const { ctx } = drawBoot({ nodes: [{ memory: [[16, 256]], cpus }], vendor: 'AMD' });
    const { profile } = ctx;
    const before = ctx.memblock.reservedSize();
    const drawn = { ...ctx, profile: { ...profile, rules: { ...profile.rules, entryAreas } } };
    setupCpuEntryAreas(drawn, new KernelTables(drawn, true));
    return (ctx.memblock.reservedSize() - before) / 4096;
  };
  t.is(random(4, 'in-order'), 3);
  // as captured with 6.12 and 7.2: a PUD table, a PMD and a PTE table for each CPU
  t.is(random(4, 'random'), 9);
  t.is(random(104, 'random'), 209);
});

test('tables for vmalloc space: 50 P4D or 64 PUD tables, less what is there; five levels have one more', (t) => {
  for (const [la57, all, levels] of [
    [true, 50, 4],
    [false, 64, 3],
  ] as const) {
    const { ctx } = drawBoot({ nodes: [{ memory: [[16, 256]], cpus: 1 }], la57 });
    const tables = new KernelTables(ctx);
    t.is(tables.missingVmallocTables(), all);
    const before = ctx.memblock.reservedSize();
    tables.populate(VMALLOC_AREA, 0, 4096);
    t.is((ctx.memblock.reservedSize() - before) / 4096, levels);
    tables.populate(VMALLOC_AREA, 4096, 2 * MiB);
    t.is((ctx.memblock.reservedSize() - before) / 4096, levels);
    tables.populate(VMALLOC_AREA, 2 * MiB, 2 * MiB + 1);
    t.is((ctx.memblock.reservedSize() - before) / 4096, levels + 1);
    t.is(tables.missingVmallocTables(), all - 1);
    t.notThrows(() => tables.populate(CPU_ENTRY_AREA, 0, 0));
    t.is(new KernelTables(ctx, true).missingVmallocTables(), all + 1);
  }
});

test('memory blocks: a section below 64 GiB; from there on 2 GiB, in a guest what the end of memory allows', (t) => {
  const block = (endMiB: number, hypervisor: boolean): number => {
    const { ctx } = drawBoot({ nodes: [{ memory: [[16, 256]], cpus: 1 }], hypervisor });
    ctx.maxPfn = endMiB * 256;
    return memoryBlockSize(ctx) / MiB;
  };
  t.is(block(64 * 1024 - 1, false), 128);
  t.is(block(64 * 1024 + 1, false), 2048);
  t.is(block(66 * 1024, true), 2048);
  t.is(block(65 * 1024, true), 1024);
  t.is(block(65 * 1024 + 256, true), 256);
  t.is(block(65 * 1024 + 100, true), 128);
});

test('bounce buffers: memory beyond 4 GiB, now or one day, and iommu=off or soft', (t) => {
  const enabled = (maxPossiblePfn: number, cmdline = ''): boolean => {
    const { ctx } = drawBoot({ nodes: [{ memory: [[16, 256]], cpus: 1 }], cmdline });
    ctx.maxPossiblePfn = maxPossiblePfn;
    return pciIommuAlloc(ctx).enabled;
  };
  t.false(enabled(0x100000));
  t.true(enabled(0x100001));
  t.false(enabled(0x100001, 'iommu=off'));
  t.true(enabled(0x1000, 'iommu=nopanic,soft'));
});

test('per-CPU areas: CPU masks for each node and four more; percpu_alloc=page makes tables', (t) => {
  const masks = (drawing: Drawing): number => {
    const { ctx, lines } = drawBoot(drawing);
    ctx.memblock.debug = true;
    setupPerCpuAreas(ctx, new KernelTables(ctx));
    return lines().filter((line) => line.endsWith(' alloc_bootmem_cpumask_var')).length;
  };
  const node = { memory: [[16, 256]], cpus: 2 } as const;
  t.is(masks({ nodes: [node] }), 5);
  t.is(masks({ nodes: [node, { memory: [[256, 512]], cpus: 1 }] }), 6);
  const { ctx, lines } = drawBoot({ nodes: [node], cmdline: 'percpu_alloc=page' });
  setupPerCpuAreas(ctx, new KernelTables(ctx));
  t.true(lines().includes('percpu: 58 4K pages/cpu s217088 r8192 d12288'));
});
