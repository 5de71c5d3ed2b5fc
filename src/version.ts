import manifest from '../package.json' with { type: 'json' }

/** The version of this program, from `package.json`; the build keeps only that one field of it. */
export const VERSION: string = manifest.version
