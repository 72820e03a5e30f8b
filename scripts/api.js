// The reference of the API in docs/api: one page for each entry, made of the declarations in js-glue and what is written there beside every name.
// `npm run docs` puts it there. A name without a sentence of its own has no place in it, so there is none.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './command.js';

/** The pages, and where each name stands in it: what is needed first comes first. */
export const ENTRIES = [
  {
    path: 'docs/api/velopos.md',
    types: 'index.d.ts',
    sections: {
      'Taking a payment': ['createPos', 'Pos', 'newOrderId', 'paymentPage'],
      'What you give': ['Config', 'Options', 'Order', 'StoredOrder', 'Card', 'Message', 'Range', 'Currency', 'Mode'],
      'What you get': ['Payment', 'Facts', 'Decline', 'Redirect', 'CardInputs', 'Transaction'],
      'What is refused': ['PosError', 'PosErrorCode'],
      'The configuration of each gateway': [
        'NestpayConfig', 'NestpayMerchant', 'GarantiConfig', 'GarantiMerchant', 'PosnetConfig', 'PosnetMerchant', 'PayflexConfig', 'PayflexMerchant',
        'PaytrConfig', 'PaytrMerchant', 'IyzicoConfig', 'IyzicoMerchant',
      ],
      'Step by step, without I/O': ['StepMachine', 'Step', 'Request', 'Answer', 'ListStep', 'ListPage', 'Verb'],
      'Without an account': ['parseIsbankResponse', 'IsbankResponse', 'validatePayment', 'generateHashData'],
      'The banks\' formulas': ['nestpay', 'garanti', 'posnet', 'payflex', 'paytr', 'iyzico', 'IyzicoEvent'],
    },
  },
  {
    path: 'docs/api/all.md',
    types: 'all.d.ts',
    sections: {
      'Taking a payment': ['createPos', 'Config'],
      'Without an account': ['validatePayment'],
      'The configuration of each gateway': [
        'PayforConfig', 'PayforMerchant', 'InterposConfig', 'InterposMerchant', 'AkbankConfig', 'AkbankMerchant', 'ToslaConfig', 'ToslaMerchant',
        'MokaConfig', 'MokaMerchant', 'KuveytturkConfig', 'VakifkatilimConfig', 'BoaMerchant', 'Posnetv1Config', 'Posnetv1Merchant',
      ],
      'The banks\' formulas': ['payfor', 'interpos', 'akbank', 'tosla', 'moka', 'kuveytturk', 'vakifkatilim', 'posnetv1'],
    },
  },
  {
    path: 'docs/api/explain.md',
    types: 'explain.d.ts',
    sections: {
      'Asking why': ['explain', 'ExplainOptions', 'Captured', 'RefusedForm'],
      'What you get': ['Explanation', 'Verdict', 'Cause', 'CauseId', 'Hashed'],
    },
  },
];

const MARKS = ['<!-- reference: made by scripts/api.js -->', '<!-- reference: end -->'];

/** The page's text with its reference between the marks. @param {string} text @param {typeof ENTRIES[number]} entry */
export function withReference(text, entry) {
  const [before, rest] = text.split(MARKS[0]);
  const after = rest?.split(MARKS[1])[1];
  if (after === undefined) throw new Error(`${entry.path} has no ${MARKS.join(' … ')}`);
  return `${before}${MARKS[0]}\n\n${reference(entry)}\n\n${MARKS[1]}${after}`;
}

export function writeReferences() {
  for (const entry of ENTRIES) {
    const path = join(root, entry.path);
    writeFileSync(path, withReference(readFileSync(path, 'utf8'), entry));
  }
}

// ---- reading

let opened;

/** The declarations as TypeScript understands them. In js-glue they lie as .d.ts and name each other as they do in dist. */
function open() {
  if (opened) return opened;
  const files = ENTRIES.map(({ types }) => join(root, 'js-glue', types));
  const host = ts.createCompilerHost({});
  host.resolveModuleNameLiterals = (names) => names.map(({ text }) => {
    const resolvedFileName = join(root, 'js-glue', text.replace('.cjs', '.d.ts'));
    return { resolvedModule: { resolvedFileName, extension: ts.Extension.Dts } };
  });
  const program = ts.createProgram(files, { strict: true, noEmit: true, types: [], lib: ['lib.es2022.d.ts'], target: ts.ScriptTarget.ES2022 }, host);
  const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  opened = { program, checker: program.getTypeChecker() };
  return opened;
}

/** What a file itself declares and exports, by its name; what it hands on belongs to the other page. */
function ownExports({ types }) {
  const { program, checker } = open();
  const file = program.getSourceFile(join(root, 'js-glue', types));
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
  const isOwn = (declaration) => declaration.getSourceFile() === file && !ts.isExportSpecifier(declaration);
  return new Map(exported.filter(({ declarations }) => declarations.some(isOwn)).map((symbol) => [symbol.name, symbol]));
}

const placeOf = (name) => {
  const entry = ENTRIES.find(({ sections }) => Object.values(sections).flat().includes(name));
  return entry && { path: entry.path, anchor: name.toLowerCase() };
};

// ---- writing

function reference(entry) {
  const names = Object.values(entry.sections).flat();
  const exported = ownExports(entry);
  const forgotten = [...exported.keys()].filter((name) => !names.includes(name)).sort();
  const gone = names.filter((name) => !exported.has(name));
  if (forgotten.length + gone.length > 0) throw new Error(`scripts/api.js: ${entry.types} has ${forgotten.join(', ') || 'nothing'} besides, and not ${gone.join(', ')}`);
  const page = new Page(entry.path);
  for (const [title, those] of Object.entries(entry.sections)) {
    page.lines.push(`## ${title}`, '');
    for (const name of those) page.addExport(exported.get(name));
  }
  if (page.silent.length > 0) throw new Error(`js-glue/${entry.types}: no comment says what these are: ${page.silent.join(', ')}`);
  return page.lines.join('\n').trimEnd();
}

class Page {
  constructor(path) {
    this.path = path;
    /** @type {string[]} */
    this.lines = [];
    /** Names that nothing is said about. @type {string[]} */
    this.silent = [];
  }

  addExport(symbol) {
    const { checker } = open();
    const [declaration] = symbol.declarations;
    this.lines.push(`### ${symbol.name}`, '', this.about(symbol, symbol.name), '');
    if (ts.isFunctionDeclaration(declaration)) this.addCode(declaration);
    else if (ts.isVariableDeclaration(declaration)) this.addFormulas(symbol, checker.getTypeOfSymbolAtLocation(symbol, declaration));
    else if (symbol.name === 'Pos' || symbol.name === 'StepMachine') this.addVerbs(symbol);
    else this.addType(symbol, declaration);
  }

  addCode(...declarations) {
    this.lines.push('```ts', ...declarations.map((each) => withoutComments(each)), '```', '');
  }

  /** A type's declaration, where it says more than its members do; and the members, but for those that have a place of their own. */
  addType(symbol, declaration) {
    const { checker } = open();
    if (ts.isTypeAliasDeclaration(declaration) && !/\b(CommonConfig|Common)\b/.test(declaration.getText())) this.addCode(declaration);
    if (isListOfNames(declaration.type)) return;
    const members = membersOf(checker.getDeclaredTypeOfSymbol(symbol));
    const elsewhere = (member) => member.declarations.map(({ parent }) => parent.name?.text).find((name) => name && name !== symbol.name && placeOf(name));
    const rows = members.filter((member) => !elsewhere(member)).flatMap((member) => this.rowOf(member, '', symbol.name));
    if (rows.length > 0) this.addTable(['Name', 'Type', 'Meaning'], rows);
    const others = unique(members.map(elsewhere).filter(Boolean));
    if (others.length > 0) this.lines.push(`And all that is in ${others.map((name) => this.linked(name)).join(', ')}.`, '');
  }

  addFormulas(symbol, type) {
    const rows = type.getProperties().map((formula) => {
      const [declaration] = formula.declarations;
      const parameters = oneLine(declaration.parameters.map((each) => each.getText()).join(', '));
      return [code(`${formula.name}(${parameters})`), code(declaration.type.getText()), this.cell(formula, `${symbol.name}.${formula.name}`)];
    });
    this.addTable([code(symbol.name), 'Gives', 'Meaning'], rows);
  }

  /** Methods one after another, and what is no method in a table. */
  addVerbs(symbol) {
    const { checker } = open();
    const name = symbol.name === 'Pos' ? 'pos' : 'pos.step';
    const members = checker.getDeclaredTypeOfSymbol(symbol).getProperties();
    const isMethod = ({ declarations: [declaration] }) => ts.isMethodSignature(declaration);
    for (const member of members.filter(isMethod)) {
      this.lines.push(`#### ${name}.${member.name}`, '', this.about(member, `${name}.${member.name}`), '');
      this.addCode(...member.declarations);
    }
    const values = membersOf(checker.getDeclaredTypeOfSymbol(symbol)).filter((member) => !isMethod(member));
    if (values.length > 0) this.addTable(['Name', 'Type', 'Meaning'], values.flatMap((member) => this.rowOf(member, `${name}.`, symbol.name)));
  }

  addTable(header, rows) {
    this.lines.push(...[header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`), '');
  }

  /** A member, and below it the members of what has no name of its own on these pages. */
  rowOf(member, prefix, owner) {
    const name = `${prefix}${member.name}`;
    const written = unique(member.declarations.flatMap(({ type }) => alternativesOf(type))).filter((text) => text !== 'undefined');
    const isList = ts.isArrayTypeNode(member.declarations[0].type);
    const parts = partsOf(member);
    const isPart = prefix !== '' && member.declarations.every(({ parent }) => ts.isTypeLiteralNode(parent));
    const meaning = this.cell(member, `${owner}.${name}`, isPart || member.name === 'type');
    const type = parts.length > 0 ? `object${isList ? '[]' : ''}` : written.join(' | ');
    return [
      [`${code(name)}${member.isOptional ? '' : ' *'}`, /^\w+(\[\])?$/.test(type) ? this.linked(type) : code(type), meaning],
      ...parts.flatMap((part) => this.rowOf(part, `${name}${isList ? '[]' : ''}.`, owner)),
    ];
  }

  /** A name as code, and where it leads, if these pages tell of it. */
  linked(words) {
    const place = placeOf(words.replace('[]', ''));
    return place ? `[${code(words)}](${this.linkTo(place)})` : code(words);
  }

  linkTo({ path, anchor }) {
    return `${path === this.path ? '' : path.split('/').at(-1)}#${anchor}`;
  }

  /** What is said about a name, in paragraphs. */
  about(symbol, name) {
    const { checker } = open();
    const said = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
    if (!said) this.silent.push(name);
    return this.withLinks(said, name).replace(/\n(?!\n|- )(?<!\n\n)/g, ' ').replace(/([^\n])\n- (?=`)/, '$1\n\n- ');
  }

  /** The same in a cell. What a type of these pages is, it says itself. */
  cell(symbol, name, maySayNothing = false) {
    const { checker } = open();
    const said = unique(symbol.declarations.map((each) => ts.displayPartsToString(checker.getSymbolAtLocation(each.name).getDocumentationComment(checker)).trim()))
      .filter(Boolean).join(' ');
    const speaksForItself = symbol.declarations.every(({ type }) => type && placeOf(type.getText()));
    if (!said && !speaksForItself && !maySayNothing) this.silent.push(name);
    return this.withLinks(oneLine(said).replace(/(?<!\\)\|/g, '\\|'), name);
  }

  /** Types that a sentence names lead to where they are told of. */
  withLinks(text, name) {
    return text.replace(/`([A-Z]\w+)`/g, (word, type) => (type === name.split('.')[0] ? word : this.linked(type)));
  }
}

/** The members of an object, or of all the objects of a union, each once and in the order in which they are declared. */
function membersOf(type) {
  const { checker } = open();
  const types = type.isUnion() ? type.types : [type];
  const isOurs = ({ declarations }) => declarations?.some((each) => each.getSourceFile().fileName.includes('js-glue'));
  const all = types.flatMap((each) => checker.getPropertiesOfType(each).filter(isOurs));
  return unique(all.map(({ name }) => name)).map((name) => {
    const those = all.filter((each) => each.name === name);
    const declarations = unique(those.flatMap((each) => each.declarations));
    const isOptional = those.length < types.length || those.some(({ flags }) => flags & ts.SymbolFlags.Optional);
    return { name, declarations, isOptional };
  });
}

/** The members of a member whose type has no name of its own on these pages, if something is said about them. */
function partsOf({ declarations }) {
  const { checker } = open();
  const nodes = declarations.map(({ type }) => (ts.isArrayTypeNode(type) ? type.elementType : type));
  if (!nodes.every((node) => ts.isTypeLiteralNode(node) || /^(Partial<)?\w+Endpoints>?$/.test(node.getText()))) return [];
  const parts = membersOf(checker.getTypeFromTypeNode(nodes[0]));
  return parts.some(({ declarations: [first] }) => checker.getSymbolAtLocation(first.name).getDocumentationComment(checker).length > 0) ? parts : [];
}

function alternativesOf(type) {
  return (ts.isUnionTypeNode(type) ? [...type.types] : [type]).map((each) => oneLine(each.getText()));
}

function isListOfNames(type) {
  return type !== undefined && alternativesOf(type).every((name) => placeOf(name));
}

function withoutComments(node) {
  const text = node.getText().replace(/[ \t]*\/\*[\s\S]*?\*\/\n?/g, '').replace(/^(export|declare) (declare )?/, '');
  const indent = Math.min(...text.split('\n').slice(1).filter(Boolean).map((line) => /^ */.exec(line)[0].length));
  const isMember = ts.isMethodSignature(node);
  return isMember ? text.replace(new RegExp(`^ {${indent}}`, 'gm'), '') : text;
}

/** A `|` ends a cell, unless it is written so. */
function code(text) {
  return `\`${text.replace(/\|/g, '\\|')}\``;
}

function oneLine(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ').trim();
}

function unique(list) {
  return [...new Set(list)];
}
