/** Conversations of the sample company; how they are written stands in ../scene.ts. */
export const es = `
# sales
> {hello} ¿Tenéis la {model} en la talla {size}?
< {welcome} Sí, nos quedan {count}, en azul y en grafito.
> Genial. ¿Cuánto tarda el envío a {city}?
< {days} días laborables, y para bicicletas es gratis.
! 👍
> Perfecto, la pido esta noche. {thanks}
< {bye}

# sales
> {hello}
> Hago unos 10 km hasta el trabajo, una parte por camino de tierra. ¿Cuál me recomiendas?
< {welcome} Para eso, la Gravel One: cubiertas anchas, pero rápida en asfalto.
> [bike] Estaba mirando esta. ¿Es demasiado para mí?
< Para nada, justo a esa me refería. ¿Cuánto mides?
> 1,78 m
< Entonces talla M. Puedes probarla en la tienda cualquier día, sin cita.
! 🙏
> Me paso el sábado. {thanks}

# sales
> Hola, tenemos una panadería y necesitamos 6 bicis para repartir
* Hola, tenemos una panadería y necesitamos 4 bicis para repartir
> ¿Hacéis presupuestos para empresas?
< {welcome} Claro. La Courier lleva 40 kg delante. ¿Te preparo uno para cuatro?
> Sí, por favor, con portabultos y candados.
< [invoice] Aquí lo tienes: cuatro Courier con portabultos y candados, válido 30 días.
> ¡Qué rapidez! Se lo enseño a mi socia.
< Sin prisa. Si hay que cambiar algo, escribe por aquí.
! 👍

# sales
> {hello} Mi hija tiene 7 años. ¿La Kids 20 le vale ya o espero?
< {welcome} A partir de 1,15 m va bien. ¿Cuánto mide?
> 1,19 m
< Entonces le queda perfecta, y el sillín crece con ella unos tres años.
> ¿Qué colores hay?
< [bike] Rojo, amarillo y este azul. El azul es el favorito.
! ❤️
> Quiere la azul, claro :) {thanks}
< {bye}

# sales
> ¿Aceptáis bicis usadas como parte del pago?
> [bike] Esta es la mía, tiene unos seis años.
< {welcome} Sí. Por la foto, entre 120 y 150 €, pero tendríamos que verla.
> Vale. ¿Cuándo puedo llevarla?
< De martes a sábado, de 9 a 18. Son quince minutos.
> Entonces el jueves. {thanks}

# sales
> {hello} ¿Se puede regalar un vale para el taller?
< {welcome} Sí, desde 20 €. Lo enviamos por correo, listo para imprimir.
> Quiero uno de 100 €. ¿Cómo lo pago?
^ billing Vale regalo de 100 €, pregunta cómo pagar.
< Hola, {name}. Con tarjeta o Bizum; te acabo de mandar el enlace por correo.
> Lo tengo, ya está pagado.
< Gracias, el vale está en tu bandeja de entrada.
> {thanks}

# sales
> ¿Qué diferencia hay entre la City 3 y la City 7?
< {welcome} Las marchas: tres o siete en el buje, y la 7 lleva frenos hidráulicos.
> ¿Vale la pena en una ciudad llana?
< Sinceramente, no. Llévate la de tres y un buen candado.
> Me gusta la sinceridad :)
! 😊
> Pues la City 3 en talla {size}. El pedido {order} es mío. {thanks}
< Lo veo, sale mañana. {bye}

# support
> {hello} Mi pedido {order} lleva una semana en camino. ¿Dónde está?
< {welcome} Miro en la web del transportista.
< Esta mañana estaba en {city}; llega mañana antes del mediodía.
> Nadie me avisó...
< Tienes razón, el aviso fue a un número antiguo. Ya lo he corregido.
> De acuerdo. {thanks}
< {bye}

# support
> El paquete ha llegado así
> [box] 
> ¿Lo cubre la garantía?
< {welcome} Lo siento mucho. Sí, está cubierto. ¿Le ha pasado algo a la bici?
> Creo que solo la caja. Un faro está suelto.
< Guarda la caja hasta el viernes, por favor. Hoy te mando un faro nuevo sin coste.
! 🙏
> Qué amable, {thanks}

# support
> {hello} la rueda delantera roza desde ayer
> [wheel] así
< {welcome} Está un poco torcida. Abre el cierre rápido, apoya la bici en el suelo y ciérralo otra vez.
> Voy a probar...
> ¡¡Funcionó!!
< Estupendo. Si vuelve, tráela y la centramos gratis.
! 👍
> {thanks}

# support
> [voice] 
> Perdona el audio, voy por la calle. La cadena salta en la tercera marcha.
< {welcome} Lo he escuchado, parece el cable. En la maneta hay una ruedecita: dos vueltas a la izquierda.
> ¡Mejor! Aún salta un poco.
< Una vuelta más. Si no basta, pásate y lo ajustamos en cinco minutos.
> [place] Estoy aquí, ¿queda lejos?
< Unos 2 km, siempre junto al río.
> Voy para allá. {thanks}

# support
> Quería reservar una revisión para mi {model}
< {welcome} Los próximos días libres son miércoles y viernes. ¿Cuál prefieres?
> El viernes, por la mañana si puede ser
< El viernes a las 9:30 es tuyo. Estará lista a las 17:00.
> ¿Y cuánto cuesta?
< La revisión básica son 45 €, piezas aparte. Llamamos antes de cambiar nada.
! 👍
> {thanks} Hasta el viernes

# support
> {hello} he olvidado la clave de mi candado. ¿Se puede hacer algo?
< {welcome} Sí, con la tarjeta que venía en la caja. ¿La conservas?
> No, pero tengo el tique
> [receipt] ¿Sirve?
< Sirve, lleva el número. Le pido la clave al fabricante.
< Ya está. Te llamo al teléfono del pedido, para que no llegue a otras manos.
> Genial, {thanks}

# support
> ¿Puedo devolver un casco que usé una vez? Me aprieta.
< {welcome} Sí, en 30 días, si no tiene rayas. ¿Número de pedido?
> {order}
< [invoice] Aquí tienes la etiqueta. Enviamos el grande en cuanto escaneen el paquete.
> ¿Así de fácil? {thanks}
< Así de fácil. {bye}

# support
> {hello} ¿cuánta presión llevan las ruedas de la {model}?
< {welcome} 3,5 bares delante y 4 detrás. También está escrito en el lateral.
> Ja, nunca había mirado ahí. {thanks}
! 😄
< Nadie mira. {bye}

# billing
> {hello} me han cobrado dos veces el pedido {order}
> [receipt] 
< {welcome} Veo los dos. Uno es solo una retención y desaparece en {days} días como mucho.
> ¿Y si no?
< Entonces escríbeme aquí y te lo devuelvo yo mism{o|a}, el mismo día.
! 👍
> Entendido. {thanks}

# billing
> Necesito la factura con nuestro NIF para {order}
< {welcome} Por supuesto. ¿Qué NIF?
> Está en la ficha, somos {company}
< [invoice] Hecho. ¿Está todo bien?
> La calle es {street}, no la antigua
< [invoice] Perdona, aquí va la corregida.
> Ahora sí, {thanks}

# billing
> {hello} ¿Puedo pagar la {model} a plazos?
< {welcome} Sí, en 3, 6 o 12. Hasta 6, sin intereses.
> Seis me va bien. ¿Hace falta algún papel?
< Solo el documento de identidad; lo fotografías en la misma página de pago.
> ¿Nada más?
< Nada más. La respuesta tarda un minuto.
! 🙏
> {thanks}

# billing
> ¿Y mi reembolso? Devolví el faro hace dos semanas, {order}
< {welcome} Salió el lunes. El banco tarda hasta cinco días.
> En la cuenta no está
< Te mando el justificante.
< [receipt] Con este número lo encuentran.
> Vale, les pregunto. {thanks}
< {bye}

# billing
> {hello} el código de descuento de vuestro correo no funciona
< {welcome} ¿Cuál es?
> PRIMAVERA10
< Ya veo: solo vale para accesorios. Pero te descuento a mano el 10 % del candado y el faro.
> ¡Sí, por favor!
< Hecho, recarga la página.
! ❤️
> {thanks}
`
