import { approvalShape, outcomeShape, outputOf, shape, type JsonSchema } from './schema.ts'

const { string, boolean, anyObject } = shape

/** The output of a changing tool. `approval` and `outcome` are spelled out where they first matter. */
export function changingOutput({ spelledOut }: { spelledOut: boolean }): JsonSchema {
  return outputOf(['approval_required', 'nothing_to_do', 'completed'], {
    approval: spelledOut ? approvalShape : anyObject,
    next: string,
    action: string,
    summary: string,
    outcome: spelledOut ? outcomeShape : anyObject,
    replayed: boolean,
  })
}
