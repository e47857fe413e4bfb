export interface Snippet { prefix: string, kind: 'tag' | 'page' | 'main' | 'script' | 'handler' | 'config', description: string, body: string }
export function snippets(installed: 'plugin' | 'npm'): Snippet[]
export function filledIn(body: string): string
