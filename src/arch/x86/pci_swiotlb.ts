// Mirrors the swiotlb half of arch/x86/kernel/pci-dma.c (v6.1): whether a bounce buffer is wanted, and its late line.
import type { BootContext } from '../../mm/context.ts';
import { swiotlbInit, swiotlbPrintInfo, type SwiotlbPool } from '../../mm/swiotlb.ts';
import { MAX_DMA32_PFN } from './layout.ts';

/** x86_swiotlb_enable, and the pool where one was had. */
export interface PciSwiotlb {
  readonly enabled: boolean;
  readonly pool: SwiotlbPool | null;
}

/** pci_iommu_alloc: a buffer where memory may lie beyond what 32-bit devices reach, or iommu=soft asks for it. */
export function pciIommuAlloc(ctx: BootContext): PciSwiotlb {
  const options = ctx.params.all('iommu').flatMap((value) => (value ?? '').split(','));
  const off = options.some((option) => option.startsWith('off'));
  const soft = options.some((option) => option.startsWith('soft'));
  const enabled = soft || (!off && ctx.maxPossiblePfn > MAX_DMA32_PFN);
  return { enabled, pool: swiotlbInit(ctx, enabled, ctx.cpus.length) };
}

/** pci_iommu_init: tells where the buffer is, after PCI came up; without need for one it was given back. */
export function pciIommuInit(ctx: BootContext, swiotlb: PciSwiotlb): void {
  // an IOMMU's driver has switched the buffer off by now
  if (!swiotlb.enabled || ctx.profile.config.iommuDriver === true) return;
  ctx.printk.info('PCI-DMA: Using software bounce buffering for IO (SWIOTLB)');
  swiotlbPrintInfo(ctx, swiotlb.pool);
}
