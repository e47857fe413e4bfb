import { shallowRef } from 'vue'

export interface LogLine { id: number, event: string, detail: string }

const KEPT = 4

/** The last events of a page, newest first. */
export function useLog() {
  const lines = shallowRef<LogLine[]>([])
  let id = 0
  return {
    lines,
    note(event: string, detail: object) {
      lines.value = [{ id: id++, event, detail: JSON.stringify(detail).replace(/"(\w+)":/g, ' $1: ').replace(/^\{/, '{').replace(/\}$/, ' }') }, ...lines.value].slice(0, KEPT)
    },
  }
}

/** The fields of a result that a reader looks for. */
export const brief = ({ code, msg, trade_state, late }: { code: number, msg: string, trade_state: string, late?: boolean }) => ({ code, msg, trade_state, ...late ? { late } : {} })
