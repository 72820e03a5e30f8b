// A site's payment provider plugin: where its files lie, and what its getConfig must say. On the platform the configuration is
// read when the site is published, and one of a wrong shape just does not show up among the ways to pay.
//
// The editor shows the files under `backend/service-plugins`; the site's Git has them under `backend/___spi___`.

const FILE = /^(backend\/(?:service-plugins|___spi___)\/payment-provider\/([^/]+))\/([^/]+)-config\.js$/;

/** @typedef {{ name: string, module: string, config: string, problems: string[] }} PluginFiles */

/** @param {string[]} names of the site's files @returns {PluginFiles[]} */
export function findPlugins(names) {
  return names.flatMap((config) => {
    const [, folder, name, file] = FILE.exec(config) ?? [];
    if (!folder) return [];
    const module = `${folder}/${file}.js`;
    const problems = [];
    if (file !== name) problems.push(`the files of plugin ${name} are called ${name}.js and ${name}-config.js, not ${file}…`);
    if (!names.includes(module)) problems.push(`${module} is missing`);
    return [{ name, module, config, problems }];
  });
}

const MANDATORY = [
  'ZIPCODE', 'CITY', 'STATE', 'ADDRESS', 'COUNTRY_CODE', 'EMAIL', 'PHONE', 'FIRST_NAME', 'LAST_NAME', 'STREET', 'HOUSE_NUMBER',
  'TAX_IDENTIFIER',
];

/** What is wrong with a configuration; nothing if it would be taken. @returns {string[]} */
export function configProblems(config) {
  if (!isObject(config)) return ['getConfig must return an object'];
  return [
    ...unknownKeys('the configuration', config, ['title', 'paymentMethods', 'credentialsFields']),
    ...text('title', config.title),
    ...list('paymentMethods', config.paymentMethods, paymentMethod),
    ...list('credentialsFields', config.credentialsFields, credentialsField),
    ...twice((config.credentialsFields ?? []).flatMap?.((field) => fieldOf(field)?.name ?? []) ?? []),
  ];
}

function paymentMethod(path, method) {
  if (!isObject(method?.hostedPage)) return [`${path} must be { hostedPage: { … } }`];
  const { title, logos, billingAddressMandatoryFields = [] } = method.hostedPage;
  const unknown = [billingAddressMandatoryFields].flat().filter((field) => !MANDATORY.includes(field));
  return [
    ...unknownKeys(path, method, ['hostedPage']),
    ...unknownKeys(`${path}.hostedPage`, method.hostedPage, ['title', 'logos', 'billingAddressMandatoryFields']),
    ...text(`${path}.hostedPage.title`, title),
    ...PICTURES.flatMap(([color, kind]) => picture(`${path}.hostedPage.logos.${color}.${kind}`, logos?.[color]?.[kind])),
    ...unknown.map((field) => `${path}: there is no mandatory field ${JSON.stringify(field)}`),
  ];
}

const PICTURES = [['white', 'svg'], ['white', 'png'], ['colored', 'svg'], ['colored', 'png']];

function picture(path, url) {
  if (typeof url !== 'string' || !URL.canParse(url)) return [`${path} must be the address of a picture`];
  return new URL(url).protocol === 'https:' ? [] : [`${path} must be an https address`];
}

const KINDS = {
  simpleField: ['name', 'label'],
  checkboxField: ['name', 'label', 'tooltip'],
  dropdownField: ['name', 'label', 'options'],
};

/** The one kind of field that an entry of credentialsFields is. */
export function fieldOf(entry) {
  const kinds = Object.keys(entry ?? {}).filter((kind) => Object.hasOwn(KINDS, kind));
  return kinds.length === 1 && isObject(entry[kinds[0]]) ? { kind: kinds[0], ...entry[kinds[0]] } : null;
}

function credentialsField(path, entry) {
  const field = fieldOf(entry);
  if (!field) return [`${path} must be exactly one of ${Object.keys(KINDS).join(', ')}`];
  const { kind, options } = field;
  return [
    ...unknownKeys(path, entry, [kind]),
    ...unknownKeys(`${path}.${kind}`, entry[kind], KINDS[kind]),
    ...text(`${path}.${kind}.name`, field.name),
    ...text(`${path}.${kind}.label`, field.label),
    ...(kind === 'dropdownField' ? list(`${path}.options`, options, choice) : []),
  ];
}

const choice = (path, option) => [...text(`${path}.key`, option?.key), ...text(`${path}.value`, option?.value)];

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

function unknownKeys(path, value, known) {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  return unknown.map((key) => `${path} has a field \`${key}\` that the platform does not know`);
}

const text = (path, value) => (typeof value === 'string' && value !== '' ? [] : [`${path} must be text`]);

function list(path, value, check) {
  if (!Array.isArray(value) || value.length === 0) return [`${path} must be a list, and not empty`];
  return value.flatMap((each, at) => check(`${path}[${at}]`, each));
}

function twice(names) {
  const repeated = names.filter((name, at) => names.indexOf(name) !== at);
  return repeated.map((name) => `credentialsFields has the name \`${name}\` twice`);
}

/** @returns {string[]} what is wrong with connectAccount's answer: only text may be kept */
export function accountProblems(answer) {
  if (!isObject(answer)) return ['connectAccount must return an object'];
  if (answer.reasonCode !== undefined) return [];
  const { credentials } = answer;
  const wrong = isObject(credentials) ? Object.keys(credentials).filter((key) => typeof credentials[key] !== 'string') : null;
  return [
    ...(wrong?.map((key) => `credentials.${key} must be text`) ?? ['credentials is missing']),
    ...text('accountId', answer.accountId),
    ...text('accountName', answer.accountName),
  ];
}
