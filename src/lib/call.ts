/** A changing call to PingOne as plain data: what an approved plan stores and the executor sends. */
export interface PingOneCall {
  /** `GET` only where what is read is a secret that a person has to allow. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As the path builder made it: begins with `/environments/`, every id encoded, without `/v1`. */
  path: string
  query?: Record<string, string>
  contentType?: string
  body?: unknown
}
