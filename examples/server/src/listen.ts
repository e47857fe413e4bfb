import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on 127.0.0.1; when the port is taken, on one of the `nextPorts` after it. Answers the port. */
export async function listen(server: Server, port: number, nextPorts: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
    return (server.address() as AddressInfo).port
  }
  catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || nextPorts <= 0)
      throw error
    return listen(server, port + 1, nextPorts - 1)
  }
}
