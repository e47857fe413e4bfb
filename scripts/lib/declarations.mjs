/** Reads interfaces, their fields and their JSDoc out of the sources, as written. */
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { inRoot } from './root.mjs'

const parsed = new Map()

function source(file) {
  const text = readFileSync(inRoot(file), 'utf8')
  const script = file.endsWith('.vue') ? text.match(/<script[^>]*>([\s\S]*?)<\/script>/)[1] : text
  if (!parsed.has(file))
    parsed.set(file, ts.createSourceFile(file, script, ts.ScriptTarget.ESNext, true))
  return parsed.get(file)
}

function declaration(file, name) {
  let found
  source(file).forEachChild((node) => {
    if ((ts.isInterfaceDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isTypeAliasDeclaration(node)) && node.name?.text === name)
      found = node
    if (ts.isVariableStatement(node) && node.declarationList.declarations.some(one => one.name.getText() === name))
      found = node
  })
  if (!found)
    throw new Error(`${file} declares no ${name}`)
  return found
}

const one = text => text.replace(/\s+/g, ' ').trim()

/** `{@link X.y}` says `X.y` in a table. */
const commentOf = comment => one((ts.getTextOfJSDocComment(comment) ?? '').replace(/\{@link ([^}]+)\}/g, '`$1`'))

/** What JSDoc says: text, `@default`, `@throws`, `@returns`, `@param`. */
function docOf(node) {
  const doc = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1)
  const tag = name => ts.getJSDocTags(node).filter(found => found.tagName.text === name).map(found => one(`${name === 'throws' && found.typeExpression ? found.typeExpression.getText() : ''} ${commentOf(found.comment)}`)).join(' ')
  return { text: doc ? commentOf(doc.comment) : '', byDefault: tag('default'), throws: tag('throws'), returns: tag('returns') }
}

/** Text of a JSDoc whose table or list must stay as it is. */
export function rawDoc(file, name) {
  const doc = ts.getJSDocCommentsAndTags(declaration(file, name)).filter(ts.isJSDoc).at(-1)
  return ts.getTextOfJSDocComment(doc.comment) ?? ''
}

export const docText = (file, name) => docOf(declaration(file, name)).text

/** As written, without the comments; the fields of an inline object are parted by commas. */
function typeText(node) {
  const lines = (node?.getText() ?? 'unknown').replace(/\/\*\*[\s\S]*?\*\//g, '').split('\n').map(line => line.trim()).filter(Boolean)
  return lines[0] === '{' ? `{ ${lines.slice(1, -1).join(', ')} ${lines.at(-1)}` : lines.join(' ')
}

/** Whether the file declares it. */
export function declares(file, name) {
  try {
    return !!declaration(file, name)
  }
  catch {
    return false
  }
}

/** Whether a default is a value, not a sentence. */
export const isLiteral = text => /^(?:-?\d[\d_]*|true|false|"[^"]*"|'[^']*'|\[\]|`[^`]*`)$/.test(text)

/** The fields of an interface, in order: name, whether it may be missing, type, what its JSDoc says. */
export function fieldsOf(file, name) {
  const node = declaration(file, name)
  const members = ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type) ? node.type.members : node.members
  return members.filter(member => ts.isPropertySignature(member) || ts.isMethodSignature(member)).map(member => ({
    name: member.name.getText().replace(/^'|'$/g, ''),
    optional: !!member.questionToken,
    type: ts.isMethodSignature(member) ? one(member.getText()) : typeText(member.type),
    ...withTypeDoc(file, member),
  }))
}

/** A field without a word of its own is explained by its type, where that one is declared beside it. */
function withTypeDoc(file, member) {
  const doc = docOf(member)
  const alias = doc.text || doc.byDefault || !member.type || !ts.isTypeReferenceNode(member.type) ? undefined : source(file).statements.find(node => ts.isTypeAliasDeclaration(node) && node.name.text === member.type.getText())
  return alias ? docOf(alias) : doc
}

/** The call signatures of an emits interface: event, payload. */
export function eventsOf(file, name) {
  return declaration(file, name).members.filter(ts.isCallSignatureDeclaration).map((signature) => {
    const [event, payload] = signature.parameters
    return { name: event.type.getText().replace(/'/g, ''), argument: payload?.name.getText(), type: payload ? typeText(payload.type) : '', ...docOf(signature) }
  })
}

/** A function as its author wrote its head, and what its JSDoc says. */
export function functionOf(file, name) {
  const node = declaration(file, name)
  return { signature: one(node.getText().slice(0, node.body.pos - node.pos - node.getLeadingTriviaWidth())).replace(/^export /, ''), ...docOf(node) }
}

/** Default values of `withDefaults(defineProps<…>(), { … })`. */
export function defaultsOf(file) {
  const [, list = ''] = readFileSync(inRoot(file), 'utf8').match(/withDefaults\(defineProps<\w+>\(\), \{([^}]*)\}/) ?? []
  return Object.fromEntries([...list.matchAll(/(\w+): ([^,]+)/g)].map(([, key, value]) => [key, value.trim()]))
}

/** An object of plain values that stands in a source, by its name. */
export function literalOf(file, name) {
  let found
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === name)
      found = node.initializer
    node.forEachChild(visit)
  }
  visit(source(file))
  if (!found)
    throw new Error(`${file} has no ${name}`)
  // eslint-disable-next-line no-new-func -- a literal of our own sources
  return new Function(`return (${found.getText()})`)()
}

/** Keys of every object literal that is declared as `Record<string, Meaning>`. */
export function keysOfRecords(file, type) {
  const keys = []
  source(file).forEachChild((node) => {
    if (!ts.isVariableStatement(node))
      return
    for (const { type: declared, initializer } of node.declarationList.declarations) {
      if (declared?.getText() === type && initializer && ts.isObjectLiteralExpression(initializer))
        keys.push(...initializer.properties.filter(ts.isPropertyAssignment).map(({ name }) => name.getText().replace(/'/g, '')))
    }
  })
  return keys
}
