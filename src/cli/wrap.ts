/**
 * Breaks a text into lines of at most `width` columns, at blanks where it can. What is too long for a line is cut: were
 * the terminal to do it, somebody else's text could begin a line of its own and pass for ours.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.split(' ').flatMap((word) => cut(word, width))) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(piece) > width) {
      lines.push(line)
      line = piece
    } else {
      line = line === '' ? piece : `${line} ${piece}`
    }
  }
  return [...lines, line]
}

function cut(word: string, width: number): string[] {
  if (columnsOf(word) <= width) return [word]
  const pieces: string[] = []
  let piece = ''
  for (const character of word) {
    if (columnsOf(piece) + columnsOf(character) > width) {
      pieces.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...pieces, piece]
}

// From Hangul on, a letter may take two columns. To count too many only makes a line shorter.
const FIRST_WIDE = 0x11_00

function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += (character.codePointAt(0) ?? 0) < FIRST_WIDE ? 1 : 2
  return columns
}
