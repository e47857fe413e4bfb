import { causes } from './retry'

interface DatabaseFailure { code?: unknown, errCode?: unknown, message?: unknown, errMsg?: unknown }

function some(error: unknown, codes: readonly unknown[], text: RegExp): boolean {
  return causes(error).some((cause) => {
    const { code, errCode, message, errMsg } = cause as DatabaseFailure
    return codes.includes(code) || codes.includes(errCode) || text.test(String(message)) || text.test(String(errMsg))
  })
}

/**
 * Whether a unique index refused a document. Both vendors run MongoDB and pass its sentence on;
 * the codes around it differ (11000, DATABASE_DUPLICATE_WRITE, or DATABASE_REQUEST_FAILED with
 * -502001, which alone may mean anything), so the sentence decides where the code does not.
 */
export function isDuplicate(error: unknown): boolean {
  return some(error, [11000, '11000', 11001, '11001', 'DATABASE_DUPLICATE_WRITE'], /\bE1100[01]\b|duplicate key error/i)
}

/** Whether another transaction was at the same documents, so that the same work can succeed when run again. */
export function isConflict(error: unknown): boolean {
  return some(error, [112, '112', 'DATABASE_TRANSACTION_CONFLICT', 'TransactionConflict', 'WriteConflict'], /TransactionConflict|write ?conflict|transaction (?:is )?conflict/i)
}
