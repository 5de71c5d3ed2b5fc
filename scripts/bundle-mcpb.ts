import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { packBundle } from './mcpb/pack.ts'

/** `npm run bundle:mcpb`: what was built as one file that desktop clients install, below `.cache/mcpb`. */
const root = join(import.meta.dirname, '..')
const file = await packBundle(root, join(root, '.cache/mcpb'))
console.log(`${relative(root, file)}: ${((await stat(file)).size / 1000).toFixed(0)} kB`)
