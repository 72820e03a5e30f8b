// Runs the commands: as a program of their own, or in this process with a keyboard that a test presses.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { run } from '../../cli/run.js';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** @returns {Promise<{ code: number, stdout: string, stderr: string, all: string }>} */
export function program(script, args, { input = '', env = {}, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, script), ...args], { cwd, env: { PATH: process.env.PATH, LANG: 'en_US.UTF-8', ...env } });
    const told = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => { told[name] += text; });
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
    child.on('close', (code) => resolve({ code, ...told, all: told.stdout + told.stderr }));
  });
}

/** The command in this process. `keys`: what is typed at a terminal, question by question; `input`: what is piped in. */
export async function velopos(args, { input = '', keys, env = { LANG: 'en_US.UTF-8' }, cwd = root } = {}) {
  const stdin = new PassThrough();
  if (keys === undefined) stdin.end(input);
  else Object.assign(stdin, { isTTY: true, setRawMode: (raw) => { stdin.raw = raw; } });
  const told = { stdout: '', stderr: '' };
  const waiting = [...keys ?? []];
  const stream = (name) => ({
    write: (text) => {
      told[name] += text;
      if (keys !== undefined && /(> |\] )$/.test(text)) setImmediate(() => stdin.write(waiting.shift() ?? '\u0003'));
    },
  });
  const code = await run(args, { stdin, stdout: stream('stdout'), stderr: stream('stderr'), env, platform: process.platform, cwd });
  return { code, ...told, all: told.stdout + told.stderr, stdin };
}

export const check = (config, args = ['--offline'], options = {}) =>
  velopos(['check', ...args], { input: typeof config === 'string' ? config : JSON.stringify(config), ...options });

/** The findings of --json, all in one list. */
export async function findings(config, args = ['--offline'], options = {}) {
  const { stdout, code } = await check(config, [...args, '--json'], options);
  const result = JSON.parse(stdout);
  return { code, result, ids: [...result.findings, ...result.accounts.flatMap((each) => each.findings), ...result.network].map(({ id }) => id) };
}

/** A folder for one test. @param {import('node:test').TestContext} t @param {Record<string, string>} files */
export function folder(t, files = {}) {
  const path = mkdtempSync(join(tmpdir(), 'velopos-commands-'));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}
