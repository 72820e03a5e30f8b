// The example site as a whole, in velo-local.
import { runChild } from '../children.js';
import { digits, table } from '../table.js';

export const title = 'The whole site: returns booked by velo-example in velo-local';

export function measure({ quick }, progress) {
  progress('paying at the simulated bank');
  return runChild('site.js', { payments: quick ? 40 : 200 });
}

export function describe({ perSecond, parts, hop }) {
  const asked = parts.operations + 1; // and the secret
  const rest = parts.whole - hop.nothing - asked * hop.trip - parts.data - parts.velopos;
  const row = (name, ms) => [name, `${digits(ms)} ms`, `${(100 * ms / parts.whole).toFixed(1)} %`];
  const rows = [
    row('HTTP, and the way into a container and back', hop.nothing),
    row(`${asked.toFixed(0)} questions of the container to its host`, asked * hop.trip),
    row(`${parts.operations.toFixed(0)} operations on the data, in SQLite`, parts.data),
    row('velopos: the account opened, the message verified', parts.velopos),
    row("the site's own code, and what is left", rest),
    row('together', parts.whole),
  ];
  const rates = Object.entries(perSecond).map(([atOnce, rate]) => `${digits(rate)} with ${atOnce} at once`).join(', ');
  return `Callbacks per second: ${rates}.

${table(['One return, alone', 'time', 'share'], rows)}

The first two rows are timed with a site that does nothing, and with one that does nothing but ask; velopos is timed beside the site. Wix's
own data is slower than SQLite on the same machine, so there velopos's share is smaller still.`;
}
