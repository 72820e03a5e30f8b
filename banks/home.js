// What the simulated banks show about themselves: the index, the cards, the ledger and the messages.
import { cardTable, html, page, speaker } from './page.js';
import { CURRENCIES, forPeople } from './money.js';

const currencyOf = (code) => Object.values(CURRENCIES).find((each) => each.code === code) ?? CURRENCIES[949];

export function homePage(language, { shopOrigin }) {
  const say = speaker(language);
  const links = [
    ['/cards', say('Test kartları', 'Test cards'), say('Her sonuç için bir kart', 'A card for every outcome')],
    ['/ledger', say('Defter', 'Ledger'), say('Bankaların gözünden ödemeler', 'The payments, as the banks see them')],
    ['/messages', say('Mesajlar', 'Messages'),
      say('Mağazaya giden dönüşler, bildirimler, webhook’lar', 'Returns, notifications and webhooks that went to the shop')],
    ['/attacker', say('Saldırgan paneli', 'The attacker’s panel'),
      say('Gerçek mesajları kurcalayıp mağazaya gönderin', 'Tamper with genuine messages and send them to the shop')],
    ['/control', say('Ayarlar ve arızalar', 'Settings and faults'),
      say('Gecikme, sessizlik, bozuk yanıtlar', 'Delays, silence, damaged answers')],
  ];
  return page({
    brand: 'home', language, title: say('Simülasyon bankaları', 'The simulated banks'), switchTo: '/?lang=',
    content: html`<p>${say(
    'Burada bir NestPay bankası (İş Bankası gibi), Garanti BBVA, Yapı Kredi POSNET, Albaraka PosNet, VakıfBank PayFlex, Akbank, '
    + 'Kuveyt Türk, Vakıf Katılım, QNB PayFor, Denizbank InterPos, Tosla, Moka United, PayTR ve iyzico taklit edilir.',
    'A NestPay bank (as İş Bankası is), Garanti BBVA, Yapı Kredi’s POSNET, Albaraka’s PosNet, VakıfBank’s PayFlex, Akbank, '
    + 'Kuveyt Türk, Vakıf Katılım, QNB’s PayFor, Denizbank’s InterPos, Tosla, Moka United, PayTR and iyzico are imitated here.',
  )}</p>
<ul>${links.map(([href, name, what]) => html`<li><a href="${href}?lang=${language}">${name}</a>: ${what}</li>`)}</ul>
${shopOrigin && html`<p>${say('Mağaza', 'Shop')}: <a href="${shopOrigin}">${shopOrigin}</a></p>`}`,
  });
}

export function cardsPage(language) {
  const say = speaker(language);
  return page({
    brand: 'home', language, title: say('Test kartları', 'Test cards'), switchTo: '/cards?lang=',
    content: html`<p>${say('Son kullanma tarihi ve güvenlik kodu serbesttir; tek kullanımlık şifre sayfada yazar.',
    'Any expiry date and security code will do; the one-time password stands on its page.')}</p>${cardTable(say, false)}`,
  });
}

export function ledgerPage(language, payments) {
  const say = speaker(language);
  const status = {
    paid: say('ödendi', 'paid'), authorized: say('ön provizyon', 'authorised'), refunded: say('iade edildi', 'refunded'),
    voided: say('iptal', 'voided'),
    declined: say('reddedildi', 'declined'), open: say('açık', 'open'), review: say('incelemede', 'under review'),
  };
  const rows = [...payments].sort((a, b) => b.at - a.at).map((each) => {
    const money = (minor) => forPeople(minor, currencyOf(each.currency), language);
    const code = /^0*$/.test(each.code ?? '') ? '' : ` (${each.code})`;
    const cells = [
      time(each.at), each.system, (status[each.status] ?? each.status) + code, money(each.minor), money(each.captured),
      money(each.refunded), html`<code>${each.orderId}</code>`, each.card,
    ];
    return html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`;
  });
  const columns = [
    say('Saat', 'Time'), say('Sistem', 'System'), say('Durum', 'State'), say('Tutar', 'Amount'), say('Çekilen', 'Taken'),
    say('İade', 'Refunded'), say('Sipariş', 'Order'), say('Kart', 'Card'),
  ];
  // A narrow screen scrolls the table, with the keyboard too.
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="${say('Defter', 'Ledger')}"><table id="ledger">
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
  return page({
    brand: 'home', language, wide: true, title: say('Defter', 'Ledger'), switchTo: '/ledger?lang=',
    content: rows.length === 0 ? html`<p>${say('Henüz ödeme yok.', 'No payment yet.')}</p>` : table,
  });
}

export function messagesPage(language, messages) {
  const say = speaker(language);
  const fate = ({ via, attempts }) => {
    if (via === 'browser') return say('tarayıcıyla', 'by browser');
    return attempts.map((each) => each.status ?? each.lost).join(', ') || say('gönderilmedi', 'not sent');
  };
  const items = messages.map((message) => {
    const headers = Object.entries(message.headers).map(([name, value]) => `${name}: ${value}`);
    return html`<details>
<summary>${time(message.at)} <strong>${message.system} ${message.kind}</strong> <code>${message.orderId}</code> ${fate(message)}</summary>
<pre>${[message.url.replace(/[?&]/g, '$&\n'), ...headers, '', message.body.replaceAll('&', '&\n')].join('\n').trimEnd()}</pre>
</details>`;
  });
  return page({
    brand: 'home', language, wide: true, title: say('Mesajlar', 'Messages'), switchTo: '/messages?lang=',
    content: items.length === 0 ? html`<p>${say('Henüz mesaj yok.', 'No message yet.')}</p>` : html`${items}`,
  });
}

const time = (ms) => new Date(ms + 3 * 3600_000).toISOString().slice(11, 19);
