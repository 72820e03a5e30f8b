// A browser for the tests: an installed Chrome, Edge or Chromium, else Debian's, which we install where we may.
// CHROME_PATH names another one.

import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { Problem } from '../../scripts/steps.js';

const runs = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/**
 * Starts a browser with an empty profile that talks to nobody but the pages under test.
 * @param {import('playwright-core').LaunchOptions} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launch(options = {}) {
  const { args = [], ...rest } = options;
  return chromium.launch({
    executablePath: await openBrowser(),
    args: [
      ...(isRoot ? ['--no-sandbox'] : []), // Chromium's sandbox refuses root
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
    ...rest,
  });
}

/** The browser's path; installs one if there is none and we may. @returns {Promise<string>} */
export async function openBrowser() {
  opened ||= await findOrInstall();
  return opened;
}

let opened;

async function findOrInstall() {
  const found = findBrowser() || (await installDebians() && findBrowser());
  if (!found) {
    throw new Problem('No browser was found for the tests', 'install Google Chrome, Microsoft Edge or Chromium, or set CHROME_PATH to the program of one.');
  }
  return found;
}

/** @returns {string | undefined} */
export function findBrowser() {
  const chosen = process.env.CHROME_PATH;
  if (chosen && !existsSync(chosen)) throw new Problem(`CHROME_PATH is ${chosen}, and there is no such file`, 'correct or unset it.');
  return chosen || usualPlaces().find((path) => existsSync(path) && isReal(path));
}

/** Ubuntu's chromium-browser is a script that asks for snap where there is none. (Windows's chrome.exe would open a window.) */
function isReal(path) {
  return process.platform !== 'linux' || spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0;
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    const apps = ['Google Chrome', 'Microsoft Edge', 'Chromium'];
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) => apps.map((app) => `${folder}/${app}.app/Contents/MacOS/${app}`));
  }
  if (process.platform === 'win32') {
    const folders = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(Boolean);
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe', 'Chromium\\Application\\chrome.exe'];
    return folders.flatMap((folder) => programs.map((program) => join(folder, program)));
  }
  const names = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'microsoft-edge', 'microsoft-edge-stable'];
  const folders = [...(process.env.PATH || '').split(delimiter), '/usr/bin', '/opt/google/chrome', '/snap/bin'].filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** Only root may, and only apt-get's systems have it. (Ubuntu has no such package outside of snap: there this answers false.) */
async function installDebians() {
  if (!isRoot || process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return false;
  console.log('No browser is installed: installing Debian\'s chromium with apt-get (a minute or two)');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => runs('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-liberation'], { env, maxBuffer: 64e6 });
  try {
    await install().catch(() => runs('apt-get', ['update', '-q'], { env, maxBuffer: 64e6 }).then(install));
    return true;
  } catch (error) {
    console.log(`apt-get could not install it:\n${String(error.stderr || error.message).trimEnd()}`);
    return false;
  }
}
