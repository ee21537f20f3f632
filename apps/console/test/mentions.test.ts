import { describe, expect, test } from 'vitest'
import { mentionAt, mentionParts } from '../src/composables/mentionText.ts'

describe('a name in a text', () => {
  const names = ['Ana', 'Ana Clara', 'José', 'C++ (QA)']
  const said = (text: string) => mentionParts(text, names).flatMap(({ words, isMention }) => (isMention ? [words] : []))

  test('is found where it stands, the longest that fits, whatever characters it has', () => {
    expect(said('@Ana Clara, ask @José and @C++ (QA).')).toEqual(['@Ana Clara', '@José', '@C++ (QA)'])
    expect(said('@Anatoly and ana and Ana')).toEqual([])
    expect(
      mentionParts('Ask @Ana!', names)
        .map(({ words }) => words)
        .join(''),
    ).toBe('Ask @Ana!')
    expect(mentionParts('Nobody @here', [])).toEqual([{ words: 'Nobody @here', isMention: false }])
  })

  test('is begun by an @ at the beginning of a word, and ends at the caret', () => {
    expect(mentionAt('Ask @jo', 7)).toEqual({ from: 4, term: 'jo' })
    expect(mentionAt('@', 1)).toEqual({ from: 0, term: '' })
    expect(mentionAt('Ask @Ana Cl', 11)).toEqual({ from: 4, term: 'Ana Cl' })
    expect(mentionAt('mail ana@shop.example', 21)).toBe(null)
    expect(mentionAt('@ana\nnext line', 14)).toBe(null)
    expect(mentionAt('Ask @jo later', 3)).toBe(null)
  })
})
