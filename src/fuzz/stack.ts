// Stacks as the same lines wherever they come from: an error's text, or a paused thread's frames.
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MOST_FRAMES = 12;

/** `function (src/file.ts:line)`; files of the project from its root on, of packages from node_modules on. */
export function frameText(functionName: string, url: string, line: number): string {
  const name = functionName.replace(/^Object\.| \[as .*\]$/g, '');
  return `${name === '' ? '(anonymous)' : name} (${shortPath(url)}:${line})`;
}

function shortPath(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path.replace(/^.*\/(?=node_modules\/)/, '');
}

const FRAME = /^\s+at (?:(?:async |new )?(.+?) \()?(?:async )?([^()]+?):(\d+):\d+\)?$/;

/** The frames of an error's `stack`; the innermost first. */
export function stackOf(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').filter((line) => FRAME.test(line));
  return lines.slice(0, MOST_FRAMES).map((line) => {
    const [, name = '', file = '', at = '0'] = FRAME.exec(line) ?? [];
    return frameText(name, file, Number(at));
  });
}

/** The innermost frame in the project's sources; else the innermost of all. */
export function ownFrame(stack: readonly string[]): string {
  return stack.find((frame) => frame.includes('(src/')) ?? stack[0] ?? '';
}
