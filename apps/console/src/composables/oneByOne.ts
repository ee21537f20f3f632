/** Does one thing after the other: what is asked for while something else is on its way comes next, and is not lost. */
export function oneByOne() {
  let last: Promise<unknown> = Promise.resolve()
  return <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    const next = last.then(act)
    last = next.catch(() => {})
    return next
  }
}
