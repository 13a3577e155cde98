export function redisUrl(url: string, _env: object): string {
  return url;
}
