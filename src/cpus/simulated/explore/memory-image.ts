// All that the checked memory knows at one time, but for names: words, and what is known of each.

export interface MemoryImage {
  readonly words: Float64Array;
  readonly state: Int32Array;
  readonly lockset: Int32Array;
}
