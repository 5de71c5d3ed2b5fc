import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCatalogFiles } from '../../src/catalog/load.ts'
import { SERVICES } from '../../src/catalog/record.ts'

test('the package’s own catalogue is found, with all services in order', async () => {
  const endpoints = await openCatalogFiles().endpoints()

  expect([...new Set(endpoints.map(({ service }) => service))]).toEqual(SERVICES)
})

test('a file is read when it is asked for, and once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'catalog-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const catalog = openCatalogFiles(folder)

  await writeFile(join(folder, 'risk.json'), '{"service":"risk","endpoints":[],"$defs":{}}')
  const first = await catalog.service('risk')
  await rm(join(folder, 'risk.json'))

  expect(await catalog.service('risk')).toBe(first)
  await expect(catalog.service('verify')).rejects.toThrow('verify.json')
})
