/** How many calls may wait at once for a person; who comes later is answered at once with the present state. */
export interface Waits {
  /** A place, which its holder gives back; undefined where none is left. */
  enter(callerId: string): (() => void) | undefined
}

export function createWaits({ all, perCaller }: { all: number; perCaller: number }): Waits {
  const byCaller = new Map<string, number>()
  let count = 0
  return {
    enter(callerId) {
      const own = byCaller.get(callerId) ?? 0
      if (count >= all || own >= perCaller) return undefined
      count += 1
      byCaller.set(callerId, own + 1)
      let isInside = true
      return () => {
        if (!isInside) return
        isInside = false
        count -= 1
        const left = (byCaller.get(callerId) ?? 1) - 1
        if (left === 0) byCaller.delete(callerId)
        else byCaller.set(callerId, left)
      }
    },
  }
}
