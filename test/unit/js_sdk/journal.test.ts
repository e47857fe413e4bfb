import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../../js_sdk/journal'
import { createJournal } from '../../../js_sdk/journal'

const entry = (no: string, created_at = 1000): JournalEntry => ({ out_trade_no: no, provider: 'wxpay', platform: 'h5', total_fee: 1, route: 'p', created_at })

function make() {
  const kept = new Map<string, unknown>()
  const storage = { get: (key: string) => kept.get(key), set: (key: string, value: unknown) => void kept.set(key, value), remove: (key: string) => void kept.delete(key) }
  return { kept, storage, journal: createJournal(storage, () => 2000) }
}

describe('the journal', () => {
  it('keeps an entry over a restart and forgets it when removed, telling the first one so', () => {
    const { storage, journal } = make()
    journal.put(entry('A00001'))
    const restarted = createJournal(storage, () => 2000)
    expect(restarted.get('A00001')).toEqual(entry('A00001'))
    expect(restarted.remove('A00001')).toBe(true)
    expect(journal.remove('A00001')).toBe(false)
    expect(journal.list()).toEqual([])
  })

  it('does not lose what another tab wrote', () => {
    const { storage, journal } = make()
    const other = createJournal(storage, () => 2000)
    journal.put(entry('A00001'))
    other.put(entry('B00002'))
    expect(journal.list().map(({ out_trade_no }) => out_trade_no)).toEqual(['A00001', 'B00002'])
  })

  it('drops what no channel pays any more, after 7 days', () => {
    const { storage, journal } = make()
    journal.put(entry('A00001'))
    expect(createJournal(storage, () => 1000 + 7 * 24 * 3600_000).list()).toEqual([])
  })

  it.each([null, 'text', 7, { A: null }, { A: { out_trade_no: 'B' } }])('takes %j in storage for an empty journal', (value) => {
    const { kept, journal } = make()
    kept.set('vk-pay-journal', value)
    expect(journal.list()).toEqual([])
    journal.put(entry('A00001'))
    expect(journal.list()).toHaveLength(1)
  })

  it('keeps going for this run when the storage is full or forbidden', () => {
    const journal = createJournal({
      get: () => { throw new Error('forbidden') },
      set: () => { throw new Error('quota') },
      remove: () => {},
    }, () => 2000)
    journal.put(entry('A00001'))
    expect(journal.get('A00001')).toBeDefined()
    expect(journal.remove('A00001')).toBe(true)
    expect(journal.list()).toEqual([])
  })
})
