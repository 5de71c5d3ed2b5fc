/** The candidate that the word was most likely meant to be; undefined where none is near. */
export async function nearest(word: string, candidates: readonly string[]): Promise<string | undefined> {
  const { default: Fuse } = await import('fuse.js/basic')
  const fuse = new Fuse(candidates, { threshold: 0.6, distance: 20 })
  return fuse.search(word, { limit: 1 })[0]?.item
}
