// Which of Debian's builds are built in: for each version the one whose boots were captured, else the newest there was.

/** In the order of their versions; a flavour comes behind its version. */
export const BUILTIN_BUILDS = [
  { name: '5.10', release: '5.10.0-32-amd64' },
  { name: '6.1', release: '6.1.0-56-amd64' },
  { name: '6.1-cloud', release: '6.1.0-56-cloud-amd64' },
  { name: '6.1-686', release: '6.1.0-50-686' },
  { name: '6.1-686-pae', release: '6.1.0-50-686-pae' },
  { name: '6.12', release: '6.12.117+deb13-amd64' },
  { name: '6.12-cloud', release: '6.12.117+deb13-cloud-amd64' },
  { name: '6.16', release: '6.16.12+deb13-amd64' },
  { name: '6.17', release: '6.17.13+deb13-amd64' },
  { name: '6.18', release: '6.18.15+deb13-amd64' },
  { name: '6.19', release: '6.19.14+deb13-amd64' },
  { name: '7.0', release: '7.0.13+deb13-amd64' },
  { name: '7.1', release: '7.1.13+deb13-amd64' },
  { name: '7.2', release: '7.2.13+deb14-amd64' },
  { name: '7.3', release: '7.3.4+deb13-amd64' },
] as const;

export type BuiltinName = (typeof BUILTIN_BUILDS)[number]['name'];
