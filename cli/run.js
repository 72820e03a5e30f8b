// From the words of the command line to a command. A command is one file: it exports its name, its options, its help in both
// languages and `run`. To add one, name it in COMMANDS.

import { readFileSync } from 'node:fs';

import { check } from './check.js';
import { explain } from './explain.js';
import { commandHelp, generalHelp } from './help.js';
import { LANGUAGES, languageOf } from './language.js';
import { create } from './new.js';
import { Misuse, nearest, parseOptions } from './options.js';
import { Interrupted, Terminal } from './terminal.js';

const COMMANDS = [check, explain, create];

/** Exit codes: 0 all is well, 1 something is wrong with what was looked at, 2 the command was used wrongly. */
const MISUSED = 2;
const STOPPED = 130;

const WORDS = {
  tr: {
    unknown: 'bu adla bir komut yok',
    near: (name) => `\`${name}\` mi demek istediniz?`,
    known: (names) => `Komutlar: ${names}`,
    help: (command) => `Yardım: npx velopos ${command}--help`,
    stopped: 'Durduruldu; hiçbir şey değişmedi.',
  },
  en: {
    unknown: 'there is no command of that name',
    near: (name) => `Did you mean \`${name}\`?`,
    known: (names) => `Commands: ${names}`,
    help: (command) => `Help: npx velopos ${command}--help`,
    stopped: 'Stopped; nothing was changed.',
  },
};

/** @typedef {{ stdin: any, stdout: any, stderr: any, env: Record<string, string | undefined>, platform: string, cwd: string }} World */

/** @param {string[]} args @param {World} world @returns {Promise<number>} the exit code */
export async function run(args, world) {
  const lang = languageOf(args, world.env);
  const terminal = new Terminal(world, lang);
  const [first, ...others] = withoutLanguage(args);
  const command = COMMANDS.find(({ name }) => first === name);
  try {
    if (first === '--version' || first === '-v') return terminal.print(version());
    if (command) return await runCommand(command, others, { terminal, lang, world });
    return await runWithout(args, terminal, lang);
  } catch (error) {
    if (error instanceof Interrupted) return terminal.complain(`\n${WORDS[lang].stopped}`) ?? STOPPED;
    if (!(error instanceof Misuse)) throw error;
    terminal.complain(`velopos: ${error.message}\n${WORDS[lang].help(command ? `${command.name} ` : '')}`);
    return MISUSED;
  } finally {
    terminal.close();
  }
}

/** The language may be named before the command, too; one that there is not stays, to be complained about. */
function withoutLanguage(args) {
  const asked = /^--lang=(tr|en)$/.test(args[0]) ? 1 : args[0] === '--lang' && LANGUAGES.includes(args[1]) ? 2 : 0;
  return args.slice(asked);
}

async function runCommand(command, args, { terminal, lang, world }) {
  if (args.includes('--help') || args.includes('-h')) return terminal.print(commandHelp(command, lang));
  const { values, rest } = parseOptions(args, command.options, lang);
  return (await command.run({ values, rest, terminal, lang, world, version: version() })) ?? 0;
}

async function runWithout(args, terminal, lang) {
  const { rest } = parseOptions(args.filter((arg) => arg !== '--help' && arg !== '-h'), [], lang);
  const [topic, name] = rest;
  const asked = COMMANDS.find((each) => topic === 'help' && each.name === name);
  if (asked) return terminal.print(commandHelp(asked, lang));
  if (topic === undefined || topic === 'help') return terminal.print(generalHelp(COMMANDS, lang));
  const words = WORDS[lang];
  const near = nearest(topic, COMMANDS.map((each) => each.name));
  throw new Misuse(`${words.unknown}. ${near ? words.near(near) : words.known(COMMANDS.map((each) => each.name).join(', '))}`);
}

function version() {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
