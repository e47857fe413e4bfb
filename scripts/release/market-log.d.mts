export function withoutEmptySection(text: string): string
