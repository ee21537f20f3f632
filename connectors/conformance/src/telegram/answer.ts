/** A refusal in Telegram's form. */
export class ApiError extends Error {
  readonly code: number
  readonly parameters: object | undefined
  constructor(code: number, description: string, parameters?: object) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

export function badRequest(why: string): ApiError {
  return new ApiError(400, `Bad Request: ${why}`)
}
