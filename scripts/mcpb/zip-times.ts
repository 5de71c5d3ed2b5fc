/** Of the ZIP format (APPNOTE 4.3): where the records begin and what they say where. */
const CENTRAL_HEADER = 0x02_01_4b_50
const END_RECORD = 0x06_05_4b_50
const END_RECORD_LENGTH = 22
/** 1980-01-01, the first day that a ZIP file knows, at midnight: time, then date. */
const FIRST_DAY = 0x00_21_00_00

/** The same ZIP file with one and the same time for all of its files, so that it depends on their content alone. */
export function withoutTimes(zip: Buffer): Buffer {
  const copy = Buffer.from(zip)
  const end = copy.length - END_RECORD_LENGTH
  if (end < 0 || copy.readUInt32LE(end) !== END_RECORD) throw new Error('This is not a ZIP file without a comment')
  let at = copy.readUInt32LE(end + 16)
  for (let left = copy.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (copy.readUInt32LE(at) !== CENTRAL_HEADER) throw new Error('This ZIP file has a broken list of files')
    copy.writeUInt32LE(FIRST_DAY, at + 12)
    copy.writeUInt32LE(FIRST_DAY, copy.readUInt32LE(at + 42) + 10)
    at += 46 + copy.readUInt16LE(at + 28) + copy.readUInt16LE(at + 30) + copy.readUInt16LE(at + 32)
  }
  return copy
}
