import type { Furniture } from '../furniture.ts'

export const es: Furniture = {
  tags: {
    topics: { sales: ['Pedido', 'teal'], support: ['Reparación', 'amber'], billing: ['Factura', 'violet'] },
    regular: 'Cliente habitual',
    business: 'Empresa',
  },
  fields: { bicycle: 'Bicicleta', bought: 'Comprada el', newsletter: 'Boletín', frame: 'Número de cuadro' },
  templates: [
    ['Saludo', 'hola', 'Hola, {{customer.first_name|buenas}}: soy {{operator.first_name}}, de {{company.name}}. ¿En qué puedo ayudarle?'],
    ['Horario', 'horario', 'El taller abre de lunes a viernes, de 9 a 18, y los sábados hasta las 14.'],
    ['Número de cuadro', 'cuadro', '¿Puede decirme el número del cuadro? Está debajo del eje de los pedales.'],
    ['Pedido en camino', 'enviado', 'Su pedido ha salido hoy y llega en dos o tres días laborables.'],
    ['Pedir una foto', 'foto', 'Una foto me ayudaría mucho: puede enviarla por aquí.'],
    ['¿Funciona?', 'funciona', '¿Funciona ahora?', 'Sí, gracias', 'Todavía no'],
    ['Despedida', 'adios', 'Con mucho gusto, {{customer.first_name|de verdad}}. ¡Buen viaje en bici!'],
  ],
  closingText: 'Gracias por escribirnos. Esta conversación está cerrada; escriba de nuevo cuando lo necesite.',
  form: { outcome: 'Resultado', outcomes: ['Resuelto', 'Vendido', 'Derivado', 'No se pudo ayudar'], visit: 'Viene a la tienda' },
  requests: {
    categories: ['Reparación', 'Pedido', 'Factura', 'Otra cosa'],
    types: ['Consulta', 'Queja', 'Presupuesto'],
    left: [
      ['Los frenos chirrían con la lluvia', 0, 'Los dos frenos chirrían en cuanto llueve. ¿Puedo arreglarlo yo o la llevo al taller?'],
      ['¿Dónde está mi pedido?', 1, 'Pedí una cesta hace una semana y no sé nada más. El pedido es BB-11532.'],
      [
        'Factura con nuestra dirección',
        2,
        'Por favor, pongan nuestra nueva dirección en la factura del mes pasado: calle de la Estación, 7.',
      ],
      ['Presupuesto para diez Courier', 3, 'Necesitamos diez bicicletas para el reparto a partir de primavera. ¿Qué precio nos harían?'],
    ],
  },
  ratings: {
    good: ['¡Rápido y amable!', 'Resuelto en cinco minutos.', 'Mucha paciencia, gracias.', 'Perfecto.'],
    bad: ['Tuve que esperar mucho.', 'Nadie supo decirme el precio.'],
  },
  invitations: [
    ['Ayuda para elegir', '¡Hola! ¿Le ayudo a encontrar la bicicleta adecuada?'],
    ['Revisión', 'La revisión cuesta un tercio menos este mes. ¿Le reservo una?'],
  ],
  pages: [
    ['/', 'Bicicletas Bluebird'],
    ['/urbanas', 'Bicicletas urbanas'],
    ['/gravel-one', 'Gravel One'],
    ['/infantiles', 'Bicicletas infantiles'],
    ['/taller', 'Nuestro taller'],
    ['/cesta', 'Su cesta'],
    ['/envios', 'Envíos y devoluciones'],
  ],
}
