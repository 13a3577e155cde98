// Mirrors include/linux/list.h (v6.1): circular lists whose links are two words inside each entry, next and prev.
import type { Memory } from '../cpu/memory.ts';
import type { Word } from '../cpu/op.ts';

export const LIST_HEAD_WORDS = 2;

/** The words of a list head that is a field. */
export const listFields = (field: string): readonly string[] => [`${field}.next`, `${field}.prev`];

/** INIT_LIST_HEAD: the caller owns it then, until it puts it on a list or shows it to others. */
export function initListHead(mem: Memory, head: Word): void {
  mem.fresh(head, LIST_HEAD_WORDS);
  mem.store(head, head);
  mem.store(head + 1, head);
}

function insert(mem: Memory, entry: Word, prev: Word, next: Word): void {
  mem.store(next + 1, entry);
  mem.store(entry, next);
  mem.store(entry + 1, prev);
  mem.store(prev, entry);
}

/** Puts `entry` right after `head`: a stack. */
export function listAdd(mem: Memory, entry: Word, head: Word): void {
  insert(mem, entry, head, mem.load(head));
}

/** Puts `entry` right before `head`: a queue. */
export function listAddTail(mem: Memory, entry: Word, head: Word): void {
  insert(mem, entry, mem.load(head + 1), head);
}

/** Takes `entry` out of its list; its own links stay as they are. */
export function listDel(mem: Memory, entry: Word): void {
  const next = mem.load(entry);
  const prev = mem.load(entry + 1);
  mem.store(next + 1, prev);
  mem.store(prev, next);
}

/** listDel, and the entry is a list of its own then. */
export function listDelInit(mem: Memory, entry: Word): void {
  listDel(mem, entry);
  initListHead(mem, entry);
}

export function listEmpty(mem: Memory, head: Word): boolean {
  return mem.load(head) === head;
}

/** The first entry; `head` itself where the list is empty. */
export function listFirst(mem: Memory, head: Word): Word {
  return mem.load(head);
}

/** The entries from first to last, as they are now: removing one while walking is safe. */
export function listEntries(mem: Memory, head: Word): Word[] {
  const entries: Word[] = [];
  for (let entry = mem.load(head); entry !== head; entry = mem.load(entry)) entries.push(entry);
  return entries;
}
