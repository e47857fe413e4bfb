/** What the gateway tells its host about, one object per happening. No keys, no openids, no whole bodies. */
export type GatewayEvent
  = | { event: 'api', method: string, path: string, status: number, code?: string }
    | { event: 'order', out_trade_no: string, trade_state: string, trade_type: string, total: number }
    | { event: 'payer', out_trade_no: string, action: string }
    | { event: 'client', door: 'jsapi' | 'app' | 'alipay' | 'alipay-app' | 'appleiap', errMsg: string }
    | { event: 'delivery', out_trade_no: string, kind: string, status: number, durationMs: number, error?: string }
    | { event: 'warning', message: string }

export type GatewayLog = (event: GatewayEvent) => void
