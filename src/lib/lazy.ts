/** Made on the first call and kept: for what a start does not need, such as the schema of an answer. */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
