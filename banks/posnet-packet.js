// The packets that travel through the customer's browser. Nobody but the bank can read or make one. How the bank makes its own is
// not published; these are sealed with keys that live and die with this process.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { sameDigest } from './digest.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param {(bytes: number) => Buffer} random */
export function createPackets(random) {
  const [sealing, signing] = [random(32), random(32)];

  /** @param {string} kind a packet of one kind is none of another @param {object} content */
  function seal(kind, content) {
    const iv = random(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', sealing, iv).setAAD(Buffer.from(kind));
    const body = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, body, cipher.getAuthTag()]).toString('hex').toUpperCase();
  }

  /** The content, or null for anything that this bank did not seal. @param {string} kind @param {string} packet */
  function open(kind, packet) {
    const bytes = /^([0-9A-F]{2})+$/.test(packet) ? Buffer.from(packet, 'hex') : Buffer.alloc(0);
    if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(kind));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const body = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return JSON.parse(Buffer.concat([body, decipher.final()]).toString('utf8'));
    } catch {
      return null;
    }
  }

  /** Says that these packets belong together. */
  const sign = (...packets) => createHmac('sha256', signing).update(packets.join(';')).digest('hex').slice(0, 32).toUpperCase();

  return { seal, open, sign, belong: (given, ...packets) => sameDigest(given, sign(...packets)) };
}
