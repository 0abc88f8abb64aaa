/** A process that delivers slot after slot of fifty and prunes what is older than three, until it is killed or is done. */
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import { registrationOf, slotOpens, testSettings } from '../../testbed/databases/ledgers';

export interface Orders {
	/** A file, or the URL of a database. */
	readonly address: string;
	readonly spine: string;
	/** Slots to deliver; endless if absent. */
	readonly slots?: number;
}

/** Deliveries of each slot: fewer than a chunk, so that each operation is one transaction. */
export const perSlot = 50;

const slotMs = 48 * 3_600_000;

async function run({ address, spine, slots = Infinity }: Orders): Promise<void> {
	let now = slotOpens + 1000;
	const clock = (): number => now;
	const ledger = address.startsWith('postgres')
		? await openPostgresLedger({ connection: address, clock })
		: await openSqliteLedger({ file: address, clock });
	await ledger.spines.configure(testSettings(spine), 'test');
	for (let slot = 0; slot < slots; slot += 1) {
		now = slotOpens + slot * slotMs + 1000;
		const owed = Array.from({ length: perSlot }, (_none, at) => registrationOf(spine, `${at}`, slot));
		await ledger.deliveries.register(owed);
		const refs = owed.map(({ ref }) => ({ ref }));
		const claims = await ledger.deliveries.claim(refs, 'worker');
		const held = claims.map((claim, at) => {
			const ref = refs[at]?.ref;
			if (ref === undefined || claim.status !== 'granted') throw new Error('not granted');
			return { ref, token: claim.token };
		});
		await ledger.deliveries.confirm(held);
		await ledger.deliveries.commit(
			held.map((one) => ({
				...one,
				provider: 'p',
				providerMessageId: `m-${one.ref.slot}-${one.ref.recipient}`,
			})),
		);
		await ledger.deliveries.sweep(spine);
		await ledger.prune({ inputsMs: slotMs, deliveriesMs: 3 * slotMs, eventsMs: 12 * slotMs });
		process.stdout.write(`${slot}\n`);
	}
	await ledger.close();
}

if (require.main === module)
	run(JSON.parse(process.argv[2] ?? '{}') as Orders).catch((error: unknown) => {
		console.error(error);
		process.exit(1);
	});
