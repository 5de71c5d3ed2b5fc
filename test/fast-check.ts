import { configureGlobal } from 'fast-check'

// In CI the same cases each time; at a desk others each time.
if (process.env['CI'] !== undefined) configureGlobal({ seed: 20_261_125 })
