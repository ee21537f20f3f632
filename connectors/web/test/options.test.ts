import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { options } from '../src/options.ts'

describe('the options of a website channel', () => {
  test('need only a name', () => {
    const read = options.parse({ name: ' Flor & Cia ' })
    expect(read).toEqual({
      name: 'Flor & Cia',
      allowedOrigins: [],
      accent: '#4f46e5',
      language: 'en',
      greeting: {},
      offlineText: {},
      asksRating: true,
      previewsTyping: false,
      onSignIn: false,
      asksFirst: true,
      visitorFields: [
        { field: 'name', asked: 'required', siteSets: false },
        { field: 'email', asked: 'required', siteSets: false },
      ],
      maxFileBytes: 2 * 1024 * 1024,
    })
  })

  test('keep of an address its origin', () => {
    const read = options.parse({ name: 'Shop', allowedOrigins: ['https://Shop.example.com/cart?x=1', 'http://localhost:8080/'] })
    expect(read.allowedOrigins).toEqual(['https://shop.example.com', 'http://localhost:8080'])
  })

  test.each([
    ['no name', { name: '  ' }, 'name'],
    ['a name of 121 characters', { name: 'x'.repeat(121) }, 'name'],
    ['an address that is none', { name: 'Shop', allowedOrigins: ['shop'] }, 'allowedOrigins'],
    ['an address that runs a script', { name: 'Shop', allowedOrigins: ['javascript:alert(1)'] }, 'allowedOrigins'],
    ['51 addresses', { name: 'Shop', allowedOrigins: Array(51).fill('https://a.example') }, 'allowedOrigins'],
    ['a colour that is a style', { name: 'Shop', accent: 'red;background:url(x)' }, 'accent'],
    ['a language nobody translated', { name: 'Shop', language: 'xx' }, 'language'],
    ['a greeting of 501 characters', { name: 'Shop', greeting: { ru: 'я'.repeat(501) } }, 'greeting'],
    ['501 characters for when nobody is there', { name: 'Shop', offlineText: { es: 'x'.repeat(501) } }, 'offlineText'],
    ['files larger than the hub takes', { name: 'Shop', maxFileBytes: 1e12 }, 'maxFileBytes'],
  ])('refuse %s and name the field', (_, given, field) => {
    const read = options.safeParse(given)
    expect(read.error?.issues[0]?.path[0]).toBe(field)
  })

  test('say their titles in every language of the console', () => {
    for (const [name, field] of Object.entries(z.toJSONSchema(options, { io: 'input' }).properties ?? {})) {
      // What is set on a page of its own has its words there.
      if ((field as { elsewhere?: boolean }).elsewhere) continue
      expect(field, name).toMatchObject({
        title: expect.any(String),
        help: expect.any(String),
        words: {
          'pt-BR': { title: expect.any(String), help: expect.any(String) },
          ru: { title: expect.any(String), help: expect.any(String) },
          es: { title: expect.any(String), help: expect.any(String) },
        },
      })
    }
  })
})
