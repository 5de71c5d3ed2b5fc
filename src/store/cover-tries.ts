/** How many codes may be tried under one cover. */
export const COVER_TRIES = 3
