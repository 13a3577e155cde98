// A task of bench/threads.ts that does nothing.
export default function emptyTask(): void {}
