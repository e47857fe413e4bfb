/** Counters for Prometheus, made from what is logged: the core counts nothing by itself. */
import { Counter, Histogram, Registry } from 'prom-client'
import type { LogFields, Logger } from '../core/ports'

export interface PayMetrics {
  /** For `createPay({ log })`: counts, then hands on. */
  log: Logger
  /** The counters in Prometheus' text form. */
  text: () => Promise<string>
  readonly contentType: string
  /** For counters of one's own beside them. */
  readonly registry: Registry
}

/** From the payment to our knowing of it, seconds. */
const CONFIRM_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 21_600]

/** Event of the log → counter, and which fields become labels. */
const counted: Readonly<Record<string, { name: string, help: string, labels: readonly string[] }>> = {
  'order created': { name: 'orders_created_total', help: 'Orders written.', labels: ['pay_type'] },
  'order paid': { name: 'orders_paid_total', help: 'Orders marked as paid, by how we learnt of it.', labels: ['pay_type', 'heard'] },
  'order closed': { name: 'orders_closed_total', help: 'Orders closed unpaid.', labels: [] },
  'refused': { name: 'calls_refused_total', help: 'Calls answered with an error, by code.', labels: ['code'] },
  'unexpected error': { name: 'errors_total', help: 'Errors nobody foresaw.', labels: [] },
  'notification': { name: 'notifications_total', help: 'Genuine notifications of payments, by what came of them.', labels: ['outcome'] },
  'notification refused': { name: 'notifications_refused_total', help: 'Notifications not believed, by reason.', labels: ['reason'] },
  'handler failed': { name: 'handler_failures_total', help: 'Runs of a handler that failed.', labels: ['type'] },
  'order was paid twice': { name: 'surplus_paid_twice_total', help: 'Second payments of an order.', labels: [] },
  'order was paid after it was closed': { name: 'surplus_paid_late_total', help: 'Payments of closed orders.', labels: [] },
  'refund': { name: 'refunds_total', help: 'Refunds, by state.', labels: ['state'] },
}

/**
 * Counters of a payment service on Node: `const metrics = payMetrics()`, `createPay({ log: metrics.log })`,
 * and `createOpsListener(pay, { metrics })`. Each process counts for itself.
 *
 * @param next where the log goes on. @default JSON lines on stderr
 */
export function payMetrics(next: Logger = (level, event, fields) => console.error(JSON.stringify({ level, event, ...fields }))): PayMetrics {
  const registry = new Registry()
  const registers = [registry]
  const counters = new Map(Object.entries(counted).map(([event, { name, help, labels }]) =>
    [event, { labels, counter: new Counter({ name: `vk_pay_${name}`, help, labelNames: [...labels], registers }) }] as const))
  const confirm = new Histogram({ name: 'vk_pay_confirm_seconds', help: 'From the payment to our knowing of it.', buckets: CONFIRM_BUCKETS, registers })

  function count(event: string, fields: LogFields): void {
    const found = counters.get(event)
    found?.counter.inc(Object.fromEntries(found.labels.map(label => [label, String(fields[label] ?? 'unknown')])))
    if (event === 'order paid' && typeof fields.confirm_ms === 'number')
      confirm.observe(Math.max(0, fields.confirm_ms) / 1000)
  }

  return {
    log(level, event, fields = {}) {
      count(event, fields)
      next(level, event, fields)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    registry,
  }
}
