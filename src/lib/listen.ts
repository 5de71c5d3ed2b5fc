import type { Server } from 'node:http'

export interface Listening {
  servers: Server[]
  port: number
}

/**
 * Binds `create`'s servers to a host and port; 0 picks a port. `localhost` is both loopback addresses on one port, or
 * neither: whoever held the other one would be what a browser finds behind that name. A machine without IPv6 has only the
 * one. Rejects with Node's error where the port cannot be had.
 */
export async function listenOn(host: string, port: number, create: () => Server): Promise<Listening> {
  if (host !== 'localhost') {
    const server = create()
    await listen(server, port, host)
    return { servers: [server], port: portOf(server) }
  }
  const first = create()
  await listen(first, port, '127.0.0.1')
  const chosen = portOf(first)
  const second = create()
  try {
    await listen(second, chosen, '::1')
    return { servers: [first, second], port: chosen }
  } catch (error) {
    if (isWithoutIpv6(error)) return { servers: [first], port: chosen }
    await new Promise((resolve) => first.close(resolve))
    throw error
  }
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, ipv6Only: host === '::1' }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function isWithoutIpv6(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}
