import { getDemo } from './request'

/** Address of the local gateway: from the build, or from the demo's server; `''` when there is none. */
export async function gatewayUrl(): Promise<string> {
  const built = import.meta.env.VITE_GATEWAY_URL
  if (built)
    return built
  try {
    return (await getDemo<{ gateway?: string }>('/config')).gateway ?? ''
  }
  catch {
    // a shop behind a real channel has no gateway to link to
    return ''
  }
}
