// Every way in which the suite is run: which runtime, and how the package got there.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, tail } from '../../scripts/command.js';
import { openKit, versionInKit } from '../../scripts/kit.js';
import { openProject } from '../../scripts/packed.js';
import { NODES, runtimeOf, runtimesOf, SCRIPT_RUNTIMES } from '../../scripts/programs.js';
import { launch, openBrowser } from '../browser/chromium.js';
import { checkEvidence, makeFacts } from './facts.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const SCRIPTS = ['all.mjs', 'suite.mjs', 'require.cjs', 'import.mjs', 'both.mjs', 'bundled.cjs', 'workerd.mjs', 'hide.cjs'];

/** Each with the name of its package. */
const BUNDLERS = { esbuild: 'esbuild', webpack: 'webpack', Rollup: 'rollup', Vite: 'vite' };

/** What esbuild's documentation advises for CommonJS in an ES module. Only Node 18 needs it, for its crypto. */
const WITH_REQUIRE = 'import { createRequire } from \'node:module\'; const require = createRequire(import.meta.url);';

/** The names of all cases, read without loading the suite here, where it would watch our own WebAssembly. */
export const CASES = [...readFileSync(join(here, 'suite.mjs'), 'utf8').split('export const cases')[1].matchAll(/^ {2}'(.+)': (?:async )?\(/gm)]
  .map(([, name]) => name);

/**
 * @typedef {{ name: string, error?: string }} Outcome
 * @typedef {{ by: string, on: string, how: string, run(): Promise<Outcome[]> }} Way
 *   `by` is `require`, `import` or a bundler, `on` the runtime with its version, `how` what tells it from others of the same two
 * @typedef {{ ways: Way[], project: import('../../scripts/packed.js').Project, complaints: Record<string, string[]>, close(): Promise<void> }} Stage
 */

/** Fetches what is missing, with progress: the tests themselves have none to tell. */
export async function prepare(progress) {
  await runtimesOf([...SCRIPT_RUNTIMES, 'workerd'], progress);
  await openKit(progress);
  progress('looking for a browser');
  await openBrowser();
}

/** @param {import('../../scripts/steps.js').Progress} progress @returns {Promise<Stage>} */
export async function openStage(progress = () => {}) {
  const scripted = await runtimesOf(SCRIPT_RUNTIMES, progress);
  const workerd = await runtimeOf('workerd', progress);
  const kit = await openKit(progress);
  progress('packing');
  const project = await openProject();
  let browser;
  const close = async () => {
    await browser?.close();
    project.close();
  };
  try {
    for (const name of SCRIPTS) copyFileSync(join(here, name), join(project.folder, name));
    const facts = JSON.stringify(await makeFacts(createRequire(join(project.folder, 'package.json'))('velopos')));
    writeFileSync(join(project.folder, 'facts.mjs'), `export default ${facts};\n`);
    writeFileSync(join(project.folder, 'facts.cjs'), `module.exports = ${facts};\n`);
    progress('bundling');
    const tasks = tasksOf();
    const complaints = await bundle(tasks, { kit, project, node: scripted.find(({ title }) => title === 'Node 22') });
    progress('starting a browser');
    browser = await launch();
    const titled = (bundler) => `${bundler} ${versionInKit(kit, BUNDLERS[bundler])}`;
    const ways = [
      ...scripted.flatMap((runtime) => unbundled(runtime, project)),
      ...tasks.flatMap((task) => bundled(task, { by: titled(task.bundler), scripted, browser, project })),
      { by: titled('esbuild'), on: workerd.name, how: 'as wrangler does it', run: () => runWorkerd(workerd, project, kit) },
    ];
    return { ways, project, complaints, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns {import('./bundle.js').Task[]} */
function tasksOf() {
  return Object.keys(BUNDLERS).flatMap((bundler) => {
    const task = (format, target, more) => {
      const file = `${bundler}-${target}-${format}/${more.banner ? 'with-require' : 'out'}.${format === 'es' ? 'mjs' : 'cjs'}`;
      return { bundler, format, target, file, ...more };
    };
    const [oldest, ...newer] = NODES;
    const keepsRequire = bundler === 'esbuild' || bundler === 'Rollup'; // in an ES module, where Node has none
    const modules = keepsRequire
      ? [task('es', 'node', { asks: 'nobody', nodes: newer }), task('es', 'node', { asks: 'Node', nodes: [oldest], banner: WITH_REQUIRE })]
      : [task('es', 'node', { asks: 'Node', nodes: NODES })];
    return [task('cjs', 'node', { asks: 'Node', nodes: NODES }), ...modules, task('es', 'browser', { asks: 'nobody' })];
  });
}

async function bundle(tasks, { kit, project, node }) {
  const list = join(project.folder, 'tasks.json');
  writeFileSync(list, JSON.stringify(tasks));
  const { code, output } = await run(node.program, [join(here, 'bundle.js'), kit, project.folder, list]);
  if (code !== 0) throw new Error(`the bundlers could not be run:\n${tail(output)}`);
  return JSON.parse(/^@complaints (.*)$/m.exec(output)[1]);
}

/** @returns {Way[]} */
function unbundled(runtime, project) {
  const hiding = runtime.title.startsWith('Node') ? ['--require', './hide.cjs'] : [];
  const asks = runtime.title === 'Bun' ? 'nobody' : 'Node';
  const way = (by, script, how) => ({ by, on: runtime.name, how, run: () => runScript(runtime, [...hiding, script], project, asks) });
  return [way('require', 'require.cjs', 'alone'), way('import', 'import.mjs', 'alone'), way('import', 'both.mjs', 'beside require')];
}

/** @returns {Way[]} */
function bundled(task, { by, scripted, browser, project }) {
  const how = task.format === 'es' ? 'as an ES module' : 'as CommonJS';
  if (task.target === 'browser') return [{ by, on: `Chromium ${browser.version()}`, how, run: () => runBrowser(browser, task, project) }];
  return scripted.filter(({ title }) => task.nodes.includes(title))
    .map((runtime) => ({ by, on: runtime.name, how, run: () => runScript(runtime, [task.file], project, task.asks) }));
}

async function runScript({ program, args }, script, project, asks) {
  const inRuntime = args[0] === 'run' ? [...args, ...script] : [...script];
  const { output } = await run(program, inRuntime, { cwd: project.folder, minutes: 3 });
  return outcomesOf(output, asks);
}

/** workerd reads the configuration of wrangler, Cloudflare's own tool, and bundles as that does; its `test` command then calls the suite. */
async function runWorkerd({ program }, project, kit) {
  writeFileSync(join(project.folder, 'wrangler.json'), JSON.stringify({ name: 'suite', main: 'workerd.mjs', compatibility_date: '2026-11-01' }));
  const { platform, arch } = process;
  const esbuild = join(kit, 'node_modules', '@esbuild', `${platform}-${arch}`, platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild');
  const env = { ...process.env, WORKERD_ESBUILD: esbuild };
  const { output } = await run(program, ['test', 'wrangler.json'], { cwd: project.folder, env, minutes: 3 });
  return outcomesOf(output, 'nobody');
}

async function runBrowser(browser, task, project) {
  const page = await browser.newPage();
  try {
    const heard = [];
    const spoken = new Promise((resolve) => {
      page.on('console', (message) => {
        heard.push(message.text());
        if (message.text().startsWith('@results ')) resolve();
      });
      page.on('pageerror', (error) => {
        heard.push(String(error.stack));
        resolve();
      });
    });
    await page.addScriptTag({ type: 'module', content: readFileSync(join(project.folder, task.file), 'utf8') });
    await spoken;
    return outcomesOf(heard.join('\n'), task.asks);
  } finally {
    await page.close();
  }
}

/** What the suite said, with its evidence judged. Every case must have run. @returns {Outcome[]} */
function outcomesOf(output, asks) {
  const [, line] = /^@results (.*)$/m.exec(output) ?? [];
  if (!line) throw new Error(`the suite did not come to its end:\n${tail(output)}`);
  const outcomes = JSON.parse(line).map((result) => (result.error ? result : judge(result, asks)));
  const missing = CASES.filter((name) => !outcomes.some((outcome) => outcome.name === name));
  if (missing.length > 0 || outcomes.length !== CASES.length) throw new Error(`the suite ran other cases; missing: ${missing.join(', ') || 'none'}`);
  return outcomes;
}

function judge(result, asks) {
  try {
    checkEvidence(result, { asks });
    return { name: result.name };
  } catch (error) {
    return { name: result.name, error: `what it left behind is wrong: ${error.message}` };
  }
}
