import type { Sheet } from '../approval/sheet.ts'
import { isoTime } from '../lib/clock.ts'

/** A sheet for scripts: the same names, times in ISO 8601. */
export function sheetJson(sheet: Sheet) {
  return {
    ...sheet,
    requestedAt: isoTime(sheet.requestedAt),
    expiresAt: isoTime(sheet.expiresAt),
    decision: sheet.decision === undefined ? undefined : { ...sheet.decision, at: isoTime(sheet.decision.at) },
  }
}
