import { Command } from '../core/store'
import type { Condition } from './condition'
import type { Change } from './patch'
import { isPlainObject } from './plain'
import type { UniCloudDatabase } from './uni-cloud-db'

type Where = object
type FieldCondition = Extract<Condition, { kind: 'field' }>

/** Writes conditions and changes in the language of `db.command`. */
export class UniCloudCommands {
  constructor(private readonly command: UniCloudDatabase['command']) {}

  /** What to hand to `where()`. */
  where(condition: Condition): Where {
    if (condition.kind === 'field')
      return { [condition.field]: this.fieldValue(condition) }
    if (condition.kind === 'any')
      return this.any(condition.of.map(part => this.where(part)))
    return this.all(condition.of)
  }

  /** What to hand to `update()`: dotted names, so that nothing is merged by guessing. */
  update(changes: readonly Change[]): Record<string, unknown> {
    const data: Record<string, unknown> = {}
    for (const { path, op, args } of changes) {
      const [value] = args
      if (op === 'push')
        data[path] = this.call('push', args)
      else if (op === 'pull')
        data[path] = this.call('pull', this.translate(value))
      else if (op === 'remove')
        data[path] = this.call('remove')
      else if (op === 'set')
        data[path] = isPlainObject(value) ? this.call('set', value) : value
      else
        data[path] = this.call(op, value)
    }
    return data
  }

  private fieldValue({ op, value }: FieldCondition): unknown {
    const plain = ['string', 'number', 'boolean'].includes(typeof value) || value instanceof RegExp
    return op === 'eq' && plain ? value : this.call(op, value)
  }

  private any(parts: readonly Where[]): Where {
    const [only] = parts
    if (!only)
      return { _id: this.call('in', []) }
    return parts.length === 1 ? only : this.call('or', parts) as Where
  }

  /** One object as long as every field is named once; anything else takes `and`. */
  private all(conditions: readonly Condition[]): Where {
    const fields: Record<string, unknown> = {}
    const others: Where[] = []
    for (const part of conditions) {
      if (part.kind === 'field' && !(part.field in fields))
        fields[part.field] = this.fieldValue(part)
      else
        others.push(this.where(part))
    }
    if (others.length === 0)
      // some spaces refuse to change anything without a condition
      return Object.keys(fields).length > 0 ? fields : { _id: this.call('exists', true) }
    const parts = Object.keys(fields).length > 0 ? [fields, ...others] : others
    return parts.length === 1 && parts[0] ? parts[0] : this.call('and', parts) as Where
  }

  /** The condition of a pull may hold commands of ours, at any depth. */
  private translate(value: unknown): unknown {
    if (value instanceof Command) {
      const args = value.args.map(arg => this.translate(arg))
      return ['in', 'nin', 'and', 'or'].includes(value.op) ? this.call(value.op, args) : this.call(value.op, ...args)
    }
    if (!isPlainObject(value))
      return value
    const translated: Record<string, unknown> = {}
    for (const key of Object.keys(value))
      translated[key] = this.translate(value[key])
    return translated
  }

  private call(name: string, ...args: unknown[]): unknown {
    const make: unknown = (this.command as Record<string, unknown>)[name]
    if (typeof make !== 'function')
      throw new TypeError(`db.command.${name} does not exist in this service space; do without it`)
    return make.apply(this.command, args)
  }
}
