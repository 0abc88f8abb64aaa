import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresLedger } from '../../../../adapters/postgres';
import type { Ledger } from '../../../../app/ledger/api';
import type { TokenRef } from '../../../../core/delivery/record';
import { registrationOf, slotOpens, testSettings } from '../../../../testbed/databases/ledgers';
import { mortalPostgres, type MortalPostgres } from '../../../../testbed/databases/postgres';

const spine = 'restart';
const blows = 5;

/** Calls until the server answers; each error on the way must be one the user can act on. */
async function insist<T>(call: () => Promise<T>, codes: Set<string>): Promise<T> {
	for (;;) {
		try {
			return await call();
		} catch (error) {
			codes.add((error as { code?: string }).code ?? String(error));
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
}

describe('a Postgres server that is killed and comes back', () => {
	let server: MortalPostgres;
	let ledger: Ledger;
	beforeAll(async () => {
		server = await mortalPostgres();
		ledger = await openPostgresLedger({ connection: server.url, clock: () => slotOpens + 1000 });
		await ledger.spines.configure(testSettings(spine), 'test');
	}, 120_000);
	afterAll(async () => {
		await ledger.close();
		await server.stop();
	}, 60_000);

	test('keeps what it acknowledged, half of nothing, and the same pool works on', async () => {
		const codes = new Set<string>();
		const acknowledged: string[] = [];
		let done = false;
		/** Deliveries from registration to commit, one after the other; a call that was cut is repeated. */
		const work = async (worker: number): Promise<void> => {
			for (let round = 0; !done; round += 1) {
				const registration = registrationOf(spine, `${worker}-${round}`);
				const { ref } = registration;
				await insist(() => ledger.deliveries.register([registration]), codes);
				const [claim] = await insist(() => ledger.deliveries.claim([{ ref }], 'run'), codes);
				if (claim?.status !== 'granted') continue;
				const token: TokenRef = { ref, token: claim.token };
				const [confirm] = await insist(() => ledger.deliveries.confirm([token]), codes);
				if (confirm?.status !== 'send') continue;
				const message = { provider: 'p', providerMessageId: `m-${ref.recipient}` };
				const [commit] = await insist(() => ledger.deliveries.commit([{ ...token, ...message }]), codes);
				expect(commit?.status).toMatch(/committed$/);
				acknowledged.push(ref.recipient);
			}
		};
		const workers = Promise.all([1, 2, 3].map(work));
		for (let blow = 0; blow < blows; blow += 1) {
			const before = acknowledged.length;
			while (acknowledged.length < before + 10) await new Promise((resolve) => setTimeout(resolve, 5));
			await server.kill();
		}
		done = true;
		await workers;

		expect([...codes]).toEqual(['ledger-unreachable']);
		const records = await ledger.deliveries.list({ spine, states: ['committed'], limit: 100_000 });
		expect(records.map(({ ref }) => ref.recipient).sort()).toEqual([...acknowledged].sort());
		const told = await ledger.events.list({ spine, kinds: ['deliveries.committed'], limit: 100_000 });
		expect(told).toHaveLength(acknowledged.length);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact', unsealed: 0 });
	}, 180_000);
});
