export type { PingOneCall } from '../lib/call.ts'
