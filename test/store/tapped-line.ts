import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A line to a database that a test can cut where it wants. */
export interface TappedLine {
  /** The database's URL, by way of this line. */
  url: string
  /** Nothing gets through any more, and nobody is told. */
  fallSilent(): void
  /** Cuts the connection, once, whose client says this; `arrives` tells whether the database still hears it. */
  cutAt(words: string, arrives: boolean): void
}

export async function tapLine(url: string): Promise<TappedLine> {
  const to = new URL(url)
  const [port, host] = [Number(to.port), to.hostname]
  const sockets = new Set<Socket>()
  let isSilent = false
  let cut: { words: string; arrives: boolean } | undefined

  const server = createServer((client) => {
    const database = connect(port, host)
    for (const [from, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => other.end())
    }
    database.on('data', (said) => isSilent || client.write(said))
    client.on('data', (said) => {
      if (isSilent) return
      const isCut = cut !== undefined && said.includes(cut.words)
      if (!isCut || cut?.arrives === true) database.write(said)
      if (!isCut) return
      cut = undefined
      client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  to.port = String((server.address() as { port: number }).port)

  return {
    url: to.href,
    fallSilent() {
      isSilent = true
    },
    cutAt(words, arrives) {
      cut = { words, arrives }
    },
  }
}
