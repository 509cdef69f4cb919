/** Names that Grafana gives to operating systems and processors: those of Go. */

export interface Platform {
  os: 'linux' | 'darwin' | 'windows';
  arch: 'amd64' | 'arm64';
  /** The same platform in Node's words, as npm packages of native code use them. */
  node: { platform: string; arch: string };
}

const OS: Record<string, Platform['os']> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const ARCH: Record<string, Platform['arch']> = { x64: 'amd64', arm64: 'arm64' };

/** The platform in Go's words. Throws for one that neither Grafana nor the DuckDB binding is built for. */
export function platformOf(platform: string = process.platform, arch: string = process.arch): Platform {
  const os = OS[platform];
  const goArch = ARCH[arch];
  if (os === undefined || goArch === undefined) {
    throw new Error(`no build for ${platform}/${arch}: Grafana and DuckDB run on linux, darwin and win32 with x64 or arm64`);
  }
  return { os, arch: goArch, node: { platform, arch } };
}

/** File name of the backend's executable: what plugin.json's `executable` becomes on this platform. */
export function executableName({ os, arch }: Platform): string {
  return `gpx_soc_outcomes_${os}_${arch}${os === 'windows' ? '.exe' : ''}`;
}
