/** Conversations of the sample company; how they are written stands in ../scene.ts. */
export const en = `
# sales
> {hello} Is the {model} in stock in size {size}?
< {welcome} Yes, {count} of them are here, in blue and in graphite.
> Great. How long does delivery to {city} take?
< {days} working days, and it is free of charge for bicycles.
! 👍
> Perfect, I will order it tonight. {thanks}
< {bye}

# sales
> {hello}
> I ride about 10 km to work every day, some of it on gravel. Which one would you take?
< {welcome} For that I would take the Gravel One: wide tyres, but still quick on asphalt.
> [bike] I have been looking at this one. Is it too much for me?
< Not at all, that is the very one I meant. How tall are you?
> 1.78 m
< Then size M. You can try it in the shop any day, no appointment needed.
! 🙏
> I will come on Saturday then. {thanks}

# sales
> Hi, we are a small bakery and need 6 bicycles for deliveries
* Hi, we are a small bakery and need 4 bicycles for deliveries
> Do you make offers for companies?
< {welcome} We do. The Courier carries 40 kg in front. Shall I write you an offer for four?
> Yes please, with racks and locks.
< [invoice] Here it is: four Couriers with racks and locks, valid for 30 days.
> That was quick! I will show it to my partner.
< Take your time. Write here if anything should be different.
! 👍

# sales
> {hello} My daughter is 7. Is the Kids 20 the right size or should I wait?
< {welcome} From about 1.15 m it fits well. How tall is she?
> 1.19 m
< Then it is just right, and the saddle grows with her for three years or so.
> Which colours are there?
< [bike] Red, yellow and this blue. The blue one is the favourite.
! ❤️
> She wants the blue one of course :) {thanks}
< {bye}

# sales
> Do you take old bicycles in exchange?
> [bike] This is mine, about six years old.
< {welcome} We do. From the picture I would say 120 to 150, but we have to see it.
> Good. When can I bring it?
< Tuesday to Saturday, 9 to 18. It takes a quarter of an hour.
> Then Thursday. {thanks}

# sales
> {hello} Can I give a gift card for the workshop as a present?
< {welcome} Yes, for any amount from 20. We send it by e-mail as a page to print.
> 100 please. How do I pay?
^ billing A gift card of 100, wants to know how to pay.
< Hello {name}, you can pay by card or transfer. I have sent you the link by e-mail.
> Found it and paid.
< Thank you, the card is in your mailbox.
> {thanks}

# sales
> What is the difference between the City 3 and the City 7?
< {welcome} The gears: three or seven in the hub, and the 7 has hydraulic brakes.
> Is it worth the extra money in a flat town?
< In a flat town honestly not. Take the three and a good lock.
> I like that answer :)
! 😊
> Then a City 3 in size {size}. Order {order} is mine. {thanks}
< Seen, it leaves tomorrow. {bye}

# support
> {hello} My order {order} has been on its way for a week. Where is it?
< {welcome} Let me look at the carrier's page.
< It was in {city} this morning and comes tomorrow before noon.
> Nobody told me...
< You are right, the notice went to an old number. I have put in the new one.
> OK. {thanks}
< {bye}

# support
> The parcel arrived but it looks like this
> [box] 
> Is that covered?
< {welcome} I am sorry. Yes, it is covered. Is the bicycle itself damaged?
> I think only the box. One lamp is loose.
< Then please keep the box until Friday. I am sending you a new lamp today at no cost.
! 🙏
> That is kind, {thanks}

# support
> {hello} the front wheel rubs since yesterday
> [wheel] like this
< {welcome} The wheel sits a little crooked. Open the quick release, put the bicycle on its wheels, and close it again.
> Trying...
> It worked!!
< Wonderful. If it comes back, bring it round, we will true it for free.
! 👍
> {thanks}

# support
> [voice] 
> Sorry for the voice message, I am out on the road. The chain jumps in the third gear.
< {welcome} I have listened to it. That sounds like the cable. There is a small wheel at the lever: two turns to the left.
> Better! Still jumps a little.
< One more turn. If that is not enough, come by, we will set it in five minutes.
> [place] I am here now, is it far from you?
< About 2 km, always along the river.
> On my way. {thanks}

# support
> I would like to book a service for my {model}
< {welcome} The next free days are Wednesday and Friday. Which one suits you?
> Friday, in the morning if possible
< Friday 9:30 is yours. It will be ready by 17:00.
> And what does it cost?
< The small service is 45, parts not included. We call before we change anything.
! 👍
> {thanks} See you on Friday

# support
> {hello} I forgot the code of my lock. Is there any way?
< {welcome} There is, with the card that came with it. Do you still have it?
> No, but I have the invoice
> [receipt] Will this do?
< That will do. The number is on it; I am asking the maker for the code.
< It is here. I will call you on the number of the order, so that it goes to nobody else.
> Great, {thanks}

# support
> Can I send back a helmet that I have worn once? It is too tight.
< {welcome} Yes, within 30 days if there are no scratches. Order number?
> {order}
< [invoice] Here is the label. We send the larger one as soon as the parcel is scanned.
> So simple? {thanks}
< So simple. {bye}

# support
> {hello} how much air should be in the tyres of the {model}?
< {welcome} 3.5 bar in front, 4 behind. It is written on the side of the tyre too.
> Ha, never looked there. {thanks}
! 😄
< Nobody does. {bye}

# billing
> {hello} I was charged twice for order {order}
> [receipt] 
< {welcome} I see both. One of them is only reserved and falls away by itself within {days} days.
> And if it does not?
< Then write here and I will send it back myself, the same day.
! 👍
> Understood. {thanks}

# billing
> I need an invoice with our tax number for {order}
< {welcome} Of course. Which number?
> It is on our page, the name is {company}
< [invoice] Done. Is everything right?
> The street is {street}, not the old one
< [invoice] Sorry, here is the new one.
> Now it is right, {thanks}

# billing
> {hello} Can I pay the {model} in instalments?
< {welcome} Yes, in 3, 6 or 12. Without interest for up to 6.
> Six sounds good. Do I need any papers?
< Only an identity document, you photograph it on the page where you pay.
> That is all?
< That is all. The answer takes a minute.
! 🙏
> {thanks}

# billing
> Where is my refund? I returned the lamp two weeks ago, {order}
< {welcome} It was booked on Monday. Banks take up to five days.
> It is not on my account
< I am sending you the receipt of the bank.
< [receipt] With this number they will find it.
> OK, I will ask them. {thanks}
< {bye}

# billing
> {hello} the discount code from your letter does not work
< {welcome} Which one is it?
> SPRING10
< I see: it is for accessories only. But I can take 10 off your lock and lamp by hand.
> Yes please!
< Done, reload the page.
! ❤️
> {thanks}
`
