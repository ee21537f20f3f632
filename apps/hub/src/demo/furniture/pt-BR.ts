import type { Furniture } from '../furniture.ts'

export const ptBR: Furniture = {
  tags: {
    topics: { sales: ['Pedido', 'teal'], support: ['Conserto', 'amber'], billing: ['Nota fiscal', 'violet'] },
    regular: 'Cliente fiel',
    business: 'Empresa',
  },
  fields: { bicycle: 'Bicicleta', bought: 'Comprada em', newsletter: 'Novidades por e-mail', frame: 'Número do quadro' },
  templates: [
    ['Saudação', 'ola', 'Olá, {{customer.first_name|tudo bem}}! Aqui é {{operator.first_name}}, da {{company.name}}. Como posso ajudar?'],
    ['Horário', 'horario', 'A oficina abre de segunda a sexta, das 9h às 18h, e aos sábados até as 14h.'],
    ['Número do quadro', 'quadro', 'Pode me dizer o número do quadro? Ele fica embaixo do movimento central.'],
    ['Pedido a caminho', 'enviado', 'Seu pedido saiu hoje e chega em dois a três dias úteis.'],
    ['Pedir uma foto', 'foto', 'Uma foto me ajudaria muito: pode enviar por aqui mesmo.'],
    ['Deu certo?', 'certo', 'Funcionou agora?', 'Sim, obrigado', 'Ainda não'],
    ['Despedida', 'tchau', 'Eu que agradeço, {{customer.first_name|de verdade}}. Bom pedal!'],
  ],
  closingText: 'Obrigado por falar com a gente. Este atendimento foi encerrado; se precisar, é só escrever de novo.',
  form: { outcome: 'Resultado', outcomes: ['Resolvido', 'Vendido', 'Encaminhado', 'Não foi possível ajudar'], visit: 'Vem à loja' },
  requests: {
    categories: ['Conserto', 'Pedido', 'Nota fiscal', 'Outro assunto'],
    types: ['Dúvida', 'Reclamação', 'Orçamento'],
    left: [
      ['Freios fazem barulho na chuva', 0, 'Os dois freios fazem barulho quando chove. Consigo resolver em casa ou levo até vocês?'],
      ['Onde está meu pedido?', 1, 'Comprei uma cestinha há uma semana e não tive mais notícias. O pedido é BB-11532.'],
      ['Nota com o endereço da empresa', 2, 'Por favor, coloquem o novo endereço na nota do mês passado: Rua da Estação, 7.'],
      ['Orçamento de dez Couriers', 3, 'Precisamos de dez bicicletas para as entregas a partir da primavera. Qual seria o preço?'],
    ],
  },
  ratings: {
    good: ['Rápido e simpático!', 'Resolvido em cinco minutos.', 'Muita paciência, obrigado.', 'Perfeito.'],
    bad: ['Tive que esperar muito.', 'Ninguém soube me dizer o preço.'],
  },
  invitations: [
    ['Ajuda para escolher', 'Olá! Posso ajudar você a encontrar a bicicleta certa?'],
    ['Revisão', 'A revisão está com um terço de desconto este mês. Posso agendar para você?'],
  ],
  pages: [
    ['/', 'Bluebird Bicicletas'],
    ['/urbanas', 'Bicicletas urbanas'],
    ['/gravel-one', 'Gravel One'],
    ['/infantis', 'Bicicletas infantis'],
    ['/oficina', 'Nossa oficina'],
    ['/carrinho', 'Seu carrinho'],
    ['/entrega', 'Entrega e devolução'],
  ],
}
