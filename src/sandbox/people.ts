import type { DeviceType } from './records.ts'
import type { RoleName } from './roles.ts'

/** One factor of a seeded person, in the order of pairing. */
export interface SeedDevice {
  type: DeviceType
  /** Only of people whom tests and the demo know by heart; others get one from the seed. */
  id?: string
  nickname?: string
  phone?: string
  email?: string
  state?: 'active' | 'pending' | 'blocked' | 'locked'
}

export interface SeedPerson {
  email: string
  given: string
  family: string
  id?: string
  username?: string
  population?: 'Employees' | 'Contractors' | 'Partners'
  enabled?: boolean
  mfaEnabled?: boolean
  mobilePhone?: string
  roles?: RoleName[]
  devices?: SeedDevice[]
}

/** Ids that never change, whatever the seed: what the demo and the tests call people and devices by. */
export const FIXED_IDS = {
  alice: 'a11ce000-0000-4000-8000-000000000001',
  aliceSms: 'a11ce000-0000-4000-8000-0000000000d1',
  aliceEmail: 'a11ce000-0000-4000-8000-0000000000d2',
  aliceTotp: 'a11ce000-0000-4000-8000-0000000000d3',
  bob: 'b0b00000-0000-4000-8000-000000000002',
  bobKey: 'b0b00000-0000-4000-8000-0000000000d1',
  carol: 'ca401000-0000-4000-8000-000000000003',
  dave: 'da7e0000-0000-4000-8000-000000000004',
  erin: 'e4120000-0000-4000-8000-000000000005',
  erinSms: 'e4120000-0000-4000-8000-0000000000d1',
  frank: 'f4a2c000-0000-4000-8000-000000000006',
  twinOne: '7212000a-0000-4000-8000-000000000007',
  twinTwo: '7212000b-0000-4000-8000-000000000008',
  opsManager: '09500000-0000-4000-8000-000000000009',
} as const

/** Numbers are from ranges that are set aside for fiction, names are made up. */
const KNOWN_PEOPLE: readonly SeedPerson[] = [
  {
    id: FIXED_IDS.alice,
    email: 'alice@example.com',
    given: 'Alice',
    family: 'Ferreira',
    mobilePhone: '+12025550150',
    devices: [
      { id: FIXED_IDS.aliceSms, type: 'SMS', phone: '+12025550150', nickname: 'Work phone' },
      { id: FIXED_IDS.aliceEmail, type: 'EMAIL', email: 'alice@example.com' },
      { id: FIXED_IDS.aliceTotp, type: 'TOTP' },
    ],
  },
  {
    id: FIXED_IDS.bob,
    email: 'bob@example.com',
    given: 'Bob',
    family: 'Lindqvist',
    mobilePhone: '+46701740605',
    devices: [{ id: FIXED_IDS.bobKey, type: 'FIDO2', nickname: 'Key on the key ring' }],
  },
  { id: FIXED_IDS.carol, email: 'carol@example.com', given: 'Carol', family: 'Nakamura', mfaEnabled: false },
  {
    id: FIXED_IDS.dave,
    email: 'dave@example.com',
    given: 'Dave',
    family: 'Okonkwo',
    mobilePhone: '+13125550142',
    devices: [
      { type: 'SMS', phone: '+13125550142' },
      { type: 'VOICE', phone: '+13125550143', nickname: 'Desk' },
      { type: 'EMAIL', email: 'dave@example.com' },
      { type: 'WHATSAPP', phone: '+13125550142' },
      { type: 'TOTP', nickname: 'Authenticator' },
    ],
  },
  {
    id: FIXED_IDS.erin,
    email: 'erin@example.com',
    given: 'Erin',
    family: 'Gallagher',
    mobilePhone: '+16175550117',
    roles: ['ENVIRONMENT_ADMIN', 'IDENTITY_DATA_ADMIN'],
    devices: [{ id: FIXED_IDS.erinSms, type: 'SMS', phone: '+16175550117' }, { type: 'FIDO2' }],
  },
  {
    id: FIXED_IDS.frank,
    email: 'frank@example.com',
    given: 'Frank',
    family: 'Dubois',
    enabled: false,
    devices: [{ type: 'EMAIL', email: 'frank@example.com' }],
  },
  {
    id: FIXED_IDS.twinOne,
    email: 'twin@example.com',
    username: 'mina.park',
    given: 'Mina',
    family: 'Park',
    devices: [{ type: 'SMS', phone: '+12135550161' }],
  },
  { id: FIXED_IDS.twinTwo, email: 'twin@example.com', username: 'minho.park', given: 'Minho', family: 'Park' },
  {
    id: FIXED_IDS.opsManager,
    email: 'ops.manager@example.com',
    given: 'Oluwaseun',
    family: 'Adeyemi',
    mobilePhone: '+12065550133',
    devices: [{ type: 'SMS', phone: '+12065550133' }, { type: 'TOTP' }],
  },
]

const OTHER_PEOPLE: readonly SeedPerson[] = [
  {
    email: 'priya.raghunathan@example.com',
    given: 'Priya',
    family: 'Raghunathan',
    devices: [
      { type: 'SMS', phone: '+14155550109', nickname: 'iPhone' },
      { type: 'TOTP', state: 'pending' },
    ],
  },
  {
    email: 'weiling.chen@example.com',
    given: 'Wei-Ling',
    family: 'Chen',
    devices: [
      { type: 'MOBILE', nickname: 'Phone with the app' },
      { type: 'EMAIL', email: 'weiling.chen@example.com' },
    ],
  },
  {
    email: 'yusuf.demirci@example.com',
    given: 'Yusuf',
    family: 'Demirci',
    devices: [{ type: 'SMS', phone: '+16465550188', state: 'locked' }],
  },
  {
    email: 'ingrid.solheim@example.com',
    given: 'Ingrid',
    family: 'Solheim',
    devices: [
      { type: 'FIDO2', nickname: 'Blue key' },
      { type: 'FIDO2', nickname: 'Spare key', state: 'blocked' },
    ],
  },
  {
    email: 'mateo.villanueva@example.com',
    given: 'Mateo',
    family: 'Villanueva',
    devices: [{ type: 'WHATSAPP', phone: '+13055550176' }],
  },
  { email: 'aaliyah.rahman@example.com', given: 'Aaliyah', family: 'Rahman', mfaEnabled: false },
  {
    email: 'zofia.wisniewska@example.com',
    given: 'Zofia',
    family: 'Wiśniewska',
    devices: [{ type: 'SMS', phone: '+61491570156', state: 'pending' }],
  },
  {
    email: 'bjork.einarsdottir@example.com',
    given: 'Björk',
    family: 'Einarsdóttir',
    devices: [{ type: 'OATH_TOKEN', nickname: 'Token 0042' }],
  },
  {
    email: 'hiroshi.tanabe@example.com',
    given: 'Hiroshi',
    family: 'Tanabe',
    devices: [{ type: 'VOICE', phone: '+18085550121' }, { type: 'TOTP' }],
  },
  {
    email: 'amara.diallo@example.org',
    given: 'Amara',
    family: 'Diallo',
    population: 'Contractors',
    devices: [{ type: 'EMAIL', email: 'amara.diallo@example.org', state: 'blocked' }],
  },
  {
    email: 'nikos.papadakis@example.org',
    given: 'Nikos',
    family: 'Papadakis',
    population: 'Contractors',
    devices: [
      { type: 'SMS', phone: '+61491570157' },
      { type: 'SMS', phone: '+61491570158', state: 'pending' },
    ],
  },
  {
    email: "siobhan.o'connor@example.org",
    given: 'Siobhán',
    family: "O'Connor",
    population: 'Contractors',
    devices: [{ type: 'TOTP' }],
  },
  { email: 'huong.le@example.org', given: 'Hương', family: 'Lê', population: 'Contractors', mfaEnabled: false },
  {
    email: 'dmitri.volkov@example.org',
    given: 'Dmitri',
    family: 'Volkov',
    population: 'Partners',
    enabled: false,
    devices: [{ type: 'SMS', phone: '+17025550194' }],
  },
  {
    email: 'leilani.kahale@example.org',
    given: 'Leilani',
    family: 'Kahale',
    population: 'Partners',
    devices: [
      { type: 'MOBILE', nickname: 'Tablet' },
      { type: 'SMS', phone: '+18085550170' },
    ],
  },
  {
    email: 'kwame.mensah@example.org',
    given: 'Kwame',
    family: 'Mensah',
    population: 'Partners',
    devices: [{ type: 'EMAIL', email: 'kwame.mensah@example.org' }],
  },
  { email: 'fatima.bennani@example.org', given: 'Fatima Zahra', family: 'Bennani', population: 'Partners' },
]

export const PEOPLE: readonly SeedPerson[] = [...KNOWN_PEOPLE, ...OTHER_PEOPLE]
