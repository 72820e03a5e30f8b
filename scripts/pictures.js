// The pictures of the documents, in Turkish and English: narrow enough for a phone, dark where the reader's screen is. `npm run docs` draws them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './command.js';

const WIDTH = 420;
const LINE = 19;

const STYLE = `
  .paper { fill: #fff } .ink { fill: #16202c } .soft { fill: #566372 } .line { stroke: #7b8794; fill: none; stroke-width: 1.5 } .head { fill: #7b8794 }
  .box { fill: #f4f6f8; stroke: #c5ced8 } .ours { fill: #e7f0fa; stroke: #7fa9d6 } .proof { fill: #e5f4ea; stroke: #6fb286 } .bank { fill: #fdf3e3; stroke: #d9b06a }
  text { font: 14px system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif } .strong { font-weight: 600 } .small { font-size: 13px }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #10161d } .ink { fill: #e8edf2 } .soft { fill: #a7b3c0 } .line { stroke: #8b98a5 } .head { fill: #8b98a5 }
    .box { fill: #182029; stroke: #3b4753 } .ours { fill: #14283d; stroke: #3f6c9c } .proof { fill: #12301f; stroke: #3f8a5c } .bank { fill: #33270f; stroke: #8a6a2e }
  }`;

/** How a payment runs: who sends what to whom, from the top to the bottom. `*` marks where the proof is. */
const FLOW = {
  tr: {
    title: 'Bir ödeme nasıl yürür',
    about: 'Dört sütun: tarayıcı, Wix siteniz, velopos, banka. Sekiz adım: müşteri öder, site siparişi saklar ve formu imzalatır, tarayıcı bankaya gider, '
      + 'banka kartı sorar, dönüş velopos’ta denetlenir; kanıt ya dönüşteki imzadır ya da bankanın kendi sorumuza yanıtı. Ancak sonra sipariş ödendi olur.',
    lanes: ['Tarayıcı', 'Wix siteniz', 'velopos', 'Banka'],
    steps: [
      [0, 1, 'Müşteri öde der; tutar sizin listenizden'],
      [1, 2, 'start: formu imzala, siparişi sakla'],
      [0, 3, 'imzalı form: sipariş, tutar, adresler'],
      [3, 3, 'Banka kartı ve 3D şifresini sorar'],
      [3, 1, 'dönüş: imzalı, ama tarayıcıdan geçer'],
      [1, 2, 'finish: imza, sipariş, tutar, mağaza tutuyor mu?', 'proof'],
      [2, 3, 'yetmiyorsa sorar ya da çeker: claim ile bir kez', 'proof'],
      [1, 0, 'paid: sipariş bir kez ödendi yazılır'],
    ],
    legend: ['Kanıt burada: bankanın imzası ya da', 'kendi sorumuza bankanın yanıtı.'],
    silence: ['Ses çıkmazsa: her saat iş, inquire ile', 'bankaya sorar ve ödemeyi bulur.'],
  },
  en: {
    title: 'How a payment runs',
    about: 'Four columns: the browser, your Wix site, velopos, the bank. Eight steps: the customer pays, the site stores the order and has the form signed, '
      + 'the browser goes to the bank, the bank asks for the card, velopos checks the return; the proof is either the signature of the return or the '
      + 'bank’s reply to our own question. Only then is the order paid.',
    lanes: ['Browser', 'Wix site', 'velopos', 'Bank'],
    steps: [
      [0, 1, 'The customer pays; the amount is your list’s'],
      [1, 2, 'start: sign the form, store the order'],
      [0, 3, 'signed form: order, amount, addresses'],
      [3, 3, 'The bank asks for card and 3-D code'],
      [3, 1, 'return: signed, but through the browser'],
      [1, 2, 'finish: do signature, order, amount, shop fit?', 'proof'],
      [2, 3, 'if not enough it asks, or charges: claimed, once', 'proof'],
      [1, 0, 'paid: the order is booked once'],
    ],
    legend: ['The proof is here: the bank’s signature,', 'or its reply to our own question.'],
    silence: ['If nothing comes back: the hourly job asks', 'the bank with inquire, and finds the payment.'],
  },
};

/** The architecture: what lies on what, and the one way that data walks. */
const ARCHITECTURE = {
  tr: {
    title: 'Mimari',
    about: 'Üstte müşterinin tarayıcısı, altında Wix siteniz (velo-example), onun altında JavaScript kabuğu (js-glue) ve Rust çekirdeği (src). Kabuk bankayla '
      + 'konuşur, çekirdek karar verir: gövde, wire, gateway, Payment, bindings, js-glue. velo-local siteyi, banks bankaları bilgisayarınızda oynatır.',
    boxes: [
      ['box', 'Müşterinin tarayıcısı', ['sayfalar, yönlendirme formu']],
      ['ours', 'velo-example: Wix siteniz', ['siparişler, claim, iade, her saat soran iş', 'wix-data · Secrets Manager · wix-fetch']],
      ['ours', 'js-glue: kabuk', ['değerleri denetler, yükler, istekleri gönderir', 'ödeme hakkında hiçbir karar vermez']],
      ['proof', 'src: Rust çekirdeği (WebAssembly)', ['gövde → wire → gateway → Payment', 'ağ yok, saat yok; kanıtsız “ödendi” yok']],
    ],
    sides: [['bank', 'Banka', ['form, sorgu, provizyon, iade']], ['box', 'Bilgisayarınızda: velo-local + banks', ['siteyi ve bankaları oynatır; banks paketi tanımaz']]],
    links: ['form, dönüş', 'sipariş + gövde → ödeme', 'bir çağrı, bir adım', 'yalnızca js-glue, fetch ile'],
  },
  en: {
    title: 'Architecture',
    about: 'On top the customer’s browser, below it your Wix site (velo-example), below that the JavaScript shim (js-glue) and the Rust core (src). The shim '
      + 'speaks to the bank, the core decides: body, wire, gateway, Payment, bindings, js-glue. velo-local plays the site and banks plays the banks on your machine.',
    boxes: [
      ['box', 'The customer’s browser', ['pages, the form that leads to the bank']],
      ['ours', 'velo-example: your Wix site', ['orders, claims, refunds, the hourly job', 'wix-data · Secrets Manager · wix-fetch']],
      ['ours', 'js-glue: the shim', ['checks values, loads, sends the requests', 'decides nothing about a payment']],
      ['proof', 'src: the Rust core (WebAssembly)', ['body → wire → gateway → Payment', 'no network, no clock; no “paid” unproven']],
    ],
    sides: [['bank', 'The bank', ['form, inquiry, provision, refund']], ['box', 'On your machine: velo-local + banks', ['play site and banks; banks never import the package']]],
    links: ['form, return', 'order + body → payment', 'one call, one step', 'js-glue alone, by fetch'],
  },
};

export const PICTURES = ['tr', 'en'].flatMap((language) => [
  { path: `docs/pictures/payment.${language}.svg`, draw: () => flow(FLOW[language], language), about: FLOW[language].about },
  { path: `docs/pictures/architecture.${language}.svg`, draw: () => architecture(ARCHITECTURE[language], language), about: ARCHITECTURE[language].about },
]);

export function writePictures() {
  for (const { path, draw } of PICTURES) writeFileSync(join(root, path), draw());
}

// ---- drawing

function flow({ title, about, lanes, steps, legend, silence }, language) {
  const xs = [52, 157, 262, 367];
  const [top, height] = [40, 50];
  const bottom = top + 40 + steps.length * height;
  const heads = lanes.map((name, lane) => box(xs[lane] - 49, top - 24, 98, 30, ['box', 'ours', 'proof', 'bank'][lane])
    + text(xs[lane], top - 4, name, 'strong ink small', 'middle') + `<path class="line" stroke-dasharray="3 4" d="M${xs[lane]} ${top + 8}V${bottom}"/>`);
  const rows = steps.map(([from, to, words, kind], index) => {
    const y = top + 62 + index * height;
    const label = `${index + 1}. ${words}`;
    const band = kind ? box(6, y - 36, WIDTH - 12, 46, kind) : '';
    // A sentence stands on the paper, so that the dashed lines do not run through it.
    return `${band}${box(10, y - 32, WIDTH - 20, 22, kind ?? 'paper', 'stroke="none" style="stroke:none"')}${text(WIDTH / 2, y - 16, label, 'ink', 'middle')}`
      + (from === to ? '' : arrow(xs[from], xs[to], y));
  });
  const notes = [[legend, 'proof'], [silence, 'box']].map(([lines, kind], index) => note(bottom + 14 + index * 58, lines, kind));
  return svg(bottom + 14 + 2 * 58, { title, about, language }, [...heads, ...rows, ...notes]);
}

function architecture({ title, about, boxes, sides, links }, language) {
  const parts = [];
  let y = 12;
  let core = 0; // where it begins: what leads to the bank passes by it
  boxes.forEach(([kind, name, lines], index) => {
    const isCore = index === boxes.length - 1;
    const height = 34 + lines.length * LINE;
    if (isCore) core = y;
    parts.push(card(y, height, kind, name, lines, isCore ? WIDTH - 58 : WIDTH - 20));
    y += height + 34;
    if (!isCore) parts.push(upDown(60, y - 34, y), text(74, y - 12, links[index], 'soft small'));
  });
  parts.push(upDown(391, core - 34, y), text(380, y - 12, links[3], 'soft small', 'end'));
  for (const [kind, name, lines] of sides) {
    const height = 34 + lines.length * LINE;
    parts.push(card(y, height, kind, name, lines));
    y += height + 12;
  }
  return svg(y, { title, about, language }, parts);
}

function svg(height, { title, about, language }, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" lang="${language}">
<title>${escape(title)}</title>
<desc>${escape(about)}</desc>
<style>${STYLE}
</style>
<rect class="paper" width="${WIDTH}" height="${height}" rx="10"/>
${parts.join('\n')}
</svg>
`;
}

function card(y, height, kind, name, lines, width = WIDTH - 20) {
  return box(10, y, width, height, kind) + text(24, y + 23, name, 'strong ink') + lines.map((line, at) => text(24, y + 44 + at * LINE, line, 'ink small')).join('');
}

function note(y, lines, kind) {
  return box(10, y, WIDTH - 20, 48, kind) + lines.map((line, at) => text(24, y + 20 + at * LINE, line, 'ink small')).join('');
}

function box(x, y, width, height, kind, more = '') {
  return `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"${more && ` ${more}`}/>`;
}

function text(x, y, words, kind, anchor = 'start') {
  return `<text class="${kind}" x="${x}" y="${y}"${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escape(words)}</text>`;
}

function arrow(from, to, y) {
  const way = Math.sign(to - from);
  return `<path class="line" d="M${from} ${y}H${to - way * 8}"/><path class="head" d="M${to} ${y}l${-way * 9} -5v10z"/>`;
}

function upDown(x, top, bottom) {
  return `<path class="line" d="M${x} ${top + 8}V${bottom - 8}"/><path class="head" d="M${x} ${top + 1}l-5 9h10zM${x} ${bottom - 1}l-5 -9h10z"/>`;
}

function escape(words) {
  return words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
