/**
 * The promise, or a rejection with `leave()` as soon as the signal is aborted or `ms` have passed. The promise itself
 * goes on: others may be waiting for it too.
 */
export function waitFor<T>(
  promise: Promise<T>,
  { signal, ms, leave }: { signal: AbortSignal | undefined; ms: number; leave: (why: 'aborted' | 'timeout') => Error },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const onAbort = () => {
      done()
      reject(leave('aborted'))
    }
    const timer = setTimeout(() => {
      done()
      reject(leave('timeout'))
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
    void promise.then(resolve, reject).finally(done)
    if (signal?.aborted) onAbort()
  })
}
