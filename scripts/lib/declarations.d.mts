export function defaultsOf(file: string): Record<string, string>
