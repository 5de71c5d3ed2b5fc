import type { Log } from '../lib/log.ts'
import { messageOf } from '../lib/errors.ts'
import type { DatabaseAddress } from './postgres-address.ts'
import { type Connection, connectTo, failure } from './postgres-connection.ts'

/** A connection that only listens, from the first time that somebody asks for it. */
export interface Listening {
  /**
   * Hears what is said on a channel until it is closed. `onMessage` without a text where messages may have been missed: at
   * the beginning, and after each time that the connection was lost.
   */
  listen(channel: string, onMessage: (text: string | undefined) => void): void
  close(): Promise<void>
}

const AGAIN_AFTER_MS = 250

export function createListening(address: DatabaseAddress, log: Log): Listening {
  let current: Connection | undefined
  let isListening = false
  let isClosed = false

  const listenOnce = async (channel: string, onMessage: (text: string | undefined) => void) => {
    const { promise: lost, resolve: onLost } = Promise.withResolvers<void>()
    const connection = connectTo(address, { onMessage, onLost })
    current = connection
    try {
      await connection.query(`LISTEN ${channel}`)
      isListening = true
      onMessage(undefined)
      await lost
      if (!isClosed) log.warn('store.not_listening', { why: 'the connection was lost' })
    } catch (error) {
      // Whoever waits looks by itself now and then, and hears why the database is not there.
      log.debug('store.not_listening', { why: messageOf(error) })
    } finally {
      isListening = false
      await connection.end()
    }
  }

  return {
    listen(channel, onMessage) {
      const keepListening = async () => {
        if (isClosed) return
        await listenOnce(channel, onMessage)
        if (!isClosed) setTimeout(() => void keepListening(), AGAIN_AFTER_MS).unref()
      }
      void keepListening()
    },
    async close() {
      isClosed = true
      if (isListening) await current?.end()
      else current?.drop(failure('CONNECTION_ENDED', 'the store is closed'))
    },
  }
}
