/** HTML that may be put into a page as it is. */
export class Html {
  constructor(readonly source: string) {}
}

type Part = Html | string | number | undefined | false | readonly Html[]

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => ENTITIES[character] ?? character)
}

function render(part: Part): string {
  if (part === undefined || part === false)
    return ''
  if (part instanceof Html)
    return part.source
  if (typeof part === 'string' || typeof part === 'number')
    return escapeHtml(String(part))
  return part.map(one => one.source).join('')
}

/** A template whose values are escaped, unless they are {@link Html} already. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, string, index) => text + render(parts[index - 1]) + string))
}
