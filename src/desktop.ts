import { spawn } from 'node:child_process'
import type { Environment, Machine } from './home.ts'

/** Hands the URL to the desktop's own opener. False where there is no desktop or no opener. */
export function openInBrowser(
  url: string,
  { env, machine: { platform } }: { env: Environment; machine: Machine },
): Promise<boolean> {
  const hasDesktop =
    platform === 'win32' ||
    platform === 'darwin' ||
    env['DISPLAY'] !== undefined ||
    env['WAYLAND_DISPLAY'] !== undefined
  if (!hasDesktop) return Promise.resolve(false)
  const [program, words] =
    platform === 'win32'
      ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
      : [platform === 'darwin' ? 'open' : 'xdg-open', [url]]
  return new Promise((resolve) => {
    const opener = spawn(program, words, { stdio: 'ignore', detached: true })
    opener.once('error', () => resolve(false))
    opener.once('spawn', () => {
      opener.unref()
      resolve(true)
    })
  })
}
