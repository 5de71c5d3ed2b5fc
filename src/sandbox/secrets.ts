import type { Random } from './random.ts'

const SECRET_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789~._-'

/** Shaped like the client secrets of PingOne; worth nothing outside the simulation. */
export function newSecret(random: Random): string {
  return random.characters(64, SECRET_LETTERS)
}
