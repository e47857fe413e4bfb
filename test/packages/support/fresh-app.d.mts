export function buildFreshApp(way: 'zip' | 'npm', platform: 'h5' | 'mp-weixin', backend: string): Promise<string>
export function packed(): Uint8Array
export function unpack(tarball: Uint8Array, folder: string): void
