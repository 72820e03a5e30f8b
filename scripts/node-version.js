// Imported first by every command of this folder: says in plain words that Node is too old, before anything newer is met.
// (For that to work, the files imported at start must still parse on Node 14.)

const OLDEST = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(`velopos needs Node ${OLDEST} or newer to build and test; this is Node ${process.versions.node}.`);
  console.error('To mend it: install a newer Node from https://nodejs.org, or with your version manager (nvm install 22).');
  process.exit(1);
}
