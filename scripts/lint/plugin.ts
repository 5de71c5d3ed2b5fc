import { sep } from 'node:path'
import { findFault } from './layers.ts'

/** oxlint's plugin for this project's own rules. oxlint wants a default export. */

interface SourceNode {
  type: string
  source?: { value?: unknown } | null
  importKind?: 'type' | 'value'
  exportKind?: 'type' | 'value'
}

interface RuleContext {
  filename: string
  report(fault: { node: SourceNode; message: string }): void
}

/** Imports, re-exports and `import()` of every file below a `src` folder go one way. */
const importDirections = {
  create(context: RuleContext) {
    const from = pathBelowSrc(context.filename)
    const check = (node: SourceNode) => {
      const specifier = node.source?.value
      if (from === undefined || typeof specifier !== 'string') return
      const isType = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType'
      const message = findFault({ from, specifier, isType })
      if (message !== undefined) context.report({ node, message })
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    }
  },
}

function pathBelowSrc(filename: string): string | undefined {
  const path = filename.split(sep).join('/')
  const at = path.lastIndexOf('/src/')
  return at === -1 ? undefined : path.slice(at + '/src/'.length)
}

export default { meta: { name: 'project' }, rules: { 'import-directions': importDirections } }
