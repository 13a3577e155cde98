// What is said of an item of which its thread can say nothing.
import type { ItemResult } from '../campaign.ts';

/** An item that ended its thread: it hung, or took too much memory. */
export function lostItem(number: number, message: string): ItemResult {
  return { item: number, end: 'failed', ms: 0, message, cause: message };
}
