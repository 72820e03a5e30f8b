// GVPSResponse, as the bank writes it: every element is there, whether it has something to say or not.
import { encode } from './charset.js';
import { messageOf } from './garanti-codes.js';
import { replyHash } from './garanti-hash.js';
import { masked } from './garanti-callback.js';
import { compactTimestamp } from './turkish-time.js';
import { element } from './xml.js';

/**
 * @typedef {object} Answer
 * @property {import('./garanti-book.js').Verdict} verdict
 * @property {string} [retrefNum]
 * @property {string} [authCode]
 * @property {string} [batch]
 * @property {string} [sequence]
 * @property {string} [pan] of the card that the transaction was about
 * @property {[string, any][]} [order] what an inquiry found
 */

/** What stands before the real one, where the answer is damaged so. */
const FIRST_RESPONSE = ['Response', [['Source', 'HOST'], ['Code', '00'], ['ReasonCode', '00'], ['Message', 'Approved']]];

/**
 * @param {object} request as garanti-api.js read it
 * @param {Answer} answer
 * @param {{ password?: string, settings: any, now: () => number, damage?: string }} bank
 */
export function gvpsResponse(request, answer, { password, settings, now, damage }) {
  const { retrefNum = '', authCode = '', batch = '', sequence = '', pan = '', verdict } = answer;
  const provDate = compactTimestamp(now());
  const orderId = damage === 'wrong-order' ? `${request.orderId}X` : request.orderId;
  const terminalId = damage === 'wrong-terminal' ? `${request.terminalId}9` : request.terminalId;
  const hash = password === undefined ? '' : replyHash({
    version: request.version, code: verdict.code, retrefNum, authCode, provDate, orderId,
  }, { terminalId: request.terminalId, password });
  const padded = (number) => (number ? number.padStart(6, '0') : '');
  const children = [
    ['Mode', ''],
    ['Terminal', [
      ['ProvUserID', request.user], ['UserID', request.userId], ['ID', terminalId], ['MerchantID', request.merchantId],
    ]],
    ['Customer', [['IPAddress', request.ip], ['EmailAddress', request.email]]],
    ['Order', [['OrderID', orderId], ['GroupID', request.groupId], ...(answer.order ?? [])]],
    ['Transaction', [
      ...(damage === 'duplicate-tag' ? [FIRST_RESPONSE] : []),
      ['Response', [
        ['Source', verdict.source], ['Code', verdict.code], ['ReasonCode', verdict.reason], ['Message', messageOf(verdict)],
        ['ErrorMsg', verdict.message], ['SysErrMsg', verdict.detail],
      ]],
      ['RetrefNum', retrefNum], ['AuthCode', authCode || settings.blankAuthCode], ['BatchNum', padded(batch)],
      ['SequenceNum', padded(sequence)], ['ProvDate', provDate], ['CardNumberMasked', pan && masked(pan)],
      ['CardHolderName', pan && 'VE*** MÜŞ***'], ['CardType', pan && 'BONUS'],
      ['HashData', damage === 'wrong-hash' ? hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) : hash],
      ['HostMsgList', ''], ['RewardInqResult', [['RewardList', ''], ['ChequeList', '']]],
      ...(pan ? [['GarantiCardInd', 'Y']] : []),
    ]],
  ];
  const { replyCharset: charset } = settings;
  const text = `<?xml version="1.0" encoding="${charset}"?>\n${element('GVPSResponse', children)}\n`;
  return { status: 200, headers: { 'content-type': `text/xml; charset=${charset}` }, body: encode(text, charset) };
}
