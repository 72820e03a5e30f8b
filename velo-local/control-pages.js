// The pages under /_local: control, log and data.

import { frame } from './frame.js';
import { html } from './html.js';

const STYLE = `
main { max-width: 80rem; }
nav.local { display: flex; gap: 1.25rem; flex-wrap: wrap; margin-bottom: 1.25rem; }
nav.local [aria-current] { font-weight: 700; color: inherit; text-decoration: none; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; }
.card h2 { font-size: 1.05rem; margin: 0 0 .25rem; }
.card p { margin: 0 0 .75rem; color: var(--soft); font-size: .9rem; }
.on { border-color: var(--mark); box-shadow: inset 3px 0 0 var(--mark); }
label { display: grid; gap: .15rem; margin-bottom: .6rem; font-size: .875rem; }
label.line { display: flex; align-items: center; gap: .5rem; }
input, select, button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .4rem; padding: .45rem .6rem; max-width: 100%; }
input[type=checkbox] { width: 1.15rem; height: 1.15rem; }
button { background: var(--mark); border-color: var(--mark); color: var(--paper); font-weight: 600; cursor: pointer; }
button.quiet { background: none; color: var(--mark); }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
.row .grow { flex: 1; align-self: center; }
.list { display: grid; gap: .4rem; margin: .9rem 0; }
.scroll { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.text { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 20rem; font-family: ui-monospace, Menlo, Consolas, monospace; }
tr.error td.text { color: var(--bad); }
tr.warn td.text { font-weight: 600; }
details { color: var(--soft); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .25rem 0; }
`;

const WORDS = {
  tr: {
    control: 'Denetim', log: 'Kayıtlar', data: 'Veriler', save: 'Uygula', all: '* hepsi', times: 'Kaç kez', fn: 'İşlev (* hepsi)',
    intro: 'Platformun kötü huyları, istenince. Her biri bir ödemenin başına gerçekten gelebilecek bir şeydir.',
    time: 'Zaman', timeNote: 'Gecikmeli okuma, ağır veri işlemi, kap ömrü, ileri alınmış saat (milisaniye).', stale: 'Okumalar bu kadar eski (ms)', slow: 'Veri işlemi bu kadar sürer (ms)', life: 'Kap ömrü (ms)', clock: 'Sitenin saati bu kadar ileri (ms)',
    drop: 'Kaybolan çağrı', dropNote: 'Sonraki POST çağrıları siteye hiç ulaşmaz.',
    repeat: 'Yinelenen çağrı', repeatNote: 'Aynı POST yeniden gelir; gecikme 0 ise aynı anda.', copies: 'Fazladan kaç kopya', delay: 'Aralık (ms)',
    crash: 'İstek ortasında ölen kap', crashNote: 'İşlem olur, kod sonucunu duyamadan kap ölür.', after: 'Ne olunca', count: 'Kaçıncısında',
    events: { request: 'istek gelince', read: 'okuma', write: 'yazma', fetch: 'dış istek' },
    timeout: 'Zaman aşımı (WDE0028)', timeoutNote: 'Sonraki yazmalar zaman aşımına uğrar; yazma olmuş da olabilir, olmamış da.', done: 'Yazma yine de olur',
    errors: 'Veri hatasının biçimi', errorsNote: 'Kod güncel biçimde details.applicationError.code, eskisinde error.code içindedir.', current: 'güncel', older: 'eski',
    containers: 'Kaplar', containersNote: 'Her kap kendi belleğini tutar; istekler sırayla dağıtılır.', number: 'Kaç kap', kill: 'öldür', recycle: 'Hepsini yenile', busy: 'çalışıyor', idle: 'boşta',
    jobs: 'Zamanlanmış işler', jobsNote: 'jobs.config içindeki işler; takvimleri burada kısaltılmıştır.', run: 'Şimdi çalıştır', none: 'yok',
    clear: 'Verileri sil', clearNote: 'Bütün koleksiyonlar boşalır.', reset: 'Bütün huyları kapat', resetNote: 'Kötü huyların hepsi kapanır.',
    filter: 'Süz', filterNote: 'Sipariş ya da ödeme numarası', whole: 'eşleşen isteklerin bütün satırları', show: 'Göster', live: 'kendiliğinden yenilensin', empty: 'Kayıt yok.',
    head: ['#', 'Saat', 'Kap', 'İstek', 'Tür', 'Ne oldu'], items: 'öge', detail: 'ayrıntı', newest: 'En yeni üstte; son 1000 satır.',
  },
  en: {
    control: 'Control', log: 'Log', data: 'Data', save: 'Apply', all: '* all', times: 'How many times', fn: 'Function (* all)',
    intro: 'The platform’s bad habits, on demand. Each is something that can really happen to a payment.',
    time: 'Time', timeNote: 'Stale reads, slow data, container life, a clock set ahead (milliseconds).', stale: 'Reads are this old (ms)', slow: 'A data operation takes (ms)', life: 'Container life (ms)', clock: 'The site’s clock is this far ahead (ms)',
    drop: 'Lost callback', dropNote: 'The next POSTs never reach the site.',
    repeat: 'Repeated callback', repeatNote: 'The same POST arrives again; with delay 0 at the same time.', copies: 'How many more copies', delay: 'Delay (ms)',
    crash: 'Container killed mid-request', crashNote: 'The thing happens, and the container dies before the code hears of it.', after: 'After', count: 'Which one',
    events: { request: 'the request arrives', read: 'a read', write: 'a write', fetch: 'a fetch' },
    timeout: 'Time-out (WDE0028)', timeoutNote: 'The next writes time out; the write may have happened or not.', done: 'The write happens all the same',
    errors: 'Shape of a data error', errorsNote: 'The code is details.applicationError.code in the current shape, error.code in the older one.', current: 'current', older: 'older',
    containers: 'Containers', containersNote: 'Each keeps its own memory; requests go round.', number: 'How many', kill: 'kill', recycle: 'Replace all', busy: 'working', idle: 'idle',
    jobs: 'Scheduled jobs', jobsNote: 'The jobs of jobs.config, on a shortened schedule.', run: 'Run now', none: 'none',
    clear: 'Clear data', clearNote: 'Empties all collections.', reset: 'All habits off', resetNote: 'Turns every bad habit off.',
    filter: 'Filter', filterNote: 'Order or payment id', whole: 'with all lines of the requests that match', show: 'Show', live: 'refresh by itself', empty: 'Nothing yet.',
    head: ['#', 'Time', 'Container', 'Request', 'Kind', 'What happened'], items: 'items', detail: 'detail', newest: 'Newest first; the last 1000 lines.',
  },
};

const page = (view, title, current, content) => frame({
  ...view, title: `${title} · velo-local`, style: STYLE,
  content: html`${navigation(view, current)}<h1>${title}</h1>${content}`,
});

function navigation({ lang }, current) {
  const link = (href, name) =>
    html`<a href="${href}${lang === 'en' ? '?lang=en' : ''}" ${current === href ? html`aria-current="page"` : ''}>${name}</a>`;
  const words = WORDS[lang];
  return html`<nav class="local" aria-label="velo-local">${link('/_local', words.control)}${link('/_local/log', words.log)}${link('/_local/data', words.data)}</nav>`;
}

export function controlPage(view) {
  const words = WORDS[view.lang];
  const { habits } = view;
  return page(view, words.control, '/_local', html`<p>${words.intro}</p><div class="cards">
${card(view, 'drop', words.drop, words.dropNote, aim(words, habits.drop), habits.drop.times > 0)}
${card(view, 'repeat', words.repeat, words.repeatNote, html`${aim(words, habits.repeat)}
  ${number(words.copies, 'copies', habits.repeat.copies)}${number(words.delay, 'delayMs', habits.repeat.delayMs)}`, habits.repeat.times > 0)}
${card(view, 'crash', words.crash, words.crashNote, html`${aim(words, habits.crash)}
  ${choice(words.after, 'after', Object.entries(words.events), habits.crash.after)}${number(words.count, 'count', habits.crash.count)}`, habits.crash.times > 0)}
${card(view, 'timeout', words.timeout, words.timeoutNote, html`${number(words.times, 'times', habits.timeout.times)}
  <label class="line"><input type="checkbox" name="done" value="yes" ${habits.timeout.done && html`checked`}>${words.done}</label>`, habits.timeout.times > 0)}
${card(view, 'time', words.time, words.timeNote, html`${number(words.stale, 'staleMs', habits.staleMs)}
  ${number(words.slow, 'slowDataMs', habits.slowDataMs)}${number(words.life, 'containerLifeMs', habits.containerLifeMs)}
  ${number(words.clock, 'clockAheadMs', habits.clockAheadMs)}`, habits.staleMs + habits.slowDataMs + habits.clockAheadMs > 0)}
${card(view, 'errors', words.errors, words.errorsNote,
    choice(words.errors, 'errorShape', [['current', words.current], ['older', words.older]], habits.errorShape), habits.errorShape === 'older')}
${containersCard(view)}
<section class="card"><h2>${words.jobs}</h2><p>${words.jobsNote}</p>${view.jobs.map((job) => form(view, 'job', html`
  <input type="hidden" name="job" value="${job.functionName}"><p>${job.functionName}: ${job.description}</p><button class="quiet">${words.run}</button>`))}
  ${view.jobs.length === 0 && words.none}</section>
${oneButton(view, 'reset', words.reset, words.resetNote)}
${oneButton(view, 'clear', words.clear, words.clearNote)}
</div>`);
}

const card = (view, action, title, note, fields, on = false) => html`<section class="card ${on && 'on'}"><h2>${title}</h2><p>${note}</p>
${form(view, action, html`${fields}<button>${WORDS[view.lang].save}</button>`)}</section>`;

const oneButton = (view, action, title, note) => html`<section class="card"><h2>${title}</h2><p>${note}</p>
${form(view, action, html`<button class="quiet">${title}</button>`)}</section>`;

function containersCard(view) {
  const words = WORDS[view.lang];
  const one = ({ number: each, busy }) => form(view, 'kill', html`<div class="row"><input type="hidden" name="container" value="${each}">
<span class="grow">#${each} · ${busy ? words.busy : words.idle}</span><button class="quiet">${words.kill}</button></div>`);
  return html`<section class="card"><h2>${words.containers}</h2><p>${words.containersNote}</p>
${form(view, 'containers', html`${number(words.number, 'count', view.count)}<button>${words.save}</button>`)}
<div class="list">${view.containers.map(one)}</div>${form(view, 'recycle', html`<button class="quiet">${words.recycle}</button>`)}</section>`;
}

const form = ({ token, lang }, action, content) => html`<form method="post" action="/_local/control">
<input type="hidden" name="token" value="${token}"><input type="hidden" name="lang" value="${lang}"><input type="hidden" name="action" value="${action}">${content}</form>`;

const aim = (words, wish) => html`${number(words.times, 'times', wish.times)}<label>${words.fn}<input name="function" value="${wish.function}" autocomplete="off"></label>`;

const number = (label, name, value) => html`<label>${label}<input type="number" name="${name}" value="${value}" min="0" inputmode="numeric"></label>`;

const choice = (label, name, options, chosen) => html`<label>${label}<select name="${name}">${options.map(([value, text]) =>
  html`<option value="${value}" ${value === chosen && html`selected`}>${text}</option>`)}</select></label>`;

export function logPage(view) {
  const words = WORDS[view.lang];
  const { searchParams } = view.url;
  const whole = searchParams.get('whole') !== 'no';
  const lines = view.lines().slice(-1000).reverse();
  const live = searchParams.get('live') === 'yes';
  return page({ ...view, refresh: live ? 3 : 0 }, words.log, '/_local/log', html`<form class="row" role="search">
<input type="hidden" name="lang" value="${view.lang}">
<label>${words.filter}<input name="q" value="${searchParams.get('q')}" placeholder="${words.filterNote}" size="34" autocomplete="off"></label>
<label><span>${words.head[5]}</span><select name="whole"><option value="yes">${words.whole}</option><option value="no" ${!whole && html`selected`}>–</option></select></label>
<label class="line"><input type="checkbox" name="live" value="yes" ${live && html`checked`}>${words.live}</label><button>${words.show}</button></form>
<p>${words.newest}</p>
<div class="scroll" tabindex="0"><table><thead><tr>${words.head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${lines.map((line) => logLine(line, words, view.lang))}</tbody></table></div>${lines.length === 0 && html`<p>${words.empty}</p>`}`);
}

const logLine = (line, words, lang) => html`<tr class="${line.level}"><td>${line.n}</td><td><time datetime="${line.at}">${line.at.slice(11, 23)}</time></td>
<td>${line.container || ''}</td><td>${line.request && html`<a href="?q=${line.request}&amp;lang=${lang}">${line.request}</a>`}</td><td>${line.kind}</td>
<td class="text">${line.text}${line.detail && html`<details><summary>${words.detail}</summary>${line.detail}</details>`}</td></tr>`;

export function dataPage(view) {
  const words = WORDS[view.lang];
  return page(view, words.data, '/_local/data', view.data.names().map((name) => {
    const items = view.data.collection(name).all();
    return html`<section class="card"><h2>${name}</h2><p>${items.length} ${words.items}</p>
${items.slice(-200).reverse().map((item) => html`<details><summary>${item._id}</summary><pre>${JSON.stringify(item, null, 2)}</pre></details>`)}</section>`;
  }));
}
