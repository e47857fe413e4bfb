import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

/** Folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A path inside of the repository. */
export const inRoot = (...parts) => join(root, ...parts)
