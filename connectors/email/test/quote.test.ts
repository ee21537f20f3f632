import { expect, test } from 'vitest'
import { foldQuotes } from '../src/quote.ts'

const folded: [string, string, string, string][] = [
  [
    'Gmail',
    'Two, please.\n\nOn Mon, 3 Mar 2025 at 10:00, The Shop <help@shop.example> wrote:\n> How many?\n',
    'Two, please.',
    '> How many?',
  ],
  [
    'Gmail with a broken line',
    'Yes\n\nOn Mon, 3 Mar 2025 at 10:00, The Shop of all colours\n<help@shop.example> wrote:\n\n> How many?',
    'Yes',
    '> How many?',
  ],
  ['Gmail in Portuguese', 'Sim\n\nEm seg., 3 de mar. de 2025 às 10:00, Loja <a@b.example> escreveu:\n> Quantos?', 'Sim', '> Quantos?'],
  ['Gmail in Spanish', 'Sí\n\nEl lun, 3 mar 2025 a las 10:00, Tienda (<a@b.example>) escribió:\n\n> ¿Cuántos?', 'Sí', '> ¿Cuántos?'],
  ['Yandex in Russian', 'Да\n\n03.03.2025, 10:00, "Магазин" <a@b.example> пишет:\n> Сколько?', 'Да', '> Сколько?'],
  ['Gmail in Russian', 'Да\n\nпн, 3 мар. 2025 г. в 10:00, Магазин <a@b.example>:\n> Сколько?', 'Да', '> Сколько?'],
  [
    'Outlook',
    'Fine.\n\nFrom: Shop <a@b.example>\nSent: Monday, 3 March 2025\nTo: Maria\nSubject: Re: Colours\n\nHow many?',
    'Fine.',
    'How many?',
  ],
  [
    'Outlook with a rule',
    'Fine.\n________________________________\nDe: Loja <a@b.example>\nEnviado: segunda\nPara: Maria\nAssunto: Cores\n\nQuantos?',
    'Fine.',
    'Quantos?',
  ],
  ['an older Outlook', 'Fine.\n\n-----Original Message-----\nFrom: Shop\n\nHow many?', 'Fine.', 'How many?'],
  ['marks alone', 'Fine.\n\n> How many?\n>\n> Regards', 'Fine.', '> Regards'],
]
test.each(folded)('%s: what was quoted is folded away, and nothing is lost', (_, whole, text, end) => {
  const found = foldQuotes(whole)
  expect(found.text).toBe(text)
  expect(found.quoted?.endsWith(end)).toBe(true)
  const words = (of: string) => of.split(/\s+/).filter(Boolean)
  expect([...words(found.text), ...words(found.quoted ?? '')]).toEqual(words(whole))
})

const whole: [string, string][] = [
  ['a letter that quotes nothing', 'From what I see: all is well.\nDate: soon'],
  ['answers between the lines', 'On Monday, 3 March, Shop wrote:\n> How many?\nTwo.\n> Which colour?\nBlue.'],
  ['nothing but a quote', '> How many?\n> Which?'],
  ['an announcement of nothing', 'On Monday the shop was closed, as he wrote.'],
]
test.each(whole)('%s stays whole', (_, text) => {
  expect(foldQuotes(text)).toEqual({ text })
})
