import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { propertyOptions, propertySearches } from '../../../nodes/kit/property-lists';
import { startHubSpot, type HubSpotAdmin } from '../../../testbed/standins/hubspot';
import {
	contentDeliveryDefinitions,
	contentDeliveryGroups,
} from '../../../testbed/standins/hubspot/content-delivery';
import { sandboxToken } from '../../../testbed/standins/hubspot/tokens';
import { asking, type Asking } from './lists';

let hubspot: Awaited<ReturnType<typeof startHubSpot>>;
let admin: HubSpotAdmin;

beforeAll(async () => {
	hubspot = await startHubSpot({ indexLagMs: 0 });
	admin = hubspot.admin;
	for (const group of contentDeliveryGroups) admin.addGroup(group);
	admin.define(...contentDeliveryDefinitions);
});

afterAll(async () => await hubspot.close());

/** The node that configures a spine: n8n hands it the credential only while it is shown. */
const configuring = { type: 'release', parameters: { resource: 'spine', operation: 'configure' } };
const inNode = (accessToken: string = sandboxToken, baseUrl = hubspot.url, node: Asking = configuring) =>
	asking({ ...node, credentials: { releaseGateHubSpotApi: { accessToken, baseUrl } } });

const { searchProperties, searchWritableProperties } = propertySearches;

describe('the list of properties', () => {
	it('has each by its label, its name and its type, in order, and stores the name', async () => {
		const { results } = await searchProperties.call(inNode());
		const status = results.find(({ value }) => value === 'cc_delivery_status');
		const { label = '' } = contentDeliveryDefinitions.find(({ name }) => name === 'cc_delivery_status') ?? {};
		expect(label).not.toBe('');
		expect(status?.name).toBe(`${label} (cc_delivery_status, enumeration)`);
		const names = results.map(({ name }) => name);
		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
		expect(results.map(({ value }) => value)).toEqual(
			expect.arrayContaining(contentDeliveryDefinitions.map(({ name }) => name)),
		);
	});

	it('is searched by a part of label or name, whatever its case', async () => {
		const found = async (filter: string) =>
			(await searchProperties.call(inNode(), filter)).results.map(({ value }) => value);
		expect(await found('CC_DELIVERY_COUNT')).toEqual(['cc_delivery_count']);
		expect(await found('no such thing')).toEqual([]);
	});

	it('offers for writing only what may be written', async () => {
		const values = async (search: typeof searchProperties) =>
			(await search.call(inNode())).results.map(({ value }) => value);
		const [all, writable] = [await values(searchProperties), await values(searchWritableProperties)];
		expect(all).toContain('hs_object_id');
		expect(writable).not.toContain('hs_object_id');
		expect(writable).toContain('cc_delivery_count');
	});

	it.each([
		configuring,
		{ type: 'dueDeliveries', parameters: { operation: 'get', contacts: 'hubSpot' } },
		{ type: 'rollbackSnapshot', parameters: { operation: 'capture' } },
	])('is offered for ticking in $type', async (node) => {
		const options = await propertyOptions.getProperties.call(inNode(sandboxToken, hubspot.url, node));
		expect(options).toEqual((await searchProperties.call(inNode())).results);
	});
});

describe('a list that does not load', () => {
	it('says that HubSpot refused the token, and how to mend it', async () => {
		await expect(searchProperties.call(inNode('broken'))).rejects.toMatchObject({
			message: expect.stringMatching(/refused the access token\. .*Service Key/),
		});
		await expect(propertyOptions.getProperties.call(inNode('broken'))).rejects.toThrow(
			/refused the access token.*Service Key/,
		);
	});

	it('has nothing to tick before a credential is chosen', async () => {
		expect(await propertyOptions.getProperties.call(asking(configuring))).toEqual([]);
	});

	it('says that no credential is chosen', async () => {
		await expect(searchProperties.call(asking(configuring))).rejects.toMatchObject({
			message: expect.stringMatching(/No HubSpot credential.*\. .*by hand/),
		});
	});

	it('says that nothing answers', async () => {
		await expect(searchProperties.call(inNode(sandboxToken, 'http://127.0.0.1:9'))).rejects.toMatchObject({
			message: expect.stringContaining('could not be reached'),
		});
	});
});
