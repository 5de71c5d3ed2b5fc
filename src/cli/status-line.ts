/** What is going on at the moment, on a line of stderr that the next output takes the place of. */
export interface StatusLine {
  /** False where nobody looks, or where a line cannot be taken back: then nothing is shown. */
  readonly isVisible: boolean
  show(text: string): void
  clear(): void
}

/** ECMA-48 §8.3.41: erases the whole line. */
const ERASE = '\r\u001B[2K'

export function createStatusLine(output: NodeJS.WriteStream, env: { TERM?: string | undefined }): StatusLine {
  const isVisible = output.isTTY && env.TERM !== 'dumb'
  let isShown = false
  return {
    isVisible,
    show(text) {
      if (!isVisible) return
      isShown = true
      // A line that is wrapped could not be erased.
      const room = Math.max(10, (output.columns ?? 80) - 1)
      const characters = [...text]
      output.write(`${ERASE}${characters.length <= room ? text : `${characters.slice(0, room - 1).join('')}…`}`)
    },
    clear() {
      if (!isShown) return
      isShown = false
      output.write(ERASE)
    },
  }
}
