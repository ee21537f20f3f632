/**
 * Something only the person who starts the hub can put right. Shown as its sentence alone, without a stack;
 * the sentence says what is wrong and what to do.
 */
export class StartFault extends Error {
  override name = 'StartFault'
}
