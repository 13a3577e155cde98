// One change of the kernel's early memory code, as the list in history.ts has it.
import type { KernelRules } from '../../kernel/rules.ts';

/** What changed, since when, whose patch it was, what one sees of it, and the rules it sets. */
export interface Change {
  /** Names the change on the command line. */
  readonly id: string;
  /** One sentence. */
  readonly what: string;
  /** First release with it: `6.8`, or a posting of the series (`base`, `v1`, `v2`). */
  readonly since: string;
  /**
   * Where the release is not known exactly: the newest kernel that was looked at and does not have it. `since` is then the oldest
   * that was looked at and has it.
   */
  readonly notIn?: string;
  /** Stable releases that took it back, as `6.1.123`: that one and all later ones of its series. */
  readonly stable?: readonly string[];
  /** The patch's subject and author; null where it was not looked up: captures and sources show the change. */
  readonly patch: string | null;
  /** What a user sees. */
  readonly sees: string;
  readonly sets: Partial<KernelRules>;
}

/** Every boot asks for the same few dozen releases, each many times. */
const orders = new Map<string, number>();

/** Where a release stands: major, minor, and patch level. The series' postings lie between 5.7 and 5.8. */
export function releaseOrder(release: string): number {
  const known = orders.get(release);
  if (known !== undefined) return known;
  const order = orderOf(release);
  orders.set(release, order);
  return order;
}

function orderOf(release: string): number {
  const posting = ['base', 'v1', 'v2'].indexOf(release);
  if (posting >= 0) return orderOf('5.7') + 900 + posting;
  const [major = 0, minor = 0, patch = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return (major * 1000 + minor) * 1000 + patch;
}

/** `6.1` of `6.1.192`. */
function seriesOf(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}

/** Whether a release, which stands at `order`, has the change: by its age, or because its stable series took it back. */
export function hasChange(release: string, change: Change, order = releaseOrder(release)): boolean {
  if (order >= releaseOrder(change.since)) return true;
  if (change.stable === undefined) return false;
  return change.stable.some(
    (stable) => order >= releaseOrder(stable) && seriesOf(stable) === seriesOf(release),
  );
}
