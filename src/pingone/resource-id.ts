import { z } from 'zod'
import { lazy } from '../lib/lazy.ts'

/**
 * An id in PingOne's answers. Mostly UUIDs, but not all (flow policies, templates), so only what can be shown and put
 * into a path is asked for.
 */
export const resourceId = lazy(() => z.string().regex(/^[\w.:-]{1,128}$/, 'must be an id'))
