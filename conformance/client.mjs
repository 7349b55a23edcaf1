// Backstage's catalog client against a running portal, beside its in-memory client on the same entities.
// Reads PORTAL (base URL), TOKEN, SEED and ROUNDS from the environment; prints JSON: what was compared, what differed.

import { isDeepStrictEqual } from 'node:util';
import { CatalogClient } from '@backstage/catalog-client';
import { InMemoryCatalogClient } from '@backstage/catalog-client/testUtils';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { random } from './random.mjs';
import { questions } from './questions.mjs';
import { methods } from './methods.mjs';

const { PORTAL, TOKEN, SEED = '1', ROUNDS = '60' } = process.env;
const token = { token: TOKEN };
const client = new CatalogClient({
  discoveryApi: { getBaseUrl: async (plugin) => `${PORTAL}/api/${plugin}` },
  fetchApi: { fetch },
});

// The in-memory client makes its cursors with btoa, which knows Latin-1 only.
globalThis.btoa = (text) => Buffer.from(text, 'utf8').toString('base64');
globalThis.atob = (text) => Buffer.from(text, 'base64').toString('utf8');

const differences = [];
const counts = {};

function compare(what, question, ours, theirs) {
  counts[what] = (counts[what] ?? 0) + 1;
  if (!isDeepStrictEqual(ours, theirs) && differences.length < 10) differences.push({ what, question, ours, theirs });
}

const nameOf = (error) => error?.body?.error?.name ?? error?.name;

async function outcome(ask) {
  try {
    return { value: await ask() };
  } catch (error) {
    return { error: nameOf(error) };
  }
}

const plain = (value) => JSON.parse(JSON.stringify(value));
const refsOf = (items) => items.map((item) => (item?.metadata?.name && item.kind ? stringifyEntityRef(item) : item));
const sorted = (facets) =>
  Object.fromEntries(
    Object.entries(facets).map(([key, values]) => [key, [...values].sort((a, b) => (a.value < b.value ? -1 : 1))]),
  );

const { items } = await client.getEntities({}, token);
const byUid = [...items].sort((a, b) => (a.metadata.uid < b.metadata.uid ? -1 : 1));
const memory = new InMemoryCatalogClient({ entities: byUid });
const memoryByRef = new InMemoryCatalogClient({ entities: items });
const rng = random(Number(SEED));
const ask = questions(rng, items);

compare('order of all', {}, refsOf(items), [...refsOf(items)].sort());

async function walk(question) {
  const pages = [];
  let ours = await client.queryEntities(question, token);
  let theirs = await memory.queryEntities(question);
  for (let page = 0; page < 12; page++) {
    compare('page', { question, page }, refsOf(ours.items), refsOf(theirs.items));
    compare('totalItems', question, ours.totalItems, theirs.totalItems);
    compare('has next', { question, page }, Boolean(ours.pageInfo.nextCursor), Boolean(theirs.pageInfo.nextCursor));
    pages.push(ours);
    if (!ours.pageInfo.nextCursor || !theirs.pageInfo.nextCursor) break;
    ours = await client.queryEntities({ cursor: ours.pageInfo.nextCursor, limit: question.limit }, token);
    theirs = await memory.queryEntities({ cursor: theirs.pageInfo.nextCursor, limit: question.limit });
  }
  for (let page = pages.length - 2; page >= 0; page--) {
    const cursor = pages[page + 1].pageInfo.prevCursor;
    compare('has previous', { question, page }, Boolean(cursor), true);
    if (!cursor) break;
    const back = await client.queryEntities({ cursor, limit: question.limit }, token);
    compare('page backwards', { question, page }, refsOf(back.items), refsOf(pages[page].items));
  }
}

for (let round = 0; round < Number(ROUNDS); round++) {
  await walk(ask.query());
  const list = ask.list();
  const listed = list.order ? memory : memoryByRef;
  compare('getEntities', list, (await client.getEntities(list, token)).items, plain((await listed.getEntities(list)).items));
  const facets = ask.facets();
  compare(
    'getEntityFacets',
    facets,
    sorted((await client.getEntityFacets(facets, token)).facets),
    sorted((await memory.getEntityFacets(facets)).facets),
  );
  const refs = {
    entityRefs: [...Array.from({ length: 5 }, () => stringifyEntityRef(rng.pick(items))), 'component:default/missing'],
    ...(rng.chance(0.5) ? { fields: ask.fields() } : {}),
    ...(rng.chance(0.3) ? { filter: ask.filter() } : {}),
    ...(rng.chance(0.3) ? { query: ask.predicate() } : {}),
  };
  compare(
    'getEntitiesByRefs',
    refs,
    (await client.getEntitiesByRefs(refs, token)).items,
    (await memory.getEntitiesByRefs(refs)).items.map((item) => item && plain(item)),
  );
  const ref = stringifyEntityRef(rng.pick(items));
  compare('getEntityByRef', ref, await client.getEntityByRef(ref, token), await memory.getEntityByRef(ref));
}

for (const question of [{ cursor: 'nonsense' }, { cursor: '' }]) {
  const ours = await outcome(() => client.queryEntities({ ...question, limit: 1 }, token));
  compare('error of a cursor', question, ours.error ?? 'none', question.cursor ? 'InputError' : 'none');
}
const missing = { entityRef: 'component:default/missing' };
compare(
  'error of ancestors',
  missing,
  await outcome(() => client.getEntityAncestors(missing, token)),
  await outcome(() => memory.getEntityAncestors(missing)),
);
compare('missing entity', missing, await client.getEntityByRef(missing.entityRef, token), undefined);
compare('by name', {}, await client.getEntityByName(parseEntityRef(stringifyEntityRef(items[0])), token), items[0]);
const known = { entityRef: stringifyEntityRef(items[0]) };
// The in-memory client knows no parents: here it is the entity of the only location, which has none itself.
const located = items.find((one) => one.metadata.name.startsWith('generated-'));
compare('getEntityAncestors', known, await client.getEntityAncestors(known, token), {
  rootEntityRef: known.entityRef,
  items: [
    { entity: items[0], parentEntityRefs: [stringifyEntityRef(located)] },
    { entity: located, parentEntityRefs: [] },
  ],
});

async function streamed(from, options) {
  const pages = [];
  for await (const page of from.streamEntities({ filter: { kind: 'component' }, pageSize: 17 }, options)) {
    pages.push(refsOf(page));
  }
  return pages;
}
compare('streamEntities', {}, await streamed(client, token), await streamed(memory));

await methods({ client, memory, token, items, compare, outcome, refsOf });
console.log(JSON.stringify({ entities: items.length, counts, differences }));
