import { toCriteria, toModifier } from './fake-command'
import { DatabaseError, matching, modified, select } from './fake-storage'
import type { Row } from './fake-storage'

const HIGHEST_LIMIT = 500
const DEFAULT_LIMIT = 100

function checkStorable(value: unknown, path = 'document'): void {
  if (value === undefined)
    throw new TypeError(`${path} is undefined`)
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    throw new TypeError(`${path} is a ${value.constructor.name}`)
  if (typeof value === 'object' && value !== null)
    Object.entries(value).forEach(([key, part]) => checkStorable(part, `${path}.${key}`))
}

/** Where a query reads and writes: the database itself, or one transaction. */
export interface Scope {
  readonly inTransaction: boolean
  rows: (collection: string) => Row[]
  /** Runs a statement with the rules of the scope around it. */
  statement: <T>(work: () => T | Promise<T>) => Promise<T>
  add: (collection: string, row: Row) => Promise<void>
  change: (collection: string, wanted: () => Row[], change: (row: Row) => Row | undefined | 'remove') => Promise<number>
}

class FakeQuery {
  constructor(
    protected readonly scope: Scope,
    protected readonly name: string,
    private readonly asked: { criteria?: Record<string, unknown>, sort?: Record<string, 1 | -1>, skip?: number, limit?: number, fields?: Readonly<Record<string, boolean>> } = {},
  ) {}

  where(condition: object): FakeQuery { return this.with({ criteria: toCriteria(condition) }) }
  orderBy(field: string, direction: string): FakeQuery { return this.with({ sort: { ...this.asked.sort, [field]: direction === 'desc' ? -1 : 1 } }) }
  skip(skip: number): FakeQuery { return this.with({ skip }) }
  field(fields: Readonly<Record<string, boolean>>): FakeQuery { return this.with({ fields }) }

  limit(limit: number): FakeQuery {
    if (limit < 1 || limit > HIGHEST_LIMIT)
      throw new DatabaseError('INVALID_PARAM', `limit must be between 1 and ${HIGHEST_LIMIT}`)
    return this.with({ limit })
  }

  get(): Promise<{ data: unknown }> {
    const { criteria = {}, sort = {}, skip = 0, limit = DEFAULT_LIMIT, fields } = this.asked
    return this.scope.statement(() => {
      const rows = select(this.scope.rows(this.name), criteria, sort, skip, limit)
      return { data: fields ? rows.map(row => Object.fromEntries(Object.entries(row).filter(([key]) => key === '_id' || fields[key]))) : rows }
    })
  }

  count(): Promise<{ total: number }> {
    return this.scope.statement(() => {
      if (this.scope.inTransaction)
        throw new DatabaseError('INVALID_PARAM', 'count is not supported in a transaction')
      return { total: this.wanted().length }
    })
  }

  update(data: object): Promise<{ updated: number }> {
    const modifier = toModifier(data)
    return this.scope.statement(async () => {
      this.refuseBulk()
      return { updated: await this.scope.change(this.name, () => this.wanted(), row => modified(row, modifier)) }
    })
  }

  remove(): Promise<{ deleted: number }> {
    return this.scope.statement(async () => {
      this.refuseBulk()
      return { deleted: await this.scope.change(this.name, () => this.wanted(), () => 'remove') }
    })
  }

  protected wanted(): Row[] {
    return matching(this.scope.rows(this.name), this.asked.criteria ?? {})
  }

  private refuseBulk(): void {
    if (this.scope.inTransaction)
      throw new DatabaseError('INVALID_PARAM', 'in a transaction only doc(id) can update or remove')
    if (!this.asked.criteria || Object.keys(this.asked.criteria).length === 0)
      throw new DatabaseError('INVALID_PARAM', 'param should have required property \'query\'')
  }

  private with(more: typeof this.asked): FakeQuery {
    return new FakeQuery(this.scope, this.name, { ...this.asked, ...more })
  }
}

class FakeDocument {
  constructor(private readonly scope: Scope, private readonly name: string, private readonly id: string) {}

  get(): Promise<{ data: unknown }> {
    return this.scope.statement(() => {
      const found = this.wanted()
      return { data: this.scope.inTransaction ? found[0] ?? null : found }
    })
  }

  update(data: object): Promise<{ updated: number }> {
    const modifier = toModifier(data)
    return this.scope.statement(async () => ({ updated: await this.scope.change(this.name, () => this.wanted(), row => modified(row, modifier)) }))
  }

  remove(): Promise<{ deleted: number }> {
    return this.scope.statement(async () => ({ deleted: await this.scope.change(this.name, () => this.wanted(), () => 'remove') }))
  }

  private wanted(): Row[] {
    return this.scope.rows(this.name).filter(row => row._id === this.id)
  }
}

export class FakeCollection extends FakeQuery {
  constructor(scope: Scope, name: string, private readonly nextId: () => string) {
    super(scope, name)
  }

  doc(id: string): FakeDocument { return new FakeDocument(this.scope, this.name, id) }

  add(data: object): Promise<{ id: string }> {
    return this.scope.statement(async () => {
      if (Array.isArray(data))
        throw new DatabaseError('INVALID_PARAM', 'one document at a time')
      checkStorable(data)
      const row = { _id: this.nextId(), ...data }
      await this.scope.add(this.name, row)
      return { id: row._id }
    })
  }
}
