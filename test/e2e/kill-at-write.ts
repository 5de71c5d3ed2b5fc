import { DatabaseSync } from 'node:sqlite'

/**
 * Preloaded into a server: `KILL_AT=before:3` ends the process, as `kill -9` does, in front of its third commit, and
 * `after:3` behind it.
 */
const [when, count] = (process.env['KILL_AT'] ?? '').split(':')
const exec = DatabaseSync.prototype.exec
let commits = 0

DatabaseSync.prototype.exec = function execOrDie(this: DatabaseSync, sql: string): void {
  if (sql === 'COMMIT') commits += 1
  const isDue = sql === 'COMMIT' && commits === Number(count)
  if (isDue && when === 'before') process.kill(process.pid, 'SIGKILL')
  exec.call(this, sql)
  if (isDue && when === 'after') process.kill(process.pid, 'SIGKILL')
}
