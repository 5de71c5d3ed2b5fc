import { posix, win32 } from 'node:path'

/** Variables as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface Machine {
  platform: NodeJS.Platform
  homeFolder: string
  /** Of the operating system; shown to the person who decides. */
  userName: string
}

/** The folder of everything that is kept: `PINGONE_MFA_HOME`, else the platform's data folder. */
export function productHome(env: Environment, { platform, homeFolder }: Machine): string {
  const chosen = env['PINGONE_MFA_HOME']?.trim()
  if (chosen !== undefined && chosen !== '') return chosen
  const name = 'pingone-mfa-mcp'
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA']?.trim() ?? ''
    return win32.join(local === '' ? win32.join(homeFolder, 'AppData', 'Local') : local, name)
  }
  if (platform === 'darwin') return posix.join(homeFolder, 'Library', 'Application Support', name)
  const xdg = env['XDG_DATA_HOME']?.trim() ?? ''
  // XDG Base Directory: a relative path is to be ignored.
  return posix.join(posix.isAbsolute(xdg) ? xdg : posix.join(homeFolder, '.local', 'share'), name)
}
