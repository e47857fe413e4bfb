/** One advice for the developer, in each language of the client. */
export type Hint = readonly [zhHans: string, zhHant: string, en: string]

/**
 * Value that matched in the outcome table → advice. For a row that takes anything the key is where
 * it arrived (`fail`), for silence `none`, for a report that is in no row `unlisted`.
 */
export type Hints = Readonly<Record<string, Hint | undefined>>
