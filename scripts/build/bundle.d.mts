export function bundle(options: { entry: string, outfile: string, format: 'esm' | 'cjs', target: string, external?: string[], banner?: string, cloud?: boolean }): Promise<unknown>
