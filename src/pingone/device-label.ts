import { maskEmail, maskPhone, plainText } from '../lib/text.ts'

const KINDS: Readonly<Record<string, string>> = {
  SMS: 'SMS',
  VOICE: 'Voice',
  WHATSAPP: 'WhatsApp',
  EMAIL: 'Email',
  TOTP: 'TOTP',
  FIDO2: 'FIDO2',
  MOBILE: 'Mobile app',
  OATH_TOKEN: 'OATH token',
  SECURITY_KEY: 'Security key',
  PLATFORM: 'FIDO platform',
  YUBIKEY: 'YubiKey',
  PINGID_MOBILE: 'PingID mobile app',
  PINGID_DESKTOP: 'PingID desktop app',
  PINGID_DESKTOP_GEN2: 'PingID desktop app',
}

/** What a person recognises a device by, masked: `SMS +1•••••••0150`, `Email a•••@example.com`, `TOTP`. */
export function deviceLabel(device: { type: string; phone?: string | undefined; email?: string | undefined }): string {
  const kind = Object.hasOwn(KINDS, device.type) ? (KINDS[device.type] as string) : plainText(device.type, 40)
  if (device.phone !== undefined) return `${kind} ${maskPhone(device.phone)}`
  if (device.email !== undefined) return `${kind} ${maskEmail(device.email)}`
  return kind
}
