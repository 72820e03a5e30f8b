// /_local: the bad habits, one card each, and the containers.

import { html } from '../html.js';
import { actionForm, localPage } from './local-page.js';
import { WORDS } from './words.js';

export async function controlPage(host) {
  const view = { ...host, habits: host.habits.get(), jobs: await host.source.jobs() };
  const words = WORDS[view.lang];
  return localPage(view, words.control, '/_local', html`<p>${words.intro}</p>
<div class="cards">${CARDS.map((card) => card(view, words))}</div>`);
}

function dropCard(view, words) {
  const { drop } = view.habits;
  return habit(view, 'drop', drop.times > 0, words.drop, words.dropNote, aim(words, drop));
}

function repeatCard(view, words) {
  const { repeat } = view.habits;
  return habit(view, 'repeat', repeat.times > 0, words.repeat, words.repeatNote, html`${aim(words, repeat)}
${number(words.copies, 'copies', repeat.copies)}
${number(words.delay, 'delayMs', repeat.delayMs)}`);
}

function outageCard(view, words) {
  const { outage } = view.habits;
  return habit(view, 'outage', outage.times > 0, words.outage, words.outageNote, html`${aim(words, outage)}
<label class="line"><input type="checkbox" name="done" value="yes" ${outage.done && html`checked`}>${words.happens}</label>`);
}

function lateCard(view, words) {
  const { late } = view.habits;
  return habit(view, 'late', late.times > 0, words.late, words.lateNote, html`${aim(words, late)}
${number(words.delay, 'delayMs', late.delayMs)}`);
}

function crashCard(view, words) {
  const { crash } = view.habits;
  return habit(view, 'crash', crash.times > 0, words.crash, words.crashNote, html`${aim(words, crash)}
${choice(words.after, 'after', Object.entries(words.events), crash.after)}
${number(words.count, 'count', crash.count)}`);
}

function timeoutCard(view, words) {
  const { timeout } = view.habits;
  return habit(view, 'timeout', timeout.times > 0, words.timeout, words.timeoutNote, html`
${number(words.times, 'times', timeout.times)}
<label class="line"><input type="checkbox" name="done" value="yes" ${timeout.done && html`checked`}>${words.done}</label>`);
}

function timeCard(view, words) {
  const { staleMs, slowDataMs, containerLifeMs, clockAheadMs } = view.habits;
  return habit(view, 'time', staleMs + slowDataMs + clockAheadMs > 0, words.time, words.timeNote, html`
${number(words.stale, 'staleMs', staleMs)}
${number(words.slow, 'slowDataMs', slowDataMs)}
${number(words.life, 'containerLifeMs', containerLifeMs)}
${number(words.clock, 'clockAheadMs', clockAheadMs)}`);
}

function errorsCard(view, words) {
  const { errorShape } = view.habits;
  const shapes = [['current', words.current], ['older', words.older]];
  const fields = choice(words.errors, 'errorShape', shapes, errorShape);
  return habit(view, 'errors', errorShape === 'older', words.errors, words.errorsNote, fields);
}

function containersCard(view, words) {
  const one = (container) => form(view, 'kill', html`<div class="row">
<input type="hidden" name="container" value="${container.number}">
<span class="grow">#${container.number} · ${container.busy ? words.busy : words.idle}</span>
<button class="quiet">${words.kill}</button></div>`);
  return html`<section class="card"><h2>${words.containers}</h2><p>${words.containersNote}</p>
${form(view, 'containers', html`${number(words.number, 'count', view.containers.count)}<button>${words.save}</button>`)}
<div class="list">${view.containers.list.map(one)}</div>
${form(view, 'recycle', html`<button class="quiet">${words.recycle}</button>`)}</section>`;
}

function jobsCard(view, words) {
  const one = (job) => form(view, 'job', html`<input type="hidden" name="job" value="${job.functionName}">
<p>${job.functionName}: ${job.description}</p><button class="quiet">${words.run}</button>`);
  return html`<section class="card"><h2>${words.jobs}</h2><p>${words.jobsNote}</p>
${view.jobs.map(one)}${view.jobs.length === 0 && words.none}</section>`;
}

const resetCard = (view, words) => oneButton(view, 'reset', words.reset, words.resetNote);
const clearCard = (view, words) => oneButton(view, 'clear', words.clear, words.clearNote);

const oneButton = (view, action, title, note) => html`<section class="card"><h2>${title}</h2><p>${note}</p>
${form(view, action, html`<button class="quiet">${title}</button>`)}</section>`;

const habit = (view, action, on, title, note, fields) => html`<section class="card ${on && 'on'}"><h2>${title}</h2><p>${note}</p>
${form(view, action, html`${fields}<button>${WORDS[view.lang].save}</button>`)}</section>`;

const form = (view, action, content) => actionForm(view, '/_local/control', action, content);

const aim = (words, wish) => html`${number(words.times, 'times', wish.times)}
<label>${words.fn}<input name="function" value="${wish.function}" autocomplete="off"></label>`;

const number = (label, name, value) =>
  html`<label>${label}<input type="number" name="${name}" value="${value}" min="0" inputmode="numeric"></label>`;

const choice = (label, name, options, chosen) => html`<label>${label}<select name="${name}">${options.map(([value, text]) =>
  html`<option value="${value}" ${value === chosen && html`selected`}>${text}</option>`)}</select></label>`;

const CARDS = [
  dropCard, repeatCard, lateCard, crashCard, outageCard, timeoutCard, timeCard, errorsCard,
  containersCard, jobsCard, resetCard, clearCard,
];
