/** Addresses by which somebody might be led astray, none of which is a page of https://shop.example. */
export function strayAddresses(): string[] {
  const script = 'alert(document.domain)'
  const around = ['', ' ', '\t', '\n', '\u0001', '\u00a0', '\u200b', '\ufeff', '\u3000']
  const within = ['javascript', 'JaVaScRiPt', 'java\tscript', 'java\nscript', 'java\r\nscript', 'javascript\u0000', 'ｊavascript']
  const colons = [':', '&colon;', '%3A', '\t:']
  const schemes = [
    'data',
    'vbscript',
    'file',
    'blob',
    'filesystem',
    'view-source',
    'intent',
    'ftp',
    'ws',
    'chrome',
    'about',
    'jar',
    'tel',
    'sms',
  ]
  const hosts = [
    'evil.example',
    'shop.example.evil.example',
    'evil.example/https://shop.example',
    'evil.example?https://shop.example/',
    'evil.example#https://shop.example/',
    'shop.example:8443',
    'shop.example:80',
    'shop.example.',
    'xshop.example',
    'shop.example2',
    'shop-example',
    'sub.shop.example',
    'shop%2eexample@evil.example',
    'shop.example%00.evil.example',
    'shop.example%2f@evil.example',
    'shop.example@evil.example',
    'user:secret@shop.example',
    'ѕhop.example',
    'shop。evil.example',
    '[::1]',
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '169.254.169.254',
    'localhost',
  ]
  return [
    ...around.flatMap((before) =>
      within.flatMap((name) => colons.map((colon) => `${before}${name}${colon}${script}//https://shop.example/`)),
    ),
    ...schemes.flatMap((scheme) => [`${scheme}:${script}`, `${scheme.toUpperCase()}://shop.example/`]),
    ...hosts.flatMap((host) => [`https://${host}`, `http://${host}`, `//${host}`, `\\\\${host}`, `https:\\${host}`, `https:///${host}`]),
    'http://shop.example/',
    '/sale',
    'sale',
    '?x',
    '#x',
    '..',
    ' ',
  ]
}
