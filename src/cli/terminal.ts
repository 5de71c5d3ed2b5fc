import { Secret } from '../lib/secret.ts'

/**
 * Questions to a person at a terminal. No answer (Ctrl-C, Ctrl-D, a closed terminal) is `undefined`, and so is every
 * answer after it.
 */
export interface Terminal {
  /** True where a person can be asked: stdin and stderr are both a terminal. */
  readonly isInteractive: boolean
  ask(question: string): Promise<string | undefined>
  /** Nothing of the answer is shown, not even its length. */
  askBlind(question: string): Promise<Secret | undefined>
  /** Gives the terminal back as it was. */
  close(): void
}

export function createTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Terminal {
  let reader: Promise<Reader> | undefined
  let isClosed = false
  const answer = async (question: string, isBlind: boolean) => {
    if (isClosed) return undefined
    reader ??= openReader(input, output)
    return (await reader).next(question, isBlind)
  }
  return {
    isInteractive: input.isTTY && output.isTTY,
    ask: (question) => answer(question, false),
    async askBlind(question) {
      const text = await answer(question, true)
      return text === undefined ? undefined : new Secret(text)
    },
    close() {
      isClosed = true
      void reader?.then((opened) => opened.close())
    },
  }
}

interface Reader {
  next(question: string, isBlind: boolean): Promise<string | undefined>
  close(): void
}

/**
 * One reader for the whole run: what is typed before its question comes is kept, a line for each. It holds the terminal
 * in raw mode, so that between two questions, too, nothing that is typed is shown by anybody else.
 */
async function openReader(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<Reader> {
  const [{ createInterface }, { Writable }] = await Promise.all([import('node:readline'), import('node:stream')])
  const typedAhead: string[] = []
  let waiting: ((line: string | undefined) => void) | undefined
  let isEchoing = false
  let isOver = false

  // What readline wants to show passes through here, and only while a question wants it shown.
  const echo = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (isEchoing) output.write(chunk)
      done()
    },
  })
  Object.defineProperty(echo, 'columns', { get: () => output.columns })

  // Without a history, an earlier blind answer cannot be called back by an arrow key.
  const lines = createInterface({ input, output: echo, terminal: true, historySize: 0 })

  const settle = (line: string | undefined) => {
    isEchoing = false
    const resolve = waiting
    waiting = undefined
    resolve?.(line)
  }
  const giveUp = () => {
    if (isOver) return
    isOver = true
    if (waiting !== undefined) output.write('\n')
    settle(undefined)
    lines.close()
  }

  lines.on('line', (line) => {
    if (isOver) return
    if (waiting === undefined) typedAhead.push(line)
    else settle(line)
  })
  lines.on('SIGINT', () => {
    typedAhead.length = 0
    giveUp()
  })
  lines.on('close', giveUp)
  // readline takes what stands on a line that was never ended for an answer; a hang-up is none.
  input.prependListener('end', giveUp)

  return {
    async next(question, isBlind) {
      const ready = typedAhead.shift()
      if (ready !== undefined) {
        output.write(`${question}${isBlind ? '' : ready}\n`)
        return ready
      }
      if (isOver) return undefined
      const answered = new Promise<string | undefined>((resolve) => {
        waiting = resolve
      })
      if (isBlind) {
        output.write(question)
        const line = await answered
        if (line !== undefined) output.write('\n')
        return line
      }
      isEchoing = true
      lines.setPrompt(question)
      lines.prompt(true)
      return answered
    },
    close() {
      typedAhead.length = 0
      giveUp()
      input.off('end', giveUp)
    },
  }
}
