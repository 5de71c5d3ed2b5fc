import { defineTool, type ChangeTool, type ExecuteTool, type ReadTool, type Tool } from '../../src/tools/tool.ts'

/** What must not compile; `npm run typecheck` is the test. Each of the errors must be there, or tsc complains. */

declare const base: Pick<Tool, 'name' | 'title' | 'description' | 'input' | 'output'>
declare const run: ReadTool['run']
declare const plan: ChangeTool['plan']

export const reads: Tool = defineTool({ ...base, effect: 'read', run })
export const executes: Tool = defineTool({ ...base, effect: 'execute', run })
export const changes: Tool = defineTool({ ...base, effect: 'change', plan })
export const destroys: Tool = defineTool({ ...base, effect: 'destructive', plan })

// @ts-expect-error -- a changing tool without a plan
defineTool({ ...base, effect: 'change' })
// @ts-expect-error -- a destructive tool without a plan
defineTool({ ...base, effect: 'destructive' })
// @ts-expect-error -- a changing tool that acts by itself
defineTool({ ...base, effect: 'change', run })
// @ts-expect-error -- a destructive tool that plans and acts
defineTool({ ...base, effect: 'destructive', plan, run })
// @ts-expect-error -- a reading tool with a plan
defineTool({ ...base, effect: 'read', plan })
// @ts-expect-error -- a reading tool that also plans
defineTool({ ...base, effect: 'read', run, plan })
// @ts-expect-error -- a tool that executes, with a plan of its own
defineTool({ ...base, effect: 'execute', run, plan })
// @ts-expect-error -- an effect that there is not
defineTool({ ...base, effect: 'write', plan })

declare const reading: ReadTool
declare const executing: ExecuteTool
// @ts-expect-error -- nothing that reads passes for something that changes
export const passedOff: ChangeTool = reading
// @ts-expect-error -- and nothing that executes for something that reads
export const passedOffToo: ReadTool = executing
