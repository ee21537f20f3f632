import type { Language } from '@parley/schema/vocabulary'

/** What the shop of the demo page says and sells in one language. Prices are whole amounts of `currency`. */
export interface ShopWords {
  name: string
  currency: string
  nav: readonly [city: string, gravel: string, kids: string, workshop: string]
  season: string
  title: string
  lead: string
  look: string
  note: string
  goodsTitle: string
  /** City 3, City 7, Gravel One, Courier, Kids 20, Tandem: what it is and what it costs. */
  goods: readonly (readonly [what: string, price: number])[]
  promises: readonly (readonly [title: string, text: string])[]
  workshopTitle: string
  workshop: string
  hours: readonly (readonly [days: string, times: string])[]
  closed: string
  foot: string
}

export const shopWords: Record<Language, ShopWords> = {
  en: {
    name: 'Bluebird Bicycles',
    currency: 'EUR',
    nav: ['City', 'Gravel', 'Kids', 'Workshop'],
    season: 'The new season is here',
    title: 'A bicycle for every day of the year',
    lead: 'Built to order in our own workshop, tuned to you, and ready to ride when it is at your door.',
    look: 'See the bicycles',
    note: 'This shop is an example. The button in the corner is the chat: what you write there appears on the operators’ desk.',
    goodsTitle: 'Our bicycles',
    goods: [
      ['Three gears, one good bell', 590],
      ['Seven gears and disc brakes', 840],
      ['Asphalt today, forest tomorrow', 1240],
      ['Carries 40 kg and a good mood', 1390],
      ['From 1.15 m, grows along', 310],
      ['Two saddles, one direction', 1690],
    ],
    promises: [
      ['Free delivery', 'In two to five days, assembled.'],
      ['30 days to try', 'Not yours? Send it back.'],
      ['Five years on frames', 'And first service on us.'],
    ],
    workshopTitle: 'The workshop',
    workshop: 'Flat tyre, jumping chain, rattling mudguard: bring it as it is. Small repairs while you wait, large ones by the next day.',
    hours: [
      ['Tuesday to Friday', '9 – 18'],
      ['Saturday', '9 – 16'],
    ],
    closed: 'Sunday and Monday we ride ourselves.',
    foot: 'Questions? We are in the chat.',
  },
  'pt-BR': {
    name: 'Bluebird Bicicletas',
    currency: 'BRL',
    nav: ['Urbanas', 'Gravel', 'Infantis', 'Oficina'],
    season: 'Chegou a nova coleção',
    title: 'Uma bicicleta para cada dia do ano',
    lead: 'Montada sob medida na nossa oficina, ajustada para você e pronta para sair pedalando assim que chegar.',
    look: 'Ver as bicicletas',
    note: 'Esta loja é um exemplo. O botão no canto é o chat: o que você escrever ali aparece na mesa dos operadores.',
    goodsTitle: 'Nossas bicicletas',
    goods: [
      ['Três marchas e uma boa campainha', 2490],
      ['Sete marchas e freio a disco', 3590],
      ['Hoje asfalto, amanhã estrada de terra', 6290],
      ['Leva 40 kg e muito bom humor', 6890],
      ['A partir de 1,15 m, cresce junto', 1290],
      ['Dois selins, um só caminho', 7990],
    ],
    promises: [
      ['Frete grátis', 'De dois a cinco dias, já montada.'],
      ['30 dias para testar', 'Não gostou? É só devolver.'],
      ['Cinco anos no quadro', 'E a primeira revisão é nossa.'],
    ],
    workshopTitle: 'A oficina',
    workshop:
      'Pneu furado, corrente pulando, para-lama batendo: traga do jeito que está. Pequenos reparos na hora, os grandes até o dia seguinte.',
    hours: [
      ['Terça a sexta', '9h – 18h'],
      ['Sábado', '9h – 16h'],
    ],
    closed: 'Domingo e segunda quem pedala somos nós.',
    foot: 'Dúvidas? Estamos no chat.',
  },
  ru: {
    name: 'Велосипеды Bluebird',
    currency: 'RUB',
    nav: ['Городские', 'Гравийные', 'Детские', 'Мастерская'],
    season: 'Новый сезон уже здесь',
    title: 'Велосипед на каждый день года',
    lead: 'Собираем под вас в своей мастерской, настраиваем и привозим готовым: сел и поехал.',
    look: 'Посмотреть велосипеды',
    note: 'Этот магазин — пример. Кнопка в углу — чат: всё, что вы там напишете, сразу появится у операторов.',
    goodsTitle: 'Наши велосипеды',
    goods: [
      ['Три передачи и звонкий звонок', 49900],
      ['Семь передач и дисковые тормоза', 69900],
      ['Сегодня асфальт, завтра лес', 109900],
      ['Везёт 40 кг и хорошее настроение', 119900],
      ['С роста 115 см, растёт вместе', 24900],
      ['Два седла, одна дорога', 149900],
    ],
    promises: [
      ['Доставка бесплатно', 'От двух до пяти дней, в сборе.'],
      ['30 дней на пробу', 'Не ваш? Пришлите обратно.'],
      ['Пять лет на раму', 'И первое обслуживание — за нами.'],
    ],
    workshopTitle: 'Мастерская',
    workshop: 'Прокол, прыгает цепь, дребезжит крыло — привозите как есть. Мелочи чиним при вас, крупное — к завтрашнему дню.',
    hours: [
      ['Вторник – пятница', '9 – 18'],
      ['Суббота', '9 – 16'],
    ],
    closed: 'В воскресенье и понедельник катаемся сами.',
    foot: 'Есть вопросы? Мы в чате.',
  },
  es: {
    name: 'Bicicletas Bluebird',
    currency: 'EUR',
    nav: ['Urbanas', 'Gravel', 'Infantiles', 'Taller'],
    season: 'Ya está aquí la nueva temporada',
    title: 'Una bicicleta para cada día del año',
    lead: 'Montada a medida en nuestro taller, ajustada para ti y lista para rodar en cuanto llega a tu puerta.',
    look: 'Ver las bicicletas',
    note: 'Esta tienda es un ejemplo. El botón de la esquina es el chat: lo que escribas ahí aparece en el escritorio de los operadores.',
    goodsTitle: 'Nuestras bicicletas',
    goods: [
      ['Tres marchas y un buen timbre', 590],
      ['Siete marchas y frenos de disco', 840],
      ['Hoy asfalto, mañana bosque', 1240],
      ['Lleva 40 kg y buen humor', 1390],
      ['Desde 1,15 m, crece contigo', 310],
      ['Dos sillines, un solo rumbo', 1690],
    ],
    promises: [
      ['Envío gratis', 'De dos a cinco días, ya montada.'],
      ['30 días de prueba', '¿No es la tuya? Devuélvela.'],
      ['Cinco años en cuadros', 'Y la primera revisión, incluida.'],
    ],
    workshopTitle: 'El taller',
    workshop:
      'Pinchazo, cadena que salta, guardabarros que suena: tráela como esté. Lo pequeño al momento, lo grande para el día siguiente.',
    hours: [
      ['Martes a viernes', '9 – 18'],
      ['Sábado', '9 – 16'],
    ],
    closed: 'Domingo y lunes pedaleamos nosotros.',
    foot: '¿Preguntas? Estamos en el chat.',
  },
}
