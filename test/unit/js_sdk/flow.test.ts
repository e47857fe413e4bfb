import { describe, expect, it } from 'vitest'
import type { PayEvent, PayState } from '../../../js_sdk/flow'
import { flow, isBusy, nextState } from '../../../js_sdk/flow'

const states = Object.keys(flow) as PayState[]
const events: PayEvent[] = ['START', 'CREATED', 'RETURNED', 'DISMISSED', 'REJECTED', 'TIMED_OUT', 'RECHECK', 'CLOSED', 'PAID']

describe('the state table', () => {
  it('leads only to states that exist, on events that exist', () => {
    for (const row of Object.values(flow)) {
      expect(states).toEqual(expect.arrayContaining(Object.values(row)))
      expect(events).toEqual(expect.arrayContaining(Object.keys(row)))
    }
  })

  it('reaches every state from idle', () => {
    const seen = new Set<PayState>(['idle'])
    for (const state of seen)
      Object.values(flow[state]).forEach(next => seen.add(next))
    expect([...seen].sort()).toEqual([...states].sort())
  })

  it('never leaves succeeded', () => {
    for (const event of events)
      expect(nextState('succeeded', event)).toBe('succeeded')
  })

  it('succeeds by PAID alone', () => {
    for (const state of states) {
      for (const event of events) {
        if (state !== 'succeeded' && nextState(state, event) === 'succeeded')
          expect(event).toBe('PAID')
      }
    }
  })

  it('lets PAID win over every other end', () => {
    for (const state of ['failed', 'cancelled', 'pending'] as const)
      expect(nextState(state, 'PAID')).toBe('succeeded')
  })

  it('stays where it is on an event that is not listed', () => {
    expect(nextState('idle', 'PAID')).toBe('idle')
  })

  it('is busy exactly while something is awaited', () => {
    expect(states.filter(isBusy)).toEqual(['creating', 'invoking', 'confirming'])
  })
})
