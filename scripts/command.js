// Runs another program: keeps what it says for the case that it fails, and turns its chatter into a progress line.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Problem } from './steps.js';

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const KEPT_LINES = 4_000;
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill('SIGTERM');
    if (running.size > 0 || process.listenerCount(signal) === 1) process.exit(130); // otherwise another listener knows how to stop
  });
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {string} [options.input] text for its standard input, which is otherwise empty
 * @param {import('./steps.js').Progress} [options.progress]
 * @param {(line: string) => string | undefined} [options.activity] what a line of output says about how far it is
 * @param {number} [options.minutes] it is ended after so long
 * @returns {Promise<{ code: number, output: string }>} both streams together; a program that is missing has code 127
 */
export function run(program, args, options = {}) {
  const { cwd = root, env = process.env, input, progress, activity, minutes = 30 } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    const lines = [];
    running.add(child);
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text) => {
        const parts = (rest + text).split(/\r\n|\r|\n/);
        rest = parts.pop();
        parts.forEach(take);
      }).on('end', () => rest && take(rest));
    }
    function take(coloured) {
      const line = coloured.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
      const now = activity && activity(line);
      if (now && progress) progress(now);
      if (isProgressBar(line)) return;
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
    }
    let late = false;
    const limit = setTimeout(() => { late = true; child.kill('SIGTERM'); }, minutes * 60_000);
    child.on('error', (error) => finish(127, error.message));
    child.on('close', (code) => finish(code === null ? 1 : code));
    function finish(code, message) {
      clearTimeout(limit);
      running.delete(child);
      if (message) lines.push(message);
      if (late) lines.push(`ended after ${minutes} minutes`);
      resolve({ code: late ? 1 : code, output: lines.join('\n') });
    }
  });
}

/** Runs npm, the very one that runs us where there is one (on Windows `npm` itself cannot be started without a shell). */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return run(process.execPath, [script, ...args], options);
  return process.platform === 'win32' ? run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options) : run('npm', args, options);
}

/** A program's environment with these folders looked through first. */
export function withPath(folders, env = process.env) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') || 'PATH';
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...env, [key]: [...folders, env[key]].filter(Boolean).join(separator) };
}

/** The last lines of what a program said, enough to see why it failed, without cargo's list of what went well before. */
export function tail(output, lines = 60) {
  const wentWell = /^\s*(Updating|Locking|Adding|Downloading|Downloaded|Compiling|Checking|Documenting|Finished|Running) /;
  return output.split('\n').filter((line) => !wentWell.test(line)).slice(-lines).join('\n');
}

/** What went wrong, with the network named where it was the network. */
export function failure(what, output, cure) {
  const network = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|could not resolve host|couldn't resolve host|failed to lookup address|network failure|spurious network error|could not connect|failed to download/i;
  const disk = /ENOSPC|no space left on device/i;
  if (disk.test(output)) return new Problem(`${what}: the disk is full`, 'free some space (about 2 GB) and run the same command again.', tail(output));
  if (network.test(output)) {
    return new Problem(`${what}: the network did not answer`,
      'check the connection (and HTTPS_PROXY, if you are behind a proxy) and run the same command again; it goes on where it stopped.', tail(output));
  }
  return new Problem(what, cure, tail(output));
}

function isProgressBar(line) {
  return /^\s*(Building|Fetch|Updating|Downloading) \[/.test(line) || /^\s*(Downloading )?\d+ crates?(, remaining bytes.*)?$/.test(line);
}
