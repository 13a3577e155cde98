// Offsets of the fields that a trace reads, in bytes, by kernel release. A table until they are read from the image's BTF.

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
  readonly memblockRegion: { readonly bytes: number; readonly flags: number; readonly nid: number };
}

const COMMON = {
  padataMtJob: { fnArg: 8, start: 16, size: 24, align: 32, minChunk: 40, maxThreads: 48 },
  padataWork: { pwWork: 0, pwData: 48 },
  padataMtJobState: { job: 40, nworks: 48, chunkSize: 56 },
  memblock: { memory: 16, reserved: 56 },
  memblockType: { cnt: 0, totalSize: 16, regions: 24 },
  memblockRegion: { bytes: 24, flags: 16, nid: 20 },
} as const;

/** By what `uname -r` starts with; read off the BTF of Debian's amd64 images. */
const LAYOUTS: readonly (readonly [RegExp, StructLayout])[] = [
  [
    /^6\.1\.0-\d+-amd64$/,
    {
      ...COMMON,
      pglistData: {
        nodeId: 171584,
        firstDeferredPfn: 171904,
        nodeStartPfn: 171560,
        nodeSpannedPages: 171576,
      },
      zone: { zonePgdat: 96, name: 168 },
    },
  ],
  [
    /^5\.10\.0-\d+-amd64$/,
    {
      ...COMMON,
      pglistData: {
        nodeId: 171264,
        firstDeferredPfn: 171464,
        nodeStartPfn: 171240,
        nodeSpannedPages: 171256,
      },
      zone: { zonePgdat: 88, name: 136 },
    },
  ],
];

/** The layout of a release's structs; null where the table has none. */
export function layoutOf(release: string): StructLayout | null {
  return LAYOUTS.find(([pattern]) => pattern.test(release))?.[1] ?? null;
}
