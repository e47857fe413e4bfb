export declare function installServer(name: string): string
export declare function buildExample(name: string, platform: 'h5' | 'mp-weixin', backend: string): Promise<string>
