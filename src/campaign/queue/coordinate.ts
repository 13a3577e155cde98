export async function coordinate(_: object): Promise<void> {}
