// Tables from the banks' panels and for spreadsheets: every bank's column names, numbers and days in every spelling, files made to harm.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { columnsOf, plain, readExport } from '../../velo-example/src/backend/velopos/bank-export.js';
import { CsvProblem, LIMITS, decimalMarkOf, readAmount, readCsv, readMoment, writeCsv, writtenAmount } from '../../velo-example/src/backend/velopos/csv.js';

const cellsOf = (text, delimiter) => readCsv(text, delimiter).rows.map(({ cells }) => cells);
const refused = (work, problem, line) => assert.throws(work, (error) => {
  assert.ok(error instanceof CsvProblem, error.stack);
  assert.deepEqual([error.problem, error.line], [problem, line ?? error.line]);
  return true;
});

describe('reading a table', () => {
  test('commas, semicolons and tabs; quotes; every kind of line end; a byte order mark', () => {
    for (const delimiter of [',', ';', '\t']) {
      for (const end of ['\n', '\r\n', '\r']) {
        const text = `\uFEFF${[['a', 'b', 'c'], ['1', `"x${delimiter}y"`, '"say ""hi"""'], ['2', '', '"two\nlines"']].map((row) => row.join(delimiter)).join(end)}${end}`;
        const table = readCsv(text);
        assert.equal(table.delimiter, delimiter);
        assert.deepEqual(table.rows.map(({ cells }) => cells), [['a', 'b', 'c'], ['1', `x${delimiter}y`, 'say "hi"'], ['2', '', 'two\nlines']]);
      }
    }
  });

  test('lines are counted as an editor counts them', () => {
    assert.deepEqual(readCsv('a;b\n\n"x\ny\r\nz";1\n;\n2;3').rows.map(({ line }) => line), [1, 3, 7]);
  });

  test('amounts with a comma do not make a comma the delimiter', () => {
    assert.equal(readCsv('Sipariş;Tutar\nA;149,90\nB;1.249,50\n').delimiter, ';');
    assert.equal(readCsv('Sipariş,Tutar\nA,"149,90"\nB,"1.249,50"\n').delimiter, ',');
    assert.equal(readCsv('sep=,\r\nA;B,C\r\n').delimiter, ',');
    assert.deepEqual(cellsOf('a,b;c', ';'), [['a,b', 'c']]);
  });

  test('Excel’s texts are texts', () => assert.deepEqual(cellsOf('="00123";\'0042; " x ";\'a'), [['00123', '0042', '" x "', "'a"]]));

  test('what is no table is refused, and told where', () => {
    refused(() => readCsv(''), 'empty');
    refused(() => readCsv('\uFEFF \r\n\t'), 'empty');
    refused(() => readCsv(';;\n;;'), 'empty');
    refused(() => readCsv('a;b\n1;\0'), 'not-text');
    refused(() => readCsv('PK\x03\x04 a workbook'), 'not-text');
    refused(() => readCsv('\xD0\xCF\x11\xE0 an older one'), 'not-text');
    refused(() => readCsv('<html><table><tr><td>1</td></tr></table>'), 'markup');
    refused(() => readCsv('a;b\n1;2\n3;"never closed\n4;5\n'), 'quote', 3);
    refused(() => readCsv('a;b\n"x"y;2\n'), 'quote', 2);
    refused(() => readCsv(`a;b\n1;${'x'.repeat(LIMITS.cell + 1)}`), 'long-cell', 2);
    refused(() => readCsv(`a;b\n1;"${'x'.repeat(LIMITS.cell + 1)}"`), 'quote', 2);
    refused(() => readCsv(`a;b\n${';'.repeat(LIMITS.columns)}1`), 'too-many-columns', 2);
    refused(() => readCsv('1;2\n'.repeat(LIMITS.rows + 1)), 'too-many-rows', LIMITS.rows + 1);
    refused(() => readCsv('x'.repeat(LIMITS.characters + 1)), 'too-large');
  });

  test('files made to harm are read or refused at once', () => {
    const size = LIMITS.characters;
    const hostile = ['"', '""', '";', ';', ',', '\t', '\n', '\r', '"\n', ' ', '=', '1.', '(', '-', '9', '\u202e', '\uD800', '<', '&'].map((piece) => piece.repeat(size / piece.length));
    hostile.push(`${'a;b\n'.repeat(60)}"${'\n'.repeat(LIMITS.cell + 10)}`, `İşlem Tarihi;Tutar;Sipariş No\n${'"'.repeat(1_001)}`);
    for (const text of hostile) {
      const begun = process.hrtime.bigint();
      try {
        readExport(text);
      } catch (error) {
        assert.ok(error instanceof CsvProblem, error.stack);
      }
      assert.ok(Number(process.hrtime.bigint() - begun) / 1e6 < 2_000, JSON.stringify(text.slice(0, 6)));
    }
  });
});

describe('amounts', () => {
  const read = (cell, mark = null, decimals = 2) => {
    try {
      return String(readAmount(cell, decimals, mark));
    } catch (error) {
      return error.problem;
    }
  };

  test('one way to read it, or none', () => {
    const cells = {
      '149,90': '14990', '149.90': '14990', '1.249,50': '124950', '1,249.50': '124950', '1.249.500,25': '124950025', '1.249.500': '124950000',
      '149': '14900', '0': '0', '0,05': '5', '149,9': '14990', '149.90 TL': '14990', '₺149,90': '14990', 'TL 149,90': '14990', '149,90TRY': '14990', '$5.00': '500',
      '1 249,50': '124950', '1\u00A0249,50 TL': '124950', "1'249.50": '124950', '149.90000000': '14990', '1.249,500': '124950', '١': 'amount',
      '-149,90': '-14990', '149,90-': '-14990', '(149,90)': '-14990', '-149,90 TL': '-14990', '+149,90': '14990', '１４９,９０': '14990',
      '99999999999999999999,99': '9999999999999999999999',
      '1.249': 'ambiguous', '1,249': 'ambiguous', '0,005': 'ambiguous',
      '149,905': 'ambiguous', '1249,905': 'ambiguous', '149,9051': 'decimals', '1.249,505': 'decimals',
      '12.49,50': 'amount', '1.2.3': 'amount', '1,,2': 'amount', '1e5': 'amount', '0x10': 'amount', 'abc': 'amount', '': 'amount', '-': 'amount', '--5': 'amount', '149 90': 'amount',
      '1.249,50,10': 'amount', '5%': 'amount', '=1+1': 'amount', '149,90 149,90': 'amount', '1,24.950': 'amount', 'NaN': 'amount', 'Infinity': 'amount',
    };
    for (const [cell, expected] of Object.entries(cells)) assert.equal(read(cell), expected, cell);
  });

  test('a column’s own cells say what its decimals are written with', () => {
    assert.equal(decimalMarkOf(['1.249', '149,90', '12']), ',');
    assert.equal(decimalMarkOf(['1,249', '149.90']), '.');
    assert.equal(decimalMarkOf(['1.249.500', '7']), ',');
    assert.equal(decimalMarkOf(['1.249', '149']), null);
    assert.equal(decimalMarkOf(['149,90', '149.90']), 'both');
    assert.equal(read('1.249', ','), '124900');
    assert.equal(read('1.249', '.'), 'decimals');
    assert.equal(read('1,249', '.'), '124900');
    assert.equal(read('149,90', '.'), 'amount');
    assert.equal(read('1500', null, 0), '1500');
    assert.equal(read('1500,5', ',', 0), 'decimals');
    assert.equal(read('1500,00', ',', 0), '1500');
  });

  test('whatever a number is written like, it comes back', () => {
    for (let minor = 1; minor < 10 ** 15; minor = minor * 7 + 3) {
      const whole = String(Math.floor(minor / 100));
      const cents = String(minor % 100).padStart(2, '0');
      for (const [group, point] of [['.', ','], [',', '.'], ['', ','], ['', '.'], [' ', ',']]) {
        assert.equal(read(`${whole.replace(/\B(?=(\d{3})+$)/g, group)}${point}${cents}`), String(minor));
      }
    }
  });
});

test('moments: Turkish days, ISO, and nothing that is no day', () => {
  const cells = {
    '31.01.2026': '2026-01-31', '1.2.2026 9:05': '2026-02-01T09:05:00+03:00', '31/01/2026 23:59:58': '2026-01-31T23:59:58+03:00', '31-01-2026': '2026-01-31',
    '31.01.2026 23.59': '2026-01-31T23:59:00+03:00', '2026-01-31': '2026-01-31', '2026-01-31 10:00:00.123': '2026-01-31T10:00:00+03:00',
    '2026-01-31T10:00:00Z': '2026-01-31T10:00:00Z', '2026-01-31T10:00:00+0200': '2026-01-31T10:00:00+02:00', '20260131': '2026-01-31', '20260131 101112': '2026-01-31T10:11:12+03:00',
    '29.02.2024': '2024-02-29', '29.02.2025': null, '31.04.2026': null, '01/31/2026': null, '31.01.26': null, '2026-01-31T24:00': null, '31.01.2026 12:60': null, '': null, 'dün': null, '1': null,
  };
  for (const [cell, expected] of Object.entries(cells)) assert.equal(readMoment(cell), expected, cell);
});

describe('the banks’ panels', () => {
  const panels = {
    'NestPay (İş Bankası)': ['Sipariş No;İşlem Tarihi;İşlem Tipi;İşlem Tutarı;Para Birimi;Taksit Sayısı;Provizyon Numarası;Kart No;Durum\nA1;10.01.2026 12:00:00;Satış;1.249,50;TL;3;123456;454360******0002;Onaylandı',
      { orderId: 'A1', kind: 'sale', outcome: 'approved', amount: '1249.50', currency: 'TRY', installments: 3, at: '2026-01-10T12:00:00+03:00', authCode: '123456', maskedPan: '454360******0002' }],
    'Garanti BBVA': ['SİPARİŞ NO;TARİH;SAAT;İŞLEM TİPİ;TUTAR;DÖVİZ KODU;TAKSİT;ONAY KODU;RRN\nA1;10/01/2026;12:00;Ön Otorizasyon Kapama;149,90;949;-;304919;123456789012',
      { orderId: 'A1', kind: 'capture', amount: '149.90', currency: 'TRY', installments: 1, at: '2026-01-10T12:00:00+03:00', authCode: '304919', hostReference: '123456789012' }],
    'Yapı Kredi, without order numbers': ['İşlem Tarihi\tValör Tarihi\tİşlem Tutarı\tNET KESİNTİ\tNet Tutar\tTaksit Sayısı\tProvizyon No\n10.01.2026\t11.01.2026\t149,90\t3,60\t146,30\t1\t000123',
      { orderId: '', kind: 'sale', amount: '149.90', commission: '3.60', authCode: '000123', at: '2026-01-10' }],
    'VakıfBank, with two lines above the names': ['VakıfBank POS Ekstresi;;;;;\nDönem: 01.01.2026 - 31.01.2026;;;;;\nİşlem Tarihi;Brüt Tutar;Komisyon;Net Tutar;İşlem Tipi;Onay Kodu\n10.01.2026;149,90;3,60;146,30;IAD;123456',
      { kind: 'refund', amount: '149.90', commission: '3.60', authCode: '123456' }],
    'PayTR': ['siparis_no,islem_tipi,odeme_tutari,islem_tutari,kesinti_tutari,net_tutar,islem_tarihi,para_birimi,taksit\nA1,I,149.90,149.90,3.60,146.30,10.01.2026,TL,0',
      { orderId: 'A1', kind: 'refund', amount: '149.90', commission: '3.60', currency: 'TRY', installments: 1, at: '2026-01-10' }],
    'iyzico': ['"transactionType","transactionDate","paymentId","basketId","price","paidPrice","currency","installment","iyzicoCommission","authCode"\n"PAYMENT","2026-01-10 12:00:00","22222","A1","149.90000000","160.50000000","TRY","6","4.26000000","557412"',
      { orderId: 'A1', kind: 'sale', amount: '160.50', commission: '4.26', installments: 6, transactionId: '22222', at: '2026-01-10T12:00:00+03:00' }],
  };
  for (const [name, [text, expected]] of Object.entries(panels)) {
    test(name, () => {
      const read = readExport(text);
      assert.deepEqual([read.missing, read.problems], [[], []]);
      assert.equal(read.rows.length, 1);
      for (const [field, value] of Object.entries(expected)) assert.equal(read.rows[0][field], value, field);
    });
  }

  test('names are known whatever their capitals, Turkish letters and brackets', () => {
    assert.equal(plain('  İŞLEM  Tutarı (TL) '), 'islemtutari');
    assert.deepEqual(columnsOf(['SİPARİŞ NUMARASI', 'Ne bu', 'İşlem Tutarı (TL)', 'ISLEM TARIHI']), { orderId: 0, amount: 2, at: 3 });
    assert.deepEqual(columnsOf(['Tutar', 'Ödeme Tutarı', 'Taksit Sıra', 'Ödeme Tarihi', 'Net Tutar']), { amount: 1 });
  });

  test('columns that nobody knows are chosen by the person; until then nothing is read', () => {
    const text = 'Kod;Ne zaman;Ne kadar\nA1;10.01.2026;1.249\nA2;11.01.2026;7';
    const unknown = readExport(text);
    assert.deepEqual([unknown.missing, unknown.rows, unknown.header.cells], [['amount', 'at', 'orderId'], [], ['Kod', 'Ne zaman', 'Ne kadar']]);
    const columns = { orderId: 0, at: 1, amount: 2 };
    assert.deepEqual(readExport(text, { columns }).problems, [{ line: 2, field: 'amount', problem: 'ambiguous', cell: '1.249' }]);
    assert.deepEqual(readExport(text, { columns, numbers: 'tr' }).rows.map(({ amount, line }) => [amount, line]), [['1249.00', 2], ['7.00', 3]]);
    assert.deepEqual(readExport(text, { columns, numbers: 'en' }).problems, [{ line: 2, field: 'amount', problem: 'decimals', cell: '1.249' }]);
  });

  const lines = (...rows) => `Sipariş No;İşlem Tarihi;İşlem Tipi;Tutar;Para Birimi;Taksit;Durum\n${rows.join('\n')}`;

  test('every line that cannot be read is named, with what stands there', () => {
    const { problems, rows } = readExport(lines(
      'A1;10.01.2026;Satış;149,90;TL;1;Başarılı', 'A2;10.13.2026;Satış;149,90;TL;1;Başarılı', 'A3;10.01.2026;Satış;;TL;1;Başarılı', 'A4;10.01.2026;Satış;yüz;TL;1;Başarılı',
      'A5;10.01.2026;Satış;5,00;Altın;1;Başarılı', 'A6;10.01.2026;Satış;5,00;TL;çok;Başarılı', 'A7;10.01.2026;Satış;-5,00;TL;1;Başarılı', `${'x'.repeat(65)};10.01.2026;Satış;5,00;TL;1;Başarılı`,
    ));
    assert.equal(rows.length, 1);
    assert.deepEqual(problems.map(({ line, field, problem }) => [line, field, problem]), [
      [3, 'at', 'date'], [4, 'amount', 'empty'], [5, 'amount', 'amount'], [6, 'currency', 'currency'], [7, 'installments', 'installments'], [8, 'kind', 'sign'], [9, 'orderId', 'long'],
    ]);
  });

  test('two ways of writing decimals in one column are nobody’s', () => {
    const { problems } = readExport(lines('A1;10.01.2026;Satış;149,90;TL;1;Başarılı', 'A2;10.01.2026;Satış;149.90;TL;1;Başarılı'));
    assert.deepEqual(problems.map(({ line, problem }) => [line, problem]), [[2, 'mixed'], [3, 'mixed']]);
  });

  test('kinds and outcomes by their words; unknown ones decide nothing and are told', () => {
    const read = readExport(lines(
      'A;10.01.2026;Taksitli Satış;1,00;TL;3 Taksit;Onaylandı', 'A;10.01.2026;Taksitli İade;1,00;TL;Tek Çekim;Başarılı', 'A;10.01.2026;İptal;1,00;TL;Peşin;00',
      'A;10.01.2026;Ön Otorizasyon;1,00;TL;;Reddedildi', 'A;10.01.2026;PreAuth;1,00;TL;0;Onay Bekliyor', 'A;10.01.2026;Puan Harcama;1,00;TL;1;İptal Edildi', 'A;10.01.2026;İade İptali;1,00;TL;1;Esrarlı',
    ));
    assert.deepEqual(read.rows.map(({ kind, outcome, installments }) => [kind, outcome, installments]), [
      ['sale', 'approved', 3], ['refund', 'approved', 1], ['void', 'approved', 1], ['preauth', 'declined', 1], ['preauth', 'open', 1], ['other', 'voided', 1], ['other', 'open', 1],
    ]);
    assert.deepEqual(read.unknown, { kinds: ['Puan Harcama', 'İade İptali'], outcomes: ['Esrarlı'] });
  });

  test('a statement without kinds writes what went back as a negative amount', () => {
    const { rows } = readExport('Sipariş No;Tarih;Tutar\nA1;10.01.2026;149,90\nA1;12.01.2026;-49,90');
    assert.deepEqual(rows.map(({ kind, amount }) => [kind, amount]), [['sale', '149.90'], ['refund', '49.90']]);
  });

  test('sums and remarks are left out, and told', () => {
    const read = readExport(lines('A1;10.01.2026;Satış;149,90;TL;1;Başarılı', 'TOPLAM;;;149,90;;;', ';;;149,90;;;', ';Toplam 1 işlem;;149,90;;;'));
    assert.deepEqual([read.rows.length, read.problems, read.skipped], [1, [], [3, 4, 5]]);
  });

  test('the period is that of the lines', () => {
    const read = readExport(lines('A1;12.01.2026;Satış;149,90;TL;1;Başarılı', 'A2;03.01.2026 23:00;Satış;149,90;TL;1;Başarılı'));
    assert.deepEqual([read.from, read.to], ['2026-01-03', '2026-01-12']);
  });

  test('a panel that shows whole card numbers does not bring them here', () => {
    const [row] = readExport('Sipariş No;Tarih;Tutar;Kart No;İşlem No\nA1;10.01.2026;5,00;4000 0000 0000 0002;4000000000000002').rows;
    assert.deepEqual([row.maskedPan, row.transactionId], ['400000******0002', '400000******0002']);
  });

  test('columns chosen outside the table are empty cells, not a crash', () => {
    const { problems } = readExport('a;b;c\nA1;10.01.2026;5,00', { columns: { orderId: 0, at: 1, amount: 99 } });
    assert.deepEqual(problems.map(({ field, problem }) => [field, problem]), [['amount', 'empty']]);
  });
});

describe('writing for a spreadsheet', () => {
  const cellsOfWritten = (rows, language = 'en') => readCsv(writeCsv(rows, language), language === 'tr' ? ';' : ',').rows.map(({ cells }) => cells);

  test('no cell can become a formula', () => {
    const formulas = [
      '=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '  =cmd|\'/c calc\'!A1', '＝1+1', '＋1', '－1', '＠SUM', '\u200B=1', '\uFEFF=1', '\u00A0=1', '\u202E=1', '﹦1', '−1', '"=1"', "'=1", '=HYPERLINK("https://evil.example")',
    ];
    for (const language of ['tr', 'en']) {
      for (const formula of formulas) {
        const text = writeCsv([[formula, 'x']], language).slice(1);
        assert.match(text, /^"?'/, JSON.stringify([formula, text]));
        assert.ok(!/[\t]|\r(?!\n)|[^\r]\n/.test(text), JSON.stringify(text));
      }
    }
  });

  test('what is no formula stays as it is, and a round trip gives it back', () => {
    const rows = [['Sipariş', 'Ürün; "özel"', '149,90', 'a,b', 'O’Neil', '2026-01-10', '']];
    for (const language of ['tr', 'en']) assert.deepEqual(cellsOfWritten(rows, language), rows);
  });

  test('Turkish spreadsheets want semicolons and a comma, English ones commas and a point; both begin with the mark of UTF-8', () => {
    assert.equal(writeCsv([['a', writtenAmount('1249.50', 'tr')]], 'tr'), '\uFEFFa;1249,50\r\n');
    assert.equal(writeCsv([['a', writtenAmount('1249.50', 'en')]], 'en'), '\uFEFFa,1249.50\r\n');
    assert.equal(writeCsv([[null, undefined, writtenAmount(null, 'tr')]], 'tr'), '\uFEFF;;\r\n');
  });
});
