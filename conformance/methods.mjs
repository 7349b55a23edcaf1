// The methods that change the catalog, and those that the in-memory client leaves out.

import { createHash } from 'node:crypto';

import { stringifyEntityRef } from '@backstage/catalog-model';

const TARGET = 'https://git.example.com/shop/ledger/blob/main/catalog-info.yaml';

export async function methods({ client, memory, token, items, compare, outcome, refsOf }) {
  const { location, entities } = await client.addLocation({ target: TARGET }, token);
  compare('addLocation', {}, [location.type, location.target, entities], ['url', TARGET, []]);
  compare('addLocation again', {}, (await outcome(() => client.addLocation({ target: TARGET }, token))).error, 'ConflictError');
  const refreshed = await client.addLocation({ target: TARGET, onConflict: 'refresh' }, token);
  compare('addLocation to refresh', {}, refreshed.location, location);
  const dry = await outcome(() => client.addLocation({ target: TARGET, dryRun: true }, token));
  compare('addLocation that is unreadable', {}, dry, { error: 'InputError' });
  compare('getLocations', {}, (await client.getLocations({}, token)).items, [location]);
  compare('getLocationById', {}, await client.getLocationById(location.id, token), location);
  compare('getLocationById of none', {}, await client.getLocationById('nope', token), undefined);
  compare('getLocationByRef', {}, await client.getLocationByRef(`url:${TARGET}`, token), location);
  compare('getLocationByEntity', {}, await client.getLocationByEntity(stringifyEntityRef(items[0]), token), undefined);
  await client.addLocation({ target: `${TARGET}?2` }, token);
  const found = await client.queryLocations({ query: { target: { $hasPrefix: TARGET } }, limit: 1 }, token);
  compare('queryLocations', {}, [found.items.length, found.totalItems, typeof found.pageInfo.nextCursor], [1, 2, 'string']);
  const streamed = [];
  for await (const page of client.streamLocations({ limit: 1 }, token)) streamed.push(page.length);
  compare('streamLocations', {}, streamed, [1, 1]);
  const moved = await client.updateLocation(location.id, { target: `${TARGET}?3` }, token);
  const hash = createHash('sha1').update(`url:${TARGET}?3`).digest('hex');
  const entityRef = `location:default/generated-${hash}`;
  compare('updateLocation', {}, moved, { ...location, target: `${TARGET}?3`, entityRef });
  for (const { id } of (await client.getLocations({}, token)).items) await client.removeLocationById(id, token);
  compare('removeLocationById', {}, (await client.getLocations({}, token)).items, []);
  const gone = await outcome(() => client.removeLocationById(location.id, token));
  compare('removeLocationById of none', {}, gone, { error: 'NotFoundError' });

  const repository = { location: { type: 'url', target: 'https://github.com/acme/shop' } };
  const proposed = await client.analyzeLocation(repository, token);
  compare('analyzeLocation', {}, proposed.generateEntities[0].entity.metadata, {
    name: 'shop',
    annotations: { 'github.com/project-slug': 'acme/shop' },
  });

  const { metadata, apiVersion, kind, spec } = items.find((entity) => entity.kind === 'Component');
  const { uid, etag, ...stated } = metadata;
  const entity = { apiVersion, kind, metadata: stated, spec };
  compare('validateEntity', {}, await client.validateEntity(entity, `url:${TARGET}`, token), { valid: true });
  const wrong = await client.validateEntity({ ...entity, kind: 'No-kind' }, `url:${TARGET}`, token);
  compare('validateEntity that is wrong', {}, [wrong.valid, wrong.errors.length, wrong.errors[0].name], [false, 1, 'InputError']);

  const ref = stringifyEntityRef(items[0]);
  compare('refreshEntity', {}, await outcome(() => client.refreshEntity(ref, token)), { value: undefined });
  const unknown = await outcome(() => client.refreshEntity('component:default/missing', token));
  compare('refreshEntity of none', {}, unknown, { error: 'NotFoundError' });
  compare('entity after its refresh', {}, await client.getEntityByRef(ref, token), items[0]);

  await client.removeEntityByUid(uid, token);
  await memory.removeEntityByUid(uid);
  const all = { orderFields: { field: 'metadata.uid', order: 'asc' }, limit: 10_000 };
  const ours = await client.queryEntities(all, token);
  compare('removeEntityByUid', uid, refsOf(ours.items), refsOf((await memory.queryEntities(all)).items));

  const stranger = await outcome(() => client.getEntities({}, { token: 'no-such-token' }));
  compare('without a token', {}, stranger, { error: 'AuthenticationError' });
}
