// Random questions to a catalog, of the kinds on which Backstage's in-memory client and its server agree:
// a list of values stands last in a filter (the in-memory client stops there), filters ask for keys that entities have
// in lower case (it compares others with theirs as they are), and predicates compare texts only.

import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';

const SCALARS = [
  'kind', 'apiVersion', 'metadata.name', 'metadata.namespace', 'metadata.title', 'metadata.uid',
  'metadata.labels.example.com/tier', 'metadata.annotations.example.com/Note', 'spec.type', 'spec.lifecycle',
  'spec.owner', 'spec.system', 'spec.profile.displayName', 'spec.score', 'spec.nested.flag', 'no.such.key',
];
const ARRAYS = ['metadata.tags', 'spec.dependsOn', 'spec.mixed'];
const RELATIONS = ['ownedBy', 'ownerOf', 'partOf', 'hasPart', 'dependsOn', 'dependencyOf', 'memberOf'];
const isLower = (path) => path === path.toLowerCase();
const FIELDS = [
  'kind', 'metadata', 'metadata.name', 'metadata.labels', 'metadata.labels.example.com/tier', 'spec', 'spec.type',
  'spec.nested.flag', 'metadata.annotations.backstage.io/managed-by-location', 'relations', 'no.such.key', 'metadata.tags',
];

function valueAt(entity, path) {
  let value = entity;
  let pending = '';
  for (const part of path.split('.')) {
    pending = pending ? `${pending}.${part}` : part;
    if (value && typeof value === 'object' && pending in value) {
      value = value[pending];
      pending = '';
    }
  }
  return pending ? undefined : value;
}

export function questions(rng, entities) {
  const swapCase = (text) => (rng.chance(0.3) ? (rng.chance(0.5) ? text.toUpperCase() : text.toLowerCase()) : text);

  function valueOf(path, textsOnly) {
    for (let tries = 0; tries < 8; tries++) {
      let value = valueAt(rng.pick(entities), path);
      if (Array.isArray(value)) value = value.length ? rng.pick(value) : undefined;
      if (typeof value === 'string' || (!textsOnly && value !== undefined && value !== null && typeof value !== 'object')) {
        const text = String(value);
        if (!text.includes(',') && text.trim() === text && text) return text;
      }
    }
    return 'nothing-has-this';
  }

  function pair() {
    const roll = rng.next();
    if (roll < 0.6) {
      const path = rng.pick(SCALARS.filter(isLower));
      return [swapCase(path), swapCase(valueOf(path))];
    }
    if (roll < 0.75) {
      const path = rng.pick(ARRAYS.filter(isLower));
      const value = valueOf(path);
      return rng.chance(0.5) ? [path, swapCase(value)] : [`${path}.${isLower(value) ? value : 'go'}`, CATALOG_FILTER_EXISTS];
    }
    if (roll < 0.9) {
      const relation = rng.pick(entities).relations?.[0];
      return relation ? [`relations.${relation.type}`, swapCase(relation.targetRef)] : ['kind', 'group'];
    }
    const keys = [...SCALARS, ...ARRAYS].filter(isLower);
    return [rng.pick([...keys, ...RELATIONS.map((type) => `relations.${type}`)]), CATALOG_FILTER_EXISTS];
  }

  function oneFilter() {
    const found = {};
    for (let n = rng.below(3); n >= 0; n--) {
      const [key, value] = pair();
      found[key] = value;
    }
    if (rng.chance(0.3)) {
      const path = rng.pick(SCALARS.filter(isLower));
      delete found[path];
      found[path] = [valueOf(path), valueOf(path)];
    }
    return found;
  }

  const filter = () => (rng.chance(0.3) ? [oneFilter(), oneFilter()] : oneFilter());

  function predicate(depth = 0) {
    const roll = rng.next();
    if (depth < 3 && roll < 0.4) {
      const parts = () => Array.from({ length: 1 + rng.below(3) }, () => predicate(depth + 1));
      return rng.pick([() => ({ $all: parts() }), () => ({ $any: parts() }), () => ({ $not: predicate(depth + 1) })])();
    }
    const texts = SCALARS.filter((path) => !['spec.score', 'spec.nested.flag'].includes(path));
    const path = rng.pick(texts);
    const value = swapCase(valueOf(path, true));
    if (roll < 0.6) return { [path]: value };
    if (roll < 0.7) return { [path]: { $in: [value, valueOf(path, true)] } };
    if (roll < 0.78) return { [path]: { $exists: rng.chance(0.5) } };
    if (roll < 0.86) return { [path]: { $hasPrefix: value.slice(0, 1 + rng.below(value.length)) } };
    if (roll < 0.93) return { 'metadata.tags': { $contains: valueOf('metadata.tags', true) } };
    const relation = rng.pick(entities).relations?.[0];
    if (!relation) return { kind: { $exists: true } };
    const { type, targetRef } = relation;
    return { relations: { $contains: rng.chance(0.5) ? { type, targetRef: swapCase(targetRef) } : { type } } };
  }

  const order = () => ({ field: swapCase(rng.pick([...SCALARS, ...ARRAYS])), order: rng.pick(['asc', 'desc']) });
  const orders = () => (rng.chance(0.6) ? order() : [order(), order(), ...(rng.chance(0.3) ? [order()] : [])]);
  const fields = () => rng.some(FIELDS, 3);

  function fullText(orderFields) {
    const given = rng.chance(0.7);
    const path = given ? rng.pick(SCALARS) : [orderFields ?? { field: 'metadata.uid' }].flat()[0].field;
    const value = valueOf(path);
    const start = rng.below(value.length);
    const term = value.slice(start, start + 1 + rng.below(4)).trim() || value;
    return { term: swapCase(term), ...(given ? { fields: [path, ...(rng.chance(0.3) ? [rng.pick(ARRAYS)] : [])] } : {}) };
  }

  function query() {
    const orderFields = rng.chance(0.7) ? orders() : undefined;
    return {
      ...(rng.chance(0.6) ? { filter: filter() } : {}),
      ...(rng.chance(0.4) ? { query: predicate() } : {}),
      ...(orderFields ? { orderFields } : {}),
      ...(rng.chance(0.3) ? { fullTextFilter: fullText(orderFields) } : {}),
      ...(rng.chance(0.3) ? { offset: rng.below(30) } : {}),
      limit: 1 + rng.below(60),
    };
  }

  function list() {
    return {
      ...(rng.chance(0.7) ? { filter: filter() } : {}),
      ...(rng.chance(0.6) ? { order: orders() } : {}),
      ...(rng.chance(0.4) ? { fields: fields() } : {}),
      ...(rng.chance(0.4) ? { limit: 1 + rng.below(40) } : {}),
      ...(rng.chance(0.3) ? { offset: rng.below(30) } : {}),
    };
  }

  function facets() {
    // The in-memory client counts names in lower case, the server as they are written.
    const scalars = SCALARS.filter((path) => path !== 'metadata.name');
    const names = rng.some([...scalars, ...ARRAYS, ...RELATIONS.map((type) => `relations.${type}`)], 3).map(swapCase);
    return {
      facets: names,
      ...(rng.chance(0.5) ? { filter: filter() } : {}),
      ...(rng.chance(0.4) ? { query: predicate() } : {}),
    };
  }

  return { query, list, facets, fields, filter, predicate };
}
