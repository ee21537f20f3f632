const statuses = {
  /** Nothing there, or no file in the form. */
  empty: 400,
  malformed: 400,
  /** The sender went away or the request was called off in the middle. */
  cut: 400,
  not_found: 404,
  too_large: 413,
  unsupported: 415,
  /** The disk is nearly full; nothing is taken until the operator of the hub makes room. */
  storage_full: 507,
  /** The storage does not answer as it should. */
  storage_down: 503,
} as const

export type FileRefusalCode = keyof typeof statuses

/** Why a file is not taken or not given. `status` is the HTTP status for it; the words for the reader are the caller's. */
export class FileRefusal extends Error {
  override name = 'FileRefusal'
  readonly code: FileRefusalCode
  readonly status: number

  constructor(code: FileRefusalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = statuses[code]
  }
}
