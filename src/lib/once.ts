/** Made on the first call and kept; what fails is tried anew at the next. `current` is what there is so far. */
export function once<T>(make: () => Promise<T>): (() => Promise<T>) & { current?: Promise<T> } {
  const get: (() => Promise<T>) & { current?: Promise<T> } = () => {
    get.current ??= make().catch((error: unknown) => {
      delete get.current
      throw error
    })
    return get.current
  }
  return get
}
