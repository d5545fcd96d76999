/** Where clamd listens: a TCP port or a Unix socket. */
export type ClamdAddress = { host: string; port: number } | { path: string };

const defaultPort = 3310;

/** Reads `host`, `host:port`, `[::1]:port` or the path of a Unix socket. Throws an Error that says so. */
export function readClamdAddress(text: string): ClamdAddress {
  if (text.startsWith('/')) return { path: text };
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/i.exec(text);
  const port = Number(parts?.[3] ?? defaultPort);
  const host = parts?.[1] ?? parts?.[2];
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Error(
      `${JSON.stringify(text)} is no address of clamd: give host, host:port or the path of its socket`,
    );
  }
  return { host, port };
}

/** The address as a person would write it. */
export function writeClamdAddress(address: ClamdAddress): string {
  if ('path' in address) return address.path;
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
