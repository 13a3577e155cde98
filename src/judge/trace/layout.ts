// Offsets of the fields that a trace reads, in bytes, from the image's BTF.
import { InputError } from '../../lib/input-error.ts';

/** Fields of one kernel's structs. */
export interface StructLayout {
  readonly padataMtJob: {
    readonly fnArg: number;
    readonly start: number;
    readonly size: number;
    readonly align: number;
    readonly minChunk: number;
    readonly maxThreads: number;
  };
  readonly padataWork: { readonly pwWork: number; readonly pwData: number };
  readonly padataMtJobState: { readonly job: number; readonly nworks: number; readonly chunkSize: number };
  readonly pglistData: {
    readonly nodeId: number;
    readonly firstDeferredPfn: number;
    readonly nodeStartPfn: number;
    readonly nodeSpannedPages: number;
  };
  readonly zone: { readonly zonePgdat: number; readonly name: number };
  readonly memblock: { readonly memory: number; readonly reserved: number };
  readonly memblockType: { readonly cnt: number; readonly totalSize: number; readonly regions: number };
  readonly memblockRegion: {
    readonly bytes: number;
    readonly base: number;
    readonly size: number;
    readonly flags: number;
    readonly nid: number;
  };
}

/** A kernel's types, as src/kernels/image/btf.ts reads them. */
export interface Types {
  layout(
    name: string,
  ): { readonly size: number; readonly offsets: Readonly<Record<string, number>> } | undefined;
}

/**
 * The layout of the structs in a kernel with `types`.
 * @throws InputError 'image' where it lacks one of them, or a field
 */
export function layoutOf(types: Types): StructLayout {
  const struct = (name: string) => {
    const layout = types.layout(name);
    if (layout === undefined)
      throw new InputError(
        'image',
        `--trace: the kernel has no struct ${name}: expected CONFIG_PADATA, and BTF`,
      );
    const offsets = new Map(Object.entries(layout.offsets));
    const at = (field: string): number => {
      const offset = offsets.get(field);
      if (offset === undefined)
        throw new InputError('image', `--trace: the kernel's struct ${name} has no member ${field}`);
      return offset;
    };
    return { at, size: layout.size };
  };
  const job = struct('padata_mt_job');
  const work = struct('padata_work');
  const state = struct('padata_mt_job_state');
  const node = struct('pglist_data');
  const zone = struct('zone');
  const memblock = struct('memblock');
  const type = struct('memblock_type');
  const region = struct('memblock_region');
  return {
    padataMtJob: {
      fnArg: job.at('fn_arg'),
      start: job.at('start'),
      size: job.at('size'),
      align: job.at('align'),
      minChunk: job.at('min_chunk'),
      maxThreads: job.at('max_threads'),
    },
    padataWork: { pwWork: work.at('pw_work'), pwData: work.at('pw_data') },
    padataMtJobState: {
      job: state.at('job'),
      nworks: state.at('nworks'),
      chunkSize: state.at('chunk_size'),
    },
    pglistData: {
      nodeId: node.at('node_id'),
      firstDeferredPfn: node.at('first_deferred_pfn'),
      nodeStartPfn: node.at('node_start_pfn'),
      nodeSpannedPages: node.at('node_spanned_pages'),
    },
    zone: { zonePgdat: zone.at('zone_pgdat'), name: zone.at('name') },
    memblock: { memory: memblock.at('memory'), reserved: memblock.at('reserved') },
    memblockType: { cnt: type.at('cnt'), totalSize: type.at('total_size'), regions: type.at('regions') },
    memblockRegion: {
      bytes: region.size,
      base: region.at('base'),
      size: region.at('size'),
      flags: region.at('flags'),
      nid: region.at('nid'),
    },
  };
}
