import assert from 'node:assert/strict';
import { ReleaseGateError } from '../../../../core/errors';
import type { ContactDirectory } from '../../../../app/ports/contacts';
import type { ReadResult, WriteResult } from '../../../../core/delivery/contacts';
import { startHubSpotFixture, type HubSpotFixture } from '../fixture';

/** Three contacts in an account, and the adapter on it. */
export interface Scene extends HubSpotFixture {
	readonly ids: readonly [string, string, string];
	read(ids?: readonly string[]): Promise<ReadResult>;
	/** Writes the asset to the contacts. */
	write(asset?: string, ids?: readonly string[]): Promise<readonly WriteResult[]>;
	/** Calls received whose path contains this. */
	count(path: string): number;
	/** What HubSpot holds as last asset of each of the three. */
	assets(): readonly (string | undefined)[];
}

/** One fault and what the adapter does about it. */
export interface FaultCase {
	readonly id: string;
	/** What it is, for people. */
	readonly fault: string;
	/** What the adapter does; `play` holds it to that. */
	readonly behaviour: string;
	/** Plays the fault and throws an assertion error if the adapter does anything else. */
	readonly play: (scene: Scene) => Promise<void>;
}

/** Opens a scene of its own for one case. */
export async function openScene(): Promise<Scene> {
	const fixture = await startHubSpotFixture();
	const [first = '', second = '', third = ''] = fixture.admin.seedContacts(
		['ada', 'bo', 'caro'].map((name) => ({
			email: `${name}@example.com`,
			firstname: name,
			cc_delivery_status: 'active',
		})),
	);
	const ids = [first, second, third] as const;
	return {
		...fixture,
		ids,
		read: (given = ids) => fixture.directory.read(given, ['email', 'cc_delivery_status']),
		write: (asset = 'asset-1', given = ids) =>
			fixture.directory.update(given.map((id) => ({ id, properties: { cc_last_asset_id: asset } }))),
		count: (path) => fixture.admin.calls({ path }).length,
		assets: () => ids.map((id) => fixture.admin.values(id)?.['cc_last_asset_id']),
	};
}

export const statuses = (result: ReadResult): readonly string[] =>
	result.outcomes.map((outcome) => outcome.status);

/** Code of the error a promise ends with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
	try {
		await promise;
	} catch (error) {
		assert.ok(error instanceof ReleaseGateError, String(error));
		return error.code;
	}
	return 'none';
}

/** Every write waits, for this reason and this long; nothing is refused for good. */
export function assertLater(results: readonly WriteResult[], code: string, retryAfterMs?: number): void {
	for (const result of results) {
		assert.ok(result.status === 'later', `${result.id} is ${result.status}`);
		assert.equal(result.error.code, code);
		if (retryAfterMs !== undefined) assert.equal(result.retryAfterMs, retryAfterMs);
	}
}

export const assertWritten = (results: readonly WriteResult[]): void =>
	assert.deepEqual(
		results.map((result) => result.status),
		results.map(() => 'written'),
	);

/** Number of versions HubSpot keeps of a contact's last asset. */
export const versionsOf = (scene: Scene, id: string): number =>
	scene.admin.account.find(id)?.history.get('cc_last_asset_id')?.length ?? 0;

/** A definition that can be created. */
export const newDefinition = {
	name: 'cc_new',
	label: 'New',
	groupName: 'cc_delivery',
	type: 'string',
	fieldType: 'text',
} as const;

/** Creates a definition; for what must not be repeated blindly. */
export const create = (directory: ContactDirectory): Promise<string> =>
	codeOf(directory.definitions.create(newDefinition));
