/** The entry of a table under a name from outside: `toString` and `__proto__` are no entries. */
export function lookup<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(table, name) ? table[name] : undefined
}
