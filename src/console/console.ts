import type { Approvals } from '../approval/approvals.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'

/** The approval pages on loopback. */
export interface Console {
  url: string
  /** The page of one approval. */
  urlOf(id: string): string
  close(): Promise<void>
}

export interface ConsoleOptions {
  approvals: Approvals
  clock: Clock
  log: Log
  /** 0 picks one. */
  port: number
}

export async function openConsole(_options: ConsoleOptions): Promise<Console | undefined> {
  return undefined
}
