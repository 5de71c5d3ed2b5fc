/** A changing call to PingOne as plain data: what an approved plan stores and the executor sends. */
export interface PingOneCall {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As the path builder made it: begins with `/environments/`, every id encoded, without `/v1`. */
  path: string
  contentType?: string
  body?: unknown
}
