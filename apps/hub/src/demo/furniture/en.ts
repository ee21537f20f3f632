import type { Furniture } from '../furniture.ts'

export const en: Furniture = {
  tags: {
    topics: { sales: ['Order', 'teal'], support: ['Repair', 'amber'], billing: ['Invoice', 'violet'] },
    regular: 'Regular',
    business: 'Business',
  },
  fields: { bicycle: 'Bicycle', bought: 'Bought on', newsletter: 'Newsletter', frame: 'Frame number' },
  templates: [
    ['Greeting', 'hello', 'Hello {{customer.first_name|there}}, {{operator.first_name}} of {{company.name}} here. How can I help?'],
    ['Opening hours', 'hours', 'The workshop is open from Monday to Friday, 9 to 18, and on Saturdays until 14.'],
    ['Frame number', 'frame', 'Could you tell me the number on the frame? It stands below the bottom bracket.'],
    ['Order on its way', 'shipped', 'Your order has left us today and arrives in two to three working days.'],
    ['Ask for a picture', 'picture', 'A picture of it would help me a lot: you can send it right here.'],
    ['Did it help?', 'helped', 'Does it work now?', 'Yes, thank you', 'Not yet'],
    ['Goodbye', 'bye', 'You are welcome, {{customer.first_name|any time}}. Have a good ride!'],
  ],
  closingText: 'Thank you for writing to us. This chat is closed; just write again when something comes up.',
  form: { outcome: 'Outcome', outcomes: ['Solved', 'Sold', 'Passed on', 'Could not help'], visit: 'Comes to the shop' },
  requests: {
    categories: ['Repair', 'Order', 'Invoice', 'Something else'],
    types: ['Question', 'Complaint', 'Offer'],
    left: [
      [
        'Brakes squeal in the rain',
        0,
        'Both brakes squeal as soon as it rains. Is there something I can do myself, or shall I bring it in?',
      ],
      ['Where is my order?', 1, 'I ordered a basket a week ago and have heard nothing since. The order is BB-11532.'],
      ['Invoice with our address', 2, 'Please put our new address on the invoice of last month: 7 Station Road.'],
      ['Offer for ten Couriers', 3, 'We need ten bicycles for our deliveries from spring on. What would you offer?'],
    ],
  },
  ratings: {
    good: ['Quick and friendly!', 'Solved in five minutes.', 'Very patient, thank you.', 'Perfect.'],
    bad: ['I had to wait for a long time.', 'Nobody could tell me the price.'],
  },
  invitations: [
    ['Help with choosing', 'Hello! Shall I help you find the right bicycle?'],
    ['Spring check', 'A spring check costs a third less this month. Shall I book one for you?'],
  ],
  pages: [
    ['/', 'Bluebird Bicycles'],
    ['/city', 'City bicycles'],
    ['/gravel-one', 'Gravel One'],
    ['/kids', 'Bicycles for children'],
    ['/workshop', 'Our workshop'],
    ['/basket', 'Your basket'],
    ['/delivery', 'Delivery and returns'],
  ],
}
