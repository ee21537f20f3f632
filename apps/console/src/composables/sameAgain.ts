/**
 * The id under which something goes to the hub: the same however often the same is tried, so that it is done once, though an answer be lost.
 * Anything else, and the same after it was done, has another.
 */
export function sameAgain() {
  let tried = { what: '', clientId: '' }
  return {
    idFor(...what: unknown[]): string {
      const said = JSON.stringify(what)
      if (tried.what !== said) tried = { what: said, clientId: crypto.randomUUID() }
      return tried.clientId
    },
    done(): void {
      tried = { what: '', clientId: '' }
    },
  }
}
