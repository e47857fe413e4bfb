export const tags: string[]
export function kebab(name: string): string
export function pascal(name: string): string
export function slotsInTemplate(tag: string): Record<string, string[]>
export function readComponent(tag: string): { props: { name: string, byDefault: string, optional: boolean, type: string }[], slots: { name: string, handed: { name: string, type: string }[] }[] }
