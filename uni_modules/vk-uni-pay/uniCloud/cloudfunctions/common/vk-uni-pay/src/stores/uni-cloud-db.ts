/** What is used of `uniCloud.database()`, no more; the shapes are those of its documentation. */
export interface UniCloudDatabase {
  readonly command: object
  collection: (name: string) => UniCloudCollection
  /** Missing where a space has no transactions. */
  startTransaction?: () => Promise<UniCloudTransaction>
}

export interface UniCloudTransaction {
  collection: (name: string) => UniCloudCollection
  commit: () => Promise<unknown>
  rollback: () => Promise<unknown>
}

export interface UniCloudQuery {
  where: (condition: object) => UniCloudQuery
  orderBy: (field: string, direction: string) => UniCloudQuery
  skip: (count: number) => UniCloudQuery
  limit: (count: number) => UniCloudQuery
  field: (projection: Readonly<Record<string, boolean>>) => UniCloudQuery
  get: () => Promise<{ data?: unknown }>
  count: () => Promise<{ total: number }>
  update: (data: object) => Promise<{ updated?: number }>
  remove: () => Promise<{ deleted?: number }>
}

export interface UniCloudCollection extends UniCloudQuery {
  add: (data: object) => Promise<{ id?: string }>
  doc: (id: string) => UniCloudDocument
}

export interface UniCloudDocument {
  /** A list outside a transaction, the document itself inside one. */
  get: () => Promise<{ data?: unknown }>
  update: (data: object) => Promise<{ updated?: number }>
  remove: () => Promise<{ deleted?: number }>
}
