/** Conversations of the sample company; how they are written stands in ../scene.ts. */
export const ptBR = `
# sales
> {hello} Vocês têm a {model} no tamanho {size}?
< {welcome} Temos sim, {count} unidades, em azul e em grafite.
> Ótimo. Quanto tempo demora a entrega para {city}?
< {days} dias úteis, e para bicicletas o frete é grátis.
! 👍
> Perfeito, faço o pedido hoje à noite. {thanks}
< {bye}

# sales
> {hello}
> Pedalo uns 10 km até o trabalho, parte em estrada de terra. Qual você me indica?
< {welcome} Para isso eu iria de Gravel One: pneu largo, mas ainda rápida no asfalto.
> [bike] Estava de olho nessa aqui. É demais para mim?
< De jeito nenhum, é dessa mesma que eu estava falando. Qual a sua altura?
> 1,78 m
< Então tamanho M. Pode vir testar na loja qualquer dia, sem marcar hora.
! 🙏
> Passo aí no sábado. {thanks}

# sales
> Oi, temos uma padaria e precisamos de 6 bicicletas para entregas
* Oi, temos uma padaria e precisamos de 4 bicicletas para entregas
> Vocês fazem orçamento para empresa?
< {welcome} Fazemos! A Courier leva 40 kg na frente. Monto um orçamento para quatro?
> Sim, por favor, com bagageiro e trava.
< [invoice] Prontinho: quatro Courier com bagageiro e trava, válido por 30 dias.
> Que rápido! Vou mostrar para minha sócia.
< Fique à vontade. Se quiser mudar alguma coisa, é só escrever aqui.
! 👍

# sales
> {hello} Minha filha tem 7 anos. A Kids 20 já serve ou é melhor esperar?
< {welcome} A partir de 1,15 m ela veste bem. Qual a altura dela?
> 1,19 m
< Então está na medida, e o selim cresce com ela por uns três anos.
> Quais são as cores?
< [bike] Vermelha, amarela e esta azul. A azul é a queridinha.
! ❤️
> Ela quer a azul, claro :) {thanks}
< {bye}

# sales
> Vocês aceitam bicicleta usada na troca?
> [bike] A minha é essa, tem uns seis anos.
< {welcome} Aceitamos. Pela foto, entre R$ 500 e R$ 650, mas precisamos ver de perto.
> Beleza. Quando posso levar?
< De terça a sábado, das 9 às 18. Leva uns quinze minutos.
> Então vou na quinta. {thanks}

# sales
> {hello} Dá para presentear com um vale da oficina?
< {welcome} Dá sim, a partir de R$ 50. Mandamos por e-mail, pronto para imprimir.
> Quero um de R$ 300. Como eu pago?
^ billing Vale-presente de R$ 300, quer saber como pagar.
< Oi, {name}! Pode ser no Pix ou no cartão. Acabei de mandar o link por e-mail.
> Achei, já fiz o Pix.
< Caiu aqui, o vale já está na sua caixa de entrada.
> {thanks}

# sales
> Qual a diferença entre a City 3 e a City 7?
< {welcome} As marchas: três ou sete no cubo, e a 7 tem freio hidráulico.
> Vale a diferença numa cidade plana?
< Sinceramente, não. Leve a de três e uma boa trava.
> Gostei da sinceridade :)
! 😊
> Então vai a City 3 tamanho {size}. O pedido {order} é meu. {thanks}
< Vi aqui, sai amanhã. {bye}

# support
> {hello} Meu pedido {order} está a caminho faz uma semana. Cadê ele?
< {welcome} Deixa eu olhar no site da transportadora.
< Hoje cedo estava em {city}, chega amanhã antes do meio-dia.
> Ninguém me avisou...
< Você tem razão, o aviso foi para um número antigo. Já corrigi.
> Tá bom. {thanks}
< {bye}

# support
> A caixa chegou assim
> [box] 
> A garantia cobre?
< {welcome} Puxa, sinto muito. Cobre sim. A bicicleta sofreu alguma coisa?
> Acho que só a caixa. Um farol está solto.
< Então guarde a caixa até sexta, por favor. Mando um farol novo hoje, sem custo.
! 🙏
> Que gentileza, {thanks}

# support
> {hello} a roda da frente está raspando desde ontem
> [wheel] assim ó
< {welcome} Ela está um pouco torta no garfo. Abra a blocagem, apoie a bike no chão e feche de novo.
> Vou tentar...
> Funcionou!!
< Que bom! Se voltar, traga aqui que a gente centra de graça.
! 👍
> {thanks}

# support
> [voice] 
> Desculpa o áudio, estou na rua. A corrente pula na terceira marcha.
< {welcome} Ouvi aqui, parece o cabo. Na alavanca tem uma rodinha: duas voltas para a esquerda.
> Melhorou! Ainda pula um pouquinho.
< Mais uma volta. Se não resolver, passe aqui que ajustamos em cinco minutos.
> [place] Estou aqui agora, é longe de vocês?
< Uns 2 km, sempre pela ciclovia do rio.
> Estou indo. {thanks}

# support
> Queria marcar uma revisão da minha {model}
< {welcome} Os próximos horários são na quarta e na sexta. Qual fica melhor?
> Sexta, de manhã se der
< Sexta às 9h30 é sua. Fica pronta até as 17h.
> E quanto custa?
< A revisão simples sai por R$ 140, fora as peças. Ligamos antes de trocar qualquer coisa.
! 👍
> {thanks} Até sexta

# support
> {hello} esqueci a senha da minha trava. Tem jeito?
< {welcome} Tem, com o cartão que veio junto. Você ainda tem?
> Não, mas tenho a nota
> [receipt] Serve?
< Serve sim. O número está nela, já pedi a senha ao fabricante.
< Chegou. Vou ligar no telefone do pedido, para não cair em outras mãos.
> Ótimo, {thanks}

# support
> Posso devolver um capacete que usei uma vez? Ficou apertado.
< {welcome} Pode, em até 30 dias, se não tiver riscos. Qual o número do pedido?
> {order}
< [invoice] Aqui está a etiqueta. Mandamos o maior assim que o pacote for postado.
> Simples assim? {thanks}
< Simples assim. {bye}

# support
> {hello} quantas libras vão nos pneus da {model}?
< {welcome} 50 na frente e 58 atrás. Está escrito na lateral do pneu também.
> Haha, nunca tinha olhado. {thanks}
! 😄
< Ninguém olha. {bye}

# billing
> {hello} fui cobrad{o|a} duas vezes no pedido {order}
> [receipt] 
< {welcome} Estou vendo as duas. Uma é só a reserva e some sozinha em até {days} dias.
> E se não sumir?
< Aí me chame aqui que eu mesm{o|a} estorno, no mesmo dia.
! 👍
> Entendi. {thanks}

# billing
> Preciso da nota fiscal com o nosso CNPJ para o pedido {order}
< {welcome} Claro. Qual é o CNPJ?
> Está no cadastro, a empresa é {company}
< [invoice] Pronto. Confere, por favor?
> A rua é {street}, não a antiga
< [invoice] Desculpe, aqui está a corrigida.
> Agora sim, {thanks}

# billing
> {hello} Dá para parcelar a {model}?
< {welcome} Dá, em 3, 6 ou 12 vezes. Até 6 é sem juros.
> Seis está bom. Precisa de algum documento?
< Só o RG ou a CNH, você fotografa na própria página do pagamento.
> Só isso?
< Só isso. A resposta sai em um minuto.
! 🙏
> {thanks}

# billing
> Cadê meu reembolso? Devolvi o farol faz duas semanas, {order}
< {welcome} Saiu na segunda. O banco leva até cinco dias.
> Ainda não apareceu na conta
< Vou mandar o comprovante.
< [receipt] Com esse número eles encontram.
> Tá, vou falar com eles. {thanks}
< {bye}

# billing
> {hello} o cupom do e-mail de vocês não funciona
< {welcome} Qual é o cupom?
> PRIMAVERA10
< Ah, ele vale só para acessórios. Mas posso dar os 10% na trava e no farol por aqui.
> Quero sim!
< Feito, atualize a página.
! ❤️
> {thanks}
`
