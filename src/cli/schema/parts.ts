// What the schemas of several commands' --json have in common.
import { z } from 'zod';

export const VERSION = z.literal(1);
export const text = z.string();
export const texts = z.array(text);
/** A whole number from 0. */
export const count = z.number().int().min(0);
export const ms = z.number().min(0);
export const nid = z.number().int().min(-1).max(1023);
