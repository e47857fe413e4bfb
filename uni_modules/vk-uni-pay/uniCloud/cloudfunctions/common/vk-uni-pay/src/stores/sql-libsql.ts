import { retry } from './retry'
import { sqliteDialect } from './sql-dialect'
import type { SqliteConnection, SqliteConnections } from './sql-engine-sqlite'

/** What is used of the package `libsql`. */
interface Statement {
  all: (values: readonly unknown[]) => Record<string, unknown>[]
  run: (values: readonly unknown[]) => { changes: number }
}
interface Database {
  readonly inTransaction: boolean
  prepare: (sql: string) => Statement
  exec: (sql: string) => unknown
  close: () => void
}

/** The store's statements are few; this only keeps odd ones (lists of many lengths) from piling up. */
const MAX_STATEMENTS = 256

/** Tries for the write lock while another process holds it: five seconds and more in all. */
const LOCK_ATTEMPTS = 500

/** Parsing a statement costs more than running it: keep them. */
function keepingStatements(database: Database): (sql: string) => Statement {
  const kept = new Map<string, Statement>()
  return (sql) => {
    const known = kept.get(sql)
    if (known)
      return known
    if (kept.size >= MAX_STATEMENTS)
      kept.clear()
    const statement = database.prepare(sql)
    kept.set(sql, statement)
    return statement
  }
}

/**
 * The driver would block the whole process while it waits for the write lock that another process
 * holds; so it is asked for without waiting, again and again, while the process goes on serving.
 */
function whenUnlocked<T>(work: () => T): Promise<T> {
  return retry(async () => work(), { again: sqliteDialect.isConflict, attempts: LOCK_ATTEMPTS, pauseMs: 1, maxPauseMs: 25 })
}

function connectionTo(database: Database): SqliteConnection {
  const statement = keepingStatements(database)
  const run = (sql: string, values: readonly unknown[] = []): number => statement(sql).run(values).changes
  const rollBack = (): void => {
    // a COMMIT that failed may have left its transaction open, and an error may have ended it
    if (database.inTransaction)
      run('ROLLBACK')
  }
  const trx = {
    rows: async (sql: string, values: readonly unknown[] = []) => statement(sql).all(values),
    change: async (sql: string, values?: readonly unknown[]) => run(sql, values),
    changeOwn: async (sql: string, values: readonly unknown[]) => void run(sql, values),
  }
  return {
    rows: trx.rows,
    change: (sql, values) => whenUnlocked(() => run(sql, values)),
    async transaction(work) {
      rollBack()
      // a plain BEGIN takes the write lock too late, when what was read may have changed already
      await whenUnlocked(() => run('BEGIN IMMEDIATE'))
      try {
        const result = await work(trx)
        run('COMMIT')
        return result
      }
      catch (error) {
        rollBack()
        throw error
      }
    },
    close: async () => database.close(),
  }
}

/**
 * Opens a libsql database: a file that survives a crash of process or machine with everything
 * that was acknowledged, or `:memory:`.
 */
export async function connectLibsql(file: string): Promise<SqliteConnections> {
  const { default: Driver } = await import('libsql')
  const opened: Database[] = []
  const open = (pragmas: readonly string[]): Database => {
    const database = new Driver(file) as unknown as Database
    opened.push(database)
    for (const pragma of pragmas)
      database.exec(`PRAGMA ${pragma}`)
    return database
  }
  if (file === ':memory:')
    return { writer: connectionTo(open([])) }
  try {
    const wait = 'busy_timeout=5000'
    // changing to WAL fails at once, without waiting, while another process is doing the same
    const writer = await retry(async () => open([wait, 'journal_mode=WAL', 'synchronous=FULL', 'busy_timeout=0']), { again: sqliteDialect.isConflict, attempts: 100, pauseMs: 5, maxPauseMs: 100 })
    const reader = open([wait, 'query_only=ON'])
    reader.prepare('select 1').all([])
    const run = keepingStatements(writer)
    let waits = true
    return {
      writer: connectionTo(writer),
      reader: connectionTo(reader),
      waitForDisk(wait) {
        if (wait === waits)
          return
        // known to be set only after it was: nothing is written durably by mistake the other way
        waits = false
        run(`PRAGMA synchronous=${wait ? 'FULL' : 'NORMAL'}`).run([])
        waits = wait
      },
    }
  }
  catch (cause) {
    for (const database of opened)
      database.close()
    throw new Error(`${file}: the database cannot be opened; see whether the folder exists and can be written`, { cause })
  }
}
