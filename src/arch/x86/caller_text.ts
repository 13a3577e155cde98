// What memblock=debug prints behind its lines: the call site that the image is known to have.
import type { KernelProfile } from '../../kernel/profile.ts';

/** Call sites that allocate through memblock_alloc_or_panic() where that is a function of its own. */
const OR_PANIC: readonly string[] = [
  'sparse_init',
  'free_area_init',
  'alloc_offline_node_data',
  'acpi_parse_hpet',
  'io_apic_init_mappings',
  'e820__reserve_resources',
  'register_nosave_region',
  'start_kernel#saved-command-line',
  'start_kernel#static-command-line',
  'pcpu_setup_first_chunk',
  'pcpu_alloc_first_chunk',
  'pcpu_page_first_chunk#pages',
  'alloc_bootmem_cpumask_var',
];

/** What memblock=debug prints for a call site: what the image is known to print, else the function's name. */
export function callerText({ image, rules }: KernelProfile, caller: string): string {
  const panics = OR_PANIC.includes(caller) || OR_PANIC.includes(caller.replace(/#.*/, ''));
  const site = rules.allocOrPanic === 'function' && panics ? '__memblock_alloc_or_panic' : caller;
  return image.callers[site] ?? site.replace(/#.*/, '');
}
