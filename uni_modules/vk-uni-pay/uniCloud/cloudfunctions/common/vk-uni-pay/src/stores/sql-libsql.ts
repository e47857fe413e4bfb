import knex from 'knex'
import type { Knex } from 'knex'
import type { RawConnection } from 'knex/lib/dialects/better-sqlite3/index.js'
import { retry } from './retry'
import { sqliteDialect } from './sql-dialect'
import type { SqliteConnections } from './sql-engine-sqlite'

/** The store's statements are few; this only keeps odd ones (lists of many lengths) from piling up. */
const MAX_STATEMENTS = 256

/** Tries for the write lock while another process holds it: five seconds and more in all. */
const LOCK_ATTEMPTS = 500

/**
 * A plain BEGIN takes the write lock too late, when what was read may have changed already. The
 * driver would block the whole process while it waits for that lock; so it is asked for without
 * waiting, again and again, while the process goes on serving.
 */
async function begin(connection: RawConnection, query: (sql: string) => Promise<unknown>): Promise<void> {
  // a COMMIT that failed may have left its transaction open
  if (connection.inTransaction)
    await query('ROLLBACK;')
  await retry(() => query('BEGIN IMMEDIATE;'), { again: sqliteDialect.isConflict, attempts: LOCK_ATTEMPTS, pauseMs: 1, maxPauseMs: 25 })
}

/** Parsing a statement costs more than running it: keep them. */
function keepStatements(connection: RawConnection): RawConnection {
  const kept = new Map<string, unknown>()
  const prepare = connection.prepare.bind(connection)
  connection.prepare = (sql) => {
    const known = kept.get(sql)
    if (known !== undefined)
      return known
    if (kept.size >= MAX_STATEMENTS)
      kept.clear()
    const statement = prepare(sql)
    kept.set(sql, statement)
    return statement
  }
  return connection
}

/** Knex's better-sqlite3 dialect, which libsql is compatible with, over the libsql driver. */
async function libsqlClient(): Promise<typeof Knex.Client> {
  const [{ default: BetterSqlite3Client }, { default: Database }] = await Promise.all([
    import('knex/lib/dialects/better-sqlite3/index.js'),
    import('libsql'),
  ])
  return class LibsqlClient extends BetterSqlite3Client {
    override _driver() {
      return Database
    }

    override async acquireRawConnection() {
      return keepStatements(await super.acquireRawConnection())
    }

    override transaction(container: unknown, config: unknown, outer: unknown) {
      const transaction = super.transaction(container, config, outer)
      transaction.begin = connection => begin(connection, sql => this.query(connection, sql))
      return transaction
    }
  }
}

function connect(client: typeof Knex.Client, filename: string, pragmas: readonly string[]): Knex {
  return knex({
    client,
    connection: { filename },
    useNullAsDefault: true,
    // otherwise knex writes the values, whole documents, into the messages of errors
    compileSqlOnError: false,
    // what goes wrong is thrown to the caller; knex would also print it
    log: { warn: () => {}, error: () => {}, deprecate: () => {}, debug: () => {} },
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: RawConnection, done: (error: Error | null, connection: RawConnection) => void) {
        try {
          for (const pragma of pragmas)
            connection.exec(`PRAGMA ${pragma}`)
          done(null, connection)
        }
        catch (error) {
          done(error as Error, connection)
        }
      },
    },
  })
}

/**
 * Opens a libsql database: a file that survives a crash of process or machine with everything
 * that was acknowledged, or `:memory:`.
 */
export async function connectLibsql(file: string): Promise<SqliteConnections> {
  const client = await libsqlClient()
  if (file === ':memory:')
    return { writer: connect(client, file, []) }
  const wait = 'busy_timeout=5000'
  const writer = connect(client, file, [wait, 'journal_mode=WAL', 'synchronous=FULL', 'busy_timeout=0'])
  const reader = connect(client, file, [wait, 'query_only=ON'])
  try {
    // changing to WAL fails at once, without waiting, while another process is doing the same
    await retry(() => writer.raw('select 1'), { again: sqliteDialect.isConflict, attempts: 100, pauseMs: 5, maxPauseMs: 100 })
    await reader.raw('select 1')
  }
  catch (cause) {
    await Promise.all([reader.destroy(), writer.destroy()])
    throw new Error(`${file}: the database cannot be opened; see whether the folder exists and can be written`, { cause })
  }
  let waits = true
  return {
    writer,
    reader,
    async waitForDisk(wait) {
      if (wait === waits)
        return
      // known to be set only after it was: nothing is written durably by mistake the other way
      waits = false
      await writer.raw(`PRAGMA synchronous=${wait ? 'FULL' : 'NORMAL'}`)
      waits = wait
    },
  }
}
